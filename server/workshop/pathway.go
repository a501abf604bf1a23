package workshop

import (
	"context"
	"slices"
	"strconv"
	"strings"
)

// Bounds of a pathway.
const (
	MaxStages      = 20
	MaxQuestions   = 12
	MaxStageName   = 80
	MaxStageText   = 500
	MaxKinds       = 12
	MaxDepartments = 100
	maxSlug        = 40
)

// SetStages replaces the stages: order, names, purpose, questions. A stage keeps
// its cards as long as its id stays; new stages come without an id. Cards of a
// stage that goes are shown in the first one. Phases of such a stage leave the
// agenda; the stage of the phase that is on, or of a round of writing, stays.
func (w *Workshop) SetStages(stages []Stage, newID NewID) error {
	if w.Status != Open {
		return Fail(CodeWorkshopClosed)
	}
	var p problems
	next := checkStages(&p, "", stages, func(s Stage) StageID {
		if s.ID == "" {
			return StageID(newID())
		}
		return s.ID
	})
	kept := map[StageID]bool{}
	for _, s := range next {
		kept[s.ID] = true
	}
	current := w.phaseIndex(w.Day.Phase)
	if current >= 0 && w.Agenda[current].Stage != "" && !kept[w.Agenda[current].Stage] || w.Writing != nil && !w.Writing.Shown && !kept[w.Writing.Stage] {
		p.add("stages", FieldInUse, nil)
	}
	if err := p.err(); err != nil {
		return err
	}
	w.Stages = next
	w.Agenda = slices.DeleteFunc(slices.Clone(w.Agenda), func(ph Phase) bool { return ph.Stage != "" && !kept[ph.Stage] })
	w.Day.Times = slices.DeleteFunc(slices.Clone(w.Day.Times), func(t PhaseTime) bool { return w.phaseIndex(t.Phase) < 0 })
	if !kept[w.Day.Focus] {
		w.Day.Focus = ""
	}
	return nil
}

// SetAreas replaces the areas; one that groups work in stays.
func (w *Workshop) SetAreas(areas []Area, newID NewID) error {
	if w.Status != Open {
		return Fail(CodeWorkshopClosed)
	}
	var p problems
	next := checkAreas(&p, "", areas, func(a Area) AreaID {
		if a.ID == "" {
			return AreaID(newID())
		}
		return a.ID
	})
	for _, g := range w.Groups {
		if !slices.ContainsFunc(next, func(a Area) bool { return a.ID == g.Area }) {
			p.add("areas", FieldInUse, nil)
			break
		}
	}
	if err := p.err(); err != nil {
		return err
	}
	w.Areas = next
	w.Participants = slices.Clone(w.Participants)
	for i, m := range w.Participants {
		if !slices.ContainsFunc(next, func(a Area) bool { return a.ID == m.Wish }) {
			w.Participants[i].Wish = ""
		}
	}
	return nil
}

func checkStages(p *problems, at string, stages []Stage, id func(Stage) StageID) []Stage {
	count(p, at+"stages", len(stages), MaxStages)
	if len(stages) > MaxStages {
		return nil
	}
	next := make([]Stage, len(stages))
	seen := map[StageID]bool{}
	for i, s := range stages {
		field := at + "stages[" + strconv.Itoa(i) + "]."
		s.ID = id(s)
		slug(p, field+"id", string(s.ID), seen[s.ID])
		seen[s.ID] = true
		s.Name = cleanBoth(p, field+"name", s.Name, MaxStageName)
		s.Purpose = optionalBoth(p, field+"purpose", s.Purpose, MaxStageText)
		s.Done = optionalBoth(p, field+"done", s.Done, MaxStageText)
		if len(s.Questions) > MaxQuestions {
			p.add(field+"questions", FieldTooMany, Params{"max": MaxQuestions})
			continue
		}
		s.Questions = slices.Clone(s.Questions)
		for j, q := range s.Questions {
			s.Questions[j] = cleanBoth(p, field+"questions["+strconv.Itoa(j)+"]", q, MaxStageText)
		}
		if s.Questions == nil {
			s.Questions = []Text{}
		}
		count(p, field+"kinds", len(s.Kinds), MaxKinds)
		for j, kind := range s.Kinds[:min(len(s.Kinds), MaxKinds)] {
			slug(p, field+"kinds["+strconv.Itoa(j)+"]", kind, slices.Contains(s.Kinds[:j], kind))
		}
		if s.Minutes < 1 || s.Minutes > MaxPhaseMinutes {
			p.add(field+"minutes", FieldRange, Params{"min": 1, "max": MaxPhaseMinutes})
		}
		next[i] = s
	}
	return next
}

func checkAreas(p *problems, at string, areas []Area, id func(Area) AreaID) []Area {
	count(p, at+"areas", len(areas), MaxAreas)
	if len(areas) > MaxAreas {
		return nil
	}
	next := make([]Area, len(areas))
	seen := map[AreaID]bool{}
	for i, a := range areas {
		field := at + "areas[" + strconv.Itoa(i) + "]."
		a.ID = id(a)
		slug(p, field+"id", string(a.ID), seen[a.ID])
		seen[a.ID] = true
		a.Name = cleanBoth(p, field+"name", a.Name, MaxAreaName)
		next[i] = a
	}
	return next
}

// count holds a list to 1 to max items.
func count(p *problems, field string, n, max int) {
	switch {
	case n == 0:
		p.add(field, FieldRequired, nil)
	case n > max:
		p.add(field, FieldTooMany, Params{"max": max})
	}
}

// slug holds an id to small letters, digits and dashes, once each.
func slug(p *problems, field, s string, twice bool) {
	odd := strings.IndexFunc(s, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' }) >= 0
	switch {
	case s == "":
		p.add(field, FieldRequired, nil)
	case odd:
		p.add(field, FieldCharacters, nil)
	case len(s) > maxSlug:
		p.add(field, FieldTooLong, Params{"max": maxSlug})
	case twice:
		p.add(field, FieldDuplicate, nil)
	}
}

func optionalBoth(p *problems, field string, t Text, limit int) Text {
	if strings.TrimSpace(t.PL+t.EN) == "" {
		return Text{}
	}
	return cleanBoth(p, field, t, limit)
}

// CheckTemplate returns a template that came from outside, cleaned, or names
// everything wrong with it under "pathway.".
func CheckTemplate(t Template) (Template, error) {
	const at = "pathway."
	var p problems
	slug(&p, at+"id", t.ID, false)
	t.Name = cleanBoth(&p, at+"name", t.Name, MaxTitle)
	t.Stages = checkStages(&p, at, t.Stages, func(s Stage) StageID { return s.ID })
	t.Areas = checkAreas(&p, at, t.Areas, func(a Area) AreaID { return a.ID })
	if len(t.Departments) > MaxDepartments {
		p.add(at+"departments", FieldTooMany, Params{"max": MaxDepartments})
		t.Departments = nil
	}
	t.Departments = slices.Clone(t.Departments)
	for i, d := range t.Departments {
		t.Departments[i] = cleanBoth(&p, at+"departments["+strconv.Itoa(i)+"]", d, MaxDepartment)
	}
	if len(t.Agenda) > MaxPhases {
		p.add(at+"agenda", FieldTooMany, Params{"max": MaxPhases})
		t.Agenda = nil
	}
	t.Agenda = slices.Clone(t.Agenda)
	w := Workshop{Stages: t.Stages}
	for i, phase := range t.Agenda {
		field := at + "agenda[" + strconv.Itoa(i) + "]"
		slug(&p, field+".id", string(phase.ID), slices.ContainsFunc(t.Agenda[:i], func(o Phase) bool { return o.ID == phase.ID }))
		t.Agenda[i] = w.checkPhase(&p, field, phase)
	}
	return t, p.err()
}

// Pathway is the workshop's way of working as a template for the next one: no
// people, no groups, no content.
func (w *Workshop) Pathway(departments []Text) Template {
	if len(w.Departments) > 0 {
		departments = w.Departments
	}
	return Template{
		ID: w.Template, Name: Text{PL: w.Title, EN: w.Title}, Stages: notNil(w.Stages), Areas: notNil(w.Areas),
		Agenda: notNil(w.Agenda), Departments: notNil(departments),
	}
}

// SetStages replaces the stages.
func (s *Service) SetStages(ctx context.Context, id WorkshopID, expect uint64, stages []Stage) (*Workshop, error) {
	return s.change(ctx, id, expect, func(w *Workshop) error { return w.SetStages(stages, s.NewID) })
}

// SetAreas replaces the areas.
func (s *Service) SetAreas(ctx context.Context, id WorkshopID, expect uint64, areas []Area) (*Workshop, error) {
	return s.change(ctx, id, expect, func(w *Workshop) error { return w.SetAreas(areas, s.NewID) })
}

// Pathway is the workshop's way of working as a template.
func (s *Service) Pathway(w *Workshop) Template {
	tpl, _ := s.template(w.Template)
	return w.Pathway(tpl.Departments)
}
