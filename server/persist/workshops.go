package persist

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/server/workshop"
)

// maxTries bounds how often a change is made again because another instance
// came between. Changes of one instance wait for each other and do not collide,
// so as many collisions in a row mean something is broken.
const maxTries = 40

// Workshops keeps workshops in a store. It is safe for concurrent use.
type Workshops struct {
	records store.Records
	decoded decodedCache
	// locks let the changes of one workshop queue up here instead of
	// colliding in the store. Two workshops may share one.
	locks [64]sync.Mutex
}

var _ workshop.Repository = (*Workshops)(nil)

// NewWorkshops returns a repository on the records.
func NewWorkshops(records store.Records) *Workshops {
	return &Workshops{records: records, decoded: decodedCache{byKey: map[string]decodedWorkshop{}}}
}

func workshopKey(id workshop.WorkshopID) string { return "workshop/" + string(id) }

// Create stores a new workshop.
func (r *Workshops) Create(ctx context.Context, w *workshop.Workshop) error {
	value, err := encodeWorkshop(w)
	if err != nil {
		return err
	}
	version, err := r.records.Put(ctx, workshopKey(w.ID), 0, value)
	if err != nil {
		return storeError("create workshop", err)
	}
	w.Version = version
	return nil
}

// Load returns a workshop, or CodeNotFound.
func (r *Workshops) Load(ctx context.Context, id workshop.WorkshopID) (*workshop.Workshop, error) {
	rec, err := r.records.Get(ctx, workshopKey(id))
	if err != nil {
		return nil, storeError("load workshop", err)
	}
	w, err := r.decoded.workshop(rec)
	if err != nil {
		return nil, fmt.Errorf("load workshop %s: %w", id, err)
	}
	return w, nil
}

// Remove deletes a workshop's record.
func (r *Workshops) Remove(ctx context.Context, id workshop.WorkshopID) error {
	if err := r.records.Delete(ctx, workshopKey(id)); err != nil {
		return storeError("delete workshop", err)
	}
	return nil
}

// All calls f with every workshop. One that this program cannot read ends it:
// nothing is decided about what is only half known.
func (r *Workshops) All(ctx context.Context, f func(*workshop.Workshop) error) error {
	err := r.records.List(ctx, workshopKey(""), func(rec store.Record) error {
		w, err := decodeWorkshop(rec.Value)
		if err != nil {
			return fmt.Errorf("record %s: %w", rec.Key, err)
		}
		w.Version = rec.Version
		return f(w)
	})
	if err != nil {
		return storeError("list workshops", err)
	}
	return nil
}

// Update changes a workshop; see workshop.Repository.
func (r *Workshops) Update(ctx context.Context, id workshop.WorkshopID, expect uint64, change func(*workshop.Workshop) error) (*workshop.Workshop, error) {
	mu := &r.locks[hash(string(id))%uint32(len(r.locks))]
	mu.Lock()
	defer mu.Unlock()
	for try := range maxTries {
		w, err := r.try(ctx, id, expect, change)
		if !errors.Is(err, store.ErrConflict) {
			return w, err
		}
		if err := pause(ctx, try); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("update workshop %s: %d others came between", id, maxTries)
}

// try makes the change once; store.ErrConflict says that somebody came
// between.
func (r *Workshops) try(ctx context.Context, id workshop.WorkshopID, expect uint64, change func(*workshop.Workshop) error) (*workshop.Workshop, error) {
	w, err := r.Load(ctx, id)
	if err != nil {
		return nil, err
	}
	if expect != 0 && w.Version != expect {
		return nil, workshop.Fail(workshop.CodeVersionConflict)
	}
	if err := change(w); err != nil {
		return nil, err
	}
	value, err := encodeWorkshop(w)
	if err != nil {
		return nil, err
	}
	version, err := r.records.Put(ctx, workshopKey(id), w.Version, value)
	if errors.Is(err, store.ErrConflict) {
		return nil, err
	}
	if err != nil {
		return nil, storeError("update workshop", err)
	}
	w.Version = version
	return w, nil
}

// pause waits a random time that grows with the tries, so that instances that
// collided do not collide again.
func pause(ctx context.Context, try int) error {
	timer := time.NewTimer(rand.N(time.Duration(min(try+1, 10)) * 2 * time.Millisecond))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// hash is FNV-1a.
func hash(s string) uint32 {
	h := uint32(2166136261)
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h
}

// storeError turns what a store answers into what the domain calls it and
// keeps the cause for the log.
func storeError(attempted string, err error) error {
	switch {
	case errors.Is(err, store.ErrNotFound):
		return workshop.Fail(workshop.CodeNotFound)
	case errors.Is(err, store.ErrUnavailable):
		return fmt.Errorf("%s: %w: %w", attempted, workshop.Fail(workshop.CodeStoreUnavailable), err)
	default:
		return fmt.Errorf("%s: %w", attempted, err)
	}
}
