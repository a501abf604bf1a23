package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/pathboard/pathboard/hub/wire"
	"github.com/pathboard/pathboard/hub/ydoc"
)

// fetch joins a document at the first address and returns its state as an
// update. It reads into buf, if there is one.
func (t *target) fetch(ctx context.Context, doc, token string, buf *bytes.Buffer) ([]byte, error) {
	plain, url := "", t.urls[0]
	if t.plain {
		plain, url = doc, url+"/"+doc
	}
	c := &client{plain: plain}
	ws, res, err := dialer.DialContext(ctx, url, nil)
	if err != nil {
		return nil, fmt.Errorf("dial %s: %w", url, err)
	}
	res.Body.Close()
	defer ws.Close()
	c.ws = ws
	if !t.plain {
		if err := c.write(wire.Token(doc, token, "4.0.0")); err != nil {
			return nil, fmt.Errorf("open %s: %w", doc, err)
		}
	}
	if err := c.write(wire.Sync(doc, wire.SyncStep1, ydoc.StateVector{}.Encode())); err != nil {
		return nil, fmt.Errorf("open %s: %w", doc, err)
	}
	if buf == nil {
		buf = &bytes.Buffer{}
	}
	for {
		_ = ws.SetReadDeadline(time.Now().Add(30 * time.Second))
		buf.Reset()
		_, r, err := ws.NextReader()
		if err == nil {
			_, err = buf.ReadFrom(r)
		}
		if err != nil {
			return nil, fmt.Errorf("open %s: %w", doc, err)
		}
		f, err := c.parse(buf.Bytes())
		switch {
		case err != nil:
		case f.Type == wire.TypeAuth && f.Auth == wire.AuthDenied:
			return nil, fmt.Errorf("open %s: %s", doc, f.Text)
		case f.Type == wire.TypeSync && f.Sync == wire.SyncStep2:
			return f.Payload, nil
		}
	}
}

const (
	// saturated is the p99 at which a server counts as full.
	saturated = 100 * time.Millisecond
	// step is how long each rate is held; slices of it are judged.
	step, slice = 2500 * time.Millisecond, 500 * time.Millisecond
)

// saturate raises the rate by a quarter until the p99 of half-second slices is
// too high, and reports the last rate that was carried.
func saturate(ctx context.Context, o options, t *target) (report, error) {
	full := shape{boards: 20, writers: 10, rate: o.rate}
	if o.rate > 0 {
		return steady(full)(ctx, o, t)
	}
	c, err := gather(ctx, t, full)
	if err != nil {
		return report{}, err
	}
	defer c.close()
	var best report
	for rate := 10.0; ctx.Err() == nil; rate *= 1.25 {
		c.latency.reset(0)
		before := t.use()
		var worst time.Duration
		deliveries, bad, slices := 0, 0, 0
		watched, stop := context.WithCancel(ctx)
		var wg sync.WaitGroup
		wg.Go(func() {
			tick := time.NewTicker(slice)
			defer tick.Stop()
			for {
				select {
				case <-tick.C:
					n, p99 := c.latency.reset(.99)
					deliveries += n
					slices++
					worst = max(worst, p99)
					if p99 > saturated {
						bad++
					}
				case <-watched.Done():
					return
				}
			}
		})
		made, err := c.work(ctx, rate, step)
		stop()
		wg.Wait()
		if err != nil {
			return best, err
		}
		// What came after the last tick counts for the rate as well.
		rest, _ := c.latency.reset(.99)
		deliveries += rest
		took := t.use().cpu - before.cpu
		wanted := float64(len(c.writers)) * rate * float64(c.perEdit())
		got := float64(deliveries) / step.Seconds()
		// One bad slice may be the machine's; a second one is the server's. A
		// generator that cannot make the rate ends the search too.
		if bad > 1 || got < 0.85*wanted || float64(made) < 0.85*float64(len(c.writers))*rate*step.Seconds() {
			best.Note = fmt.Sprintf("stopped at %.0f deliveries/s asked for, %.0f made, p99 %v", wanted, got, worst)
			break
		}
		best = report{Deliveries: deliveries, PerSecond: got, P99: worst, RSSMB: float64(t.use().rss) / (1 << 20)}
		if took > 0 {
			best.CPUPerMillion = took.Seconds() * 1e6 / float64(deliveries)
			best.PerCoreSecond = float64(deliveries) / took.Seconds()
		}
	}
	c.settle(1 << 62)
	best.Lost, err = c.lost(ctx)
	return best, err
}

// idle holds connections that do nothing, each a person on a board of fifty or
// a hundred: what a joined client costs, presence included.
func idle(connections int) func(context.Context, options, *target) (report, error) {
	const boards = 100
	return func(ctx context.Context, _ options, t *target) (report, error) {
		before := t.use()
		c := &crowd{t: t, clock: clock{time.Now()}, run: "idle", latency: &histogram{}, acks: &histogram{}}
		defer c.close()
		for i := range connections {
			cl, err := c.connect(ctx, t.urls[0], false, i%boards)
			if err == nil {
				err = cl.appear(c.doc(i % boards))
			}
			if err != nil {
				return report{}, fmt.Errorf("connection %d: %w", i, err)
			}
		}
		took := time.Since(c.clock.begin)
		time.Sleep(5 * time.Second) // buffers of the beginning are given back
		after := t.use()
		return report{
			RSSMB: float64(after.rss) / (1 << 20), KBPerConn: float64(after.rss-before.rss) / float64(connections) / 1024,
			Note: fmt.Sprintf("connected in %v", took.Round(100*time.Millisecond)),
		}, nil
	}
}

// join has many clients come at once to a large board, while others work on
// boards beside it.
func join(ctx context.Context, _ options, t *target) (report, error) {
	const joins = 500
	doc := fmt.Sprintf("large.%x", time.Now().UnixNano())
	first, err := t.fillBoard(ctx, doc, 1<<20)
	if err != nil {
		return report{}, err
	}
	defer first.close()
	beside, err := gather(ctx, t, shape{boards: 5, writers: 4, rate: 5})
	if err != nil {
		return report{}, err
	}
	defer beside.close()
	before := t.use()
	times := &histogram{}
	errs := make([]error, joins)
	var wg sync.WaitGroup
	wg.Go(func() { _, _ = beside.work(ctx, 5, 1500*time.Millisecond) })
	buffers := sync.Pool{New: func() any { return bytes.NewBuffer(make([]byte, 0, 3<<20)) }}
	for i := range joins {
		wg.Go(func() {
			time.Sleep(time.Duration(i) * time.Second / joins)
			buf := buffers.Get().(*bytes.Buffer)
			defer buffers.Put(buf)
			began := time.Now()
			_, errs[i] = t.fetch(ctx, doc, fmt.Sprintf("%s-%d", t.token, i), buf)
			times.add(time.Since(began))
		})
	}
	wg.Wait()
	after := t.use()
	return report{
		P50: times.quantile(.5), P95: times.quantile(.95), P99: times.quantile(.99), P999: times.quantile(.999),
		BesideP99:  beside.latency.quantile(.99),
		Deliveries: joins, RSSMB: float64(after.rss) / (1 << 20),
		Note: fmt.Sprintf("%.2f ms of processor time per join", (after.cpu-before.cpu).Seconds()*1000/joins),
	}, errors.Join(errs...)
}

// fillBoard makes a document about that large. It stays open until the client
// is closed: servers without a store forget what nobody has open.
func (t *target) fillBoard(ctx context.Context, doc string, size int) (*client, error) {
	plain := ""
	if t.plain {
		plain = doc
	}
	first, err := dial(ctx, t.urls[0], plain, clock{time.Now()})
	if err != nil {
		return nil, err
	}
	if err = first.open(doc, t.token+"-first"); err == nil {
		err = first.fill(doc, size)
	}
	for there := !t.plain; err == nil && !there; { // nothing is acknowledged: ask until all is there
		time.Sleep(50 * time.Millisecond)
		var state []byte
		state, err = t.fetch(ctx, doc, t.token, nil)
		there = len(state) >= size
	}
	if err != nil {
		first.close()
		return nil, err
	}
	return first, nil
}

// fill makes the document about that large, in edits of a sentence.
func (c *client) fill(doc string, size int) error {
	y := ydoc.New(ydoc.Options{})
	sentence := strings.Repeat("Dane pomagają miastu. ", 40)
	for made := 0; made < size; made += len(sentence) {
		update, err := y.Transact(77, func(x *ydoc.Txn) error {
			card, err := x.SetType(x.Root("cards", ydoc.KindMap), fmt.Sprint(made), ydoc.KindText)
			if err != nil {
				return err
			}
			return x.InsertText(card, 0, sentence)
		})
		if err != nil {
			return err
		}
		if c.plain == "" {
			c.mu.Lock()
			c.unacked = append(c.unacked, pendingEdit{})
			c.mu.Unlock()
		}
		if err := c.write(wire.Sync(doc, wire.SyncUpdate, update)); err != nil {
			return err
		}
	}
	for last, since := 1<<30, time.Now(); c.plain == ""; time.Sleep(5 * time.Millisecond) {
		c.mu.Lock()
		open, err := len(c.unacked), c.err
		c.mu.Unlock()
		if open == 0 || err != nil {
			return err
		}
		if open != last {
			last, since = open, time.Now()
		} else if time.Since(since) > 10*time.Second {
			return fmt.Errorf("%d edits of %s are never acknowledged", open, doc)
		}
	}
	return nil
}
