package chaostest

import (
	"testing"
	"time"

	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/store/redisstore"
	"github.com/pathboard/pathboard/hub/store/redistest"
)

// newClusterRig starts hubs on a cluster of three masters with a replica each.
func newClusterRig(t *testing.T, hubs int) (*rig, *redistest.Cluster) {
	t.Helper()
	g := newBareRig(t)
	c := redistest.StartCluster(t, 3, 1, nil)
	for range hubs {
		g.hubs = append(g.hubs, startHub(t, c.URL(), "", 200))
	}
	return g, c
}

// masterOf is the master of a document that typists write in, and its replica.
func (g *rig) masterOf(c *redistest.Cluster, n int) (master, replica *redistest.Server) {
	g.t.Helper()
	docs := g.docs()
	key := redisstore.LogKey(store.DocName(docs[n%len(docs)]))
	c.Until("a master with a replica", func() bool {
		master, replica = c.MasterOf(key)
		return master != nil && replica != nil
	})
	return master, replica
}

// TestT13ClusterMastersDie kills a master, stops one where it is so that it
// comes back believing in itself, and has a replica take over by agreement.
// What a dead master had acknowledged and not yet passed on, the hubs bring
// back.
func TestT13ClusterMastersDie(t *testing.T) {
	g, c := newClusterRig(t, 2)
	g.write(size(6, 12), 2, size(1500, 10_000), 10*time.Millisecond, g.anyHub)
	g.each(size(3, 9), func(n int) {
		old, replica := g.masterOf(c, n)
		began := time.Now()
		switch n % 3 {
		case 0:
			old.Kill()
		case 1:
			old.Pause()
		case 2:
			c.Failover(replica)
			promoted := time.Since(began)
			g.everybodyGoesOn()
			t.Logf("agreed: promoted after %v, everybody writes %v after the command",
				promoted.Round(time.Millisecond), time.Since(began).Round(time.Millisecond))
			return
		}
		c.Until("a promotion", func() bool {
			role, err := c.Ask(replica, "ROLE")
			list, ok := role.([]any)
			return err == nil && ok && list[0] == "master"
		})
		promoted := time.Since(began)
		g.everybodyGoesOn()
		took := time.Since(began)
		t.Logf("%s: promoted after %v, everybody writes after %v", []string{"killed", "stopped"}[n%3],
			promoted.Round(time.Millisecond), took.Round(time.Millisecond))
		if n%3 == 0 {
			old.Up()
		} else {
			old.Resume()
		}
		c.UntilWhole()
	})
	g.finish(5 * time.Minute)
	g.verify()
}

// TestT13ClusterSlotsMove moves the slots of documents to another master while
// people write in them.
func TestT13ClusterSlotsMove(t *testing.T) {
	g, c := newClusterRig(t, 2)
	g.write(size(4, 12), 3, size(800, 5_000), 5*time.Millisecond, g.anyHub)
	g.each(size(6, 40), func(n int) {
		docs := g.docs()
		key := redisstore.LogKey(store.DocName(docs[n%len(docs)]))
		from, _ := g.masterOf(c, n)
		to := from
		for _, m := range c.Masters() {
			if m != from {
				to = m
			}
		}
		c.MoveSlot(c.Slot(key), from, to, func() { g.goOn(20) })
	})
	g.finish(5 * time.Minute)
	g.verify()
	t.Logf("nobody was away for more than %v", g.longestAway().Round(time.Millisecond))
}

// everybodyGoesOn waits until every typist that is not done has another
// acknowledgement.
func (g *rig) everybodyGoesOn() {
	g.t.Helper()
	before := make([]int, len(g.typists))
	for i, y := range g.typists {
		_, before[i], _ = y.counts()
	}
	g.until("more edits of everybody", time.Minute, func() bool {
		for i, y := range g.typists {
			if _, acked, _ := y.counts(); acked <= before[i] && !y.done() {
				return false
			}
		}
		return true
	})
}
