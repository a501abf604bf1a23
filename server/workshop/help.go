package workshop

import (
	"slices"
	"time"
)

// Limits of what groups and facilitators say to each other.
const (
	MaxHelpText = 500
	// MaxHelp is how many requests are kept; the oldest settled ones go first.
	MaxHelp = 300
	// MaxAnnouncements is how many announcements are kept.
	MaxAnnouncements = 20
	MaxAnnouncement  = 500
)

// HelpID names a request for help.
type HelpID string

// Help is a request of a group for a facilitator. The JSON form is stored, and
// sent to the group and to facilitators only.
type Help struct {
	ID    HelpID        `json:"id"`
	Group GroupID       `json:"groupId"`
	By    ParticipantID `json:"by"`
	Text  string        `json:"text"` // "" is a raised hand
	At    time.Time     `json:"at"`
	// Answer is for the group alone.
	Answer     string    `json:"answer,omitempty"`
	AnsweredAt time.Time `json:"answeredAt,omitzero"`
	// DoneAt is when the matter was settled; zero while it waits.
	DoneAt time.Time `json:"doneAt,omitzero"`
}

// Announcement is what a facilitator says to all, or to some groups. The JSON
// form is stored and sent to those concerned.
type Announcement struct {
	ID     string    `json:"id"`
	Text   string    `json:"text"`
	Groups []GroupID `json:"groups"` // none: everybody
	At     time.Time `json:"at"`
}

// AskHelp asks for help in the name of the member's group. A group waits once:
// while it does, a new text replaces the old one.
func (w *Workshop) AskHelp(id HelpID, by ParticipantID, text string, at time.Time) error {
	if w.Status != Open {
		return Fail(CodeWorkshopClosed)
	}
	m, err := w.Participant(by)
	if err != nil {
		return err
	}
	if m.Group == "" {
		return Fail(CodeUnknownGroup)
	}
	var p problems
	text = cleanText(&p, "text", unfold(text), MaxHelpText, true)
	if err := p.err(); err != nil {
		return err
	}
	w.Help = slices.Clone(w.Help)
	for i := range w.Help {
		if w.Help[i].Group == m.Group && w.Help[i].DoneAt.IsZero() {
			if text != "" {
				w.Help[i].Text, w.Help[i].By = text, by
			}
			return nil
		}
	}
	w.Help = append(w.Help, Help{ID: id, Group: m.Group, By: by, Text: text, At: at.UTC()})
	if len(w.Help) > MaxHelp {
		oldest := max(0, slices.IndexFunc(w.Help, func(h Help) bool { return !h.DoneAt.IsZero() }))
		w.Help = slices.Delete(w.Help, oldest, oldest+1)
	}
	return nil
}

// AnswerHelp tells the group something; the request waits on until it is
// settled, or is settled at once.
func (w *Workshop) AnswerHelp(id HelpID, answer string, done bool, at time.Time) error {
	i := slices.IndexFunc(w.Help, func(h Help) bool { return h.ID == id })
	if i < 0 {
		return Fail(CodeNotFound)
	}
	var p problems
	answer = cleanText(&p, "answer", unfold(answer), MaxHelpText, done)
	if err := p.err(); err != nil {
		return err
	}
	w.Help = slices.Clone(w.Help)
	h := &w.Help[i]
	if answer != "" {
		h.Answer, h.AnsweredAt = answer, at.UTC()
	}
	if done && h.DoneAt.IsZero() {
		h.DoneAt = at.UTC()
	}
	return nil
}

// WithdrawHelp settles the waiting request of the member's own group.
func (w *Workshop) WithdrawHelp(by ParticipantID, at time.Time) error {
	m, err := w.Participant(by)
	if err != nil {
		return err
	}
	w.Help = slices.Clone(w.Help)
	for i := range w.Help {
		if h := &w.Help[i]; m.Group != "" && h.Group == m.Group && h.DoneAt.IsZero() {
			h.DoneAt = at.UTC()
			return nil
		}
	}
	return Fail(CodeNotFound)
}

// Announce says something to groups, or to everybody.
func (w *Workshop) Announce(id, text string, groups []GroupID, at time.Time) error {
	if w.Status != Open {
		return Fail(CodeWorkshopClosed)
	}
	var p problems
	text = cleanText(&p, "text", unfold(text), MaxAnnouncement, false)
	if err := p.err(); err != nil {
		return err
	}
	for _, g := range groups {
		if w.groupIndex(g) < 0 {
			return Fail(CodeUnknownGroup)
		}
	}
	w.Announcements = append(slices.Clone(w.Announcements), Announcement{ID: id, Text: text, Groups: notNil(groups), At: at.UTC()})
	if over := len(w.Announcements) - MaxAnnouncements; over > 0 {
		w.Announcements = w.Announcements[over:]
	}
	return nil
}

// Concern is what concerns one person beyond the workshop that everybody sees.
type Concern struct {
	Help          []Help         `json:"help"`
	Announcements []Announcement `json:"announcements"`
	// Visits is the group whose board the person's group visits now, "" none.
	Visits GroupID `json:"visits"`
}

// ConcernsMoved reports whether somebody's Concern may differ between the two
// versions.
func ConcernsMoved(before, after *Workshop) bool {
	reach := ReachOf(before, after)
	same := func(a, b Announcement) bool { return a.ID == b.ID }
	return reach.Everyone || len(reach.Boards) > 0 || !slices.Equal(before.Help, after.Help) ||
		!slices.EqualFunc(before.Announcements, after.Announcements, same)
}

// ConcernOf returns what the session may know beyond the workshop: everything
// for a facilitator, the group's for a member, announcements to all for the
// projector.
func (w *Workshop) ConcernOf(s Session) Concern {
	c := Concern{Help: []Help{}, Announcements: []Announcement{}}
	var own GroupID
	if s.Role == Member {
		m, err := w.Participant(s.Participant)
		if err != nil {
			return c
		}
		own = m.Group
	}
	c.Visits = w.visited(own)
	for _, h := range w.Help {
		if s.Role == Facilitator || own != "" && h.Group == own {
			c.Help = append(c.Help, h)
		}
	}
	for _, a := range w.Announcements {
		if s.Role == Facilitator || len(a.Groups) == 0 || own != "" && slices.Contains(a.Groups, own) {
			c.Announcements = append(c.Announcements, a)
		}
	}
	return c
}
