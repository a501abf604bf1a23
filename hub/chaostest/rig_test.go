package chaostest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/pathboard/pathboard/hub/store/redisstore"
	"github.com/pathboard/pathboard/hub/store/redistest"
	"github.com/pathboard/pathboard/hub/wire"
	"github.com/pathboard/pathboard/hub/ydoc"
)

// full says that the cases run at their full size.
func full() bool { return os.Getenv("PATHBOARD_CHAOS") == "full" }

// size is a figure of the small run, or of the full one.
func size(small, whole int) int {
	if full() {
		return whole
	}
	return small
}

// rig is Redis, hubs and typists.
type rig struct {
	t       *testing.T
	r       *rand.Rand
	redis   *redistest.Server
	hubs    []*process
	typists []*typist
	stop    chan struct{}
	wg      sync.WaitGroup
	began   time.Time

	mu sync.Mutex // guards r for the typists
}

// newRig starts as many hubs on one Redis. The seed orders the faults.
func newRig(t *testing.T, hubs, compact int) *rig {
	t.Helper()
	g := newBareRig(t)
	g.redis = redistest.Start(t, map[string]string{"maxmemory": "2gb"})
	for range hubs {
		g.hubs = append(g.hubs, startHub(t, g.redis.URL(), "", compact))
	}
	return g
}

func newBareRig(t *testing.T) *rig {
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv("PATHBOARD_CHAOS_SEED"); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("seed %d (PATHBOARD_CHAOS_SEED)", seed)
	g := &rig{t: t, r: rand.New(rand.NewPCG(seed, 99)), stop: make(chan struct{}), began: time.Now()}
	t.Cleanup(func() { g.halt(); g.wg.Wait() })
	return g
}

func (g *rig) halt() {
	select {
	case <-g.stop:
	default:
		close(g.stop)
	}
}

func (g *rig) chance(n int) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.r.IntN(n)
}

// anyHub is where a typist goes next: anywhere, as behind a load balancer.
func (g *rig) anyHub() string { return g.hubs[g.chance(len(g.hubs))].url() }

// add engages a typist for a document; start lets it begin.
func (g *rig) add(doc, tokens int, hubs func() string) *typist {
	y := newTypist(g.t, fmt.Sprintf("d%d.c%d", doc, len(g.typists)), fmt.Sprintf("chaos.%d", doc), tokens, hubs)
	g.typists = append(g.typists, y)
	return y
}

func (g *rig) start() {
	for _, y := range g.typists {
		g.wg.Go(func() { y.run(g.stop) })
	}
}

// write lets typists begin: so many in each document, each with so many tokens.
func (g *rig) write(docs, each, tokens int, pace time.Duration, hubs func() string) {
	for d := range docs {
		for range each {
			g.add(d, tokens, hubs).pace = pace
		}
	}
	g.start()
}

// longestAway is the longest that any typist was without a line that worked.
func (g *rig) longestAway() (d time.Duration) {
	for _, y := range g.typists {
		d = max(d, y.back)
	}
	return d
}

// until waits for a condition, for as long as a run may take.
func (g *rig) until(what string, most time.Duration, holds func() bool) {
	g.t.Helper()
	limit := time.NewTimer(most)
	defer limit.Stop()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-limit.C:
			g.t.Fatalf("not in time: %s", what)
		}
	}
}

// hold lets a fault last.
func (g *rig) hold(d time.Duration) { <-time.After(d) }

// each calls f so many times while the typists write, as their edits come in.
func (g *rig) each(times int, f func(n int)) {
	total := 0
	for _, y := range g.typists {
		total += y.target
	}
	for n := range times {
		g.until("progress", 2*time.Minute, func() bool { return g.progress() >= total*(n+1)/(times+2) })
		f(n)
	}
}

// finish waits until every typist has its acknowledgements.
func (g *rig) finish(most time.Duration) {
	g.t.Helper()
	g.until("everything acknowledged", most, g.done)
	g.wg.Wait()
}

func (g *rig) done() bool {
	return !slices.ContainsFunc(g.typists, func(y *typist) bool { return !y.done() })
}

// goOn waits for so many more acknowledgements, or all.
func (g *rig) goOn(edits int) {
	g.t.Helper()
	before := g.progress()
	g.until("more edits", time.Minute, func() bool { return g.done() || g.progress() > before+edits })
}

// progress is how many edits are acknowledged.
func (g *rig) progress() (n int) {
	for _, y := range g.typists {
		_, acked, _ := y.counts()
		n += acked
	}
	return n
}

// read is a document as a client sees it that knows nothing.
func read(url, doc string) ([]byte, error) {
	ws, res, err := websocket.DefaultDialer.Dial(url, nil)
	if err != nil {
		return nil, err
	}
	res.Body.Close()
	defer ws.Close()
	for _, b := range [][]byte{wire.Token(doc, "reader", "4.0.0"), wire.Sync(doc, wire.SyncStep1, ydoc.StateVector{}.Encode())} {
		if err := ws.WriteMessage(websocket.BinaryMessage, b); err != nil {
			return nil, err
		}
	}
	for {
		_ = ws.SetReadDeadline(time.Now().Add(30 * time.Second))
		_, b, err := ws.ReadMessage()
		if err != nil {
			return nil, err
		}
		f, err := wire.Parse(b)
		if err != nil {
			return nil, err
		}
		if f.Type == wire.TypeAuth && f.Auth == wire.AuthDenied {
			return nil, errors.New(f.Text)
		}
		if f.Type == wire.TypeSync && f.Sync == wire.SyncStep2 {
			return f.Payload, nil
		}
	}
}

// tokens counts the tokens of a state.
func tokens(state []byte) (map[string]int, error) {
	d := ydoc.New(ydoc.Options{})
	if _, err := d.Apply(state); err != nil {
		return nil, err
	}
	b, err := json.Marshal(d.Root("tokens", ydoc.KindArray).JSON())
	if err != nil {
		return nil, err
	}
	var all []string
	if err := json.Unmarshal(b, &all); err != nil {
		return nil, err
	}
	out := make(map[string]int, len(all))
	for _, t := range all {
		out[t]++
	}
	return out, nil
}

// docs are the documents that were written.
func (g *rig) docs() []string {
	var out []string
	seen := map[string]bool{}
	for _, y := range g.typists {
		if !seen[y.doc] {
			seen[y.doc] = true
			out = append(out, y.doc)
		}
	}
	return out
}

// verify reads every document from every hub and through a cold start, and
// holds all replicas against what was acknowledged.
func (g *rig) verify() {
	g.t.Helper()
	states := map[string][]byte{}
	for _, doc := range g.docs() {
		g.until("all hubs show the same "+doc, 30*time.Second, func() bool {
			var first []byte
			for i, h := range g.hubs {
				b, err := read(h.url(), doc)
				if err != nil || i > 0 && string(b) != string(first) {
					return false
				}
				first = b
			}
			states[doc] = first
			return true
		})
		g.account(doc, states[doc])
	}
	for _, h := range g.hubs {
		h.kill()
	}
	for _, h := range g.hubs {
		h.up()
	}
	for doc, want := range states {
		var got []byte
		g.until("a cold start shows "+doc, 30*time.Second, func() bool {
			var err error
			got, err = read(g.anyHub(), doc)
			return err == nil
		})
		if string(got) != string(want) {
			g.t.Errorf("%s is another after a cold start: %d and %d bytes", doc, len(want), len(got))
		}
	}
	g.t.Logf("%d acknowledged edits in %d documents checked, %v", g.progress(), len(states), time.Since(g.began).Round(time.Millisecond))
}

// account looks for each token that was acknowledged, and for doubles.
func (g *rig) account(doc string, state []byte) {
	g.t.Helper()
	have, err := tokens(state)
	if err != nil {
		g.t.Fatalf("%s cannot be read: %v", doc, err)
	}
	lost, double, refused := 0, 0, 0
	for _, y := range g.typists {
		if y.doc != doc {
			continue
		}
		made, acked, no := y.counts()
		refused += no
		for n := range made {
			switch c := have[y.token(n)]; {
			case c == 0 && n < acked:
				lost++
			case c > 1:
				double++
			}
			delete(have, y.token(n))
		}
	}
	if lost+double+refused+len(have) > 0 {
		g.t.Errorf("%s: %d acknowledged edits lost, %d doubled, %d refused, %d that nobody made", doc, lost, double, refused, len(have))
	}
}

// redisDo sends one command to the rig's Redis.
func (g *rig) redisDo(args ...any) any {
	g.t.Helper()
	c, err := redisstore.Dial(g.redis.URL())
	if err != nil {
		g.t.Fatal(err)
	}
	defer c.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	answer, err := c.Do(ctx, args...).Result()
	if err != nil {
		g.t.Fatalf("redis %v: %v", args, err)
	}
	return answer
}
