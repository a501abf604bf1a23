package ydoc

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"testing"
)

// TestInboxTakesWhatYjsTakes delivers histories out of order, twice, with
// losses that are filled at the end, and compares after each update what has
// been integrated: all that yjs has. Yjs sometimes lets something wait on that
// could be done, until more arrives.
func TestInboxTakesWhatYjsTakes(t *testing.T) {
	t.Parallel()
	o := startOracle(t)
	delivered := 0
	for seed := range uint64(envInt(t, "PATHBOARD_FUZZ_FEATURES", 40)) {
		h, err := states(o, seed)
		if err != nil {
			t.Fatal(err)
		}
		if h.exact() {
			delivered += compareInbox(t, o, h)
		}
	}
	t.Logf("%d updates delivered", delivered)
}

func compareInbox(t *testing.T, o *oracle, h *history) int {
	r := rand.New(rand.NewPCG(h.seed, 11))
	c := comparison{h: h, r: r}
	queue, err := c.delivery()
	if err != nil {
		t.Fatal(err)
	}
	var lost, list [][]byte
	for _, u := range queue {
		if r.IntN(8) == 0 {
			lost = append(lost, u)
		} else {
			list = append(list, u)
		}
	}
	d, err := open(h.gc)
	if err != nil {
		t.Fatal(err)
	}
	in := NewInbox(d, InboxLimits{})
	var want struct {
		Vectors [][]byte
		Pending bool
		View    string
	}
	if err := o.ask("deliver", map[string]any{"gc": h.gc, "updates": list}, &want); err != nil {
		t.Fatal(err)
	}
	for i, u := range list {
		if _, err := in.Apply(u); err != nil {
			t.Fatalf("seed %d: update %d: %v", h.seed, i, err)
		}
		known, err := DecodeStateVector(want.Vectors[i])
		if err != nil || !d.StateVector().Covers(known) {
			t.Fatalf("seed %d: after update %d\n got %x\nwant %x (%v)", h.seed, i, d.EncodeStateVector(), want.Vectors[i], err)
		}
	}
	if n, _ := in.Pending(); n > 0 && !want.Pending {
		t.Errorf("seed %d: %d updates wait, none in yjs", h.seed, n)
	}
	if bytes.Equal(d.EncodeStateVector(), want.Vectors[len(list)-1]) {
		if same, err := equalJSON(want.View, d); err != nil || !same {
			t.Errorf("seed %d: with losses\n got %s\nwant %s (%v)", h.seed, showView(d), want.View, err)
		}
	}
	heir(t, h, in, lost)
	for _, u := range lost {
		if _, err := in.Apply(u); err != nil {
			t.Fatalf("seed %d: %v", h.seed, err)
		}
	}
	if err := c.equal("losses filled", d, false); err != nil {
		t.Errorf("seed %d: %v", h.seed, err)
	}
	if n, size := in.Pending(); n != 0 || size != 0 || in.Dropped() != 0 {
		t.Errorf("seed %d: %d updates of %d bytes wait, %d dropped", h.seed, n, size, in.Dropped())
	}
	return len(list)
}

// heir hands what waits on to another document, which then needs the lost
// updates only.
func heir(t *testing.T, h *history, in *Inbox, lost [][]byte) {
	state, err := in.EncodeStateAsUpdate(nil)
	if err != nil {
		t.Fatal(err)
	}
	d, err := open(h.gc)
	if err != nil {
		t.Fatal(err)
	}
	next := NewInbox(d, InboxLimits{})
	for _, u := range append([][]byte{state}, lost...) {
		if _, err := next.Apply(u); err != nil {
			t.Fatalf("seed %d: heir: %v", h.seed, err)
		}
	}
	if err := (&comparison{h: h}).equal("heir", d, false); err != nil {
		t.Errorf("seed %d: %v", h.seed, err)
	}
}

// What waits is bounded, in number and in size; what needs nothing is done even
// when no more can wait.
func TestInboxIsBounded(t *testing.T) {
	d := New(Options{Limits: DefaultLimits()})
	in := NewInbox(d, InboxLimits{Updates: 100, Bytes: 10_000})
	hole := func(client uint64, text string) []byte { return (&wire{}).uint(1, 1, client, 5).text(text).noDeletes() }
	for i := range uint64(100) {
		if _, err := in.Apply(hole(i, "a")); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := in.Apply(hole(100, "a")); !errors.Is(err, ErrLimit) {
		t.Errorf("one too many: %v", err)
	}
	both := (&wire{}).uint(2, 1, 200, 0).text("now").uint(1, 201, 5).text("later").noDeletes()
	if c, err := in.Apply(both); !errors.Is(err, ErrLimit) || len(c) != 1 || d.Root("t", KindText).Text() != "now" {
		t.Errorf("the part that need not wait: %v, %d updates, %q", err, len(c), d.Root("t", KindText).Text())
	}
	small := NewInbox(New(Options{}), InboxLimits{Bytes: 1000})
	if _, err := small.Apply(hole(1, string(make([]byte, 1000)))); !errors.Is(err, ErrLimit) {
		t.Errorf("too large: %v", err)
	}
	if n, size := small.Pending(); n != 0 || size != 0 {
		t.Errorf("%d updates of %d bytes wait", n, size)
	}
}

// What waited may turn out to be refused. It is dropped, and nothing else.
func TestInboxDropsWhatIsRefused(t *testing.T) {
	d := New(Options{Limits: DefaultLimits()})
	in := NewInbox(d, InboxLimits{})
	inside := update(7, 1).raw(0x84).uint(1, 0).str("x").noDeletes() // between the halves of a pair
	if _, err := in.Apply(inside); err != nil {
		t.Fatal(err)
	}
	if _, err := in.Apply(update(1, 1).text("😀").noDeletes()); err != nil {
		t.Fatal(err)
	}
	if n, _ := in.Pending(); n != 0 || in.Dropped() != 1 || d.Root("t", KindText).Text() != "😀" {
		b, err := json.Marshal(d.Root("t", KindText).JSON())
		t.Errorf("%d wait, %d dropped, text %s %v", n, in.Dropped(), b, err)
	}
}

// TestIntersection has yjs judge what two parts of a history share.
func TestIntersection(t *testing.T) {
	t.Parallel()
	o := startOracle(t)
	for seed := range uint64(envInt(t, "PATHBOARD_FUZZ_FEATURES", 40)) {
		h, err := states(o, seed)
		if err != nil {
			t.Fatal(err)
		}
		if !h.exact() || len(h.log) < 4 {
			continue
		}
		r := rand.New(rand.NewPCG(seed, 13))
		var parts [2][]byte
		for i := range parts {
			from := r.IntN(len(h.log) / 2)
			if parts[i], err = MergeUpdates(h.log[from : from+1+r.IntN(len(h.log)-from)]...); err != nil {
				t.Fatal(err)
			}
		}
		if r.IntN(3) == 0 { // structs cut otherwise
			parts[1] = h.state
		}
		both, err := IntersectUpdates(parts[0], parts[1])
		if err != nil {
			t.Fatal(err)
		}
		var wrong string
		if err := o.ask("intersect", map[string]any{"a": parts[0], "b": parts[1], "both": both}, &wrong); err != nil {
			t.Fatal(err)
		}
		if wrong != "" {
			t.Errorf("seed %d: %s", seed, wrong)
		}
		self, err := IntersectUpdates(parts[0], parts[0])
		if err != nil || !bytes.Equal(self, parts[0]) {
			t.Errorf("seed %d: with itself (%v)\n got %s\nwant %s", seed, err, outline(self), outline(parts[0]))
		}
	}
}
