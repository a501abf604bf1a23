package workshop

import (
	"context"
	"time"
)

const (
	// MaxShareDays bounds how long the outcome is shared at a time.
	MaxShareDays = 366
	// readers hold the tokens of all links to the outcome, so that they end
	// together.
	readers ParticipantID = "readers"
)

// ShareOutcome lets members and readers see the outcome for so many days from
// now, or for 0 days no longer.
func (w *Workshop) ShareOutcome(days int, at time.Time) error {
	var p problems
	if days < 0 || days > MaxShareDays {
		p.add("days", FieldRange, Params{"min": 0, "max": MaxShareDays})
		return p.err()
	}
	w.OutcomeUntil = time.Time{}
	if days > 0 {
		w.OutcomeUntil = at.UTC().AddDate(0, 0, days)
	}
	return nil
}

// OutcomeOpen reports whether the role sees the outcome at the time: nil, or
// CodeOutcomeClosed. Those who lead and show the workshop always do.
func (w *Workshop) OutcomeOpen(role Role, at time.Time) error {
	if role != Facilitator && role != Projector && !at.Before(w.OutcomeUntil) {
		return Fail(CodeOutcomeClosed)
	}
	return nil
}

// ShareOutcome shares the outcome for so many days. With 0 it ends, and all
// links to it are worthless from then on.
func (s *Service) ShareOutcome(ctx context.Context, id WorkshopID, expect uint64, days int) (*Workshop, error) {
	at := s.Now()
	w, err := s.change(ctx, id, expect, func(w *Workshop) error { return w.ShareOutcome(days, at) })
	if err != nil || days > 0 {
		return w, err
	}
	return w, s.revoke(ctx, id, Holder{Participant: readers})
}

// OutcomeToken returns a new secret that opens the outcome, and nothing else,
// as long as it is shared; or CodeOutcomeClosed.
func (s *Service) OutcomeToken(ctx context.Context, w *Workshop) (string, error) {
	if err := w.OutcomeOpen(Reader, s.Now()); err != nil {
		return "", err
	}
	return s.Secrets.IssueToken(ctx, Session{Workshop: w.ID, Role: Reader, Participant: readers}, "")
}
