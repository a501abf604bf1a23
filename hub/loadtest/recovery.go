package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

// killed kills the server under load. A lone one is started again at once; of
// two the other goes on. Its clients come back as browsers do, after a pause of
// 50 to 150 ms, and again until they are synced; then it is looked for what had
// been acknowledged.
func killed(ctx context.Context, _ options, t *target) (report, error) {
	if len(t.servers) == 0 {
		return report{}, errors.New("only a server started here can be killed")
	}
	c, err := gather(ctx, t, shape{boards: 20, writers: 10, rate: 2})
	if err != nil {
		return report{}, err
	}
	defer c.close()
	back := &histogram{}
	ends := time.Now().Add(6 * time.Second)
	dies := make(chan time.Time, 1)
	errs := make([]error, len(c.writers))
	var kill time.Time
	var dead sync.WaitGroup
	dead.Add(1)
	var wg sync.WaitGroup
	for i, w := range c.writers {
		wg.Go(func() {
			if !w.workUntilCut(ctx, 2, ends, i, len(c.writers)) {
				return
			}
			dead.Wait()
			if errs[i] = c.comeBack(ctx, w, kill, back); errs[i] == nil {
				w.workUntilCut(ctx, 2, ends, i, len(c.writers))
			}
		})
	}
	time.AfterFunc(2*time.Second, func() { dies <- time.Now() })
	kill = <-dies
	err = t.servers[0].kill()
	dead.Done()
	if len(t.servers) == 1 {
		err = errors.Join(err, t.servers[0].up(ctx))
	}
	wg.Wait()
	if err := errors.Join(append(errs, err)...); err != nil {
		return report{}, err
	}
	c.settle(0)
	made := 0
	for _, w := range c.writers {
		made += w.made
	}
	if len(t.urls) > 1 {
		t.urls = t.urls[1:]
	}
	lost, err := c.lost(ctx)
	return report{
		Updates: made, Lost: lost, BackP50: back.quantile(.5), BackMax: back.quantile(1),
		Note: fmt.Sprintf("%d clients came back", back.count()),
	}, err
}

// workUntilCut edits at the rate until the end, or reports that the connection
// was cut.
func (w *writer) workUntilCut(ctx context.Context, rate float64, ends time.Time, i, of int) (cut bool) {
	every := time.Duration(float64(time.Second) / rate)
	next := time.Now().Add(every * time.Duration(i) / time.Duration(of))
	for next.Before(ends) {
		select {
		case <-time.After(time.Until(next)):
		case <-w.c.done:
			return true
		case <-ctx.Done():
			return false
		}
		if w.edit() != nil {
			return true
		}
		next = next.Add(every)
	}
	return false
}

// comeBack connects a writer again, at whatever instance is there.
func (c *crowd) comeBack(ctx context.Context, w *writer, since time.Time, back *histogram) error {
	for attempt := 0; time.Since(since) < 20*time.Second && ctx.Err() == nil; attempt++ {
		time.Sleep(50*time.Millisecond + rand.N(100*time.Millisecond))
		cl, err := dial(ctx, c.t.urls[attempt%len(c.t.urls)], "", c.clock)
		if err != nil {
			continue
		}
		cl.ackTime = c.acks
		w.moveTo(cl)
		if cl.open(w.doc, fmt.Sprintf("%s-%d", c.t.token, w.id)) != nil {
			cl.close()
			continue
		}
		back.add(time.Since(since))
		return nil
	}
	return fmt.Errorf("a client of %s does not come back", w.doc)
}
