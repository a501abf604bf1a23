package hub

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/pathboard/pathboard/hub/store"
)

// Film is a document's past as any Yjs client can play it: a state, and every
// change that came after it.
type Film struct {
	// Base is the document before the first change, as an update (V1); nil: the
	// film begins with an empty document.
	Base []byte
	// Changes are in the order of the log.
	Changes []FilmChange
}

// FilmChange is one change that was made durable.
type FilmChange struct {
	At time.Time
	// Subject is who made it; "" where several people's changes came as one.
	Subject string
	Update  []byte
}

// filmTries bounds reading again what was forgotten between two readings.
const filmTries = 3

// Film reads a document's past as far back as the history reaches without a
// gap, and at most so far that the changes fit into so many bytes: older ones
// are in the base. With nothing forgotten the film ends in what Hub.View shows.
func (h *Hub) Film(ctx context.Context, doc store.DocName, most int) (Film, error) {
	for try := 1; ; try++ {
		all, err := h.unbroken(ctx, doc)
		if err == nil {
			return film(all, most)
		}
		if !errors.Is(err, ErrPastUnknown) || try == filmTries {
			return Film{}, fmt.Errorf("film: %w", err)
		}
	}
}

// unbroken is the document from the oldest state on from which every change up
// to now is kept.
func (h *Hub) unbroken(ctx context.Context, doc store.DocName) (store.Loaded, error) {
	past, l, err := h.past(ctx, doc)
	if err != nil {
		return store.Loaded{}, err
	}
	segments := slices.DeleteFunc(past, store.Past.Pinned)
	first, next := len(segments), l.Snapshot.Version
	for i := len(segments) - 1; i >= 0 && segments[i].Snapshot == next; i-- {
		if segments[i].Base {
			first = i
		}
		next--
	}
	if first == len(segments) {
		return l, nil
	}
	var all store.Loaded
	for i, p := range segments[first:] {
		piece, err := h.readPast(ctx, doc, p.ID)
		if err != nil {
			return store.Loaded{}, err
		}
		if i == 0 {
			all.Snapshot = piece.Snapshot
		}
		all.Tail = append(all.Tail, piece.Tail...)
	}
	all.Tail = append(all.Tail, l.Tail...)
	return all, nil
}

// film makes changes of the newest entries that fit, and a base of the rest.
func film(l store.Loaded, most int) (Film, error) {
	first := len(l.Tail)
	for size := 0; first > 0; first-- {
		if size += len(l.Tail[first-1].Data); size > most {
			break
		}
	}
	var f Film
	if l.Snapshot.Version > 0 || first > 0 {
		c := newCore(DefaultLimits(), incarnation{}, 0, false)
		if err := c.load(store.Loaded{Snapshot: l.Snapshot, Tail: l.Tail[:first]}); err != nil {
			return Film{}, fmt.Errorf("read the past: %w", err)
		}
		f.Base = c.doc.EncodeStateAsUpdate(nil)
	}
	for _, e := range l.Tail[first:] {
		entry, err := decodeEntry(e.Data)
		if err != nil {
			return Film{}, fmt.Errorf("read the past: %w", err)
		}
		f.Changes = append(f.Changes, FilmChange{At: e.At, Subject: entry.subject, Update: entry.update})
	}
	return f, nil
}

// forgetTries bounds the snapshots that another hub is quicker to write.
const forgetTries = 5

// ForgetPastOf removes the whole past of a document in which the subject has
// ever written, the changes since the last snapshot included: what is read of
// it afterwards begins with what it shows now. A document without a trace of
// the subject keeps its past.
func (h *Hub) ForgetPastOf(ctx context.Context, doc store.DocName, subject string) error {
	wrote, err := h.wroteIn(ctx, doc, subject)
	if err != nil {
		return fmt.Errorf("forget: %w", err)
	}
	if !wrote {
		return nil
	}
	for try := 1; ; try++ {
		if err = h.compact(ctx, doc); !errors.Is(err, store.ErrFenced) || try == forgetTries {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("forget: %w", err)
	}
	return h.ForgetPast(ctx, doc)
}

// wroteIn reports whether a document or its past says that the subject wrote.
// Who only deleted has no client id and stands in the entries alone.
func (h *Hub) wroteIn(ctx context.Context, doc store.DocName, subject string) (bool, error) {
	past, l, err := h.past(ctx, doc)
	if err != nil {
		return false, err
	}
	c := newCore(h.opts.Limits, incarnation{}, 0, false)
	if err := c.load(l); err != nil {
		return false, err
	}
	for _, owner := range c.owners {
		if owner == subject {
			return true, nil
		}
	}
	entries := l.Tail
	for _, p := range past {
		piece, err := h.readPast(ctx, doc, p.ID)
		if errors.Is(err, ErrPastUnknown) {
			continue // forgotten meanwhile
		}
		if err != nil {
			return false, err
		}
		entries = append(entries, piece.Tail...)
	}
	for _, e := range entries {
		if entry, err := decodeEntry(e.Data); err != nil || entry.subject == subject {
			return err == nil, err
		}
	}
	return false, nil
}
