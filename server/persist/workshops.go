package persist

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
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
	// Limits hold for all workshops; to be set before use.
	Limits workshop.Limits

	records store.Records
	decoded decodedCache
	// queues let the changes of one workshop that come at once be made together
	// instead of colliding in the store. Two workshops may share one.
	queues [64]queue
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
	w, _, err := r.load(ctx, id)
	return w, err
}

// load returns a workshop, and its record if that has fields which this
// program does not know.
func (r *Workshops) load(ctx context.Context, id workshop.WorkshopID) (_ *workshop.Workshop, foreign []byte, _ error) {
	rec, err := r.records.Get(ctx, workshopKey(id))
	if err != nil {
		return nil, nil, storeError("load workshop", err)
	}
	w, more, err := r.decoded.workshop(rec)
	if err != nil {
		return nil, nil, fmt.Errorf("load workshop %s: %w", id, err)
	}
	w.SetLimits(r.Limits)
	if more {
		foreign = rec.Value
	}
	return w, foreign, nil
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
		w.SetLimits(r.Limits)
		return f(w)
	})
	if err != nil {
		return storeError("list workshops", err)
	}
	return nil
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
