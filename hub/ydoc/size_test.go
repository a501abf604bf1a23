package ydoc

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestTheEstimatedSizeIsAnUpperBound edits at random and measures after every
// edit, on a copy, so that the estimate is never corrected.
func TestTheEstimatedSizeIsAnUpperBound(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 3))
		d := New(Options{})
		for n := range 150 {
			all := places(d)
			at := all[r.IntN(len(all))]
			c := randomChange(r, at.t)
			if c.do == nil {
				continue
			}
			failed := r.IntN(8) == 0
			_, _ = d.Transact(uint64(1+r.IntN(3)), func(x *Txn) error {
				err := c.do(x, at.t)
				if err == nil && failed {
					err = ErrRange
				}
				return err
			})
			estimate, exact := d.Stats().EncodedSize, d.sizeExact
			measured := len(d.EncodeStateAsUpdate(nil))
			if estimate < measured {
				t.Fatalf("seed %d, edit %d: estimated %d bytes, there are %d", seed, n, estimate, measured)
			}
			d.sizeHint, d.sizeExact = estimate, exact
		}
	}
}

// TestWhatIsWrittenOverTakesNoRoom sets a key to large values, again and again.
func TestWhatIsWrittenOverTakesNoRoom(t *testing.T) {
	d := New(Options{})
	value := strings.Repeat("x", 50<<10)
	for range 500 {
		if _, err := d.Transact(1, func(x *Txn) error { return x.Set(x.Root("m", KindMap), "k", value) }); err != nil {
			t.Fatal(err)
		}
	}
	if got := d.Stats().EncodedSize; got > 2*len(value) {
		t.Errorf("one value of %d bytes is taken for %d", len(value), got)
	}
}

// TestWhatComesDeletedEarnsNoRoom: an update that inserts and deletes at once
// has nothing to take off the estimate.
func TestWhatComesDeletedEarnsNoRoom(t *testing.T) {
	d := New(Options{})
	if _, err := d.Transact(1, func(x *Txn) error { return x.Set(x.Root("m", KindMap), "k", strings.Repeat("x", 10<<10)) }); err != nil {
		t.Fatal(err)
	}
	before := d.Stats().EncodedSize
	for range 20 {
		_, err := d.Transact(2, func(x *Txn) error {
			m := x.Root("m", KindMap)
			if err := x.Set(m, "other", strings.Repeat("y", 5<<10)); err != nil {
				return err
			}
			return x.Delete(m, "other")
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if got := d.Stats().EncodedSize; got < before {
		t.Errorf("the estimate fell from %d to %d", before, got)
	}
	// Nor one that makes what was there longer and deletes both.
	for range 20 {
		_, err := d.Transact(2, func(x *Txn) error { return x.InsertText(x.Root("t", KindText), 0, "ab") })
		if err != nil {
			t.Fatal(err)
		}
		before = d.Stats().EncodedSize
		_, err = d.Transact(2, func(x *Txn) error {
			text := x.Root("t", KindText)
			if err := x.InsertText(text, text.Len(), strings.Repeat("y", 5<<10)); err != nil {
				return err
			}
			return x.DeleteRange(text, 0, text.Len())
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := d.Stats().EncodedSize; got < before-2 {
			t.Errorf("the estimate fell from %d to %d", before, got)
		}
	}
}

// TestWhatGrowsAndGoesAtOnce: one update makes a text longer and deletes a part
// of it, old and new; it comes from a replica that keeps what is deleted, so its
// content is there.
func TestWhatGrowsAndGoesAtOnce(t *testing.T) {
	for from := range 12 {
		for n := 1; from+n <= 12; n++ {
			writer, server := New(Options{KeepDeleted: true}), New(Options{})
			other := New(Options{})
			for step := range 3 {
				u, err := writer.Transact(1, func(x *Txn) error {
					text := x.Root("t", KindText)
					if err := x.InsertText(text, text.Len(), "ąbćdéf"); err != nil || step == 0 {
						return err
					}
					return x.DeleteRange(text, from%text.Len(), min(n, text.Len()-from%text.Len()))
				})
				if err != nil {
					t.Fatal(err)
				}
				before := server.Stats().EncodedSize
				canonical, err := server.Apply(u)
				if err != nil {
					t.Fatal(err)
				}
				if step > 0 && server.Stats().EncodedSize < before-2*n {
					t.Errorf("%d deleted from %d: the estimate fell from %d to %d", n, from, before, server.Stats().EncodedSize)
				}
				if _, err := other.Apply(canonical); err != nil {
					t.Fatal(err)
				}
				if got, want := other.EncodeStateAsUpdate(nil), server.EncodeStateAsUpdate(nil); !bytes.Equal(got, want) {
					t.Fatalf("%d deleted from %d: a replica that was fed canonical updates differs", n, from)
				}
			}
		}
	}
}

// TestAppendingCostsNoMoreInALongList: many people write at the ends of their
// own runs, each of which is one struct.
func TestAppendingCostsNoMoreInALongList(t *testing.T) {
	const each = 20_000
	writers := []*Doc{New(Options{}), New(Options{}), New(Options{})}
	server := New(Options{})
	for n := range each {
		for c, d := range writers {
			u, err := d.Transact(uint64(c+1), func(x *Txn) error {
				list := x.Root("l", KindArray)
				return x.Insert(list, list.Len(), "value", n)
			})
			if err == nil {
				_, err = server.Apply(u)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if got := server.Stats().Structs; got != len(writers) {
		t.Errorf("%d structs", got)
	}
	if got := server.Root("l", KindArray).Len(); got != 2*each*len(writers) {
		t.Errorf("%d values", got)
	}
}
