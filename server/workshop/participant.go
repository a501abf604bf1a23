package workshop

import (
	"slices"
	"time"
)

// Participant is a member of the workshop: what people see of them, and the
// group they work in ("" while they have none).
type Participant struct {
	ID         ParticipantID
	Name       string
	Department string
	Color      string
	Group      GroupID
	JoinedAt   time.Time
}

// colors tell participants apart: distinct hues, dark enough for white
// letters on them (contrast 4.5:1 or more).
var colors = []string{
	"#b4232a", "#0b6bcb", "#1a7f37", "#8250df", "#9a5b00", "#00727a",
	"#bf3989", "#4d5bbf", "#5f6b00", "#a33f1f", "#3f6d8c", "#6e4a9e",
}

// JoinInput is what a person says when joining.
type JoinInput struct {
	Name       string
	Department string
	Group      GroupID
}

// Join adds a participant under the id, in the group asked for if any.
func (w *Workshop) Join(id ParticipantID, in JoinInput, at time.Time) (Participant, error) {
	if w.Status != Open {
		return Participant{}, Fail(CodeWorkshopClosed)
	}
	if len(w.Participants) >= MaxParticipants {
		return Participant{}, Fail(CodeWorkshopFull)
	}
	var p problems
	m := Participant{ID: id, Color: w.nextColor(), JoinedAt: at.UTC()}
	m.Name = cleanText(&p, "name", in.Name, MaxName, false)
	m.Department = cleanText(&p, "department", in.Department, MaxDepartment, true)
	if err := p.err(); err != nil {
		return Participant{}, err
	}
	if err := w.roomFor(in.Group); err != nil {
		return Participant{}, err
	}
	m.Group = in.Group
	w.Participants = append(w.Participants, m)
	return m, nil
}

// nextColor returns the colour the fewest participants have.
func (w *Workshop) nextColor() string {
	used := map[string]int{}
	for _, m := range w.Participants {
		used[m.Color]++
	}
	return slices.MinFunc(colors, func(a, b string) int { return used[a] - used[b] })
}

// roomFor reports whether one more may enter the group; "" is no group.
func (w *Workshop) roomFor(id GroupID) error {
	if id == "" {
		return nil
	}
	g, err := w.Group(id)
	if err != nil {
		return err
	}
	if w.memberCount(id) >= g.Capacity {
		return &Error{Code: CodeGroupFull, Params: Params{"max": g.Capacity}}
	}
	return nil
}

// MeChange is what participants may change about themselves; nil leaves a
// field as it is, a pointer to "" leaves the group.
type MeChange struct {
	Name       *string
	Department *string
	Group      *GroupID
}

// ChangeParticipant changes one participant, or reports everything wrong and
// changes nothing.
func (w *Workshop) ChangeParticipant(id ParticipantID, c MeChange) (Participant, error) {
	if w.Status != Open {
		return Participant{}, Fail(CodeWorkshopClosed)
	}
	i := w.participantIndex(id)
	if i < 0 {
		return Participant{}, Fail(CodeNotFound)
	}
	var p problems
	m := w.Participants[i]
	if c.Name != nil {
		m.Name = cleanText(&p, "name", *c.Name, MaxName, false)
	}
	if c.Department != nil {
		m.Department = cleanText(&p, "department", *c.Department, MaxDepartment, true)
	}
	if err := p.err(); err != nil {
		return Participant{}, err
	}
	if c.Group != nil && *c.Group != m.Group {
		if err := w.roomFor(*c.Group); err != nil {
			return Participant{}, err
		}
		m.Group = *c.Group
	}
	w.Participants = slices.Clone(w.Participants)
	w.Participants[i] = m
	return m, nil
}

// RemoveParticipant removes a participant. What they wrote stays.
func (w *Workshop) RemoveParticipant(id ParticipantID) error {
	i := w.participantIndex(id)
	if i < 0 {
		return Fail(CodeNotFound)
	}
	w.Participants = slices.Delete(slices.Clone(w.Participants), i, i+1)
	return nil
}

// Participant returns the participant of that id, or CodeNotFound.
func (w *Workshop) Participant(id ParticipantID) (Participant, error) {
	i := w.participantIndex(id)
	if i < 0 {
		return Participant{}, Fail(CodeNotFound)
	}
	return w.Participants[i], nil
}

func (w *Workshop) participantIndex(id ParticipantID) int {
	return slices.IndexFunc(w.Participants, func(m Participant) bool { return m.ID == id })
}
