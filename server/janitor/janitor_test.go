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
	free, jumped             bool
	tidied, expired, doubted int
	failing                  error
}

func (d *desk) Take(context.Context, string, string, time.Time, time.Time) (bool, error) {
	return d.free, d.failing
}

func (d *desk) Steady(context.Context, time.Time) (bool, error) { return !d.jumped, nil }

func (d *desk) Tidy(_ context.Context, doubt bool, _ func(workshop.WorkshopID, error)) error {
	d.tidied++
	if doubt {
		d.doubted++
	}
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
		j := &Janitor{Work: d, Leases: d, Clock: d, Expire: d.Expire, Now: time.Now, Logger: slog.New(slog.DiscardHandler)}
		if did := j.Once(t.Context()); did != (tc.want == 1) || d.tidied != tc.want || d.expired != tc.want {
			t.Errorf("free %v, %v: worked %v, tidied %d, expired %d", tc.free, tc.failing, did, d.tidied, d.expired)
		}
	}
}

// TestAClockInDoubtDeletesNothing: after a jump the work goes on without what
// depends on somebody's age, and sign-ins stay.
func TestAClockInDoubtDeletesNothing(t *testing.T) {
	d := &desk{free: true, jumped: true}
	j := &Janitor{Work: d, Leases: d, Clock: d, Expire: d.Expire, Now: time.Now, Logger: slog.New(slog.DiscardHandler)}
	if !j.Once(t.Context()) || d.tidied != 1 || d.doubted != 1 || d.expired != 0 {
		t.Errorf("tidied %d, in doubt %d, expired %d", d.tidied, d.doubted, d.expired)
	}
	d.jumped = false
	if !j.Once(t.Context()) || d.tidied != 2 || d.doubted != 1 || d.expired != 1 {
		t.Errorf("then tidied %d, in doubt %d, expired %d", d.tidied, d.doubted, d.expired)
	}
}
