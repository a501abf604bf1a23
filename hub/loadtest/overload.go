package main

import (
	"context"
	"fmt"
	"time"
)

// What overload asks for: 20 boards of 10 writers who edit so often a second
// would make 1.8 million deliveries.
const (
	overloadRate = 1000.0
	overloadTime = 5 * time.Second
)

// overload asks for far more than the server can carry: latency may grow, but
// no connection may be cut, nothing acknowledged lost, and memory stays bounded.
func overload(ctx context.Context, o options, t *target) (report, error) {
	rate := overloadRate
	if o.rate > 0 {
		rate = o.rate
	}
	c, err := gather(ctx, t, shape{boards: 20, writers: 10, rate: rate})
	if err != nil {
		return report{}, err
	}
	defer c.close()
	if _, err := c.work(ctx, 1, time.Second); err != nil {
		return report{}, err
	}
	idle, most := t.use().rss, int64(0)
	watched, stop := context.WithCancel(ctx)
	go func() {
		for watched.Err() == nil {
			most = max(most, t.use().rss)
			time.Sleep(50 * time.Millisecond)
		}
	}()
	before, began := t.use(), time.Now()
	made, err := c.work(ctx, rate, overloadTime)
	c.settle(1 << 62)
	over := time.Since(began)
	stop()
	took := t.use().cpu - before.cpu
	cut, why := 0, ""
	for _, cl := range c.clients {
		cl.mu.Lock()
		if cl.err != nil {
			cut++
			why = fmt.Sprintf(" (%v)", cl.err)
		}
		cl.mu.Unlock()
	}
	if err != nil && cut == 0 {
		return report{}, err
	}
	r := report{
		Updates: made, Deliveries: c.latency.count(), PerSecond: float64(c.latency.count()) / over.Seconds(),
		P50: c.latency.quantile(.5), P95: c.latency.quantile(.95), P99: c.latency.quantile(.99), P999: c.latency.quantile(.999),
		AckP50: c.acks.quantile(.5), AckP99: c.acks.quantile(.99),
		RSSMB: float64(most) / (1 << 20), Cut: cut, MemoryGrowth: float64(most) / float64(max(idle, 1)),
		Note: fmt.Sprintf("%d of %.0f updates made, %d connections cut%s", made, rate*float64(len(c.writers))*overloadTime.Seconds(), cut, why),
	}
	if took > 0 && r.Deliveries > 0 {
		r.CPUPerMillion = took.Seconds() * 1e6 / float64(r.Deliveries)
		r.PerCoreSecond = float64(r.Deliveries) / took.Seconds()
	}
	r.Lost, err = c.lost(ctx)
	return r, err
}
