package persist

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/pathboard/pathboard/server/workshop"
)

// schema is the number of the format of workshops written here, secretSchema
// that of the other records. A change that older programs would misread takes
// the next number and a step in migrations.
const (
	schema       = 2
	secretSchema = 1
)

// ErrNewer: the record was written by a newer version of the program. It is
// left alone rather than half understood.
var ErrNewer = errors.New("record was written by a newer version of pathboard: update this instance")

// migrations[n] turns the JSON of a workshop of schema n+1 into that of n+2.
var migrations = []func(map[string]json.RawMessage) error{agendaFromStages}

// agendaFromStages (1 to 2): the day was led by voice; its stages become an
// agenda.
func agendaFromStages(fields map[string]json.RawMessage) error {
	var stages []workshop.Stage
	if raw := fields["stages"]; raw != nil {
		if err := json.Unmarshal(raw, &stages); err != nil {
			return fmt.Errorf("read stages: %w", err)
		}
	}
	agenda := make([]workshop.Phase, len(stages))
	for i, s := range stages {
		agenda[i] = workshop.Phase{ID: workshop.PhaseID(s.ID), Kind: workshop.PhaseStage, Name: s.Name, Stage: s.ID, Minutes: max(1, s.Minutes)}
	}
	raw, err := json.Marshal(agenda)
	if err != nil {
		return fmt.Errorf("write agenda: %w", err)
	}
	fields["agenda"] = raw
	return nil
}

// migrate brings the JSON of a workshop to the present schema.
func migrate(value []byte) ([]byte, error) { return migrateTo(value, schema, migrations) }

// migrateTo brings a record's JSON to a schema.
func migrateTo(value []byte, to int, steps []func(map[string]json.RawMessage) error) ([]byte, error) {
	var head struct {
		Schema int `json:"schema"`
	}
	if err := json.Unmarshal(value, &head); err != nil {
		return nil, fmt.Errorf("decode record: %w", err)
	}
	return migrateWith(value, head.Schema, to, steps)
}

func migrateWith(value []byte, from, to int, steps []func(map[string]json.RawMessage) error) ([]byte, error) {
	if from > to {
		return nil, fmt.Errorf("schema %d: %w", from, ErrNewer)
	}
	if from < 1 {
		return nil, fmt.Errorf("schema %d does not exist", from)
	}
	if from == to {
		return value, nil
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(value, &fields); err != nil {
		return nil, fmt.Errorf("decode record: %w", err)
	}
	for n := from; n < to; n++ {
		if err := steps[n-1](fields); err != nil {
			return nil, fmt.Errorf("migrate record from schema %d: %w", n, err)
		}
	}
	fields["schema"] = json.RawMessage(fmt.Sprint(to))
	return json.Marshal(fields)
}

// workshopRecord is the stored form of a workshop.
type workshopRecord struct {
	Schema        int                     `json:"schema"`
	ID            workshop.WorkshopID     `json:"id"`
	Title         string                  `json:"title"`
	City          string                  `json:"city"`
	Language      workshop.Language       `json:"language"`
	Status        workshop.Status         `json:"status"`
	Visibility    workshop.Visibility     `json:"visibility"`
	CreatedAt     time.Time               `json:"createdAt"`
	Template      string                  `json:"template"`
	Stages        []workshop.Stage        `json:"stages"`
	Areas         []workshop.Area         `json:"areas"`
	Groups        []groupRecord           `json:"groups"`
	Participants  []participantRecord     `json:"participants"`
	Facilitators  []workshop.Lead         `json:"facilitators,omitempty"`
	ClosedAt      time.Time               `json:"closedAt,omitzero"`
	HeldAt        time.Time               `json:"heldAt,omitzero"`
	RetentionDays int                     `json:"retentionDays,omitempty"`
	Deleting      bool                    `json:"deleting,omitempty"`
	Departments   []workshop.Text         `json:"departments,omitempty"`
	Apart         []workshop.Pair         `json:"apart,omitempty"`
	Formed        bool                    `json:"formed,omitempty"`
	Help          []workshop.Help         `json:"help,omitempty"`
	Announcements []workshop.Announcement `json:"announcements,omitempty"`
	Polls         []workshop.Poll         `json:"polls,omitempty"`
	Writing       *workshop.Writing       `json:"writing,omitempty"`
	Gallery       workshop.Gallery        `json:"gallery"`
	Warmup        *workshop.Warmup        `json:"warmup,omitempty"`
	FeedbackOpen  bool                    `json:"feedbackOpen,omitempty"`
	OutcomeUntil  time.Time               `json:"outcomeUntil,omitzero"`
	FollowUntil   time.Time               `json:"followUntil,omitzero"`
	Screen        workshop.Screen         `json:"screen"`
	Library       workshop.OwnLibrary     `json:"library,omitzero"`
	Agenda        []workshop.Phase        `json:"agenda"`
	Day           workshop.Day            `json:"day"`
	JoinCode      string                  `json:"joinCode"`
	CodeIssuedAt  time.Time               `json:"codeIssuedAt"`
}

type groupRecord struct {
	ID       workshop.GroupID `json:"id"`
	Name     string           `json:"name"`
	Area     workshop.AreaID  `json:"area"`
	Capacity int              `json:"capacity"`
	Frozen   bool             `json:"frozen,omitempty"`
}

type participantRecord struct {
	ID         workshop.ParticipantID `json:"id"`
	Name       string                 `json:"name"`
	Department string                 `json:"department,omitempty"`
	Color      string                 `json:"color"`
	Group      workshop.GroupID       `json:"group,omitempty"`
	JoinedAt   time.Time              `json:"joinedAt,omitzero"`
	Wish       workshop.AreaID        `json:"wish,omitempty"`
	Pinned     bool                   `json:"pinned,omitempty"`
}

func encodeWorkshop(w *workshop.Workshop) ([]byte, error) {
	rec := workshopRecord{
		Schema: schema, ID: w.ID, Title: w.Title, City: w.City, Language: w.Language, Status: w.Status,
		Visibility: w.Visibility, CreatedAt: w.CreatedAt, Template: w.Template, Stages: w.Stages, Areas: w.Areas,
		Facilitators: w.Facilitators,
		Apart:        w.Apart, Formed: w.Formed, Help: w.Help, Announcements: w.Announcements, Polls: w.Polls,
		Writing: w.Writing, Gallery: w.Gallery, Warmup: w.Warmup, FeedbackOpen: w.FeedbackOpen, OutcomeUntil: w.OutcomeUntil, FollowUntil: w.FollowUntil, Screen: w.Screen, Library: w.Library, Agenda: w.Agenda, Day: w.Day, JoinCode: w.JoinCode, CodeIssuedAt: w.CodeIssuedAt,
		Departments: w.Departments, ClosedAt: w.ClosedAt, HeldAt: w.HeldAt, RetentionDays: w.RetentionDays, Deleting: w.Deleting,
	}
	for _, g := range w.Groups {
		rec.Groups = append(rec.Groups, groupRecord(g))
	}
	for _, m := range w.Participants {
		rec.Participants = append(rec.Participants, participantRecord(m))
	}
	value, err := json.Marshal(rec)
	if err != nil {
		return nil, fmt.Errorf("encode workshop: %w", err)
	}
	return value, nil
}

func decodeWorkshop(value []byte) (*workshop.Workshop, error) {
	value, err := migrate(value)
	if err != nil {
		return nil, err
	}
	var rec workshopRecord
	if err := json.Unmarshal(value, &rec); err != nil {
		return nil, fmt.Errorf("decode workshop: %w", err)
	}
	w := &workshop.Workshop{
		ID: rec.ID, Title: rec.Title, City: rec.City, Language: rec.Language, Status: rec.Status,
		Visibility: rec.Visibility, CreatedAt: rec.CreatedAt, Template: rec.Template, Stages: rec.Stages, Areas: rec.Areas,
		Facilitators: rec.Facilitators,
		Apart:        rec.Apart, Formed: rec.Formed, Help: rec.Help, Announcements: rec.Announcements, Polls: rec.Polls,
		Writing: rec.Writing, Gallery: rec.Gallery, Warmup: rec.Warmup, FeedbackOpen: rec.FeedbackOpen, OutcomeUntil: rec.OutcomeUntil, FollowUntil: rec.FollowUntil, Screen: rec.Screen, Library: rec.Library, Agenda: rec.Agenda, Day: rec.Day, JoinCode: rec.JoinCode, CodeIssuedAt: rec.CodeIssuedAt,
		Departments: rec.Departments, ClosedAt: rec.ClosedAt, HeldAt: rec.HeldAt, RetentionDays: rec.RetentionDays, Deleting: rec.Deleting,
	}
	for _, g := range rec.Groups {
		w.Groups = append(w.Groups, workshop.Group(g))
	}
	for _, m := range rec.Participants {
		w.Participants = append(w.Participants, workshop.Participant(m))
	}
	return w, nil
}
