package workshop

import (
	"context"
	"strings"
	"time"
)

// How long a workshop is kept after its end.
const (
	DefaultRetentionDays = 90
	MinRetentionDays     = 1
	MaxRetentionDays     = 5 * 366
	// unheldDays are added for a workshop that was created and never held: it
	// may be prepared a year ahead.
	unheldDays = 366
)

// Retention is how many days the workshop is kept after its end.
func (w *Workshop) Retention() int {
	if w.RetentionDays == 0 {
		return DefaultRetentionDays
	}
	return w.RetentionDays
}

// DeleteAt is when the workshop is deleted by itself: so many days after it was
// archived, or else after its last phase began. One that was never held waits a
// year longer.
func (w *Workshop) DeleteAt() time.Time {
	days := w.Retention()
	switch {
	case w.Status == Closed && !w.ClosedAt.IsZero():
		return w.ClosedAt.AddDate(0, 0, days)
	case !w.HeldAt.IsZero():
		return w.HeldAt.AddDate(0, 0, days)
	default:
		return w.CreatedAt.AddDate(0, 0, days+unheldDays)
	}
}

// mark notes when the workshop was archived and when it was held. An archived
// workshop's clock stands still.
func (w *Workshop) mark(before Status, at time.Time) {
	switch {
	case w.Status == Closed && before != Closed:
		w.ClosedAt = at.UTC()
		w.Day.settle(at)
	case w.Status == Open && before == Closed:
		// Reopened: what was held counts from now, so that it does not end at once.
		w.ClosedAt, w.HeldAt = time.Time{}, at.UTC()
	}
}

// Receipt proves that a workshop was deleted. It holds numbers, and nothing
// about any person. The JSON form is stored and sent.
type Receipt struct {
	ID           WorkshopID   `json:"id"`
	DeletedAt    time.Time    `json:"deletedAt"`
	Reason       DeleteReason `json:"reason"`
	CreatedAt    time.Time    `json:"createdAt"`
	Groups       int          `json:"groups"`
	Participants int          `json:"participants"`
	Sessions     int          `json:"sessions"`
}

// DeleteReason says on whose wish a workshop was deleted.
type DeleteReason string

// Reasons.
const (
	DeletedByHand      DeleteReason = "facilitator"
	DeletedByRetention DeleteReason = "retention"
)

// Ends keeps what must outlast workshops and people: receipts of deletion and
// the list of erasures, by which a restored backup is made to forget again.
type Ends interface {
	KeepReceipt(ctx context.Context, r Receipt) error
	// Receipt returns the receipt, or CodeNotFound.
	Receipt(ctx context.Context, id WorkshopID) (Receipt, error)
	Receipts(ctx context.Context, f func(Receipt) error) error
	KeepErasure(ctx context.Context, e Erasure) error
	Erasures(ctx context.Context, f func(Erasure) error) error
}

// Delete deletes a workshop for good when title is its title, typed by somebody
// who leads it and means it.
func (s *Service) Delete(ctx context.Context, w *Workshop, title string) (Receipt, error) {
	if !strings.EqualFold(strings.Join(strings.Fields(title), " "), strings.Join(strings.Fields(w.Title), " ")) {
		return Receipt{}, &Error{Code: CodeInvalidInput, Fields: []FieldError{{Field: "title", Code: FieldMismatch}}}
	}
	return s.purge(ctx, w.ID, DeletedByHand)
}

// purge deletes everything of a workshop. Its receipt comes first: a purge that
// was interrupted is finished by Tidy, and whoever loses access can learn why.
// The record comes last; from its mark on nobody is let in.
func (s *Service) purge(ctx context.Context, id WorkshopID, reason DeleteReason) (Receipt, error) {
	w, err := s.Repository.Load(ctx, id)
	if err != nil {
		return Receipt{}, err
	}
	sessions, err := s.Secrets.Sessions(ctx, id)
	if err != nil {
		return Receipt{}, err
	}
	r := Receipt{
		ID: id, DeletedAt: s.Now().UTC().Truncate(time.Second), Reason: reason, CreatedAt: w.CreatedAt,
		Groups: len(w.Groups), Participants: len(w.Participants), Sessions: len(sessions),
	}
	if err := s.Ends.KeepReceipt(ctx, r); err != nil {
		return Receipt{}, err
	}
	w, err = s.change(ctx, id, 0, func(w *Workshop) error { w.Deleting = true; return nil })
	if err != nil {
		return Receipt{}, err
	}
	if err := s.revoke(ctx, id, Holder{}); err != nil {
		return Receipt{}, err
	}
	for _, g := range w.Groups {
		if err := s.Boards.Drop(ctx, g.ID); err != nil {
			return Receipt{}, err
		}
	}
	if err := s.forget(ctx, id); err != nil {
		return Receipt{}, err
	}
	return r, s.Repository.Remove(ctx, id)
}

// forget removes what is kept beside a workshop.
func (s *Service) forget(ctx context.Context, id WorkshopID) error {
	if err := s.Private.Erase(ctx, id, ""); err != nil {
		return err
	}
	if _, err := s.Secrets.Revoke(ctx, id, Holder{}); err != nil {
		return err
	}
	if err := s.Secrets.ForgetCodes(ctx, id); err != nil {
		return err
	}
	return s.Audit.Expire(ctx, id, s.Now().AddDate(100, 0, 0))
}

// sweptAgain is how long after a deletion its leftovers are looked for: what was
// being written while the workshop went.
const sweptAgain = 7 * 24 * time.Hour

// Tidy deletes the workshops whose time has come, takes old lines out of audit
// logs, and applies deletions and erasures again to what a restored backup has
// brought back. It can be run at any time, by several at once and after an
// interruption. It goes on after a failure and returns all of them through
// failed. While the clock is in doubt nothing goes because of its age.
func (s *Service) Tidy(ctx context.Context, doubt bool, failed func(WorkshopID, error)) error {
	if err := s.applyEnds(ctx, failed); err != nil {
		return err
	}
	now := s.Now()
	var due, all []WorkshopID
	err := s.Repository.All(ctx, func(w *Workshop) error {
		all = append(all, w.ID)
		if w.Deleting || !doubt && !now.Before(w.DeleteAt()) {
			due = append(due, w.ID)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, id := range due {
		if _, err := s.purge(ctx, id, DeletedByRetention); err != nil && CodeOf(err) != CodeNotFound {
			failed(id, err)
		}
	}
	if doubt {
		return nil
	}
	for _, id := range all {
		if err := s.Audit.Expire(ctx, id, now.Add(-AuditKept)); err != nil {
			failed(id, err)
		}
	}
	return nil
}

// applyEnds deletes and erases again what receipts and the list of erasures say
// is gone.
func (s *Service) applyEnds(ctx context.Context, failed func(WorkshopID, error)) error {
	now := s.Now()
	var receipts []Receipt
	if err := s.Ends.Receipts(ctx, func(r Receipt) error { receipts = append(receipts, r); return nil }); err != nil {
		return err
	}
	for _, r := range receipts {
		_, err := s.Repository.Load(ctx, r.ID)
		switch {
		case err == nil:
			_, err = s.purge(ctx, r.ID, r.Reason)
		case CodeOf(err) == CodeNotFound && now.Sub(r.DeletedAt) < sweptAgain:
			err = s.forget(ctx, r.ID)
		case CodeOf(err) == CodeNotFound:
			err = nil
		}
		if err != nil {
			failed(r.ID, err)
		}
	}
	var erasures []Erasure
	if err := s.Ends.Erasures(ctx, func(e Erasure) error { erasures = append(erasures, e); return nil }); err != nil {
		return err
	}
	for _, e := range erasures {
		w, err := s.Repository.Load(ctx, e.Workshop)
		if err != nil {
			continue // deleted meanwhile, or told by another look
		}
		if _, err := w.Participant(e.Participant); err == nil {
			if _, err := s.ErasePerson(ctx, e.Workshop, 0, e.Participant); err != nil {
				failed(e.Workshop, err)
			}
		}
	}
	return nil
}
