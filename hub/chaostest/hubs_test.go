package chaostest

import (
	"syscall"
	"testing"
	"time"
)

// TestT5LeaveAndJoin has people come and go while documents are being unloaded.
func TestT5LeaveAndJoin(t *testing.T) {
	g := newRig(t, 2, 50)
	for d := range size(4, 20) {
		for range 2 {
			y := g.add(d, size(30, 250), g.anyHub)
			y.leave, y.away = 5, 1500*time.Millisecond
		}
	}
	g.start()
	g.finish(4 * time.Minute)
	g.verify()
}

// TestT6RestartAll ends all hubs under connected clients and compares the bytes.
func TestT6RestartAll(t *testing.T) {
	g := newRig(t, 2, 100)
	g.write(2, 2, 200, 0, g.anyHub)
	g.finish(time.Minute)
	before := map[string]string{}
	for _, doc := range g.docs() {
		b, err := read(g.anyHub(), doc)
		if err != nil {
			t.Fatal(err)
		}
		before[doc] = string(b)
	}
	for range size(3, 50) {
		for _, h := range g.hubs {
			h.kill()
			h.up()
		}
		for doc, want := range before {
			if got, err := read(g.anyHub(), doc); err != nil || string(got) != want {
				t.Fatalf("%s is another after a restart: %d and %d bytes, %v", doc, len(want), len(got), err)
			}
		}
	}
	g.verify()
}

// TestT7RollingRestart ends one hub after the other under load, as an operator
// does.
func TestT7RollingRestart(t *testing.T) {
	g := newRig(t, 3, 200)
	g.write(4, 3, size(400, 8000), time.Millisecond, g.anyHub)
	longest := time.Duration(0)
	g.each(size(3, 24), func(n int) {
		h := g.hubs[n%len(g.hubs)]
		longest = max(longest, h.stop())
		h.up()
	})
	g.finish(2 * time.Minute)
	g.verify()
	t.Logf("a hub took at most %v to end; nobody was away for more than %v", longest.Round(time.Millisecond), g.longestAway().Round(time.Millisecond))
}

// TestT9AppendAndCompact has three hubs append to and compact the same
// documents; now and then one is stopped in the middle, or killed.
func TestT9AppendAndCompact(t *testing.T) {
	g := newRig(t, 3, 40)
	docs, each := size(4, 60), size(3, 6)
	g.write(docs, each, size(6_000, 1_010_000)/docs/each, 0, g.anyHub)
	g.each(size(4, 24), func(n int) {
		h := g.hubs[g.chance(len(g.hubs))]
		h.signal(syscall.SIGSTOP)
		g.hold(time.Duration(size(300, 1000)+g.chance(size(500, 4000))) * time.Millisecond)
		h.signal(syscall.SIGCONT)
		if n%5 == 4 {
			h.kill()
			h.up()
		}
	})
	g.finish(9 * time.Minute)
	g.verify()
	g.readByYjs(g.docs()[0])
}

// TestT15MassReconnect drops everybody at once.
func TestT15MassReconnect(t *testing.T) {
	g := newRig(t, 1, 200)
	g.write(size(10, 40), size(10, 50), size(40, 20), 100*time.Millisecond, g.anyHub)
	g.each(size(1, 3), func(int) {
		g.hubs[0].kill()
		g.hubs[0].up()
	})
	g.finish(2 * time.Minute)
	g.verify()
	t.Logf("%d clients; nobody was away for more than %v", len(g.typists), g.longestAway().Round(time.Millisecond))
}
