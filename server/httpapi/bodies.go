package httpapi

import (
	"encoding/json"

	"github.com/pathboard/pathboard/server/roster"
	"github.com/pathboard/pathboard/server/workshop"
)

// The bodies of requests and answers. Their fields are the contract; the
// OpenAPI description is made from these types.

type createBody struct {
	Title    string            `json:"title"`
	City     string            `json:"city"`
	Language workshop.Language `json:"language,omitempty"`
	Template string            `json:"template,omitempty"`
	Areas    []areaBody        `json:"areas,omitempty"`
	Groups   []newGroupBody    `json:"groups,omitempty"`
	// Pathway is a template saved from another workshop.
	Pathway *workshop.Template `json:"pathway,omitempty"`
}

type newGroupBody struct {
	Name string `json:"name"`
	Area string `json:"area"`
}

// areaBody is an area by id or name, or as an object with a name in one or
// both languages.
type areaBody struct {
	ID   string        `json:"id,omitempty"`
	Name workshop.Text `json:"name"`
}

// UnmarshalJSON accepts "economy", {"id": …, "name": "…"} and
// {"name": {"pl": …, "en": …}}.
func (a *areaBody) UnmarshalJSON(raw []byte) error {
	var word string
	if json.Unmarshal(raw, &word) == nil {
		a.Name = workshop.Text{PL: word, EN: word}
		return nil
	}
	var object struct {
		ID   string          `json:"id"`
		Name json.RawMessage `json:"name"`
	}
	if err := json.Unmarshal(raw, &object); err != nil {
		return err
	}
	a.ID = object.ID
	if len(object.Name) == 0 {
		return nil
	}
	if json.Unmarshal(object.Name, &word) == nil {
		a.Name = workshop.Text{PL: word, EN: word}
		return nil
	}
	return json.Unmarshal(object.Name, &a.Name)
}

type createdBody struct {
	Workshop workshop.View `json:"workshop"`
	Version  uint64        `json:"version"`
	JoinCode string        `json:"joinCode"`
	Tokens   tokensBody    `json:"tokens"`
	Links    linksBody     `json:"links"`
	// RecoveryCode is exchanged for a new facilitator link when that is lost; it
	// is shown this once.
	RecoveryCode string `json:"recoveryCode"`
}

type tokensBody struct {
	Facilitator string `json:"facilitator"`
	Projector   string `json:"projector"`
}

type linksBody struct {
	Join        string `json:"join"`
	Facilitator string `json:"facilitator"`
	Projector   string `json:"projector"`
}

type workshopBody struct {
	Workshop workshop.View `json:"workshop"`
	Version  uint64        `json:"version"`
}

type changeBody struct {
	Title      *string              `json:"title,omitempty"`
	City       *string              `json:"city,omitempty"`
	Language   *workshop.Language   `json:"language,omitempty"`
	Visibility *workshop.Visibility `json:"visibility,omitempty"`
	Status     *workshop.Status     `json:"status,omitempty"`
	// FeedbackOpen asks everybody what they think of the day.
	FeedbackOpen *bool `json:"feedbackOpen,omitempty"`
	// RetentionDays is how long the workshop is kept after its end.
	RetentionDays *int `json:"retentionDays,omitempty"`
}

type groupBody struct {
	Name     *string          `json:"name,omitempty"`
	AreaID   *workshop.AreaID `json:"areaId,omitempty"`
	Capacity *int             `json:"capacity,omitempty"`
	Frozen   *bool            `json:"frozen,omitempty"`
}

func (b groupBody) change() workshop.GroupChange {
	return workshop.GroupChange{Name: b.Name, Area: b.AreaID, Capacity: b.Capacity, Frozen: b.Frozen}
}

type agendaBody struct {
	Phases []workshop.Phase `json:"phases"`
}

type phaseBody struct {
	Action  string           `json:"action"`
	PhaseID workshop.PhaseID `json:"phaseId,omitempty"`
	Minutes *int             `json:"minutes,omitempty"`
}

type dayBody struct {
	Focus  *workshop.StageID  `json:"focus,omitempty"`
	Frozen *bool              `json:"frozen,omitempty"`
	Only   []workshop.GroupID `json:"only,omitempty"`
}

// timeBody is the server's clock in milliseconds since 1970.
type timeBody struct {
	Now int64 `json:"now"`
}

type codeBody struct {
	JoinCode string `json:"joinCode"`
	Link     string `json:"link"`
	Version  uint64 `json:"version"`
}

type previewBody struct {
	Code string `json:"code"`
}

type joinBody struct {
	Code       string            `json:"code"`
	Name       string            `json:"name"`
	Department string            `json:"department,omitempty"`
	GroupID    *workshop.GroupID `json:"groupId,omitempty"`
}

type joinedBody struct {
	Token       string                   `json:"token"`
	Participant workshop.ParticipantView `json:"participant"`
	Workshop    workshop.View            `json:"workshop"`
	Version     uint64                   `json:"version"`
}

// meBody changes what is present; a groupId of null leaves the group.
type meBody struct {
	Name       *string           `json:"name,omitempty"`
	Department *string           `json:"department,omitempty"`
	GroupID    optional[*string] `json:"groupId,omitzero"`
	Wish       *workshop.AreaID  `json:"wish,omitempty"`
}

func (b meBody) change() workshop.MeChange {
	c := workshop.MeChange{Name: b.Name, Department: b.Department, Wish: b.Wish}
	if b.GroupID.Set {
		group := workshop.GroupID("")
		if b.GroupID.Value != nil {
			group = workshop.GroupID(*b.GroupID.Value)
		}
		c.Group = &group
	}
	return c
}

// selfBody is meBody as members send it. Whether they stay where they are is
// not theirs to say, and is passed over.
type selfBody struct {
	meBody
	Pinned json.RawMessage `json:"pinned,omitempty"`
}

// personBody is meBody with what only facilitators say.
type personBody struct {
	meBody
	Pinned *bool `json:"pinned,omitempty"`
}

type rosterBody struct {
	Rows []roster.Row `json:"rows"`
}

type personRow struct {
	Name       string `json:"name"`
	Department string `json:"department,omitempty"`
}

type peopleBody struct {
	Rows []personRow `json:"rows"`
}

type formBody struct {
	Groups     int    `json:"groups,omitempty"`
	Latecomers bool   `json:"latecomers,omitempty"`
	Seed       uint64 `json:"seed,omitempty"`
}

type apartBody struct {
	Pairs []workshop.Pair `json:"pairs"`
}

// optional tells a field that is absent from one that is null.
type optional[T any] struct {
	Set   bool
	Value T
}

// UnmarshalJSON notes that the field is there.
func (o *optional[T]) UnmarshalJSON(raw []byte) error {
	o.Set = true
	return json.Unmarshal(raw, &o.Value)
}

type meAnswer struct {
	Participant workshop.ParticipantView `json:"participant"`
	Workshop    workshop.View            `json:"workshop"`
	Version     uint64                   `json:"version"`
}

type sessionBody struct {
	Role        workshop.Role             `json:"role"`
	WorkshopID  workshop.WorkshopID       `json:"workshopId"`
	Participant *workshop.ParticipantView `json:"participant,omitempty"`
}

type templatesBody struct {
	Templates []workshop.Template `json:"templates"`
}

type healthBody struct {
	Status string            `json:"status"`
	Checks map[string]string `json:"checks,omitempty"`
}
