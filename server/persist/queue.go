package persist

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/server/workshop"
)

// batchPatience bounds one batch of changes, whose members may have given up.
const batchPatience = 20 * time.Second

// wanted is a change that waits for its turn.
type wanted struct {
	id     workshop.WorkshopID
	expect uint64
	change func(*workshop.Workshop) error

	// set before turn is closed, or before it is asked to lead
	w    *workshop.Workshop
	err  error
	done bool
	turn chan struct{} // closed when done, or when it is to lead
}

// queue holds the changes that wait while one batch is being made. A thousand
// people who join within seconds are a few dozen writes, not a thousand.
type queue struct {
	mu      sync.Mutex // guards what follows
	busy    bool
	waiting []*wanted
}

// enter waits for the turn of c: true says that c has to lead a batch.
func (q *queue) enter(c *wanted) bool {
	q.mu.Lock()
	if !q.busy {
		q.busy = true
		q.mu.Unlock()
		return true
	}
	q.waiting = append(q.waiting, c)
	q.mu.Unlock()
	<-c.turn
	return !c.done
}

// batch returns what can be made together with the leader: changes of the same
// workshop that are meant for whatever version there is.
func (q *queue) batch(leader *wanted) []*wanted {
	batch := []*wanted{leader}
	if leader.expect != 0 {
		return batch
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	rest := q.waiting[:0]
	for _, c := range q.waiting {
		if c.id == leader.id && c.expect == 0 {
			batch = append(batch, c)
		} else {
			rest = append(rest, c)
		}
	}
	q.waiting = rest
	return batch
}

// leave tells the members of a batch that they are done and who leads next.
func (q *queue) leave(batch []*wanted) {
	for _, c := range batch[1:] {
		c.done = true
		close(c.turn)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) == 0 {
		q.busy = false
		return
	}
	next := q.waiting[0]
	q.waiting = q.waiting[1:]
	close(next.turn)
}

// Update changes a workshop; see workshop.Repository. Changes that wait for the
// same workshop are made one after the other and stored together; one that
// fails leaves nothing of itself.
func (r *Workshops) Update(ctx context.Context, id workshop.WorkshopID, expect uint64, change func(*workshop.Workshop) error) (*workshop.Workshop, error) {
	c := &wanted{id: id, expect: expect, change: change, turn: make(chan struct{})}
	q := &r.queues[hash(string(id))%uint32(len(r.queues))]
	if q.enter(c) {
		batch := q.batch(c)
		defer q.leave(batch)
		// Others depend on this batch, whatever becomes of the leader's request.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), batchPatience)
		defer cancel()
		r.make(ctx, batch)
	}
	return c.w, c.err
}

// make carries a batch out, again and again until no other instance came
// between.
func (r *Workshops) make(ctx context.Context, batch []*wanted) {
	var err error
	for try := range maxTries {
		if err = r.try(ctx, batch); !errors.Is(err, store.ErrConflict) {
			break
		}
		if err = pause(ctx, try); err != nil {
			break
		}
		err = fmt.Errorf("update workshop %s: %d others came between", batch[0].id, maxTries)
	}
	if err == nil {
		return
	}
	for _, c := range batch {
		if c.err == nil {
			c.w, c.err = nil, err
		}
	}
}

// try makes the batch once; store.ErrConflict says that somebody came between.
func (r *Workshops) try(ctx context.Context, batch []*wanted) error {
	w, foreign, err := r.load(ctx, batch[0].id)
	if err != nil {
		return err
	}
	made := 0
	for _, c := range batch {
		c.w, c.err = nil, nil
		if c.expect != 0 && w.Version != c.expect {
			c.err = workshop.Fail(workshop.CodeVersionConflict)
			continue
		}
		clip(w)
		before := *w
		if c.err = c.change(w); c.err != nil {
			*w = before
			continue
		}
		made++
	}
	if made == 0 {
		return nil
	}
	if err := r.put(ctx, w, foreign); err != nil {
		return err
	}
	for _, c := range batch {
		if c.err == nil {
			own := *w
			c.w = &own
		}
	}
	return nil
}

// put stores a workshop in place of the version it was loaded from, with what
// only a newer program knows of it.
func (r *Workshops) put(ctx context.Context, w *workshop.Workshop, foreign []byte) error {
	value, err := encodeWorkshop(w)
	if err == nil && foreign != nil {
		value, err = withForeign(value, foreign)
	}
	if err != nil {
		return err
	}
	version, err := r.records.Put(ctx, workshopKey(w.ID), w.Version, value)
	if errors.Is(err, store.ErrConflict) {
		return err
	}
	if err != nil {
		return storeError("update workshop", err)
	}
	w.Version = version
	kept := *w
	r.decoded.remember(workshopKey(w.ID), decodedWorkshop{value: value, workshop: &kept, foreign: foreign != nil})
	return nil
}

// hash is FNV-1a.
func hash(s string) uint32 {
	h := uint32(2166136261)
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h
}
