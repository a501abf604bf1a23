package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pathboard/pathboard/server/trial"
)

// connectTries is how often a person tries to connect.
const connectTries = 5

// hall is one workshop and its participants.
type hall struct {
	o        options
	site     *site
	workshop struct {
		ID      string                `json:"id"`
		Groups  []struct{ ID string } `json:"groups"`
		Version uint64                `json:"version"`
	}
	code, token string
	traffic     traffic
	again       atomic.Int64 // connections that were tried once more

	mu     sync.Mutex
	people []*person
}

func newHall(ctx context.Context, s *site, o options) (*hall, error) {
	h := &hall{o: o, site: s}
	groups := make([]map[string]string, o.groups)
	for i := range groups {
		groups[i] = map[string]string{"name": fmt.Sprintf("Grupa %d", i+1), "area": "services"}
	}
	var created struct {
		Workshop json.RawMessage `json:"workshop"`
		JoinCode string          `json:"joinCode"`
		Tokens   struct{ Facilitator string }
	}
	body := map[string]any{"title": "Duża sala", "city": "Łódź", "language": "pl", "groups": groups}
	if err := h.call(ctx, s.url(0), http.MethodPost, "/api/workshops", "", body, &created); err != nil {
		return nil, err
	}
	h.code, h.token = created.JoinCode, created.Tokens.Facilitator
	if err := json.Unmarshal(created.Workshop, &h.workshop); err != nil {
		return nil, err
	}
	return h, h.makeRoom(ctx)
}

// makeRoom gives each group the places it needs.
func (h *hall) makeRoom(ctx context.Context) error {
	places := map[string]int{"capacity": (h.o.people + h.o.groups - 1) / h.o.groups}
	for _, g := range h.workshop.Groups {
		path := "/api/workshops/" + h.workshop.ID + "/groups/" + g.ID
		var done struct{}
		if err := h.call(ctx, h.site.url(0), http.MethodPatch, path, h.token, places, &done); err != nil {
			return err
		}
	}
	h.traffic.reset()
	return nil
}

// joinAll lets everybody in, evenly over the time, and returns how long each
// waited from the first request until both documents were there.
func (h *hall) joinAll(ctx context.Context) (trial.Spread, error) {
	took := make(trial.Spread, h.o.people)
	errs := make([]error, h.o.people)
	var wg sync.WaitGroup
	begin := time.Now()
	for i := range h.o.people {
		due := begin.Add(h.o.within * time.Duration(i) / time.Duration(h.o.people))
		wg.Go(func() {
			select {
			case <-time.After(time.Until(due)):
			case <-ctx.Done():
				errs[i] = ctx.Err()
				return
			}
			at := time.Now()
			errs[i] = h.join(ctx, i)
			took[i] = time.Since(at)
		})
	}
	wg.Wait()
	return took, errors.Join(errs...)
}

func (h *hall) join(ctx context.Context, i int) error {
	url := h.site.url(i)
	group := h.workshop.Groups[i%len(h.workshop.Groups)].ID
	body := map[string]string{"code": h.code, "name": fmt.Sprintf("Osoba %d", i+1), "department": fmt.Sprintf("Wydział %d", i%20), "groupId": group}
	var joined struct{ Token string }
	if err := h.call(ctx, url, http.MethodPost, "/api/join", "", body, &joined); err != nil {
		return err
	}
	p, err := enter(ctx, url, joined.Token, h.workshop.ID, group, h.o.client, &h.traffic)
	for tries := 1; err != nil && tries < connectTries; tries++ { // as a browser does
		h.again.Add(1)
		time.Sleep(time.Duration(tries) * 200 * time.Millisecond)
		p, err = enter(ctx, url, joined.Token, h.workshop.ID, group, h.o.client, &h.traffic)
	}
	if err != nil {
		return err
	}
	h.mu.Lock()
	h.people = append(h.people, p)
	h.mu.Unlock()
	return nil
}

// calm waits until a second has passed in which little was sent.
func (h *hall) calm(ctx context.Context) {
	for ctx.Err() == nil {
		before := h.traffic.all()
		time.Sleep(time.Second)
		if h.traffic.all()-before < 1<<20 {
			h.traffic.reset()
			return
		}
	}
}

// changePhases moves the day on and back, and returns how long each screen
// waited for each change, from before the command was sent.
func (h *hall) changePhases(ctx context.Context) (trial.Spread, error) {
	var all trial.Spread
	for n := range h.o.changes {
		action := "skip" // the first begins the day, the others go on and back
		if n > 1 && n%2 == 1 {
			action = "back"
		}
		var done struct{ Version uint64 }
		at := time.Now()
		path := "/api/workshops/" + h.workshop.ID + "/phase"
		if err := h.call(ctx, h.site.url(n), http.MethodPost, path, h.token, map[string]string{"action": action}, &done); err != nil {
			return nil, err
		}
		for _, p := range h.people {
			heard, err := p.hears(ctx, done.Version)
			if err != nil {
				return nil, err
			}
			all = append(all, heard.Sub(at))
		}
		h.settle(ctx)
	}
	return all, nil
}

// settle lets what a change brings after it arrive, so that each change is
// measured alone.
func (h *hall) settle(ctx context.Context) {
	for ctx.Err() == nil {
		before := h.traffic.all()
		time.Sleep(300 * time.Millisecond)
		if h.traffic.all() == before {
			return
		}
	}
}

func (h *hall) leave() {
	for _, p := range h.people {
		p.close()
	}
}

func (h *hall) call(ctx context.Context, url, method, path, token string, body, into any) error {
	n, err := trial.Request(ctx, method, url+path, token, body, into)
	h.traffic.answers.Add(int64(n))
	return err
}
