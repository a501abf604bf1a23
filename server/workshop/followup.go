package workshop

import (
	"context"
	"slices"
	"time"
)

// MaxFollowDays bounds how long actions are followed up at a time: the year
// after a workshop, and some weeks to look back on it.
const MaxFollowDays = 400

// followers hold the tokens of all links to the follow-up, so that they end
// together.
const followers ParticipantID = "followers"

// ActionStates are how far an action on a card can be; "" says nothing.
var ActionStates = []string{"", "todo", "doing", "blocked", "done"}

// FollowActions lets members and whoever has a link say how far actions are,
// for so many days from now, or for 0 days no longer. It outlives the workshop:
// boards may be frozen and the workshop closed.
func (w *Workshop) FollowActions(days int, at time.Time) error {
	var p problems
	if days < 0 || days > MaxFollowDays {
		p.add("days", FieldRange, Params{"min": 0, "max": MaxFollowDays})
		return p.err()
	}
	w.FollowUntil = time.Time{}
	if days > 0 {
		w.FollowUntil = at.UTC().AddDate(0, 0, days)
	}
	return nil
}

// FollowOpen reports whether the role follows actions up at the time: nil, or
// CodeFollowClosed. A facilitator always does.
func (w *Workshop) FollowOpen(role Role, at time.Time) error {
	if role != Facilitator && !at.Before(w.FollowUntil) {
		return Fail(CodeFollowClosed)
	}
	return nil
}

// HeldOn is when the day began, as far as the workshop knows, from which what
// comes after it is counted.
func (w *Workshop) HeldOn() time.Time {
	first := w.HeldAt
	for _, m := range w.Participants {
		if !m.JoinedAt.IsZero() && (first.IsZero() || m.JoinedAt.Before(first)) {
			first = m.JoinedAt
		}
	}
	if first.IsZero() {
		return w.CreatedAt
	}
	return first
}

// FollowActions opens, prolongs or ends the follow-up. With 0 all links to it
// are worthless from then on.
func (s *Service) FollowActions(ctx context.Context, id WorkshopID, expect uint64, days int) (*Workshop, error) {
	at := s.Now()
	w, err := s.change(ctx, id, expect, func(w *Workshop) error { return w.FollowActions(days, at) })
	if err != nil || days > 0 {
		return w, err
	}
	return w, s.revoke(ctx, id, Holder{Participant: followers})
}

// FollowToken returns a new secret that opens the follow-up, and nothing else,
// as long as it is open; or CodeFollowClosed.
func (s *Service) FollowToken(ctx context.Context, w *Workshop) (string, error) {
	if err := w.FollowOpen(Follower, s.Now()); err != nil {
		return "", err
	}
	return s.Secrets.IssueToken(ctx, Session{Workshop: w.ID, Role: Follower, Participant: followers}, "")
}

// TickAction says how far the action on a card is.
func (s *Service) TickAction(ctx context.Context, w *Workshop, g GroupID, card, state string) error {
	if !slices.Contains(ActionStates, state) {
		return &Error{Code: CodeInvalidInput, Fields: []FieldError{{Field: "state", Code: FieldChoice}}}
	}
	return s.Boards.SetActionState(ctx, w, g, card, state)
}
