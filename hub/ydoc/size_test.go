package ydoc

import (
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
}
