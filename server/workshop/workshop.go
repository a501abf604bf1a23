package workshop

import (
	"strconv"
	"strings"
	"time"
)

// Bounds of a workshop beside its Limits.
const (
	MaxAreas = 50

	DefaultCapacity = 8
	MaxCapacity     = 60

	// CodeLifetime is how long a join code opens a workshop that stays open.
	CodeLifetime = 30 * 24 * time.Hour
)

// Status says whether a workshop still takes people and changes.
type Status string

// A closed workshop can be read and can be opened again; its code is dead and
// its members change nothing.
const (
	Open   Status = "open"
	Closed Status = "closed"
)

// Visibility says who may read a group's board.
type Visibility string

// Who reads a board besides the facilitator and the projector.
const (
	VisibleToGroup    Visibility = "group"
	VisibleToWorkshop Visibility = "workshop"
)

// Workshop is the aggregate: everything that is changed together under one
// version. Its methods keep its rules; nothing else changes its fields, apart
// from persistence, which fills them.
type Workshop struct {
	ID         WorkshopID
	Title      string
	City       string
	Language   Language
	Status     Status
	Visibility Visibility
	CreatedAt  time.Time
	// Version is that of the record this was loaded from; storage counts it.
	Version uint64
	limits  Limits

	Template     string // id of the template, for its list of departments
	Stages       []Stage
	Areas        []Area
	Groups       []Group
	Participants []Participant
	// Facilitators are those who lead; the creator is the first of them.
	Facilitators []Lead

	// ClosedAt is when the workshop was archived, HeldAt when its last phase began;
	// RetentionDays after it is deleted, 0 stands for the default. Deleting: it is
	// on its way out and nobody is let in.
	ClosedAt, HeldAt time.Time
	RetentionDays    int
	Deleting         bool
	// Departments are suggested to who joins, where not those of the template.
	Departments []Text

	// Apart are pairs who should not share a group. Formed: groups were formed,
	// so whoever comes later is placed at once.
	Apart  []Pair
	Formed bool

	Help          []Help
	Announcements []Announcement
	Polls         []Poll
	Writing       *Writing // the latest round of private writing, or nil
	Gallery       Gallery
	Warmup        *Warmup // the latest warm-up question, or nil
	// FeedbackOpen: everybody is asked what they think of the day.
	FeedbackOpen bool
	// OutcomeUntil is when the outcome ceases to be shared; zero: it is not.
	OutcomeUntil time.Time

	// FollowUntil is when saying how far actions are ceases; zero: it is not open.
	FollowUntil time.Time
	// Screen is what the projectors show.
	Screen Screen
	// Library is what was added to the library that is shipped.
	Library OwnLibrary

	// Agenda is the plan of the day, Day is where it stands.
	Agenda []Phase
	Day    Day

	// JoinCode opens the workshop to members, CodeIssuedAt starts its life.
	JoinCode     string
	CodeIssuedAt time.Time
}

// AreaInput chooses an area of the template by id or by name, or adds one.
type AreaInput struct {
	ID   string
	Name Text
}

// GroupInput names a group to begin with; Area is an area's id or its name in
// either language.
type GroupInput struct {
	Name string
	Area string
}

// CreateInput is what a facilitator says when creating a workshop. Empty Areas
// means all of the template's.
type CreateInput struct {
	Title    string
	City     string
	Language Language
	Template string
	Areas    []AreaInput
	Groups   []GroupInput
	// Pathway stands in for a template: one saved from another workshop.
	Pathway *Template
	// Limits hold for the workshop; zero ones are the defaults.
	Limits Limits
}

// New creates a workshop from a template at the given time, or reports
// everything wrong with the input.
func New(in CreateInput, tpl Template, newID NewID, at time.Time) (*Workshop, error) {
	var p problems
	w := &Workshop{
		ID: WorkshopID(newID()), Status: Open, Visibility: VisibleToGroup, CreatedAt: at.UTC(),
		Template: tpl.ID, Stages: tpl.Stages, Agenda: tpl.Agenda,
		Language: in.Language, limits: in.Limits,
	}
	if w.Language == "" {
		w.Language = Polish
	}
	w.checkLanguage(&p)
	w.Title = cleanText(&p, "title", in.Title, MaxTitle, false)
	w.City = cleanText(&p, "city", in.City, MaxCity, false)
	w.Areas = pickAreas(&p, in.Areas, tpl.Areas, newID)
	if most := w.Limits().Groups; len(in.Groups) > most {
		p.tooMany("groups", limitGroups, most)
	}
	if err := p.err(); err != nil {
		return nil, err
	}
	for i, g := range in.Groups {
		field := "groups[" + strconv.Itoa(i) + "]."
		area, ok := w.findArea(g.Area)
		if !ok {
			return nil, &Error{Code: CodeUnknownArea, Fields: []FieldError{{Field: field + "area", Code: FieldChoice}}}
		}
		name := cleanText(&p, field+"name", g.Name, MaxGroupName, false)
		w.Groups = append(w.Groups, Group{ID: GroupID(newID()), Name: name, Area: area.ID, Capacity: DefaultCapacity})
	}
	if err := p.err(); err != nil {
		return nil, err
	}
	return w, nil
}

// pickAreas resolves the wanted areas against the template's.
func pickAreas(p *problems, want []AreaInput, have []Area, newID NewID) []Area {
	if len(want) == 0 {
		return append([]Area(nil), have...)
	}
	if len(want) > MaxAreas {
		p.add("areas", FieldTooMany, Params{"max": MaxAreas})
		return nil
	}
	var picked []Area
	for i, in := range want {
		field := "areas[" + strconv.Itoa(i) + "]"
		area := resolveArea(p, field, in, have, newID)
		for _, other := range picked {
			if other.ID == area.ID {
				p.add(field, FieldDuplicate, nil)
			}
		}
		picked = append(picked, area)
	}
	return picked
}

// resolveArea finds the template's area that in means, or makes a new one.
func resolveArea(p *problems, field string, in AreaInput, have []Area, newID NewID) Area {
	id := strings.TrimSpace(in.ID)
	for _, a := range have {
		byName := id == "" && (a.Name.is(in.Name.PL) || a.Name.is(in.Name.EN) || string(a.ID) == strings.TrimSpace(in.Name.PL))
		if (id != "" && string(a.ID) == id) || byName {
			return a
		}
	}
	name := Text{PL: in.Name.PL, EN: in.Name.EN}
	if name.PL == "" {
		name.PL = name.EN
	}
	if name.EN == "" {
		name.EN = name.PL
	}
	name.PL = cleanText(p, field+".name", name.PL, MaxAreaName, false)
	if in.Name.EN != "" && in.Name.EN != in.Name.PL {
		name.EN = cleanText(p, field+".name", name.EN, MaxAreaName, false)
	} else {
		name.EN = name.PL
	}
	if id == "" {
		id = newID()
	} else {
		id = cleanText(p, field+".id", id, 40, false)
	}
	return Area{ID: AreaID(id), Name: name}
}

// findArea returns the workshop's area of that id or name.
func (w *Workshop) findArea(s string) (Area, bool) {
	for _, a := range w.Areas {
		if string(a.ID) == strings.TrimSpace(s) || a.Name.is(s) {
			return a, true
		}
	}
	return Area{}, false
}

func (w *Workshop) checkLanguage(p *problems) {
	if !w.Language.Valid() {
		p.add("language", FieldChoice, Params{"choices": "pl, en"})
	}
}

// Change is what a facilitator may change of the workshop itself; nil leaves
// a field as it is.
type Change struct {
	Title      *string
	City       *string
	Language   *Language
	Visibility *Visibility
	Status     *Status
	// FeedbackOpen asks everybody what they think of the day.
	FeedbackOpen *bool
	// RetentionDays is how long the workshop is kept after its end.
	RetentionDays *int
}

// Apply makes the change, or reports everything wrong with it and changes
// nothing.
func (w *Workshop) Apply(c Change) error {
	var p problems
	next := *w
	if c.Title != nil {
		next.Title = cleanText(&p, "title", *c.Title, MaxTitle, false)
	}
	if c.City != nil {
		next.City = cleanText(&p, "city", *c.City, MaxCity, false)
	}
	if c.Language != nil {
		next.Language = *c.Language
		next.checkLanguage(&p)
	}
	if c.Visibility != nil {
		if next.Visibility = *c.Visibility; next.Visibility != VisibleToGroup && next.Visibility != VisibleToWorkshop {
			p.add("visibility", FieldChoice, Params{"choices": "group, workshop"})
		}
	}
	if c.FeedbackOpen != nil {
		next.FeedbackOpen = *c.FeedbackOpen
	}
	if c.RetentionDays != nil {
		if next.RetentionDays = *c.RetentionDays; next.RetentionDays < MinRetentionDays || next.RetentionDays > MaxRetentionDays {
			p.add("retentionDays", FieldRange, Params{"min": MinRetentionDays, "max": MaxRetentionDays})
		}
	}
	if c.Status != nil {
		if next.Status = *c.Status; next.Status != Open && next.Status != Closed {
			p.add("status", FieldChoice, Params{"choices": "open, closed"})
		}
	}
	if err := p.err(); err != nil {
		return err
	}
	*w = next
	return nil
}

// IssueCode makes code the one that opens the workshop from now on.
func (w *Workshop) IssueCode(code string, at time.Time) {
	w.JoinCode, w.CodeIssuedAt = code, at.UTC()
}

// CodeOpens reports whether code lets people join at the time: nil, or
// CodeCodeExpired when it was replaced, grew too old or the workshop closed.
func (w *Workshop) CodeOpens(code string, at time.Time) error {
	if code != w.JoinCode || w.Deleting || w.Status != Open || at.Sub(w.CodeIssuedAt) > CodeLifetime {
		return Fail(CodeCodeExpired)
	}
	return nil
}
