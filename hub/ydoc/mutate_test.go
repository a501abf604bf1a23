package ydoc

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"testing"
)

// samples returns the histories in testdata, updates in causal order.
func samples(t testing.TB) [][][]byte {
	t.Helper()
	text, err := os.ReadFile("testdata/updates.hex")
	if err != nil {
		t.Fatal(err)
	}
	var all [][][]byte
	for part := range strings.SplitSeq(strings.TrimSpace(string(text)), "\n\n") {
		var log [][]byte
		for line := range strings.SplitSeq(part, "\n") {
			b, err := hex.DecodeString(line)
			if err != nil {
				t.Fatal(err)
			}
			log = append(log, b)
		}
		all = append(all, log)
	}
	return all
}

// mutate damages an update the way bugs, bad networks and attackers do.
func mutate(r *rand.Rand, update, other []byte) []byte {
	b := bytes.Clone(update)
	for range 1 + r.IntN(3) {
		if len(b) == 0 {
			return b
		}
		at := r.IntN(len(b))
		switch r.IntN(7) {
		case 0:
			b[at] ^= 1 << r.IntN(8)
		case 1:
			b[at] = byte(r.Uint32())
		case 2:
			b[at]++
		case 3:
			b = b[:at]
		case 4:
			b = append(b[:at:at], append(appendUvarint(nil, r.Uint64()>>r.IntN(64)), b[at+1:]...)...)
		case 5: // splice
			if len(other) > 0 {
				from := r.IntN(len(other))
				piece := other[from:min(len(other), from+1+r.IntN(20))]
				b = append(b[:at:at], append(bytes.Clone(piece), b[at:]...)...)
			}
		case 6: // cut out
			b = append(b[:at:at], b[min(len(b), at+1+r.IntN(8)):]...)
		}
	}
	return b
}

func heapAllocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// attempt applies bytes that may be anything and checks what must hold.
func attempt(d *Doc, b []byte) (canonical []byte, err error) {
	before, stats, version := d.EncodeStateAsUpdate(nil), d.Stats(), d.Version()
	cost := heapAllocated()
	canonical, err = d.Apply(b)
	if cost = heapAllocated() - cost; cost > 1<<18+512*uint64(len(b)+len(canonical)) {
		return nil, fmt.Errorf("%d bytes of input took %d bytes of memory", len(b), cost)
	}
	if err != nil {
		var refusal *UpdateError
		if !errors.As(err, &refusal) {
			return nil, fmt.Errorf("not an UpdateError: %w", err)
		}
		if !bytes.Equal(d.EncodeStateAsUpdate(nil), before) || d.Stats() != stats || d.Version() != version {
			return nil, fmt.Errorf("refused with %w, but the document changed", err)
		}
	}
	if broken := checkIntegrity(d); broken != nil {
		return nil, broken
	}
	return canonical, nil
}

// follows reports whether a document fed with canonical updates equals the one
// that made them, and answers each with the same update, but for deletes of
// what arrives as garbage: it is not deleted once more. Yjs must send on the
// same structs and deletes. Into which pieces adjacent garbage is cut depends in
// yjs, and so here, on the order of an update's deletes, which a stranger may
// choose and the canonical update does not keep.
func follows(d *Doc, canonical, answers [][]byte) error {
	f := New(Options{})
	same := func(a, b []byte) bool { return bytes.Equal(a, b) }
	if inverted(canonical) {
		same = func(a, b []byte) bool { return essence(a) == essence(b) }
	}
	for i, u := range canonical {
		again, err := f.Apply(u)
		if err != nil {
			return fmt.Errorf("canonical update %d: %w", i, err)
		}
		want, err := withoutGarbageDeletes(u)
		if err != nil {
			return err
		}
		if !same(again, want) {
			return fmt.Errorf("canonical update %d is not\n got %x\nwant %x", i, again, want)
		}
		if got, want := outline(again), outline(answers[i]); got != want && !inverted(canonical) {
			return fmt.Errorf("canonical update %d %x: yjs sends on\n%s\nGo %s", i, u, want, got)
		}
	}
	got, want := f.EncodeStateAsUpdate(nil), d.EncodeStateAsUpdate(nil)
	if !bytes.Equal(got, want) && essence(got) != essence(want) {
		return fmt.Errorf("follower\n got %x\nwant %x", got, want)
	}
	return nil
}

// inverted reports whether a struct's right neighbour was made before its left
// one, or is the same, as an undo in yjs may leave it. Where such a struct goes
// depends in yjs on how the text between them is cut into structs, and its
// replicas may disagree; see history.mjs.
func inverted(updates [][]byte) bool {
	for _, b := range updates {
		u, err := Decode(b, Limits{})
		if err != nil {
			continue
		}
		for _, r := range u.records {
			if r.origin.client != none && r.origin.client == r.right.client && r.origin.clock >= r.right.clock {
				return true
			}
		}
	}
	return false
}

// withoutGarbageDeletes returns the update without deletes of its own GC
// structs.
func withoutGarbageDeletes(update []byte) ([]byte, error) {
	u, err := Decode(update, Limits{})
	if err != nil {
		return nil, err
	}
	all, kept := map[uint64][]deleteRange{}, map[uint64][]deleteRange{}
	for _, r := range u.deletes {
		id := u.clients[r.client]
		all[id] = append(all[id], r)
		if rest := u.outsideGarbage(r); len(rest) > 0 {
			kept[id] = append(kept[id], rest...)
		}
	}
	structs := len(update) - len(appendDeletes(nil, all))
	for id := range kept {
		kept[id] = normalize(kept[id])
	}
	return appendDeletes(bytes.Clone(update[:structs]), kept), nil
}

// outsideGarbage cuts the update's GC structs out of a range.
func (u *Update) outsideGarbage(r deleteRange) (rest []deleteRange) {
	end := r.clock + r.length
	if b := u.blockOf[r.client]; b >= 0 {
		for _, g := range u.records[u.blocks[b].first:u.blocks[b].last] {
			if g.kind != kindGC || g.end() <= r.clock || g.clock >= end {
				continue
			}
			if g.clock > r.clock {
				rest = append(rest, deleteRange{r.client, r.clock, g.clock - r.clock})
			}
			r.clock = min(g.end(), end)
		}
	}
	if r.clock < end {
		rest = append(rest, deleteRange{r.client, r.clock, end - r.clock})
	}
	return rest
}

// outline is what an update says, without its values: yjs writes some numbers
// and objects anew in another form.
func outline(update []byte) string {
	u, err := Decode(update, Limits{})
	if err != nil {
		return err.Error()
	}
	var b strings.Builder
	for _, bl := range u.blocks {
		fmt.Fprintf(&b, "client %d\n", u.clients[bl.client])
		for _, r := range u.records[bl.first:bl.last] {
			fmt.Fprintf(&b, "%d+%d kind %d", r.clock, r.length, r.kind)
			for _, id := range []localID{r.origin, r.right, r.parent} {
				if id.client != none {
					fmt.Fprintf(&b, " %d/%d", u.clients[id.client], id.clock)
				}
			}
			fmt.Fprintf(&b, " %q %q\n", u.bytes(r.root), u.bytes(r.key))
		}
	}
	for _, r := range u.deletes {
		fmt.Fprintf(&b, "delete %d/%d+%d\n", u.clients[r.client], r.clock, r.length)
	}
	return b.String()
}

// hostileHistory applies a log whose updates come damaged first, and returns
// the canonical updates that came out.
func hostileHistory(r *rand.Rand, d *Doc, log [][]byte, accepted *int) ([][]byte, error) {
	var canonical [][]byte
	for i, u := range log {
		for range 8 {
			version := d.Version()
			damage := mutate
			if r.IntN(2) == 0 {
				damage = grammar
			}
			bad := damage(r, u, log[r.IntN(len(log))])
			c, err := attempt(d, bad)
			if err != nil {
				return nil, fmt.Errorf("update %d as %x: %w", i, bad, err)
			}
			if c != nil {
				canonical = append(canonical, c)
			}
			if d.Version() != version {
				*accepted++
			}
		}
		c, err := attempt(d, u)
		if err != nil {
			return nil, fmt.Errorf("update %d: %w", i, err)
		}
		if c != nil {
			canonical = append(canonical, c)
		}
	}
	return canonical, nil
}

// TestMutatedUpdates damages updates, their bytes or what they say: nothing
// panics, memory is in proportion to the input, what is refused leaves no
// trace, and what is accepted is a sound update that yjs can read.
// PATHBOARD_FUZZ_MUTATIONS sets how many, PATHBOARD_FUZZ_FROM the first round.
func TestMutatedUpdates(t *testing.T) {
	wanted, round := envInt(t, "PATHBOARD_FUZZ_MUTATIONS", 30_000), envInt(t, "PATHBOARD_FUZZ_FROM", 0)
	o := startOracle(t)
	logs := samples(t)
	damaged, accepted := 0, 0
	for first := round; damaged < wanted; round++ {
		r := rand.New(rand.NewPCG(uint64(round), 2))
		log := logs[r.IntN(len(logs))]
		log = log[:1+r.IntN(len(log))]
		d := New(Options{Limits: DefaultLimits()})
		canonical, err := hostileHistory(r, d, log, &accepted)
		damaged += 8 * len(log)
		var answers [][]byte
		if err == nil {
			answers, err = o.reads(d, canonical)
		}
		if err == nil {
			err = follows(d, canonical, answers)
		}
		if err != nil {
			t.Errorf("round %d: %v", round, err)
		}
		if t.Failed() && round-first > 100 {
			break
		}
	}
	t.Logf("%d damaged updates, %d accepted, the next round is %d", damaged, accepted, round)
}

// reads has yjs apply canonical updates, compares what it shows and returns
// the updates it sends on. The whole state, loaded anew by Go and by yjs, says
// the same: no struct and no delete more or less. Only the order may differ of
// neighbours that contradict each other, as no honest client writes them: it
// depends on the order in which they arrive, in yjs too.
func (o *oracle) reads(d *Doc, canonical [][]byte) (answers [][]byte, err error) {
	shown, answers, err := o.read(canonical)
	if err != nil {
		return nil, err
	}
	if same, err := equalJSON(shown, d); err != nil || !same && !inverted(canonical) {
		return nil, fmt.Errorf("yjs shows %s\nGo shows %s (%v)", shown, showView(d), err)
	}
	state := d.EncodeStateAsUpdate(nil)
	reloaded := New(Options{Limits: Limits{SplitSurrogates: true}})
	if _, err := reloaded.Apply(state); err != nil {
		return nil, fmt.Errorf("reload: %w", err)
	}
	if got, want := essence(reloaded.EncodeStateAsUpdate(nil)), essence(state); got != want {
		return nil, fmt.Errorf("reload\n got %s\nwant %s", got, want)
	}
	_, _, err = o.read([][]byte{state})
	return answers, err
}

// essence is what an update says however its structs are cut: neighbours that
// could be one struct are one.
func essence(update []byte) string {
	u, err := Decode(update, Limits{})
	if err != nil {
		return err.Error()
	}
	var b strings.Builder
	for _, bl := range u.blocks {
		id := u.clients[bl.client]
		fmt.Fprintf(&b, "client %d:", id)
		for i := bl.first; i < bl.last; i++ {
			r := &u.records[i]
			if i == bl.first || !u.continues(bl.client, &u.records[i-1], r) {
				fmt.Fprintf(&b, "\n%d kind %d", r.clock, r.kind)
				for _, id := range []localID{r.origin, r.right, r.parent} {
					if id.client != none {
						fmt.Fprintf(&b, " %d/%d", u.clients[id.client], id.clock)
					} else {
						b.WriteString(" -")
					}
				}
				fmt.Fprintf(&b, " root %q key %q ", u.bytes(r.root), u.bytes(r.key))
			}
			fmt.Fprintf(&b, "%x", u.bytes(r.content))
		}
		fmt.Fprintf(&b, "\nend %d\n", u.records[bl.last-1].end())
	}
	deletes, err := deleteSet(update)
	if err != nil {
		return err.Error()
	}
	fmt.Fprintf(&b, "deletes %x\n", deletes)
	return b.String()
}

// continues reports whether r goes on where l, the record before it, ends.
func (u *Update) continues(client uint32, l, r *record) bool {
	if l.kind != r.kind {
		return false
	}
	return r.kind == kindGC || (r.kind.grows() || r.kind == kindDeleted) &&
		r.origin == localID{client, l.end() - 1} && r.right == l.right
}

func (o *oracle) read(updates [][]byte) (shown string, answers [][]byte, err error) {
	b := appendUvarint([]byte{3, 1}, uint64(len(updates)))
	for _, u := range updates {
		b = appendBytes(b, u)
	}
	answer, err := o.call(b)
	if err != nil {
		return "", nil, err
	}
	shown = string(answer.bytes())
	if !strings.HasPrefix(shown, "{") {
		return "", nil, fmt.Errorf("yjs: %s", shown)
	}
	return shown, answer.list(), answer.err
}
