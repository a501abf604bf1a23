package chaostest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/pathboard/pathboard/hub/hubtest"
	"github.com/pathboard/pathboard/hub/wire"
)

const (
	// ghostMost is how long somebody who is gone may be shown.
	ghostMost = 35 * time.Second
	// missingMost is how long somebody who is there may be missing.
	missingMost = 5 * time.Second
)

// guest is a client that shows that it is there, on the document of all guests,
// and keeps a table of the others as y-protocols does.
type guest struct {
	id   uint64
	name string
	hubs func() string
	stop chan struct{}

	mu    sync.Mutex // guards what follows
	table *wire.AwarenessTable
	ws    *websocket.Conn
	since time.Time // the line works since then; zero: none does
}

const guestDoc = "chaos.presence"

func newGuest(n int, hubs func() string) *guest {
	g := &guest{id: uint64(1000 + n), name: fmt.Sprintf("g%d", n), hubs: hubs, stop: make(chan struct{})}
	g.table = wire.NewAwarenessTable(g.id)
	g.table.SetLocal(json.RawMessage(`{"here":true}`), time.Now())
	return g
}

// run stays on the document until the guest leaves, over as many lines as it takes.
func (g *guest) run(stop <-chan struct{}) {
	for {
		g.line()
		select {
		case <-stop:
			return
		case <-g.stop:
			return
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// line is one connection, until it ends.
func (g *guest) line() {
	dialer := websocket.Dialer{HandshakeTimeout: 2 * time.Second, NetDial: (&net.Dialer{Timeout: 2 * time.Second}).Dial}
	ws, res, err := dialer.Dial(g.hubs(), nil)
	if err != nil {
		return
	}
	res.Body.Close()
	defer ws.Close()
	g.mu.Lock()
	g.ws = ws
	g.mu.Unlock()
	if g.write(wire.Token(guestDoc, g.name, "4.0.0")) != nil || g.write(hubtest.SyncStep1(guestDoc)) != nil {
		return
	}
	for {
		_, b, err := ws.ReadMessage()
		if err != nil {
			break
		}
		f, err := wire.Parse(b)
		switch {
		case err != nil:
		case f.Type == wire.TypeSync && f.Sync == wire.SyncStep2:
			g.mu.Lock()
			g.since = time.Now()
			hello := g.table.Encode([]uint64{g.id})
			g.mu.Unlock()
			_ = g.write(wire.Awareness(guestDoc, hello))
		case f.Type == wire.TypeAwareness:
			g.take(f)
		}
	}
	g.mu.Lock()
	g.since = time.Time{}
	g.mu.Unlock()
}

// take notes who is there, and contradicts who says that this guest is not.
func (g *guest) take(f wire.Frame) {
	g.mu.Lock()
	change, _ := g.table.Apply(f.Payload, time.Now())
	var still []byte
	for _, client := range change.Removed {
		if client == g.id {
			still = g.table.Encode([]uint64{g.id})
		}
	}
	g.mu.Unlock()
	if still != nil {
		_ = g.write(wire.Awareness(guestDoc, still))
	}
}

func (g *guest) write(b []byte) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	_ = g.ws.SetWriteDeadline(time.Now().Add(2 * time.Second))
	return g.ws.WriteMessage(websocket.BinaryMessage, b)
}

// look lets the table's time pass, and returns whom the guest sees and since when
// its line works.
func (g *guest) look(now time.Time) (seen map[uint64]bool, since time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.table.Tick(now)
	seen = map[uint64]bool{}
	for _, client := range g.table.Clients() {
		seen[client] = true
	}
	return seen, g.since
}

// leave is the end of a guest without a word: its line is reset.
func (g *guest) leave() {
	close(g.stop)
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.ws != nil {
		if tcp, ok := g.ws.NetConn().(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
		}
		_ = g.ws.Close()
	}
}

// party is guests, and what is noted of who sees whom.
type party struct {
	rig    *rig
	guests []*guest
	gone   map[uint64]time.Time
	miss   map[[2]uint64]time.Time // who does not see whom, since when
	ghost  time.Duration           // the longest that somebody gone was seen
	longed time.Duration           // the longest that somebody there was missing
}

func (p *party) add(n int, hubs func() string) *guest {
	g := newGuest(n, hubs)
	p.guests = append(p.guests, g)
	p.rig.wg.Go(func() { g.run(p.rig.stop) })
	return g
}

// without marks guests as gone, from now on.
func (p *party) without(guests ...*guest) {
	for _, g := range guests {
		p.gone[g.id] = time.Now()
	}
}

// watch compares what each guest sees with who is there. It returns how many of
// the gone are seen by anybody, and how many of those there are not seen by somebody.
func (p *party) watch() (ghosts, missing int) {
	now := time.Now()
	sees := make([]map[uint64]bool, len(p.guests))
	since := make([]time.Time, len(p.guests))
	for i, g := range p.guests {
		sees[i], since[i] = g.look(now)
	}
	misses := maps.Clone(p.miss)
	clear(p.miss)
	for i, g := range p.guests {
		if _, left := p.gone[g.id]; left || since[i].IsZero() {
			continue
		}
		for j, other := range p.guests {
			if at, left := p.gone[other.id]; left {
				if sees[i][other.id] {
					ghosts++
					p.ghost = max(p.ghost, now.Sub(at))
				}
				continue
			}
			if i == j || since[j].IsZero() || sees[i][other.id] {
				continue
			}
			pair := [2]uint64{g.id, other.id}
			begin, known := misses[pair]
			if !known {
				begin = now
			}
			begin = later(begin, later(since[i], since[j]))
			p.miss[pair] = begin
			p.longed = max(p.longed, now.Sub(begin))
			missing++
		}
	}
	return ghosts, missing
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// hold keeps watching while a fault lasts.
func (p *party) hold(d time.Duration) {
	for end := time.Now().Add(d); time.Now().Before(end); p.rig.hold(50 * time.Millisecond) {
		p.watch()
	}
}

// settle waits until everybody sees exactly who is there.
func (p *party) settle(what string, most time.Duration) {
	p.rig.t.Helper()
	p.rig.until(what, most, func() bool {
		p.rig.hold(50 * time.Millisecond)
		ghosts, missing := p.watch()
		live := 0
		for _, g := range p.guests {
			if _, since := g.look(time.Now()); !since.IsZero() {
				live++
			}
		}
		return ghosts == 0 && missing == 0 && live >= len(p.guests)-len(p.gone)
	})
}

// TestT19TruePresence: people vanish without a word, by a reset and, in full
// size, by a line that swallows all; a hub is killed with people on it; Redis
// stands still. Nobody who is gone is shown for long, nobody who is there is missed.
func TestT19TruePresence(t *testing.T) {
	g := newRig(t, 3, 500)
	p := &party{rig: g, gone: map[uint64]time.Time{}, miss: map[[2]uint64]time.Time{}}
	swallowing := hubtest.NewProxy(t, g.hubs[0].address)
	people := size(12, 50)
	for n := range people {
		hubs := g.anyHub
		if n < people/6 {
			hubs = func() string { return "ws://" + swallowing.Address() + "/ws" }
		}
		p.add(n, hubs)
	}
	p.settle("all see all", 30*time.Second)

	for _, leaving := range p.guests[people/6 : people/3] {
		p.without(leaving)
		leaving.leave()
	}
	p.settle("whose line was reset is gone", ghostMost)

	g.redis.Pause()
	p.hold(time.Duration(size(1, 8)) * time.Second)
	g.redis.Resume()
	p.settle("all see all after Redis stood still", 20*time.Second)

	g.hubs[1].kill()
	p.hold(time.Duration(size(1, 10)) * time.Second)
	g.hubs[1].up()
	p.settle("all see all after a hub was killed", 20*time.Second)

	if full() {
		swallowing.HalfOpen()
		p.without(p.guests[:people/6]...)
		p.settle("whose line swallows all is gone", ghostMost)
		p.deadHub()
	}
	t.Logf("%d people: nobody gone was seen for longer than %v, nobody there missed for longer than %v",
		people, p.ghost.Round(time.Millisecond), p.longed.Round(time.Millisecond))
	if p.ghost > ghostMost || p.longed > missingMost {
		t.Errorf("the bounds are %v and %v", ghostMost, missingMost)
	}
}

// deadHub kills a hub together with the people on it: nobody is left who could
// say goodbye for them.
func (p *party) deadHub() {
	dead := p.rig.hubs[2]
	var lost []*guest
	for n := range 6 {
		lost = append(lost, p.add(500+n, dead.url))
	}
	p.settle("all see who came", 20*time.Second)
	dead.signal(9)
	p.without(lost...)
	for _, g := range lost {
		g.leave()
	}
	<-dead.ended
	dead.cmd = nil
	p.settle("who was on a dead hub is gone", ghostMost)
	dead.up()
}
