package chaostest

import (
	"context"
	"testing"
	"time"

	"github.com/pathboard/pathboard/hub/store/redisstore"
	"github.com/pathboard/pathboard/hub/store/redistest"
)

// ask sends one command to a server.
func ask(t *testing.T, s *redistest.Server, args ...any) (any, error) {
	t.Helper()
	c, err := redisstore.Dial(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	return c.Do(ctx, args...).Result()
}

// TestT14Sentinels has three sentinels fail over: by command, and because the
// master stands still and comes back believing in itself. What was acknowledged
// and not yet replicated then is lost to Redis, and brought back by the hubs.
func TestT14Sentinels(t *testing.T) {
	g := newBareRig(t)
	a := redistest.Start(t, nil)
	b := redistest.StartReplica(t, a, nil)
	url, sentinels := redistest.StartSentinels(t, a, 3)
	g.until("a replica and sentinels that know each other", time.Minute, func() bool {
		n, err := ask(t, sentinels[0], "SENTINEL", "CKQUORUM", redistest.SentinelName)
		info, err2 := ask(t, a, "WAIT", 1, 1)
		return err == nil && err2 == nil && n != nil && info.(int64) == 1
	})
	for range 2 {
		g.hubs = append(g.hubs, startHub(t, url, "", 100))
	}
	g.write(3, 2, size(1500, 10_000), 10*time.Millisecond, g.anyHub)
	master := func() *redistest.Server {
		for _, s := range []*redistest.Server{a, b} {
			role, err := ask(t, s, "ROLE")
			if list, ok := role.([]any); err == nil && ok && list[0] == "master" {
				return s
			}
		}
		return nil
	}
	g.each(size(2, 6), func(n int) {
		var old *redistest.Server
		g.until("a master with a replica", time.Minute, func() bool {
			old = master()
			if old == nil {
				return false
			}
			acks, err := ask(t, old, "WAIT", 1, 100)
			return err == nil && acks.(int64) == 1
		})
		began := time.Now()
		if n%2 == 0 {
			old.Pause()
			g.goOn(200)
			t.Logf("writing again %v after the master stood still", time.Since(began).Round(time.Millisecond))
			g.until("another master", time.Minute, func() bool { m := master(); return m != nil && m != old })
			old.Resume()
		} else {
			g.until("the failover", time.Minute, func() bool {
				_, err := ask(t, sentinels[0], "SENTINEL", "FAILOVER", redistest.SentinelName)
				return err == nil
			})
			g.goOn(200)
			t.Logf("writing again %v after the command", time.Since(began).Round(time.Millisecond))
		}
		g.until("another master", time.Minute, func() bool { m := master(); return m != nil && m != old })
	})
	g.finish(5 * time.Minute)
	g.verify()
}
