package persist

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/pathboard/pathboard/hub/store"
)

const (
	// longestPause is how long nothing may have run without the clock being
	// doubted: a long weekend.
	longestPause = 96 * time.Hour
	// backwards is how far clocks of instances may differ.
	backwards = 5 * time.Minute
	// grace is how many looks, apart by at least apart, go by until a clock that
	// jumped is believed: a day in which somebody can set it right.
	grace = 24
	apart = 30 * time.Minute
)

// Clock tells whether the time of day passed as it should, over all instances
// and restarts, by the time it was asked last. It is kept like a lease, so that
// a backup does not bring it back.
type Clock struct{ records store.Records }

// NewClock returns the clock kept in the records.
func NewClock(records store.Records) *Clock { return &Clock{records: records} }

type clockRecord struct {
	Last time.Time `json:"last"`
	// Doubtful is how many looks are left until the clock is believed again.
	Doubtful int `json:"doubtful,omitempty"`
}

// Steady notes that it is now, and reports whether the clock can be believed:
// it neither went back nor went on by days since it was asked last, and did not
// for a day of looks before.
func (c *Clock) Steady(ctx context.Context, now time.Time) (bool, error) {
	const key = leasePrefix + "clock"
	rec, err := c.records.Get(ctx, key)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return false, storeError("look up clock", err)
	}
	known := clockRecord{Last: now}
	if rec.Version > 0 {
		if err := json.Unmarshal(rec.Value, &known); err != nil {
			return false, fmt.Errorf("decode clock: %w", err)
		}
	}
	next := known.at(now.UTC())
	value, err := json.Marshal(next)
	if err != nil {
		return false, fmt.Errorf("encode clock: %w", err)
	}
	if _, err := c.records.Put(ctx, key, rec.Version, value); err != nil && !errors.Is(err, store.ErrConflict) {
		return false, storeError("note clock", err)
	} else if err != nil {
		return false, nil // another instance looks at the same moment: it says
	}
	return next.Doubtful == 0, nil
}

func (c clockRecord) at(now time.Time) clockRecord {
	passed := now.Sub(c.Last)
	switch {
	case passed > longestPause || passed < -backwards:
		return clockRecord{Last: now, Doubtful: grace}
	case c.Doubtful > 0 && passed < apart:
		return c
	case c.Doubtful > 0:
		return clockRecord{Last: now, Doubtful: c.Doubtful - 1}
	}
	return clockRecord{Last: now}
}
