package export

import "time"

// Outcome is the report as the outcome page shows it, in the report's language.
// Nobody is named in it but owners that groups wrote on their cards.
type Outcome struct {
	Title    string          `json:"title"`
	City     string          `json:"city"`
	Language string          `json:"language"`
	MadeAt   time.Time       `json:"madeAt"`
	Groups   []OutcomeGroup  `json:"groups"`
	Matrix   []OutcomeRow    `json:"matrix"`
	Sources  []OutcomeSource `json:"sources"`
	Votes    []OutcomeVote   `json:"votes"`
	Actions  []OutcomeAction `json:"actions"`
	// Until is when the outcome ceases to be shared; zero: it is not.
	Until time.Time `json:"until,omitzero"`
}

// OutcomeGroup is one group's pathway.
type OutcomeGroup struct {
	ID      string         `json:"id"`
	Name    string         `json:"name"`
	Area    string         `json:"area"`
	Problem string         `json:"problem"`
	Stages  []OutcomeStage `json:"stages"`
	Links   []OutcomeLink  `json:"links"`
}

// OutcomeStage is a stage with its cards; number 0 holds cards of other stages.
type OutcomeStage struct {
	Number  int           `json:"number"`
	Name    string        `json:"name"`
	Summary string        `json:"summary"`
	Done    bool          `json:"done"`
	Cards   []OutcomeCard `json:"cards"`
}

// OutcomeCard is a card; source is the library entry it refers to.
type OutcomeCard struct {
	ID     string         `json:"id"`
	Kind   string         `json:"kind"`
	Text   string         `json:"text"`
	Tags   []string       `json:"tags"`
	Source *OutcomeSource `json:"source,omitempty"`
	Image  *OutcomeImage  `json:"image,omitempty"`
}

// OutcomeImage is the picture on a card, to be asked for by its id; sides are in
// pixels, and alt says what it shows, or nothing where nobody said.
type OutcomeImage struct {
	ID     string `json:"id"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
	Alt    string `json:"alt"`
}

// OutcomeLink joins two cards by their texts.
type OutcomeLink struct {
	From  string `json:"from"`
	To    string `json:"to"`
	Label string `json:"label"`
}

// OutcomeRow is what all groups of an area found.
type OutcomeRow struct {
	Area         string           `json:"area"`
	Methods      []OutcomeMention `json:"methods"`
	Difficulties []OutcomeMention `json:"difficulties"`
	Solutions    []OutcomeMention `json:"solutions"`
}

// OutcomeMention is a card's text with its group.
type OutcomeMention struct {
	Text  string `json:"text"`
	Group string `json:"group"`
}

// OutcomeSource is a data source, tool or example; url is https or empty.
type OutcomeSource struct {
	Kind    string   `json:"kind"`
	Name    string   `json:"name"`
	URL     string   `json:"url"`
	Licence string   `json:"licence"`
	Groups  []string `json:"groups,omitempty"`
}

// OutcomeVote is a counted vote.
type OutcomeVote struct {
	Title   string              `json:"title"`
	Voters  int                 `json:"voters"`
	Results []OutcomeVoteResult `json:"results"`
}

// OutcomeVoteResult is what one card got.
type OutcomeVoteResult struct {
	Text  string `json:"text"`
	Group string `json:"group"`
	Dots  int    `json:"dots"`
}

// OutcomeAction is a line of the action plan; state is that of the card.
type OutcomeAction struct {
	ID      string `json:"id"`
	GroupID string `json:"groupId"`
	Group   string `json:"group"`
	Text    string `json:"text"`
	Owner   string `json:"owner"`
	Due     string `json:"due"`
	State   string `json:"state"`
}

// Outcome returns the report for the outcome page.
func (r *Report) Outcome() Outcome {
	return Outcome{
		Title: r.Workshop.Title, City: r.Workshop.City, Language: string(r.Language), MadeAt: r.At.UTC(),
		Groups: each(r.Groups, outcomeGroup),
		Matrix: each(r.Matrix, func(m MatrixRow) OutcomeRow {
			return OutcomeRow{m.Area, each(m.Methods, asMention), each(m.Difficulties, asMention), each(m.Solutions, asMention)}
		}),
		Sources: each(r.References, func(u Used) OutcomeSource {
			s := asSource(u.Reference)
			s.Groups = u.Groups
			return s
		}),
		Votes: each(r.Votes, func(v Vote) OutcomeVote {
			return OutcomeVote{v.Title, v.Voters, each(v.Results, func(v VoteResult) OutcomeVoteResult { return OutcomeVoteResult(v) })}
		}),
		Actions: each(r.Actions, func(a Action) OutcomeAction {
			return OutcomeAction{ID: a.ID, GroupID: string(a.GroupID), Group: a.Group, Text: a.Text, Owner: a.Owner, Due: a.Due, State: a.Status}
		}),
	}
}

func outcomeGroup(g GroupPart) OutcomeGroup {
	return OutcomeGroup{
		ID: string(g.ID), Name: g.Name, Area: g.Area, Problem: g.Problem,
		Stages: each(g.Stages, func(s StagePart) OutcomeStage {
			return OutcomeStage{s.Number, s.Name, s.Summary, s.Done, each(s.Cards, outcomeCard)}
		}),
		Links: each(g.Links, func(l LinkPart) OutcomeLink { return OutcomeLink{l.From, l.To, l.Label} }),
	}
}

func outcomeCard(c CardPart) OutcomeCard {
	out := OutcomeCard{ID: c.ID, Kind: c.Kind, Text: c.Text, Tags: each(c.Tags, func(t string) string { return t })}
	if c.Reference != nil {
		s := asSource(*c.Reference)
		out.Source = &s
	}
	if p := c.Picture; p != nil {
		out.Image = &OutcomeImage{p.ID, p.Width, p.Height, p.Alt}
	}
	return out
}

func asMention(m Mention) OutcomeMention { return OutcomeMention(m) }

func asSource(r Reference) OutcomeSource {
	return OutcomeSource{Kind: r.Kind, Name: r.Name, URL: r.URL, Licence: r.Licence}
}

// each maps a list; an empty one stays a list in JSON.
func each[A, B any](list []A, f func(A) B) []B {
	out := make([]B, len(list))
	for i, a := range list {
		out[i] = f(a)
	}
	return out
}
