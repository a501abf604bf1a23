package hub

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/pathboard/pathboard/hub/store"
)

const (
	// compactTimeout bounds one snapshot.
	compactTimeout = 30 * time.Second
	// compactorsPerLane is how many snapshots of a lane are under way: a document
	// that the store does not answer for holds up one of them.
	compactorsPerLane = 2
)

// errShrunk stops a snapshot that would forget something its predecessor knew.
var errShrunk = errors.New("the new snapshot knows less than the old one")

// compactions are the wishes for snapshots, a queue for each lane of the store:
// one that stalls holds up its own documents alone. Loading and writing may wait
// for the store; the work in between, which is this machine's, is done by few at
// a time.
type compactions struct {
	queues []chan store.DocName
	work   chan struct{} // a slot for each that may work
}

func newCompactions(s store.Log) *compactions {
	c := &compactions{work: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/2))}
	for range lanes(s) {
		c.queues = append(c.queues, make(chan store.DocName, max(64, compactQueue/lanes(s))))
	}
	return c
}

// turn waits for a slot to work in; done gives it back.
func (c *compactions) turn(ctx context.Context) (done func(), err error) {
	select {
	case c.work <- struct{}{}:
		return func() { <-c.work }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// requestCompaction asks for a snapshot; false when too many wait to take the
// wish.
func (h *Hub) requestCompaction(doc store.DocName) bool {
	select {
	case h.compactions.queues[lane(h.opts.Store, doc)] <- doc:
		return true
	default:
		return false
	}
}

func (h *Hub) compactor(ctx context.Context, queue <-chan store.DocName) {
	for {
		select {
		case doc := <-queue:
			err := h.compactSafely(ctx, doc)
			switch {
			case err == nil:
				h.metrics.compacted.Inc()
			case errors.Is(err, store.ErrFenced), errors.Is(err, store.ErrEpoch), ctx.Err() != nil:
				// Another hub was quicker, or the document is gone.
			default:
				h.log.Error("snapshot failed", "doc", doc, "error", err)
			}
			h.mu.Lock()
			r := h.rooms[doc]
			h.mu.Unlock()
			if r != nil {
				r.compacted(err == nil)
			}
		case <-ctx.Done():
			return
		}
	}
}

// compactSafely keeps a document that cannot be read from ending the process.
func (h *Hub) compactSafely(ctx context.Context, doc store.DocName) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return h.compact(ctx, doc)
}

// compact replaces the log by a snapshot built from what the store holds, never
// from a live room, which may know more than the store and less than another
// hub has written.
func (h *Hub) compact(ctx context.Context, doc store.DocName) error {
	ctx, cancel := context.WithTimeout(ctx, compactTimeout)
	defer cancel()
	l, err := h.opts.Store.Load(ctx, doc)
	if err != nil {
		return fmt.Errorf("load: %w", err)
	}
	if len(l.Tail) == 0 {
		return nil
	}
	snap, err := h.snapshotOf(ctx, l)
	if err != nil {
		return err
	}
	past, gone, err := h.segment(ctx, doc, l)
	if err != nil {
		return fmt.Errorf("history: %w", err)
	}
	snap.Past = past
	if err := h.opts.Store.PutSnapshot(ctx, doc, l.Epoch, l.Snapshot.Version, snap); err != nil {
		return err
	}
	h.metrics.count(gone)
	return nil
}

func (h *Hub) snapshotOf(ctx context.Context, l store.Loaded) (store.Snapshot, error) {
	done, err := h.compactions.turn(ctx)
	if err != nil {
		return store.Snapshot{}, err
	}
	defer done()
	return buildSnapshot(h.opts.Limits, l)
}

// buildSnapshot folds a loaded document into one snapshot and checks it against
// the one before.
func buildSnapshot(lim Limits, l store.Loaded) (store.Snapshot, error) {
	c := newCore(lim, incarnation{}, 0, false)
	if err := c.load(store.Loaded{Snapshot: l.Snapshot}); err != nil {
		return store.Snapshot{}, err
	}
	before := c.doc.StateVector()
	if err := c.load(store.Loaded{Tail: l.Tail}); err != nil {
		return store.Snapshot{}, err
	}
	data := snapshotRecord{owners: c.owners, state: c.doc.EncodeStateAsUpdate(nil)}.encode()
	again := newCore(lim, incarnation{}, 0, false)
	if err := again.load(store.Loaded{Snapshot: store.Snapshot{Version: 1, Data: data}}); err != nil {
		return store.Snapshot{}, fmt.Errorf("read back: %w", err)
	}
	sv := again.doc.StateVector()
	if !sv.Covers(before) || !sv.Covers(c.doc.StateVector()) || again.doc.Stats().Deleted != c.doc.Stats().Deleted {
		return store.Snapshot{}, errShrunk
	}
	return store.Snapshot{Upto: l.Tail[len(l.Tail)-1].Position, Data: data, Replaces: l.Snapshot.Upto}, nil
}
