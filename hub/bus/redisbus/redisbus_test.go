package redisbus_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/pathboard/pathboard/hub/bus"
	"github.com/pathboard/pathboard/hub/bus/bustest"
	"github.com/pathboard/pathboard/hub/bus/redisbus"
	"github.com/pathboard/pathboard/hub/hubtest"
	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/store/redisstore"
	"github.com/pathboard/pathboard/hub/store/redistest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func openStore(t *testing.T, url string) *redisstore.Store {
	t.Helper()
	s, err := redisstore.Open(t.Context(), redisstore.Options{URL: url, TrimGrace: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// openBus returns a bus on a connection of its own, as a process has.
func openBus(t *testing.T, url string) *redisbus.Bus {
	t.Helper()
	client, err := redisstore.Dial(url)
	if err != nil {
		t.Fatal(err)
	}
	b, err := redisbus.Open(client, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		b.Close()
		client.Close()
	})
	return b
}

func TestConformance(t *testing.T) {
	server := redistest.Start(t, nil)
	bustest.Run(t, func(t *testing.T) (bus.Bus, bus.Bus, store.Store) {
		server.Flush()
		return openBus(t, server.URL()), openBus(t, server.URL()), openStore(t, server.URL())
	})
}

func TestConformanceOnACluster(t *testing.T) {
	cluster := redistest.StartCluster(t, 3, 1, nil)
	bustest.Run(t, func(t *testing.T) (bus.Bus, bus.Bus, store.Store) {
		cluster.Flush()
		return openBus(t, cluster.URL()), openBus(t, cluster.URL()), openStore(t, cluster.URL())
	})
}

// follower remembers what it was given.
type follower struct {
	mu   sync.Mutex
	got  []string
	lost error
}

func (f *follower) Entries(_ store.DocName, entries []store.Entry) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, e := range entries {
		f.got = append(f.got, string(e.Data))
	}
}

func (f *follower) Lost(_ store.DocName, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lost = err
}

func (f *follower) state() (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.got), f.lost
}

func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatal("not in time: " + what)
		}
	}
}

func appendOne(t *testing.T, s *redisstore.Store, doc store.DocName, data string) store.Position {
	t.Helper()
	var r []store.AppendResult
	until(t, "append "+data, func() bool {
		r = s.Append(t.Context(), []store.AppendRequest{{Doc: doc, Data: []byte(data)}})
		return r[0].Err == nil
	})
	return r[0].Position
}

// TestReadinessIsTrue: a bus whose line swallows everything, while both ends
// believe that they are connected, is not ready; healed, it is, and what was
// written meanwhile arrives. Proves R16 of hub/SPEC.md.
func TestReadinessIsTrue(t *testing.T) {
	server := redistest.Start(t, nil)
	proxy := hubtest.NewProxy(t, server.Address())
	s, b := openStore(t, server.URL()), openBus(t, "redis://"+proxy.Address())
	f := &follower{}
	defer b.Follow("d", store.Position{}, f)()
	ready := func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		return b.Ready(ctx) == nil
	}
	until(t, "ready", ready)
	proxy.HalfOpen()
	until(t, "not ready", func() bool { return !ready() })
	appendOne(t, s, "d", "meanwhile")
	proxy.Heal()
	until(t, "ready again", ready)
	until(t, "what was written meanwhile", func() bool { n, _ := f.state(); return n == 1 })
}

// TestRestartedRedis kills Redis under a bus: entries go on, subscribers learn
// of the gap, and the bus is ready again. Proves R16 of hub/SPEC.md.
func TestRestartedRedis(t *testing.T) {
	server := redistest.Start(t, nil)
	s, b := openStore(t, server.URL()), openBus(t, server.URL())
	f := &follower{}
	defer b.Follow("d", store.Position{}, f)()
	gaps, news := make(chan struct{}, 16), make(chan string, 16)
	defer b.Subscribe("t", func(p []byte) {
		if p == nil {
			gaps <- struct{}{}
		} else {
			news <- string(p)
		}
	})()
	until(t, "ready", func() bool { return b.Ready(t.Context()) == nil })
	appendOne(t, s, "d", "before")
	until(t, "the first entry", func() bool { n, _ := f.state(); return n == 1 })

	server.Kill()
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	if b.Ready(ctx) == nil {
		t.Error("ready without Redis")
	}
	cancel()
	server.Up()

	appendOne(t, s, "d", "after")
	until(t, "the second entry", func() bool { n, _ := f.state(); return n == 2 })
	<-gaps
	until(t, "ready again", func() bool { return b.Ready(t.Context()) == nil })
	if err := b.Publish(t.Context(), "t", []byte("news")); err != nil {
		t.Fatal(err)
	}
	if got := <-news; got != "news" {
		t.Errorf("heard %q", got)
	}
	if _, lost := f.state(); lost != nil {
		t.Errorf("lost: %v", lost)
	}
}

// TestRolledBackRedis brings Redis back empty: followers are told, so that
// rooms load again and clients bring what is missing.
func TestRolledBackRedis(t *testing.T) {
	server := redistest.Start(t, map[string]string{"appendonly": "no", "appendfsync": "no"})
	client, err := redisstore.Dial(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	s, err := redisstore.Open(t.Context(), redisstore.Options{URL: server.URL(), AllowWeakDurability: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	b := openBus(t, server.URL())
	f := &follower{}
	defer b.Follow("d", appendOne(t, s, "d", "kept in memory only"), f)()
	appendOne(t, s, "d", "this too")
	until(t, "the entry", func() bool { n, _ := f.state(); return n == 1 })
	server.Kill()
	server.Up()
	until(t, "word of the loss", func() bool { _, lost := f.state(); return lost != nil })
}

// TestALogWithAnotherEndIsNoticed: R13. Redis does not have the entry at the
// position, and others have written since.
func TestALogWithAnotherEndIsNoticed(t *testing.T) {
	server := redistest.Start(t, nil)
	s, b := openStore(t, server.URL()), openBus(t, server.URL())
	appendOne(t, s, "d", "stays")
	at := appendOne(t, s, "d", "gets lost")
	if err := s.Client().XDel(t.Context(), redisstore.LogKey("d"), redisstore.StreamID(at)).Err(); err != nil {
		t.Fatal(err)
	}
	appendOne(t, s, "d", "written since")
	f := &follower{}
	defer b.Follow("d", at, f)()
	until(t, "word of the loss", func() bool { _, lost := f.state(); return lost != nil })
}

// TestNewFollowersAreReadForAtOnce follows while the reader is blocked: nobody
// waits for the block to end.
func TestNewFollowersAreReadForAtOnce(t *testing.T) {
	server := redistest.Start(t, nil)
	s, b := openStore(t, server.URL()), openBus(t, server.URL())
	var all []*follower
	for i := range 40 {
		doc := store.DocName(fmt.Sprintf("d%d", i))
		appendOne(t, s, doc, "x")
		f := &follower{}
		all = append(all, f)
		defer b.Follow(doc, store.Position{}, f)()
		until(t, "its entry", func() bool { n, _ := f.state(); return n == 1 })
	}
	for i, f := range all {
		if n, lost := f.state(); n != 1 || lost != nil {
			t.Errorf("follower %d: %d entries, %v", i, n, lost)
		}
	}
}
