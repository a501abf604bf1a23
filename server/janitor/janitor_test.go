package janitor

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/pathboard/pathboard/server/workshop"
)

// desk counts what was done; its lease is free or not.
type desk struct {
	free            bool
	tidied, expired int
	failing         error
}

func (d *desk) Take(context.Context, string, string, time.Time, time.Time) (bool, error) {
	return d.free, d.failing
}

func (d *desk) Tidy(context.Context, func(workshop.WorkshopID, error)) error {
	d.tidied++
	return nil
}

func (d *desk) Expire(context.Context) error {
	d.expired++
	return nil
}

// TestOneOfManyWorks: who has the lease tidies and ends old sign-ins, nobody else.
func TestOneOfManyWorks(t *testing.T) {
	for _, tc := range []struct {
		free    bool
		failing error
		want    int
	}{{true, nil, 1}, {false, nil, 0}, {true, errors.New("no store"), 0}} {
		d := &desk{free: tc.free, failing: tc.failing}
		j := &Janitor{Work: d, Leases: d, Expire: d.Expire, Now: time.Now, Logger: slog.New(slog.DiscardHandler)}
		if did := j.Once(t.Context()); did != (tc.want == 1) || d.tidied != tc.want || d.expired != tc.want {
			t.Errorf("free %v, %v: worked %v, tidied %d, expired %d", tc.free, tc.failing, did, d.tidied, d.expired)
		}
	}
}
