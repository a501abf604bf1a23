package workshop

import "context"

// Sheets of private pages.
const feedbackSheet = "feedback"

func ballotSheet(id PollID) string   { return "ballot/" + string(id) }
func notesSheet(id WritingID) string { return "notes/" + string(id) }

// AskHelp asks for help in the name of the member's group.
func (s *Service) AskHelp(ctx context.Context, id WorkshopID, by ParticipantID, text string) (*Workshop, error) {
	help, at := HelpID(s.NewID()), s.Now()
	return s.change(ctx, id, 0, func(w *Workshop) error { return w.AskHelp(help, by, text, at) })
}

// WithdrawHelp settles the waiting request of the member's group.
func (s *Service) WithdrawHelp(ctx context.Context, id WorkshopID, by ParticipantID) (*Workshop, error) {
	at := s.Now()
	return s.change(ctx, id, 0, func(w *Workshop) error { return w.WithdrawHelp(by, at) })
}

// AnswerHelp answers a request, and settles it if done.
func (s *Service) AnswerHelp(ctx context.Context, id WorkshopID, help HelpID, answer string, done bool) (*Workshop, error) {
	at := s.Now()
	return s.change(ctx, id, 0, func(w *Workshop) error { return w.AnswerHelp(help, answer, done, at) })
}

// Announce says something to groups, or to everybody.
func (s *Service) Announce(ctx context.Context, id WorkshopID, text string, groups []GroupID) (*Workshop, error) {
	announcement, at := s.NewID(), s.Now()
	return s.change(ctx, id, 0, func(w *Workshop) error { return w.Announce(announcement, text, groups, at) })
}

// DropCard puts a hint, or an entry of the library, on a group's board.
func (s *Service) DropCard(ctx context.Context, w *Workshop, g GroupID, c NewCard) error {
	var p problems
	c.Text = cleanText(&p, "text", unfold(c.Text), MaxNoteText, false)
	c.Ref = cleanText(&p, "ref", c.Ref, 120, true)
	c.Kind = cleanText(&p, "kind", c.Kind, 40, false)
	if w.stageIndex(c.Stage) < 0 {
		p.add("stageId", FieldChoice, nil)
	}
	if err := p.err(); err != nil {
		return err
	}
	c.ID = s.NewID()
	return s.Boards.AddCards(ctx, w, g, []NewCard{c})
}

// Comment puts a visitor's comment on a card.
func (s *Service) Comment(ctx context.Context, w *Workshop, g GroupID, card, author, text string) error {
	var p problems
	text = cleanText(&p, "text", unfold(text), MaxNoteText, false)
	if err := p.err(); err != nil {
		return err
	}
	return s.Boards.AddComment(ctx, w, g, s.NewID(), card, author, text)
}

// OpenPoll begins a vote.
func (s *Service) OpenPoll(ctx context.Context, id WorkshopID, expect uint64, p Poll) (*Workshop, error) {
	p.ID = PollID(s.NewID())
	at := s.Now()
	return s.change(ctx, id, expect, func(w *Workshop) error { return w.OpenPoll(p, at) })
}

// Ballot returns the dots that the member has put in the vote.
func (s *Service) Ballot(ctx context.Context, id WorkshopID, poll PollID, by ParticipantID) ([]Dots, error) {
	dots := []Dots{}
	_, err := s.Private.Read(ctx, id, ballotSheet(poll), by, &dots)
	return dots, err
}

// Vote replaces the member's dots in the vote. The vote is looked at again
// after the ballot is kept: one that was still open then counts it for sure.
func (s *Service) Vote(ctx context.Context, w *Workshop, poll PollID, by ParticipantID, dots []Dots) error {
	if err := w.CheckBallot(poll, by, dots); err != nil {
		return err
	}
	if err := s.Private.Write(ctx, w.ID, ballotSheet(poll), by, notNil(dots)); err != nil {
		return err
	}
	now, err := s.Repository.Load(ctx, w.ID)
	if err != nil {
		return err
	}
	return now.CheckBallot(poll, by, dots)
}

// ClosePoll ends a vote, then counts the ballots.
func (s *Service) ClosePoll(ctx context.Context, id WorkshopID, poll PollID) (*Workshop, error) {
	at := s.Now()
	w, err := s.change(ctx, id, 0, func(w *Workshop) error { return w.ClosePoll(poll, at) })
	if err != nil {
		return nil, err
	}
	ballots := map[ParticipantID][]Dots{}
	err = s.Private.Each(ctx, id, ballotSheet(poll), func(p ParticipantID, decode func(any) error) error {
		var dots []Dots
		err := decode(&dots)
		ballots[p] = dots
		return err
	})
	if err != nil {
		return nil, err
	}
	texts := make(map[GroupID]map[string]string, len(w.Groups))
	for _, g := range w.Groups {
		if texts[g.ID], err = s.Boards.Texts(ctx, w, g.ID); err != nil {
			return nil, err
		}
	}
	return s.change(ctx, id, 0, func(w *Workshop) error {
		return w.CountPoll(poll, ballots, func(g GroupID, card string) (string, bool) {
			text, ok := texts[g][card]
			return text, ok
		})
	})
}

// BeginWriting starts a round of private writing.
func (s *Service) BeginWriting(ctx context.Context, id WorkshopID, expect uint64, r Writing) (*Workshop, error) {
	r.ID = WritingID(s.NewID())
	at := s.Now()
	return s.change(ctx, id, expect, func(w *Workshop) error { return w.BeginWriting(r, at) })
}

// Notes returns what the member has written in the round.
func (s *Service) Notes(ctx context.Context, id WorkshopID, round WritingID, by ParticipantID) ([]Note, error) {
	notes := []Note{}
	_, err := s.Private.Read(ctx, id, notesSheet(round), by, &notes)
	return notes, err
}

// KeepNotes replaces what the member has written and returns what is kept. With
// a base, what the member's device last had in common with the server, nothing
// that another of their devices has written since goes (see MergeNotes). As with
// votes, notes that were kept while the round was on are shown for sure.
func (s *Service) KeepNotes(ctx context.Context, w *Workshop, round WritingID, by ParticipantID, notes []Note, base *[]Note) ([]Note, error) {
	mine, err := w.CheckNotes(round, by, notes)
	if err != nil {
		return nil, err
	}
	var kept []Note
	err = s.Private.Change(ctx, w.ID, notesSheet(round), by, func(decode func(any) error) (any, error) {
		kept = mine
		if base == nil {
			return kept, nil
		}
		var theirs []Note
		if err := decode(&theirs); err != nil {
			return nil, err
		}
		var err error
		kept, err = w.CheckNotes(round, by, MergeNotes(*base, mine, theirs))
		return kept, err
	})
	if err != nil {
		return nil, err
	}
	now, err := s.Repository.Load(ctx, w.ID)
	if err != nil {
		return nil, err
	}
	return now.CheckNotes(round, by, kept)
}

// RevealWriting ends the round and puts all notes on the boards of their
// authors' groups. Done again after a failure, it adds what is missing.
func (s *Service) RevealWriting(ctx context.Context, id WorkshopID, round WritingID) (*Workshop, error) {
	at := s.Now()
	w, err := s.change(ctx, id, 0, func(w *Workshop) error { return w.RevealWriting(round, at) })
	if err != nil {
		return nil, err
	}
	cards := map[GroupID][]NewCard{}
	err = s.Private.Each(ctx, id, notesSheet(round), func(p ParticipantID, decode func(any) error) error {
		var notes []Note
		if err := decode(&notes); err != nil {
			return err
		}
		m, err := w.Participant(p)
		if err != nil || m.Group == "" {
			return nil // removed, or in no group: there is no board for it
		}
		for _, n := range notes {
			card := NewCard{ID: string(round) + "." + string(p) + "." + n.ID, Stage: w.Writing.Stage, Kind: w.Writing.Kind, Text: n.Text, Author: string(p)}
			cards[m.Group] = append(cards[m.Group], card)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for g, list := range cards {
		if err := s.Boards.AddCards(ctx, w, g, list); err != nil {
			return nil, err
		}
	}
	return s.change(ctx, id, 0, func(w *Workshop) error { w.ShownWriting(round); return nil })
}

// MoveGallery starts, moves or ends the gallery walk.
func (s *Service) MoveGallery(ctx context.Context, id WorkshopID, expect uint64, c GalleryCommand) (*Workshop, error) {
	at := s.Now()
	return s.change(ctx, id, expect, func(w *Workshop) error { return w.MoveGallery(c, at) })
}

// GiveFeedback replaces what the member says of the day.
func (s *Service) GiveFeedback(ctx context.Context, w *Workshop, by ParticipantID, f Feedback) (Feedback, error) {
	f, err := w.CheckFeedback(f)
	if err != nil {
		return f, err
	}
	return f, s.Private.Write(ctx, w.ID, feedbackSheet, by, f)
}

// MyFeedback returns what the member said of the day.
func (s *Service) MyFeedback(ctx context.Context, id WorkshopID, by ParticipantID) (Feedback, error) {
	f := Feedback{Scale: map[string]int{}}
	_, err := s.Private.Read(ctx, id, feedbackSheet, by, &f)
	return f, err
}

// FeedbackResults sums up what all said.
func (s *Service) FeedbackResults(ctx context.Context, id WorkshopID) (FeedbackResult, error) {
	var all []Feedback
	err := s.Private.Each(ctx, id, feedbackSheet, func(_ ParticipantID, decode func(any) error) error {
		var f Feedback
		err := decode(&f)
		all = append(all, f)
		return err
	})
	return SumUp(all), err
}
