package ydoc

import (
	"bytes"
	"errors"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// wire builds updates by hand, for what no honest client sends.
type wire struct{ b []byte }

func (w *wire) uint(ns ...uint64) *wire {
	for _, n := range ns {
		w.b = appendUvarint(w.b, n)
	}
	return w
}

func (w *wire) raw(b ...byte) *wire { w.b = append(w.b, b...); return w }
func (w *wire) str(s string) *wire  { w.b = appendString(w.b, s); return w }
func (w *wire) text(s string) *wire { return w.raw(byte(kindString)).uint(1).str("t").str(s) }
func (w *wire) noDeletes() []byte   { return w.uint(0).b }
func update(client, n uint64) *wire { return (&wire{}).uint(1, n, client, 0) }

const huge = 1 << 50

var attacks = []struct {
	name   string
	update []byte
	want   error
	reason string
}{
	{"Nothing", nil, ErrMalformed, "unexpected end"},
	{"Truncated", []byte{1, 1, 7, 0}, ErrMalformed, "unexpected end"},
	{"TrailingBytes", []byte{0, 0, 0}, ErrMalformed, "bytes after the end"},
	{"EndlessInteger", bytes.Repeat([]byte{0xff}, 64), ErrMalformed, "integer above 2^53"},
	{"IntegerAbove2To53", (&wire{}).raw(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20).b, ErrMalformed, "integer above 2^53"},
	{"ManyClients", (&wire{}).uint(huge).b, ErrMalformed, "client count beyond the end"},
	{"ManyStructs", (&wire{}).uint(1, huge, 1, 0).b, ErrMalformed, "struct count beyond the end"},
	{"ManyRanges", (&wire{}).uint(0, 1, 1, huge).b, ErrMalformed, "range count beyond the end"},
	{"PoisonGC", update(7, 1).raw(0).uint(huge).noDeletes(), ErrLimit, "length too large"},
	{"PoisonGCBelowClockLimit", (&wire{}).uint(1, 1, 7, 1<<31-2).raw(0).uint(9).noDeletes(), ErrLimit, "clock too high"},
	{"PoisonDeleted", update(7, 1).raw(1).uint(1).str("t").uint(huge).noDeletes(), ErrLimit, "length too large"},
	{"EmptyGC", update(7, 1).raw(0).uint(0).noDeletes(), ErrMalformed, "empty struct"},
	{"EmptyText", update(7, 1).text("").noDeletes(), ErrMalformed, "empty struct"},
	{"EmptyAny", update(7, 1).raw(8).uint(1).str("t").uint(0).noDeletes(), ErrMalformed, "empty struct"},
	{"UnknownContent", update(7, 1).raw(11).uint(1).str("t").noDeletes(), ErrMalformed, "unknown content"},
	{"UnknownType", update(7, 1).raw(7).uint(1).str("t").uint(7).noDeletes(), ErrMalformed, "unknown shared type"},
	{"UnknownTag", update(7, 1).raw(8).uint(1).str("t").uint(1).raw(99).noDeletes(), ErrMalformed, "unknown value tag"},
	{"InvalidUTF8", update(7, 1).text("a\xffb").noDeletes(), ErrMalformed, "invalid UTF-8"},
	{"EncodedSurrogate", update(7, 1).text("\xed\xa0\x80").noDeletes(), ErrMalformed, "invalid UTF-8"},
	{"SubdocWithoutOptions", update(7, 1).raw(9).uint(1).str("t").str("guid").raw(anyNull).noDeletes(), ErrMalformed, "subdocument options are no object"},
	{"SeveralValuesUnderOneKey", update(7, 1).raw(0x28).uint(1).str("t").str("k").uint(2).raw(anyTrue, anyTrue).noDeletes(), ErrMalformed, "several values under one key"},
	{"InvalidJSON", update(7, 1).raw(5).uint(1).str("t").str("{").noDeletes(), ErrMalformed, "invalid JSON"},
	{"UndefinedEmbed", update(7, 1).raw(5).uint(1).str("t").str("undefined").noDeletes(), ErrMalformed, "invalid JSON"},
	{"DeepJSON", update(7, 1).raw(5).uint(1).str("t").str(strings.Repeat("[", 5000) + strings.Repeat("]", 5000)).noDeletes(), ErrLimit, "JSON nested too deeply"},
	{"DeepAny", update(7, 1).raw(8).uint(1).str("t").uint(1).raw(bytes.Repeat([]byte{anyArray, 1}, 1_000_000)...).raw(anyNull).noDeletes(), ErrLimit, "value nested too deeply"},
	{"LongString", update(7, 1).raw(4).uint(1).str("t").uint(1 << 40).b, ErrMalformed, "length beyond the end"},
	{"LongArray", update(7, 1).raw(8).uint(1).str("t").uint(1).raw(anyArray).uint(huge).b, ErrMalformed, "count beyond the end"},
	{"TwoBlocksOfOneClient", (&wire{}).uint(2, 1, 7, 0).text("a").uint(1, 7, 1).text("b").noDeletes(), ErrMalformed, "two blocks of one client"},
	{"ClockHole", (&wire{}).uint(1, 1, 7, 5).text("a").noDeletes(), ErrMissing, "gap in a client's clocks"},
	{"SkipHidesHole", update(7, 3).text("a").raw(10).uint(4).text("b").noDeletes(), ErrMissing, "gap in a client's clocks"},
	{"UnknownOrigin", update(7, 1).raw(0x84).uint(8, 3).str("a").noDeletes(), ErrMissing, "neighbour or parent unknown"},
	{"UnknownParent", update(7, 1).raw(4).uint(0, 8, 3).str("a").noDeletes(), ErrMissing, "neighbour or parent unknown"},
	{"OwnParent", update(7, 1).raw(7).uint(0, 7, 0).uint(1).noDeletes(), ErrMalformed, "struct depends on itself"},
	{"LaterOrigin", update(7, 2).raw(0x84).uint(7, 1).str("a").text("b").noDeletes(), ErrMalformed, "struct depends on itself"},
	{"Cycle", (&wire{}).uint(2, 1, 8, 0).raw(0x84).uint(7, 0).str("a").uint(1, 7, 0).raw(0x84).uint(8, 0).str("b").noDeletes(), ErrMalformed, "dependency cycle"},
	{"DeleteUnknown", (&wire{}).uint(0, 1, 7, 1, 0, 5).b, ErrMissing, "delete of unknown structs"},
	{"DeleteHuge", (&wire{}).uint(0, 1, 7, 1, 0, huge).b, ErrLimit, "length too large"},
	{"DeepTypes", update(7, 40).raw(7).uint(1).str("m").uint(1).deepTypes(39).noDeletes(), ErrLimit, "types nested too deeply"},
	{"CutPairByOrigin", update(7, 2).text("😀").raw(0x84).uint(7, 0).str("a").noDeletes(), ErrMalformed, "cut inside a surrogate pair"},
	{"CutPairByDelete", update(7, 1).text("a😀").uint(1, 7, 1, 0, 2).b, ErrMalformed, "cut inside a surrogate pair"},
}

// deepTypes nests maps, each inside the one before.
func (w *wire) deepTypes(n int) *wire {
	for i := range n {
		w.raw(0x27).uint(0, 7, uint64(i)).str("k").uint(1)
	}
	return w
}

// TestAttacksAreRefusedByName: R8.
func TestAttacksAreRefusedByName(t *testing.T) {
	for _, tc := range attacks {
		t.Run(tc.name, func(t *testing.T) {
			d := honest(t)
			before := d.EncodeStateAsUpdate(nil)
			_, err := d.Apply(tc.update)
			var refusal *UpdateError
			if !errors.As(err, &refusal) || !errors.Is(err, tc.want) || refusal.Reason != tc.reason {
				t.Fatalf("got %v, want %v: %s", err, tc.want, tc.reason)
			}
			if !bytes.Equal(d.EncodeStateAsUpdate(nil), before) {
				t.Error("the document changed")
			}
			if err := checkIntegrity(d); err != nil {
				t.Error(err)
			}
		})
	}
}

// honest returns a document with an honest client's work in it.
func honest(t *testing.T) *Doc {
	t.Helper()
	d := New(Options{Limits: DefaultLimits()})
	_, err := d.Transact(1, func(x *Txn) error {
		return x.InsertText(x.Root("t", KindText), 0, "zażółć 😀 gęślą")
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Inserts at one place by one client, each with another right neighbour, make
// every search for a place walk over all the others.
func TestPilesOfInsertsAreBudgeted(t *testing.T) {
	const n = 20_000
	w := (&wire{}).uint(2, n, 9, 0).text("a")
	for i := range n - 1 {
		w.raw(0x84).uint(9, uint64(i)).str("a")
	}
	w.uint(n, 8, 0)
	for i := range n {
		w.raw(0x44).uint(9, uint64(n-1-i)).str("b")
	}
	d := honest(t)
	before, stats := d.EncodeStateAsUpdate(nil), d.Stats()
	if _, err := d.Apply(w.noDeletes()); !errors.Is(err, ErrLimit) {
		t.Fatalf("got %v, want %v", err, ErrLimit)
	}
	if !bytes.Equal(d.EncodeStateAsUpdate(nil), before) || d.Stats() != stats {
		t.Error("the document changed")
	}
	if err := checkIntegrity(d); err != nil {
		t.Error(err)
	}
}

// Memory taken by refused input must be in proportion to the input.
// Proves R8 of hub/SPEC.md.
func TestRefusedInputCostsLittleMemory(t *testing.T) {
	for _, tc := range attacks {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := Decode(tc.update, DefaultLimits()); err == nil {
			continue
		}
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > 1<<16+100*uint64(len(tc.update)) {
			t.Errorf("%s: %d bytes of input took %d bytes of memory", tc.name, len(tc.update), used)
		}
	}
}

// The rest of a struct known in part must not be sought where the struct says:
// the known part may stand elsewhere, and the parent named may not exist.
func TestRestOfAStructGoesBehindItsBeginning(t *testing.T) {
	d := honest(t)
	apply := func(b []byte) {
		t.Helper()
		if _, err := d.Apply(b); err != nil {
			t.Fatal(err)
		}
	}
	apply(update(7, 1).text("ab").noDeletes())
	apply(update(7, 1).raw(4).uint(0, 99, 5).str("abcd").noDeletes())
	if got, want := d.Root("t", KindText).Text(), "zażółć 😀 gęśląabcd"; got != want {
		t.Errorf("got %q want %q", got, want)
	}
	if err := checkIntegrity(d); err != nil {
		t.Error(err)
	}
}

// Updates of fifty honest edits after each attack must all arrive.
func TestHonestEditsSurviveAttacks(t *testing.T) {
	victim := honest(t)
	server := New(Options{Limits: DefaultLimits()})
	if _, err := server.Apply(victim.EncodeStateAsUpdate(nil)); err != nil {
		t.Fatal(err)
	}
	for _, tc := range attacks {
		if _, err := server.Apply(tc.update); err == nil {
			t.Errorf("%s was accepted", tc.name)
		}
		u, err := victim.Transact(1, func(x *Txn) error { return x.InsertText(x.Root("t", KindText), 3, "ż") })
		if err != nil {
			t.Fatal(err)
		}
		if _, err := server.Apply(u); err != nil {
			t.Fatalf("after %s: %v", tc.name, err)
		}
	}
	if got, want := server.Root("t", KindText).Text(), victim.Root("t", KindText).Text(); got != want {
		t.Errorf("got %q want %q", got, want)
	}
}

// Sixteen bytes in good form that take a victim's next clocks away, so that in
// yjs its later edits vanish without an error, and a spoofed edit that does the
// same. A plan says under whose client id either writes before anything is
// done; a server that refuses other people's ids loses nothing.
func TestSpoofedClientsAreNamed(t *testing.T) {
	victim := honest(t)
	server, err := open(true, victim.EncodeStateAsUpdate(nil))
	if err != nil {
		t.Fatal(err)
	}
	next := uint64(victim.state(1))
	for name, attack := range map[string][]byte{
		"Garbage": (&wire{}).uint(1, 1, 1, next).raw(0).uint(1 << 30).noDeletes(),
		"Edit":    (&wire{}).uint(1, 1, 1, next).text(strings.Repeat("EVIL", 200)).noDeletes(),
	} {
		u, err := Decode(attack, DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		p, err := server.Plan(u)
		if err != nil {
			t.Fatal(err)
		}
		if got := slices.Collect(p.Clients()); !slices.Equal(got, []uint64{1}) {
			t.Errorf("%s: the plan names %v", name, got)
		}
		if got := slices.Collect(p.Structs()); len(got) != 1 || got[0].Clock != next {
			t.Errorf("%s: the plan lists %v", name, got)
		}
	}
	for range 50 { // as the server refused both
		u, err := victim.Transact(1, func(x *Txn) error { return x.InsertText(x.Root("t", KindText), 0, "ż") })
		if err != nil {
			t.Fatal(err)
		}
		if _, err := server.Apply(u); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := server.Root("t", KindText).Text(), victim.Root("t", KindText).Text(); got != want {
		t.Errorf("got %q want %q", got, want)
	}
}

// Fourteen bytes that delete all there is are in good form too; the plan counts
// what would go.
func TestDeleteBombsAreCounted(t *testing.T) {
	server := honest(t)
	all := uint64(server.state(1))
	u, err := Decode((&wire{}).uint(0, 1, 1, 1, 0, all).b, DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	p, err := server.Plan(u)
	if err != nil {
		t.Fatal(err)
	}
	if p.Deleted() != all || server.Stats().Deleted != 0 {
		t.Errorf("the plan counts %d of %d, %d gone", p.Deleted(), all, server.Stats().Deleted)
	}
	var ranges []uint64
	for i := range uint64(DefaultLimits().UpdateDeletes + 1) {
		ranges = append(ranges, 2*i, 1)
	}
	bomb := (&wire{}).uint(0, 1, 1, uint64(len(ranges)/2)).uint(ranges...).b
	if _, err := server.Apply(bomb); !errors.Is(err, ErrLimit) {
		t.Errorf("a bomb of ranges: %v", err)
	}
}
