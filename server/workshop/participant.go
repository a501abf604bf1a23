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
	// JoinedAt is zero for somebody on the list who has not come yet.
	JoinedAt time.Time
	// Wish is the area they would like to work in, "" for any.
	Wish AreaID
	// Pinned: forming groups leaves them where they are.
	Pinned bool
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
	// Device is a coarse word for the browser, for the list of sessions.
	Device string
}

// Join adds a participant under the id, in the group asked for if any. Somebody
// on the list who has not come yet is recognised by name, and by department if
// one is given, and keeps their own id. Once groups are formed, who asks for
// none is placed where they fit best.
func (w *Workshop) Join(id ParticipantID, in JoinInput, at time.Time) (Participant, error) {
	if w.Status != Open {
		return Participant{}, Fail(CodeWorkshopClosed)
	}
	var p problems
	in.Name = cleanText(&p, "name", in.Name, MaxName, false)
	in.Department = cleanText(&p, "department", in.Department, MaxDepartment, true)
	if err := p.err(); err != nil {
		return Participant{}, err
	}
	if i := w.expected(in); i >= 0 {
		return w.arrive(i, in.Group, at)
	}
	if len(w.Participants) >= w.Limits().Participants {
		return Participant{}, workshopFull()
	}
	m := Participant{ID: id, Color: w.nextColor(), JoinedAt: at.UTC(), Name: in.Name, Department: in.Department}
	if err := w.roomFor(in.Group); err != nil {
		return Participant{}, err
	}
	m.Group = in.Group
	w.Participants = append(w.Participants, m)
	if m.Group == "" && w.Formed {
		w.placeLatecomers(0)
		return w.Participants[len(w.Participants)-1], nil
	}
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
	Wish       *AreaID
	// Pinned is for facilitators to say.
	Pinned *bool
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
	if c.Pinned != nil {
		m.Pinned = *c.Pinned
	}
	if c.Wish != nil {
		if _, ok := w.findArea(string(*c.Wish)); !ok && *c.Wish != "" {
			return Participant{}, Fail(CodeUnknownArea)
		}
		m.Wish = *c.Wish
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
	w.Apart = slices.DeleteFunc(slices.Clone(w.Apart), func(pair Pair) bool { return pair[0] == id || pair[1] == id })
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
