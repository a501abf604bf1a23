package ydoc

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// Benchmarks of the engine alone, for profiles and for comparing versions. The
// comparison with yjs is hub/ydoc/bench.

// typed returns the updates of n letters typed and deleted in bursts.
func typed(b *testing.B, n int) [][]byte {
	b.Helper()
	d, r := New(Options{}), rand.New(rand.NewPCG(1, 1))
	at, left := 0, 0
	return edits(b, d, 11, n, func(x *Txn) error {
		t := x.Root("t", KindText)
		if left--; left <= 0 {
			at, left = r.IntN(t.Len()+1), 1+r.IntN(20)
		}
		if at > 0 && r.IntN(10) < 3 {
			at--
			return x.DeleteRange(t, at, 1)
		}
		at++
		return x.InsertText(t, at-1, string(rune('a'+r.IntN(26))))
	})
}

// cards returns the updates that make n cards, and then move them about.
func cards(b *testing.B, n, moves int) [][]byte {
	b.Helper()
	d, r := New(Options{}), rand.New(rand.NewPCG(2, 2))
	made := 0
	return edits(b, d, 12, n+moves, func(x *Txn) error {
		all := x.Root("cards", KindMap)
		if made == n {
			card := all.GetType(fmt.Sprintf("card-%05d", r.IntN(n)))
			return x.Set(card, "pos", map[string]any{"stage": "data", "x": r.IntN(4000), "y": r.IntN(3000)})
		}
		made++
		card, err := x.SetType(all, fmt.Sprintf("card-%05d", made-1), KindMap)
		if err != nil {
			return err
		}
		text, err := x.SetType(card, "text", KindText)
		if err != nil {
			return err
		}
		if err := x.InsertText(text, 0, "ścieżka od danych do skutków, krok po kroku, razem"); err != nil {
			return err
		}
		return x.Set(card, "title", "Rowery miejskie i ścieżki")
	})
}

func edits(b *testing.B, d *Doc, client uint64, n int, edit func(*Txn) error) [][]byte {
	b.Helper()
	log := make([][]byte, 0, n)
	for range n {
		update, err := d.Transact(client, edit)
		if err != nil {
			b.Fatal(err)
		}
		log = append(log, update)
	}
	return log
}

func play(b *testing.B, log [][]byte) *Doc {
	b.Helper()
	d := New(Options{})
	for _, u := range log {
		if _, err := d.Apply(u); err != nil {
			b.Fatal(err)
		}
	}
	return d
}

// bench runs f again and again and counts allocations.
func bench(b *testing.B, bytes int, f func()) {
	b.Helper()
	b.ReportAllocs()
	b.SetBytes(int64(bytes))
	for b.Loop() {
		f()
	}
}

func size(log [][]byte) (n int) {
	for _, u := range log {
		n += len(u)
	}
	return n
}

func BenchmarkApplyTrace(b *testing.B) {
	log := typed(b, 20_000)
	bench(b, size(log), func() { play(b, log) })
}

func BenchmarkApplyMoves(b *testing.B) {
	log := cards(b, 500, 10_000)
	bench(b, size(log), func() { play(b, log) })
}

func BenchmarkLoad(b *testing.B) {
	state := play(b, cards(b, 5000, 0)).EncodeStateAsUpdate(nil)
	bench(b, len(state), func() { play(b, [][]byte{state}) })
}

func BenchmarkParse(b *testing.B) {
	state := play(b, cards(b, 5000, 0)).EncodeStateAsUpdate(nil)
	bench(b, len(state), func() {
		if _, err := Decode(state, Limits{}); err != nil {
			b.Fatal(err)
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	d := play(b, cards(b, 500, 10_000))
	bench(b, len(d.EncodeStateAsUpdate(nil)), func() { d.EncodeStateAsUpdate(nil) })
}

func BenchmarkDiff(b *testing.B) {
	log := cards(b, 500, 10_000)
	sv := play(b, log[:10_000]).StateVector()
	d := play(b, log)
	bench(b, len(d.EncodeStateAsUpdate(sv)), func() { d.EncodeStateAsUpdate(sv) })
}

func BenchmarkMerge(b *testing.B) {
	log := cards(b, 500, 500)
	bench(b, size(log), func() {
		if _, err := MergeUpdates(log...); err != nil {
			b.Fatal(err)
		}
	})
}

// BenchmarkCompact loads a snapshot, replays the log behind it and encodes.
func BenchmarkCompact(b *testing.B) {
	log := cards(b, 500, 500)
	day := append([][]byte{play(b, log[:500]).EncodeStateAsUpdate(nil)}, log[500:]...)
	bench(b, size(day), func() { play(b, day).EncodeStateAsUpdate(nil) })
}
