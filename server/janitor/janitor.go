// Package janitor runs the work that no person asks for: deleting workshops
// whose time has come, shortening audit logs, and making a restored backup
// forget again. One instance of all does it at a time, whichever comes first;
// what it does is the domain's business (workshop.Service.Tidy).
package janitor

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/pathboard/pathboard/server/workshop"
)

const (
	// Every is how often an instance looks whether there is work.
	Every = time.Hour
	// lease is how long one instance has the work for itself: longer than it
	// takes, shorter than Every, so that another takes over from one that died.
	lease = 50 * time.Minute
)

// Tidier does the work.
type Tidier interface {
	// Tidy does it; with doubt it leaves whatever would go because of its age.
	Tidy(ctx context.Context, doubt bool, failed func(workshop.WorkshopID, error)) error
}

// Clock knows when work was last done, over all instances and restarts.
type Clock interface {
	// Steady notes that it is now, and reports whether time passed as it should.
	Steady(ctx context.Context, now time.Time) (bool, error)
}

// Leases lets one instance of many work.
type Leases interface {
	Take(ctx context.Context, name, holder string, now, until time.Time) (bool, error)
}

// Janitor does the work from time to time.
type Janitor struct {
	Work   Tidier
	Leases Leases
	// Clock keeps a wrong clock from deleting what is still wanted.
	Clock Clock
	// Expire removes sign-ins whose time is over; nil: there are none.
	Expire func(context.Context) error
	// Holder names this instance.
	Holder string
	Now    func() time.Time
	Logger *slog.Logger
}

// Run works until ctx ends: at once, and then every hour.
func (j *Janitor) Run(ctx context.Context) {
	tick := time.NewTicker(Every)
	defer tick.Stop()
	for {
		j.Once(ctx)
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// Once works if no other instance does, and reports whether it did.
func (j *Janitor) Once(ctx context.Context) bool {
	now := j.Now()
	mine, err := j.Leases.Take(ctx, "janitor", j.Holder, now, now.Add(lease))
	if err != nil {
		if ctx.Err() == nil {
			j.Logger.Warn("janitor's lease not taken", "error", err.Error())
		}
		return false
	}
	if !mine {
		return false
	}
	steady, err := j.Clock.Steady(ctx, now)
	if err != nil {
		if ctx.Err() == nil {
			j.Logger.Warn("time of the last tidying not known", "error", err.Error())
		}
		return false
	}
	if !steady {
		j.Logger.Warn("the clock jumped, or nothing ran for days: for a day nothing is deleted because of its age", "now", now.UTC())
	}
	err = j.Work.Tidy(ctx, !steady, func(id workshop.WorkshopID, err error) {
		j.Logger.Error("workshop not tidied", "workshop", id, "error", err.Error())
	})
	if j.Expire != nil && steady {
		err = errors.Join(err, j.Expire(ctx))
	}
	if err != nil && ctx.Err() == nil {
		j.Logger.Error("not all was tidied", "error", err.Error())
	}
	return true
}
