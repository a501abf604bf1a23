package hub

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The simulator runs several hubs, their clients, a store and a bus on the pure
// core, in one goroutine and on a clock of its own: every message, append,
// delivery, crash and snapshot is one step, and a seed chooses their order. See
// simStore for the faults of the store and simClient for what a client is.
//
// While it runs, two rules are checked at every single delivery: what a client
// is shown is durable, and what a client calls saved is durable. When the
// faults end and everything has been delivered, all replicas must be equal.

const (
	simHubs    = 2
	simClients = 4
	simSteps   = 800
)

// world is one simulated history.
type world struct {
	r       *rand.Rand
	now     time.Time
	store   *simStore
	hubs    [simHubs]*simRoom // nil: not loaded
	clients []*simClient
	mallory *simLink   // somebody who keeps no rule
	zombies []*simLink // lines the client has given up and the hub has not
	next    memberID
	ids     uint64
	trace   []string
	calm    bool // faults have ended
	resets  int
	kept    [simHubs]*core // of rooms given up
	rolled  bool           // the store has lost something and not got it back
	rolls   int
	lacked  int // clients found to lack something
	limits  int // 1 if it came to the known limit of R10
}

func newWorld(seed uint64) *world {
	w := &world{r: rand.New(rand.NewPCG(seed, 7)), now: time.Unix(1e9, 0), store: newSimStore()}
	for i := range simClients {
		w.clients = append(w.clients, newSimClient(w, fmt.Sprintf("person%d", i)))
	}
	return w
}

// violation is a broken promise, named as in SPEC.md.
type violation string

func (w *world) broken(rule, format string, args ...any) {
	panic(violation(rule + ": " + fmt.Sprintf(format, args...)))
}

func (w *world) log(format string, args ...any) {
	w.trace = append(w.trace, fmt.Sprintf(format, args...))
}

// chance is true once in n times, never when the faults have ended.
func (w *world) chance(n int) bool { return !w.calm && w.r.IntN(n) == 0 }

// run plays one history and returns the violation it met.
func (w *world) run() (err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case violation:
			err = errors.New(string(p))
		case knownLimit:
			w.limits++
		default:
			panic(p)
		}
	}()
	for range simSteps {
		w.step()
	}
	w.heal()
	w.compare()
	return nil
}

func (w *world) step() {
	c := w.clients[w.r.IntN(len(w.clients))]
	h := w.r.IntN(simHubs)
	switch n := w.r.IntN(100); {
	case n < 16:
		c.edit()
	case n < 40:
		w.deliverUp(c.link)
		w.deliverUp(w.mallory)
	case n < 64:
		w.deliverDown(c)
	case n < 82:
		w.appendOne(h)
	case n < 90:
		w.deliverLog(h)
		w.readOn(h)
		w.compareHub(h)
	case n < 93:
		w.deliverNotice(h)
	case n < 95:
		w.drain(c.link)
	case n < 96:
		c.toggle()
	case n < 98:
		w.compact()
	case n < 99:
		w.tick(time.Duration(w.r.IntN(15)) * time.Second)
	default:
		w.rare(c, h)
	}
}

// rare is what happens seldom, but does.
func (w *world) rare(c *simClient, h int) {
	switch n := w.r.IntN(11); {
	case n == 9:
		w.backUp()
	case n == 10:
		w.rollBack()
	case n < 1:
		w.regrant(c)
	case n < 2:
		if i := slices.IndexFunc(w.clients, func(c *simClient) bool { return c.readOnly }); i >= 0 {
			w.regrant(w.clients[i])
		}
	case n < 4 && len(w.zombies) > 0:
		w.deliverUp(w.zombies[w.r.IntN(len(w.zombies))])
	case n < 5:
		w.mayForget(c.restart)
	case n < 6:
		w.store.land(w)
	case n < 7:
		w.mayForget(func() { w.crash(h) })
	case n < 8:
		w.attack(h)
	default:
		w.mayForget(func() { w.unload(h) })
	}
}

// mayForget does what may end the last memory of something, unless the store
// has just lost that: nothing could bring it back then.
func (w *world) mayForget(f func()) {
	if w.healed(); !w.rolled {
		f()
	}
}

// tick is what the rooms do every few seconds.
func (w *world) tick(d time.Duration) {
	w.now = w.now.Add(d)
	for h, room := range w.hubs {
		if room != nil {
			room.tick()
			w.perform(h)
		}
	}
	for _, c := range w.clients {
		c.forget()
	}
}

// crash ends a hub with all it has in memory. Appends that were under way may
// still take place.
func (w *world) crash(h int) {
	room := w.hubs[h]
	if room == nil {
		return
	}
	w.log("hub %d crashes", h)
	for _, a := range room.appends {
		if w.r.IntN(2) == 0 {
			break // the store takes them in order
		}
		_, _ = w.store.append(w, room.epoch, a.data)
	}
	w.dismiss(h, false)
}

// unload ends a room that nobody uses, as a hub does after a while.
func (w *world) unload(h int) {
	if r := w.hubs[h]; r != nil && len(r.members) == 0 && len(r.appends) == 0 {
		w.log("hub %d unloads", h)
		w.hubs[h] = nil
	}
}

// dismiss ends a room. Its lines are closed, after what is queued if the hub
// still can.
func (w *world) dismiss(h int, kindly bool) {
	for _, l := range w.hubs[h].members {
		l.up, l.closed = nil, true
		if !kindly {
			l.down = nil
		}
	}
	w.hubs[h] = nil
}

// heal ends all faults and delivers whatever there is until nothing moves.
func (w *world) heal() {
	w.calm = true
	w.log("faults end")
	for w.store.land(w) {
	}
	for _, c := range w.clients {
		c.readOnly = false
		w.settleGrant(c)
	}
	for range 40 {
		if w.rest(); w.still() {
			break
		}
	}
	// Long enough for every ghost to fade, short enough a step for the living.
	for range 12 {
		w.tick(5 * time.Second)
		w.rest()
	}
}

// rest delivers everything, once nobody acts any more.
func (w *world) rest() {
	for _, c := range w.clients {
		if c.link == nil {
			c.connect(w.r.IntN(simHubs))
		}
	}
	for _, l := range append(w.zombies, w.mallory) {
		if l != nil {
			w.hangUp(l)
		}
	}
	w.zombies, w.mallory = nil, nil
	for moved := true; moved; {
		moved = false
		for _, c := range w.clients {
			moved = w.deliverUp(c.link) || moved
			moved = w.deliverDown(c) || moved
			moved = w.drain(c.link) || moved
		}
		for h := range w.hubs {
			w.mend(h)
			moved = w.appendOne(h) || moved
			moved = w.deliverLog(h) || moved
			moved = w.readOn(h) || moved
			moved = w.compareHub(h) || moved
			moved = w.deliverNotice(h) || moved
		}
	}
}

func (w *world) still() bool {
	for _, c := range w.clients {
		if c.link == nil || c.link.closed || c.unsynced > 0 {
			return false
		}
	}
	return true
}

// compare holds all replicas against what is durable.
func (w *world) compare() {
	truth, err := buildTruth(w.store)
	if err != nil {
		w.broken("R5", "the document cannot be loaded: %v", err)
	}
	if !covers(truth.doc, w.store.truth) {
		w.broken("R13", "the store lacks what it had acknowledged")
	}
	present := map[uint64]bool{}
	for _, c := range w.clients {
		present[c.yid] = true
		switch {
		case c.link == nil || c.link.closed:
			w.broken("R9", "%s cannot stay connected", c.subject)
		case c.unsynced > 0:
			w.broken("R2", "%s is never told that its edits are saved (%d left)", c.subject, c.unsynced)
		case len(c.pending) > 0:
			w.broken("R4", "%s waits for updates that never come", c.subject)
		}
		w.sameAs(truth, c.doc, c.subject)
	}
	for h, room := range w.hubs {
		if room == nil {
			continue
		}
		w.sameAs(truth, room.core.doc, fmt.Sprintf("hub %d", h))
		for client := range room.core.presence.entries {
			if !present[client] {
				w.broken("R11", "hub %d shows a ghost", h)
			}
		}
		if len(room.core.presence.entries) != len(present) {
			w.broken("R11", "hub %d shows %d of %d clients", h, len(room.core.presence.entries), len(present))
		}
	}
	for _, c := range w.clients {
		if len(c.seen) != len(present) {
			w.broken("R11", "%s sees %d of %d clients", c.subject, len(c.seen), len(present))
		}
	}
}

// TestSimulation plays PATHBOARD_SIM_SEEDS histories from PATHBOARD_SIM_FROM on.
func TestSimulation(t *testing.T) {
	from, seeds := envUint(t, "PATHBOARD_SIM_FROM", 0), envUint(t, "PATHBOARD_SIM_SEEDS", 400)
	resets, acks, entries, snapshots, rolls, lacked, limits, failed := 0, 0, 0, 0, 0, 0, 0, 0
	for seed := from; seed < from+seeds; seed++ {
		w := newWorld(seed)
		err := w.run()
		resets += w.resets
		rolls += w.rolls
		lacked += w.lacked
		limits += w.limits
		entries += len(w.store.all)
		snapshots += int(w.store.snapshot.Version)
		for _, c := range w.clients {
			acks += c.acks
		}
		if err == nil {
			continue
		}
		t.Errorf("seed %d: %v", seed, err)
		if failed++; failed == 1 {
			t.Logf("its history:\n%s", strings.Join(w.trace, "\n"))
		}
		if failed == 5 {
			break
		}
	}
	t.Logf("%d histories from seed %d: %d entries, %d acknowledgements, %d rooms given up, %d snapshots, %d stores rolled back, %d clients brought up to date, %d ended at the known limit of R10, %d failed",
		seeds, from, entries, acks, resets, snapshots, rolls, lacked, limits, failed)
}

func envUint(t *testing.T, name string, def uint64) uint64 {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return def
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// buildTruth is the document as a hub starting now would load it.
func buildTruth(s *simStore) (*core, error) {
	c := newCore(DefaultLimits(), incarnation{}, 0, false)
	return c, c.load(s.load())
}
