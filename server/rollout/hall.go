package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pathboard/pathboard/server/trial"
)

// hall is one workshop and the people who write in it.
type hall struct {
	o    options
	site *site

	workshop struct {
		ID     string                `json:"id"`
		Groups []struct{ ID string } `json:"groups"`
	}
	code, token string
	requests    atomic.Int64
	failed      atomic.Int64

	stop    chan struct{}
	wg      sync.WaitGroup
	typists []*typist
	seen    []string
}

// perGroup is how many people share a board.
const perGroup = 5

func newHall(ctx context.Context, s *site, o options) (*hall, error) {
	h := &hall{o: o, site: s, stop: make(chan struct{}), seen: s.programs()}
	groups := make([]map[string]string, (o.people+perGroup-1)/perGroup+2)
	for i := range groups {
		groups[i] = map[string]string{"name": fmt.Sprintf("Grupa %d", i+1), "area": "services"}
	}
	var created struct {
		Workshop json.RawMessage `json:"workshop"`
		JoinCode string          `json:"joinCode"`
		Tokens   struct{ Facilitator string }
	}
	body := map[string]any{"title": "Wymiana serwerów", "city": "Łódź", "language": "pl", "groups": groups}
	if err := h.call(ctx, http.MethodPost, "/api/workshops", "", body, &created); err != nil {
		return nil, err
	}
	h.code, h.token = created.JoinCode, created.Tokens.Facilitator
	return h, json.Unmarshal(created.Workshop, &h.workshop)
}

// join lets so many people in, who begin to write.
func (h *hall) join(ctx context.Context, n int) error {
	for range n {
		i := len(h.typists)
		group := h.workshop.Groups[(i/perGroup)%len(h.workshop.Groups)].ID
		body := map[string]string{"code": h.code, "name": fmt.Sprintf("Osoba %d", i+1), "department": fmt.Sprintf("Wydział %d", i%20), "groupId": group}
		var joined struct{ Token string }
		if err := h.call(ctx, http.MethodPost, "/api/join", "", body, &joined); err != nil {
			return err
		}
		y := newTypist(fmt.Sprintf("p%d", i), "board."+group, joined.Token, strings.Replace(h.site.balancer.url, "http", "ws", 1)+"/ws", h.o.pace)
		h.typists = append(h.typists, y)
		h.wg.Go(func() { y.run(h.stop) })
	}
	return nil
}

// live is what happens beside the writing: the day goes on and somebody joins.
func (h *hall) live(ctx context.Context, n int) error {
	action := "skip"
	if n > 1 && n%2 == 1 {
		action = "back"
	}
	var done json.RawMessage
	err := h.call(ctx, http.MethodPost, "/api/workshops/"+h.workshop.ID+"/phase", h.token, map[string]string{"action": action}, &done)
	if err == nil && len(h.typists) < h.o.people+perGroup {
		err = h.join(ctx, 1)
	}
	h.seen = append(h.seen, h.site.programs()...)
	return err
}

// pass lets time go by.
func (h *hall) pass(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// finish has everybody stop writing and waits until all is acknowledged.
func (h *hall) finish(ctx context.Context) error {
	for _, y := range h.typists {
		y.enough.Store(true)
	}
	err := trial.Wait(ctx, "everything is acknowledged", func() bool {
		return !slices.ContainsFunc(h.typists, func(y *typist) bool { return !y.done() })
	})
	h.leave()
	for _, y := range h.typists {
		if y.failure != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w", y.name, y.failure))
		}
	}
	return err
}

func (h *hall) leave() {
	select {
	case <-h.stop:
	default:
		close(h.stop)
	}
	h.wg.Wait()
}

func (h *hall) figures() figures {
	slices.Sort(h.seen)
	f := figures{requests: int(h.requests.Load()), failed: int(h.failed.Load()), seen: slices.Compact(h.seen)}
	for _, y := range h.typists {
		f.edits += y.made
		f.saved = append(f.saved, y.saved...)
		f.away = append(f.away, y.away...)
	}
	return f
}

// verify reads every board from each instance, and again after a cold start.
func (h *hall) verify(ctx context.Context, o options) error {
	for _, cold := range []bool{false, true} {
		if cold {
			if err := h.site.restart(ctx, o.binary); err != nil {
				return err
			}
		}
		for _, i := range h.site.all {
			if err := h.account(i.URL); err != nil {
				return fmt.Errorf("read from %s (after a cold start: %v): %w", i.URL, cold, err)
			}
		}
	}
	return nil
}

// account looks for each edit in what an instance shows.
func (h *hall) account(url string) error {
	boards := map[string]map[string]int{}
	for _, y := range h.typists {
		if boards[y.doc] == nil {
			have, err := readTokens(url, y.doc, y.token)
			if err != nil {
				return err
			}
			boards[y.doc] = have
		}
		for n := range y.made {
			if c := boards[y.doc][y.edit(n)]; c != 1 {
				return fmt.Errorf("edit %s is there %d times", y.edit(n), c)
			}
		}
	}
	return nil
}

// call makes a request through the balancer; one that failed is made again, as
// the web app does with what may be repeated.
func (h *hall) call(ctx context.Context, method, path, token string, body, into any) (err error) {
	for range 5 {
		h.requests.Add(1)
		_, err = trial.Request(ctx, method, h.site.balancer.url+path, token, body, into)
		if !trial.OfServer(err) || ctx.Err() != nil {
			return err
		}
		h.failed.Add(1)
		if err := h.pass(ctx, 100*time.Millisecond); err != nil {
			return err
		}
	}
	return err
}
