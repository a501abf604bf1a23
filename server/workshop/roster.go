package workshop

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// expected returns the index of the person on the list whom the input means,
// or -1. Several of the same name are told apart by department.
func (w *Workshop) expected(in JoinInput) int {
	byName := -1
	for i, m := range w.Participants {
		if !m.JoinedAt.IsZero() || !strings.EqualFold(m.Name, in.Name) {
			continue
		}
		if strings.EqualFold(m.Department, in.Department) {
			return i
		}
		if byName < 0 && (in.Department == "" || m.Department == "") {
			byName = i
		}
	}
	return byName
}

// arrive notes that somebody on the list has come. A group they choose wins
// over the one they were given.
func (w *Workshop) arrive(i int, group GroupID, at time.Time) (Participant, error) {
	m := w.Participants[i]
	if group != "" && group != m.Group {
		if err := w.roomFor(group); err != nil {
			return Participant{}, err
		}
		m.Group = group
	}
	m.JoinedAt = at.UTC()
	w.Participants = slices.Clone(w.Participants)
	w.Participants[i] = m
	if m.Group == "" && w.Formed {
		w.placeLatecomers(0)
	}
	return w.Participants[i], nil
}

// PersonInput is one row of a list of participants.
type PersonInput struct {
	Name       string
	Department string
}

// AddPeople puts people on the list before they come: all of them, or none
// with everything that is wrong, by row. Rows count from 0.
func (w *Workshop) AddPeople(rows []PersonInput, newID NewID) error {
	if w.Status != Open {
		return Fail(CodeWorkshopClosed)
	}
	var p problems
	if len(rows) == 0 {
		p.add("rows", FieldRequired, nil)
	}
	if len(w.Participants)+len(rows) > w.Limits().Participants {
		return workshopFull()
	}
	key := func(name, department string) string {
		return strings.ToLower(name) + "\x00" + strings.ToLower(department)
	}
	seen := make(map[string]bool, len(w.Participants)+len(rows))
	for _, m := range w.Participants {
		seen[key(m.Name, m.Department)] = true
	}
	next := *w
	next.Participants = slices.Clone(w.Participants)
	for i, row := range rows {
		field := "rows[" + strconv.Itoa(i) + "]"
		m := Participant{Color: next.nextColor()}
		m.Name = cleanText(&p, field+".name", row.Name, MaxName, false)
		m.Department = cleanText(&p, field+".department", row.Department, MaxDepartment, true)
		if k := key(m.Name, m.Department); seen[k] {
			p.add(field+".name", FieldDuplicate, nil)
		} else {
			seen[k] = true
		}
		next.Participants = append(next.Participants, m)
	}
	if err := p.err(); err != nil {
		return err
	}
	for i := range rows {
		next.Participants[len(w.Participants)+i].ID = ParticipantID(newID())
	}
	w.Participants = next.Participants
	return nil
}
