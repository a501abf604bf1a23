package workshop

import (
	"context"
	"slices"
	"time"
)

// Erasure says that one person's data was erased, by id: the list of them is
// applied again to what a backup brings back. The JSON form is stored.
type Erasure struct {
	Workshop    WorkshopID    `json:"workshop"`
	Participant ParticipantID `json:"participant"`
	At          time.Time     `json:"at"`
}

// ErasePerson erases one person: their row with the name, sessions, private
// pages, ballots, feedback, what they asked in help requests, their id in the
// audit log, and the history of each board on which they wrote: no earlier moment
// of it is shown any more. Boards hold no names; cards keep an author's id that
// stands for nobody from then on. Repeating it is no error.
func (s *Service) ErasePerson(ctx context.Context, id WorkshopID, expect uint64, p ParticipantID) (*Workshop, error) {
	// The list first: an erasure that is interrupted is finished by Tidy.
	if err := s.Ends.KeepErasure(ctx, Erasure{Workshop: id, Participant: p, At: s.Now().UTC().Truncate(time.Second)}); err != nil {
		return nil, err
	}
	w, err := s.Repository.Load(ctx, id)
	if err != nil {
		return nil, err
	}
	// While the person is on the list Tidy begins anew, so the boards come before.
	if err := s.forgetPasts(ctx, w, p); err != nil {
		return nil, err
	}
	w, err = s.change(ctx, id, expect, func(w *Workshop) error { return w.erase(p) })
	if err != nil {
		return nil, err
	}
	if err := s.revoke(ctx, id, Holder{Participant: p}); err != nil {
		return nil, err
	}
	if err := s.Private.Erase(ctx, id, p); err != nil {
		return nil, err
	}
	// And once more, for what they wrote until their sessions ended.
	if err := s.forgetPasts(ctx, w, p); err != nil {
		return nil, err
	}
	return w, s.Audit.Forget(ctx, id, string(p))
}

func (s *Service) forgetPasts(ctx context.Context, w *Workshop, p ParticipantID) error {
	for _, g := range w.Groups {
		if err := s.Boards.ForgetPast(ctx, g.ID, p); err != nil {
			return err
		}
	}
	return nil
}

// erase removes a participant and what the workshop's own record holds of them.
func (w *Workshop) erase(id ParticipantID) error {
	if err := w.RemoveParticipant(id); err != nil {
		return err
	}
	w.Help = slices.Clone(w.Help)
	for i := range w.Help {
		if w.Help[i].By == id {
			w.Help[i].By, w.Help[i].Text = "", ""
		}
	}
	return nil
}

// ForgetBoard clears a board's history: what was deleted from it is gone for good.
// Nobody may be writing meanwhile, so the board is frozen or the workshop
// archived, or it fails with CodeBoardOpen.
func (s *Service) ForgetBoard(ctx context.Context, w *Workshop, g GroupID) error {
	group, err := w.Group(g)
	if err != nil {
		return err
	}
	if w.Status == Open && !w.Day.Frozen && !group.Frozen {
		return Fail(CodeBoardOpen)
	}
	return s.Boards.Rebuild(ctx, w, g)
}

// PersonalData is all that is kept of one person, for them to take away.
type PersonalData struct {
	Workshop    PreviewWorkshop             `json:"workshop"`
	ExportedAt  time.Time                   `json:"exportedAt"`
	Participant ParticipantView             `json:"participant"`
	JoinedAt    *time.Time                  `json:"joinedAt"`
	DeleteAt    time.Time                   `json:"deleteAt"`
	Sessions    []Device                    `json:"sessions"`
	Help        []Help                      `json:"help"`
	Votes       map[PollID][]Dots           `json:"votes"`
	Notes       []Note                      `json:"notes"`
	Feedback    *Feedback                   `json:"feedback"`
	Audit       []AuditEntry                `json:"audit"`
	Boards      map[GroupID]AuthoredOnBoard `json:"boards"`
}

// AuthoredOnBoard is what one person wrote on one board.
type AuthoredOnBoard struct {
	Cards    []AuthoredText `json:"cards"`
	Comments []AuthoredText `json:"comments"`
}

// AuthoredText is a card or a comment.
type AuthoredText struct {
	ID        string    `json:"id"`
	Text      string    `json:"text"`
	CreatedAt time.Time `json:"createdAt"`
}

// Data gathers all that is kept of one person.
func (s *Service) Data(ctx context.Context, w *Workshop, p ParticipantID) (PersonalData, error) {
	m, err := w.Participant(p)
	if err != nil {
		return PersonalData{}, err
	}
	d := PersonalData{
		Workshop:   PreviewWorkshop{ID: w.ID, Title: w.Title, City: w.City, Language: w.Language, Status: w.Status},
		ExportedAt: s.Now().UTC(), Participant: m.View(), DeleteAt: w.DeleteAt(), Sessions: []Device{}, Help: []Help{},
		Votes: map[PollID][]Dots{}, Notes: []Note{}, Audit: []AuditEntry{}, Boards: map[GroupID]AuthoredOnBoard{},
	}
	if !m.JoinedAt.IsZero() {
		d.JoinedAt = &m.JoinedAt
	}
	for _, h := range w.Help {
		if h.By == p {
			d.Help = append(d.Help, h)
		}
	}
	if err := s.ownPages(ctx, w, p, &d); err != nil {
		return PersonalData{}, err
	}
	all, err := s.Secrets.Sessions(ctx, w.ID)
	if err != nil {
		return PersonalData{}, err
	}
	for _, session := range all {
		if session.Participant == p {
			d.Sessions = append(d.Sessions, session)
		}
	}
	err = s.Audit.Each(ctx, w.ID, func(e AuditEntry) error {
		if e.Actor == string(p) || e.Target == string(p) {
			d.Audit = append(d.Audit, e)
		}
		return nil
	})
	if err != nil {
		return PersonalData{}, err
	}
	for _, g := range w.Groups {
		wrote, err := s.Boards.Authored(ctx, w, g.ID, p)
		if err != nil {
			return PersonalData{}, err
		}
		if len(wrote.Cards)+len(wrote.Comments) > 0 {
			d.Boards[g.ID] = wrote
		}
	}
	return d, nil
}

// ownPages reads what the person wrote for nobody's eyes yet.
func (s *Service) ownPages(ctx context.Context, w *Workshop, p ParticipantID, d *PersonalData) error {
	for _, poll := range w.Polls {
		var dots []Dots
		there, err := s.Private.Read(ctx, w.ID, ballotSheet(poll.ID), p, &dots)
		if err != nil {
			return err
		}
		if there {
			d.Votes[poll.ID] = dots
		}
	}
	if w.Writing != nil {
		if _, err := s.Private.Read(ctx, w.ID, notesSheet(w.Writing.ID), p, &d.Notes); err != nil {
			return err
		}
	}
	var f Feedback
	there, err := s.Private.Read(ctx, w.ID, feedbackSheet, p, &f)
	if there {
		d.Feedback = &f
	}
	return err
}
