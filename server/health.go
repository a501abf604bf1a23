package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/pathboard/pathboard/hub"
	"github.com/pathboard/pathboard/server/config"
	"github.com/pathboard/pathboard/server/httpapi"
	"github.com/pathboard/pathboard/server/lines"
	"github.com/pathboard/pathboard/server/obs"
)

// readiness remembers the last probe for a moment, so that asking often costs
// the store nothing.
type readiness struct {
	mu     sync.Mutex // held during a probe: one at a time
	at     time.Time
	checks []httpapi.Check
}

const (
	probeEvery   = time.Second
	probeTimeout = 3 * time.Second
)

var errDraining = errors.New("the server is stopping")

// checks says what must work for edits to be saved and delivered.
func (a *App) checks(ctx context.Context) []httpapi.Check {
	if a.draining.Load() {
		return []httpapi.Check{{Name: "serving", Err: errDraining}}
	}
	r := &a.ready
	r.mu.Lock()
	defer r.mu.Unlock()
	if time.Since(r.at) < probeEvery {
		return r.checks
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), probeTimeout)
	defer cancel()
	r.checks = []httpapi.Check{probe(ctx, "store", a.storage.store.Ready), probe(ctx, "bus", a.storage.bus.Ready)}
	for _, c := range r.checks {
		a.measure.Ready(c.Name, c.Err == nil)
	}
	r.at = time.Now()
	return r.checks
}

func probe(ctx context.Context, name string, ready func(context.Context) error) httpapi.Check {
	began := time.Now()
	return httpapi.Check{Name: name, Err: ready(ctx), Took: time.Since(began)}
}

// newLines returns what knows how people are connected, here and elsewhere.
func (a *App) newLines() *lines.Lines {
	id := newID()
	return lines.New(lines.Options{
		Bus: a.storage.bus, Instance: id[len(id)-6:], Version: version(), Now: time.Now, Logger: a.log,
		Health: func(ctx context.Context) []lines.Health {
			checks := a.checks(ctx)
			health := make([]lines.Health, len(checks))
			for i, c := range checks {
				health[i] = lines.Health{Name: c.Name, OK: c.Err == nil, Milliseconds: (c.Took + time.Millisecond - 1).Milliseconds()}
			}
			return health
		},
	})
}

// trace returns what makes spans; nil where nobody wants them.
func (a *App) trace(c config.Config) hub.Tracer {
	if c.TracesURL == "" {
		return nil
	}
	id := newID()
	a.traces = obs.NewTraces(obs.TracesOptions{
		URL: c.TracesURL, Ratio: c.TracesRatio, Instance: id[len(id)-6:], Version: version(), Logger: a.log,
	})
	return a.traces.Start
}
