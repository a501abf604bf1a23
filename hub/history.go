package hub

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/ydoc"
)

// ErrPastUnknown says that the history does not reach back to a moment, or
// that there is no such pin.
var ErrPastUnknown = errors.New("hub: this past of the document is not known")

// ErrPinsFull says that a document has as many pins as Limits.PinBytes allows.
var ErrPinsFull = errors.New("hub: the document has too many pinned versions")

// pinBytesLeast is what a pin counts at least.
const pinBytesLeast = 4 << 10

// Version is a part of a document's past that can be read again: a stretch of
// time, any moment of which Hub.At answers for, or a pin, which Hub.Pinned
// reads.
type Version struct {
	// Pin is the pin's number; 0 in a stretch.
	Pin uint64
	// From and To are the first and last change of a stretch; in a pin both
	// are the moment that it keeps.
	From, To time.Time
	// Label is what was given to Hub.Pin.
	Label string
}

// Versions lists a document's past, oldest first. Nothing may have happened
// between two stretches, or it may have been forgotten: Hub.At tells. The past
// is kept within Limits.HistoryBytes and Limits.HistoryAge, pins until Unpin.
func (h *Hub) Versions(ctx context.Context, doc store.DocName) ([]Version, error) {
	past, l, err := h.past(ctx, doc)
	if err != nil {
		return nil, err
	}
	var out []Version
	for _, p := range past {
		v := Version{From: p.From, To: p.To, Label: p.Label}
		if p.Pinned() {
			v.Pin = p.ID
		}
		out = append(out, v)
	}
	if n := len(l.Tail); n > 0 {
		out = append(out, Version{From: l.Tail[0].At, To: l.Tail[n-1].At})
	}
	slices.SortStableFunc(out, func(a, b Version) int { return a.To.Compare(b.To) })
	return out, nil
}

// At returns the document as it was at a moment, by the store's clock: with
// every change that was durable then. The caller owns it. ErrPastUnknown means
// that the history does not reach back so far.
func (h *Hub) At(ctx context.Context, doc store.DocName, moment time.Time) (*ydoc.Doc, error) {
	past, l, err := h.past(ctx, doc)
	if err != nil {
		return nil, err
	}
	segments := slices.DeleteFunc(past, store.Past.Pinned)
	at := lastBefore(segments, moment)
	switch {
	case at < 0 && l.Snapshot.Version > 0 && moment.Before(l.Snapshot.SavedAt) && !sinceTheBeginning(segments):
		return nil, fmt.Errorf("%w: at %v", ErrPastUnknown, moment)
	case at < 0 && len(segments) > 0 && sinceTheBeginning(segments):
		return ydoc.New(ydoc.Options{}), nil
	case at == len(segments)-1 && (at < 0 || !moment.Before(segments[at].To)) && follows(segments, l, moment):
		return foldUntil(l, moment)
	}
	return h.rebuild(ctx, doc, segments[:at+1], moment)
}

// lastBefore is the index of the last segment that began by the moment.
func lastBefore(segments []store.Past, moment time.Time) int {
	at := -1
	for i, p := range segments {
		if !p.From.After(moment) {
			at = i
		}
	}
	return at
}

// sinceTheBeginning says whether the first segment begins with an empty document.
func sinceTheBeginning(segments []store.Past) bool {
	return len(segments) > 0 && segments[0].Snapshot == 1
}

// follows says whether what the store has loaded is the state after the last
// segment, or at least a state before the moment.
func follows(segments []store.Past, l store.Loaded, moment time.Time) bool {
	n := len(segments)
	return n > 0 && segments[n-1].Snapshot == l.Snapshot.Version || l.Snapshot.Version == 0 || !moment.Before(l.Snapshot.SavedAt)
}

// foldUntil is a document with the entries up to a moment.
func foldUntil(l store.Loaded, moment time.Time) (*ydoc.Doc, error) {
	n := slices.IndexFunc(l.Tail, func(e store.Entry) bool { return e.At.After(moment) })
	if n >= 0 {
		l.Tail = l.Tail[:n]
	}
	c := newCore(DefaultLimits(), incarnation{}, 0, false)
	if err := c.load(l); err != nil {
		return nil, fmt.Errorf("read the past: %w", err)
	}
	return c.doc, nil
}

// rebuild reads segments from the last base on.
func (h *Hub) rebuild(ctx context.Context, doc store.DocName, segments []store.Past, moment time.Time) (*ydoc.Doc, error) {
	base := len(segments) - 1
	for base > 0 && !segments[base].Base && segments[base-1].Snapshot == segments[base].Snapshot-1 {
		base--
	}
	if base < 0 || !segments[base].Base {
		return nil, fmt.Errorf("%w: at %v", ErrPastUnknown, moment)
	}
	var all store.Loaded
	for _, p := range segments[base:] {
		l, err := h.readPast(ctx, doc, p.ID)
		if err != nil {
			return nil, err
		}
		if p.Base {
			all.Snapshot = l.Snapshot
		}
		all.Tail = append(all.Tail, l.Tail...)
	}
	return foldUntil(all, moment)
}

// readPast reads one piece of the history.
func (h *Hub) readPast(ctx context.Context, doc store.DocName, id uint64) (store.Loaded, error) {
	p, err := h.opts.Store.ReadPast(ctx, doc, id)
	if errors.Is(err, store.ErrNotFound) {
		return store.Loaded{}, fmt.Errorf("%w: %w", ErrPastUnknown, err)
	}
	if err != nil {
		return store.Loaded{}, err
	}
	l, err := decodePast(p.Data)
	if err != nil {
		return store.Loaded{}, fmt.Errorf("piece %d of the history: %w", id, err)
	}
	return l, nil
}

// past returns the history and the document as they are at one moment.
func (h *Hub) past(ctx context.Context, doc store.DocName) ([]store.Past, store.Loaded, error) {
	for {
		past, err := h.opts.Store.History(ctx, doc)
		if err != nil {
			return nil, store.Loaded{}, err
		}
		l, err := h.opts.Store.Load(ctx, doc)
		if err != nil {
			return nil, store.Loaded{}, err
		}
		again, err := h.opts.Store.History(ctx, doc)
		if err != nil {
			return nil, store.Loaded{}, err
		}
		if slices.EqualFunc(past, again, func(a, b store.Past) bool { return a.ID == b.ID }) {
			return past, l, nil
		}
	}
}

// Pin keeps the document as it is now: with everything acknowledged. Asking
// for more than Limits.PinBytes is ErrPinsFull.
func (h *Hub) Pin(ctx context.Context, doc store.DocName, label string) (Version, error) {
	past, l, err := h.past(ctx, doc)
	if err != nil {
		return Version{}, err
	}
	state, err := foldUntilNow(h.opts.Limits, l)
	if err != nil {
		return Version{}, fmt.Errorf("pin: %w", err)
	}
	now := time.Now().UTC().Truncate(time.Millisecond)
	p := store.Past{From: now, To: now, Base: true, Label: label, Data: encodePast(store.Loaded{Snapshot: store.Snapshot{Data: state}}, true)}
	used := max(len(p.Data), pinBytesLeast)
	for _, other := range past {
		if other.Pinned() {
			used += max(other.Size, pinBytesLeast)
		}
	}
	if used > h.opts.Limits.PinBytes {
		h.metrics.count(forgetting{pieces: 1, limit: limitPinBytes})
		return Version{}, fmt.Errorf("%w: %d bytes of %d", ErrPinsFull, used, h.opts.Limits.PinBytes)
	}
	id, err := h.opts.Store.Pin(ctx, doc, l.Epoch, p)
	return Version{Pin: id, From: now, To: now, Label: label}, err
}

// Pinned returns the document as a pin keeps it, or ErrPastUnknown. The caller
// owns it.
func (h *Hub) Pinned(ctx context.Context, doc store.DocName, pin uint64) (*ydoc.Doc, error) {
	l, err := h.readPast(ctx, doc, pin)
	if err != nil {
		return nil, err
	}
	return foldUntil(l, time.Time{})
}

// Unpin gives up pins. Giving up what does not exist is no error.
func (h *Hub) Unpin(ctx context.Context, doc store.DocName, pins ...uint64) error {
	if len(pins) == 0 {
		return nil
	}
	return h.opts.Store.ForgetPast(ctx, doc, pins...)
}

// ForgetPast removes all of the document's history, pins and former snapshots
// included; what the document shows now stays.
func (h *Hub) ForgetPast(ctx context.Context, doc store.DocName) error {
	return h.opts.Store.ForgetPast(ctx, doc)
}
