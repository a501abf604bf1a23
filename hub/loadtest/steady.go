package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/pathboard/pathboard/hub/ydoc"
)

// shape of a load: writers on each board see each other; a projector sees all.
type shape struct {
	boards, writers int
	rate            float64 // updates per second and writer
	projector       bool
	crossing        bool // writers on the first instance, readers on the second
}

// crowd is a running load.
type crowd struct {
	shape
	t       *target
	clock   clock
	run     string // tells documents of one run from another's
	writers []*writer
	clients []*client
	latency *histogram
	acks    *histogram
}

func (c *crowd) doc(i int) string { return fmt.Sprintf("load.%s.%d", c.run, i) }

// gather connects everybody.
func gather(ctx context.Context, t *target, s shape) (*crowd, error) {
	c := &crowd{
		shape: s, t: t, clock: clock{time.Now()}, run: fmt.Sprintf("%x", time.Now().UnixNano()),
		latency: &histogram{}, acks: &histogram{},
	}
	for b := range s.boards {
		for w := range s.writers {
			cl, err := c.connect(ctx, t.urls[0], !s.crossing, b)
			if err != nil {
				return nil, errors.Join(fmt.Errorf("writer %d of board %d: %w", w, b, err), c.close())
			}
			c.writers = append(c.writers, newWriter(cl, c.doc(b)))
			if !s.crossing {
				continue
			}
			if _, err := c.connect(ctx, t.urls[len(t.urls)-1], true, b); err != nil {
				return nil, errors.Join(fmt.Errorf("reader %d of board %d: %w", w, b, err), c.close())
			}
		}
	}
	if s.projector {
		all := make([]int, s.boards)
		for i := range all {
			all[i] = i
		}
		if _, err := c.connect(ctx, t.urls[0], true, all...); err != nil {
			return nil, errors.Join(fmt.Errorf("projector: %w", err), c.close())
		}
	}
	return c, nil
}

func (c *crowd) connect(ctx context.Context, url string, measured bool, boards ...int) (*client, error) {
	plain := ""
	if c.t.plain {
		plain = c.doc(boards[0])
	}
	cl, err := dial(ctx, url, plain, c.clock)
	if err != nil {
		return nil, err
	}
	c.clients = append(c.clients, cl)
	cl.ackTime = c.acks
	if measured {
		cl.latency = c.latency
	}
	for i, b := range boards {
		if c.t.plain && i > 0 { // one document a connection
			if _, err := c.connect(ctx, url, measured, b); err != nil {
				return nil, err
			}
			continue
		}
		if err := cl.open(c.doc(b), fmt.Sprintf("%s-%d", c.t.token, len(c.clients))); err != nil {
			return nil, err
		}
	}
	return cl, nil
}

func (c *crowd) close() error {
	for _, cl := range c.clients {
		cl.close()
	}
	return nil
}

// work has all writers edit at the rate until the time is over, and returns
// how many edits were made.
func (c *crowd) work(ctx context.Context, rate float64, d time.Duration) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	var wg sync.WaitGroup
	made, errs := make([]int, len(c.writers)), make([]error, len(c.writers))
	every := time.Duration(float64(time.Second) / rate)
	for i, w := range c.writers {
		wg.Go(func() {
			// Spread over the period, so that nobody writes in step.
			next := time.Now().Add(every * time.Duration(i) / time.Duration(len(c.writers)))
			for {
				select {
				case <-time.After(time.Until(next)):
				case <-ctx.Done():
					return
				}
				if errs[i] = w.edit(); errs[i] != nil {
					return
				}
				made[i]++
				next = next.Add(every)
			}
		})
	}
	wg.Wait()
	total := 0
	for _, n := range made {
		total += n
	}
	return total, errors.Join(errs...)
}

// perEdit is how many deliveries one edit causes.
func (c *crowd) perEdit() int {
	n := c.shape.writers - 1
	if c.crossing {
		n = c.shape.writers
	}
	if c.projector {
		n++
	}
	return n
}

// settle waits until everything sent is acknowledged and everything expected
// has come, or nothing more comes.
func (c *crowd) settle(expected int) {
	for last, since := -1, time.Now(); time.Since(since) < 3*time.Second; {
		open := 0
		for _, w := range c.writers {
			w.mu.Lock()
			w.c.mu.Lock()
			open += len(w.c.unacked)
			w.c.mu.Unlock()
			w.mu.Unlock()
		}
		got := c.latency.count()
		if open == 0 && got >= expected {
			return
		}
		if now := got - open; now != last {
			last, since = now, time.Now()
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// lost counts the acknowledged edits that a fresh client does not get.
func (c *crowd) lost(ctx context.Context) (int, error) {
	if c.t.forgets {
		return 0, nil
	}
	lost := 0
	docs := map[string]*ydoc.Doc{}
	for _, w := range c.writers {
		d := docs[w.doc]
		if d == nil {
			state, err := c.t.fetch(ctx, w.doc, c.t.token+"-judge", nil)
			if err != nil {
				return 0, err
			}
			d = ydoc.New(ydoc.Options{})
			if _, err := d.Apply(state); err != nil {
				return 0, fmt.Errorf("read %s back: %w", w.doc, err)
			}
			docs[w.doc] = d
		}
		stored := strings.Count(d.Root(w.name, ydoc.KindText).Text(), string(mark))
		lost += max(0, int(w.acked.Load())-stored)
	}
	return lost, nil
}

// steady measures a load at its rate.
func steady(s shape) func(context.Context, options, *target) (report, error) {
	return func(ctx context.Context, o options, t *target) (report, error) {
		if o.rate > 0 {
			s.rate = o.rate
		}
		c, err := gather(ctx, t, s)
		if err != nil {
			return report{}, err
		}
		defer c.close()
		if _, err := c.work(ctx, s.rate, time.Second); err != nil { // warm
			return report{}, err
		}
		c.settle(0)
		c.latency.reset(0)
		c.acks.reset(0)
		before, began := t.use(), time.Now()
		made, err := c.work(ctx, s.rate, o.duration)
		if err != nil {
			return report{}, err
		}
		took := time.Since(began)
		expected := made * c.perEdit()
		c.settle(expected)
		after := t.use()
		r := report{
			Updates: made, Deliveries: c.latency.count(), PerSecond: float64(c.latency.count()) / took.Seconds(),
			P50: c.latency.quantile(.5), P95: c.latency.quantile(.95), P99: c.latency.quantile(.99), P999: c.latency.quantile(.999),
			AckP50: c.acks.quantile(.5), AckP99: c.acks.quantile(.99),
			RSSMB: float64(after.rss) / (1 << 20), Missed: max(0, expected-c.latency.count()),
		}
		if cpu := after.cpu - before.cpu; cpu > 0 && r.Deliveries > 0 {
			r.CPUPerMillion = cpu.Seconds() * 1e6 / float64(r.Deliveries)
			r.PerCoreSecond = float64(r.Deliveries) / cpu.Seconds()
		}
		r.Lost, err = c.lost(ctx)
		return r, err
	}
}
