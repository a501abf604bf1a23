package workshop

// Stage is one step of the analytic pathway: a column of every board, with
// what it is for and the questions that help to fill it.
type Stage struct {
	ID        StageID  `json:"id"`
	Name      Text     `json:"name"`
	Purpose   Text     `json:"purpose"`
	Questions []Text   `json:"questions"`
	Kinds     []string `json:"kinds"` // kinds of cards offered first
	Done      Text     `json:"done"`  // how a group knows the stage is done
	Minutes   int      `json:"minutes"`
}

// Area is a field of city life that groups work in.
type Area struct {
	ID   AreaID `json:"id"`
	Name Text   `json:"name"`
}

// Template is what a workshop starts from.
type Template struct {
	ID          string  `json:"id"`
	Name        Text    `json:"name"`
	Stages      []Stage `json:"stages"`
	Areas       []Area  `json:"areas"`
	Agenda      []Phase `json:"agenda"`
	Departments []Text  `json:"departments"`
}

// DefaultTemplate is the template of a workshop that names none.
const DefaultTemplate = "city-data"
