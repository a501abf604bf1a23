package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/pathboard/pathboard/hub/wire"
	"github.com/pathboard/pathboard/hub/ydoc"
)

// fetch joins a document and returns its state as an update.
func fetch(ctx context.Context, url, doc, token string) ([]byte, error) {
	ws, res, err := dialer.DialContext(ctx, url, nil)
	if err != nil {
		return nil, fmt.Errorf("dial %s: %w", url, err)
	}
	res.Body.Close()
	defer ws.Close()
	for _, frame := range [][]byte{wire.Token(doc, token, "4.0.0"), wire.Sync(doc, wire.SyncStep1, ydoc.StateVector{}.Encode())} {
		if err := ws.WriteMessage(2, frame); err != nil {
			return nil, fmt.Errorf("open %s: %w", doc, err)
		}
	}
	for {
		_ = ws.SetReadDeadline(time.Now().Add(30 * time.Second))
		_, b, err := ws.ReadMessage()
		if err != nil {
			return nil, fmt.Errorf("open %s: %w", doc, err)
		}
		f, err := wire.Parse(b)
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
	step, slice = 4 * time.Second, 500 * time.Millisecond
)

// saturate raises the rate by a fifth until the p99 of half-second slices is
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
	for rate := 5.0; ctx.Err() == nil; rate *= 1.2 {
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
	if o.target != "floor" {
		best.Lost, err = c.lost(ctx)
	}
	return best, err
}

// idle holds connections that do nothing.
func idle(ctx context.Context, _ options, t *target) (report, error) {
	const connections, boards = 5000, 100
	before := t.use()
	c := &crowd{t: t, clock: clock{time.Now()}, run: "idle", latency: &histogram{}, acks: &histogram{}}
	defer c.close()
	for i := range connections {
		if _, err := c.connect(ctx, t.urls[0], false, i%boards); err != nil {
			return report{}, fmt.Errorf("connection %d: %w", i, err)
		}
	}
	time.Sleep(5 * time.Second) // buffers of the beginning are given back
	after := t.use()
	grown := after.rss - before.rss
	return report{
		RSSMB: float64(after.rss) / (1 << 20), KBPerConn: float64(grown) / connections / 1024,
		Note: fmt.Sprintf("connected in %v", time.Since(c.clock.begin).Round(time.Second)-5*time.Second),
	}, nil
}

// join has many clients come at once to a large board.
func join(ctx context.Context, _ options, t *target) (report, error) {
	const joins = 500
	cl := clock{time.Now()}
	doc := fmt.Sprintf("large.%x", time.Now().UnixNano())
	first, err := dial(ctx, t.urls[0], cl)
	if err != nil {
		return report{}, err
	}
	defer first.close()
	if err := first.open(doc, t.token+"-first"); err != nil {
		return report{}, err
	}
	if err := first.fill(doc, 1<<20); err != nil {
		return report{}, err
	}
	before := t.use()
	times := &histogram{}
	errs := make([]error, joins)
	var wg sync.WaitGroup
	for i := range joins {
		wg.Go(func() {
			time.Sleep(time.Duration(i) * time.Second / joins)
			began := time.Now()
			_, errs[i] = fetch(ctx, t.urls[0], doc, fmt.Sprintf("%s-%d", t.token, i))
			times.add(time.Since(began))
		})
	}
	wg.Wait()
	after := t.use()
	return report{
		P50: times.quantile(.5), P95: times.quantile(.95), P99: times.quantile(.99), P999: times.quantile(.999),
		Deliveries: joins, RSSMB: float64(after.rss) / (1 << 20),
		Note: fmt.Sprintf("%.2f ms of processor time per join", (after.cpu-before.cpu).Seconds()*1000/joins),
	}, errors.Join(errs...)
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
		c.mu.Lock()
		c.unacked = append(c.unacked, pendingEdit{doc, c.clock.now()})
		c.mu.Unlock()
		if err := c.write(wire.Sync(doc, wire.SyncUpdate, update)); err != nil {
			return err
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.unacked) > 0 && c.err == nil {
		c.cond.Wait()
	}
	return c.err
}

// killed kills the server under load, starts it again and looks for what it had
// acknowledged.
func killed(ctx context.Context, _ options, t *target) (report, error) {
	if len(t.servers) == 0 {
		return report{}, errors.New("only a server started here can be killed")
	}
	c, err := gather(ctx, t, shape{boards: 20, writers: 10, rate: 2})
	if err != nil {
		return report{}, err
	}
	var wg sync.WaitGroup
	made := 0
	wg.Go(func() { made, _ = c.work(ctx, 5, 5*time.Second) }) // ends with its connections
	time.Sleep(3 * time.Second)
	if err := t.servers[0].kill(); err != nil {
		return report{}, err
	}
	wg.Wait()
	_ = c.close()
	began := time.Now()
	if err := t.servers[0].up(ctx); err != nil {
		return report{}, err
	}
	lost, err := c.lost(ctx)
	return report{
		Updates: made, Lost: lost,
		Note: fmt.Sprintf("%d acknowledged, all boards read back %v after the start", c.acks.count(), time.Since(began).Round(time.Millisecond)),
	}, err
}
