package redisstore_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/store/redisstore"
	"github.com/pathboard/pathboard/hub/store/redistest"
	"github.com/pathboard/pathboard/hub/store/storetest"
)

func TestCluster(t *testing.T) {
	cluster := redistest.StartCluster(t, 3, 1, nil)
	t.Run("keeps what every store promises", func(t *testing.T) {
		storetest.Run(t, func(t *testing.T) store.Store { return open(t, cluster.URL()) })
	})
	t.Run("is found by one address", func(t *testing.T) { testOneAddress(t, cluster) })
	t.Run("has each document in the lane of its slot", func(t *testing.T) { testLanes(t, cluster) })
	t.Run("keeps and lists everything while slots move", func(t *testing.T) { testMovingSlots(t, cluster) })
	t.Run("is ready while most masters are", func(t *testing.T) { testReadyCluster(t, cluster) })
	t.Run("with a weak replica is refused", func(t *testing.T) { testWeakReplica(t, cluster) })
}

func testOneAddress(t *testing.T, c *redistest.Cluster) {
	s := open(t, c.Nodes[1].URL())
	if s.Lanes() != redisstore.Lanes {
		t.Fatal("taken for a Redis alone")
	}
	for i := range 20 {
		doc := store.DocName(fmt.Sprintf("one.%d", i))
		if r := s.Append(t.Context(), []store.AppendRequest{{Doc: doc, Data: []byte("x")}}); r[0].Err != nil {
			t.Error(r[0].Err)
		}
	}
}

func testLanes(t *testing.T, c *redistest.Cluster) {
	s := open(t, c.URL())
	for _, doc := range []store.DocName{"board.018f", "workshop.1", "ą", "x"} {
		if got, want := s.Lane(doc), c.Slot(redisstore.LogKey(doc))*redisstore.Lanes/16384; got != want {
			t.Errorf("%s is in lane %d, its slot is of %d", doc, got, want)
		}
	}
}

// testMovingSlots moves the slot of a document and of a record there and back
// under a writer, and lists everything meanwhile.
func testMovingSlots(t *testing.T, c *redistest.Cluster) {
	s := open(t, c.URL())
	const doc, key = "moves", "moves/record"
	if _, err := s.Put(t.Context(), key, 0, []byte("v")); err != nil {
		t.Fatal(err)
	}
	acked := 0
	write := func() {
		r := s.Append(t.Context(), []store.AppendRequest{{Doc: doc, Data: []byte("x")}, {Doc: "stays", Data: []byte("x")}})
		if r[0].Err == nil {
			acked++
		} else if !errors.Is(r[0].Err, store.ErrUnavailable) {
			t.Fatal(r[0].Err)
		}
		if r[1].Err != nil {
			t.Fatalf("a document whose slot does not move: %v", r[1].Err)
		}
		found := false
		if err := s.List(t.Context(), "moves/", func(r store.Record) error { found = string(r.Value) == "v"; return nil }); err != nil || !found {
			t.Fatalf("the record is not listed: %v", err)
		}
		var docs []store.DocName
		if err := s.Docs(t.Context(), func(d store.DocName) error { docs = append(docs, d); return nil }); err != nil || !slices.Contains(docs, doc) {
			t.Fatalf("the document is not listed: %v, %v", docs, err)
		}
	}
	for acked == 0 {
		write()
	}
	if err := s.PutSnapshot(t.Context(), doc, 0, 0, store.Snapshot{Upto: last(t, s, doc), Data: []byte("1")}); err != nil {
		t.Fatal(err)
	}
	for _, of := range []string{redisstore.LogKey(doc), "pb:rec:" + key} {
		from, _ := c.MasterOf(of)
		to := c.Masters()[0]
		if to == from {
			to = c.Masters()[1]
		}
		c.MoveSlot(c.Slot(of), from, to, write)
		write()
		c.MoveSlot(c.Slot(of), to, from, write)
	}
	l, err := s.Load(t.Context(), doc)
	if err != nil || l.Snapshot.Version != 1 || len(l.Tail) < acked-1 {
		t.Errorf("%d acknowledged, %d there after the snapshot %d, %v", acked, len(l.Tail), l.Snapshot.Version, err)
	}
}

func last(t *testing.T, s store.Store, doc store.DocName) store.Position {
	t.Helper()
	l, err := s.Load(t.Context(), doc)
	if err != nil || len(l.Tail) == 0 {
		t.Fatalf("%d entries, %v", len(l.Tail), err)
	}
	return l.Tail[len(l.Tail)-1].Position
}

func testReadyCluster(t *testing.T, c *redistest.Cluster) {
	s := open(t, c.URL())
	if err := s.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.Nodes[2].Pause()
	if err := s.Ready(t.Context()); err != nil {
		t.Errorf("one of three masters stands still: %v", err)
	}
	c.Nodes[2].Resume()
	c.UntilWhole()
}

func testWeakReplica(t *testing.T, c *redistest.Cluster) {
	weak := c.Nodes[len(c.Nodes)-1]
	if _, err := c.Ask(weak, "CONFIG", "SET", "appendfsync", "everysec"); err != nil {
		t.Fatal(err)
	}
	_, err := redisstore.Open(t.Context(), redisstore.Options{URL: c.URL()})
	if !errors.Is(err, redisstore.ErrWeakDurability) || !strings.Contains(err.Error(), weak.Address()) {
		t.Errorf("got %v", err)
	}
}

// TestAWeakServerThatTookOverIsRefused: after a failover nothing is acknowledged
// by a server that may lose it, until its settings are mended.
func TestAWeakServerThatTookOverIsRefused(t *testing.T) {
	a := redistest.Start(t, nil)
	b := redistest.StartReplica(t, a, map[string]string{"appendfsync": "everysec"})
	url, sentinels := redistest.StartSentinels(t, a, 3)
	do := func(s *redistest.Server, args ...any) (any, error) {
		client, err := redisstore.Dial(s.URL())
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		return client.Do(ctx, args...).Result()
	}
	until := func(what string, holds func() bool) {
		t.Helper()
		deadline := time.Now().Add(time.Minute)
		for tick := time.NewTicker(20 * time.Millisecond); !holds(); <-tick.C {
			if time.Now().After(deadline) {
				t.Fatal("not in time: " + what)
			}
		}
	}
	until("sentinels that agree", func() bool {
		_, err := do(sentinels[0], "SENTINEL", "CKQUORUM", redistest.SentinelName)
		n, err2 := do(a, "WAIT", 1, 1)
		return err == nil && err2 == nil && n == int64(1)
	})
	s := open(t, url)
	put := func() error {
		return s.Append(t.Context(), []store.AppendRequest{{Doc: "d", Data: []byte("x")}})[0].Err
	}
	until("a first entry", func() bool { return put() == nil })
	until("a failover", func() bool {
		_, err := do(sentinels[0], "SENTINEL", "FAILOVER", redistest.SentinelName)
		return err == nil
	})
	until("a refusal", func() bool {
		err := put()
		return errors.Is(err, store.ErrUnavailable) && errors.Is(err, redisstore.ErrWeakDurability)
	})
	if role, err := do(b, "ROLE"); err != nil || role.([]any)[0] != "master" {
		t.Fatalf("the weak one is not the master: %v, %v", role, err)
	}
	if _, err := do(b, "CONFIG", "SET", "appendfsync", "always"); err != nil {
		t.Fatal(err)
	}
	until("an entry after the settings were mended", func() bool { return put() == nil })
}
