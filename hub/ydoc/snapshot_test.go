package ydoc

import (
	"bytes"
	"errors"
	"slices"
	"testing"
)

// TestSnapshotsAreThoseOfYjs names states along histories that keep what is
// deleted, and restores each from the last one.
func TestSnapshotsAreThoseOfYjs(t *testing.T) {
	t.Parallel()
	o := startOracle(t)
	restored := 0
	for seed := uint64(0); seed < uint64(3*envInt(t, "PATHBOARD_FUZZ_FEATURES", 40)); seed += 3 { // these have gc: false
		h, err := states(o, seed)
		if err != nil {
			t.Fatal(err)
		}
		if h.exact() {
			restored += compareSnapshots(t, o, h)
		}
	}
	t.Logf("%d states restored", restored)
}

func compareSnapshots(t *testing.T, o *oracle, h *history) int {
	d, err := open(false)
	if err != nil {
		t.Fatal(err)
	}
	var cuts []int
	var taken []Snapshot
	for i, update := range h.log {
		if i%max(1, len(h.log)/4) == 0 {
			cuts, taken = append(cuts, i), append(taken, d.Snapshot())
		}
		if _, err := d.Apply(update); err != nil {
			t.Fatal(err)
		}
	}
	var want []struct {
		Bytes, State []byte
		View         string
		Contains     []bool
	}
	if err := o.ask("snapshots", map[string]any{"log": h.log, "cuts": cuts}, &want); err != nil {
		t.Fatal(err)
	}
	for i, s := range taken {
		if got := s.Encode(); !bytes.Equal(got, want[i].Bytes) {
			t.Fatalf("seed %d: snapshot at %d\n got %x\nwant %x", h.seed, cuts[i], got, want[i].Bytes)
		}
		s, err := DecodeSnapshot(want[i].Bytes)
		if err != nil || !s.Equal(taken[i]) {
			t.Fatalf("seed %d: snapshot at %d decodes to %v, %v", h.seed, cuts[i], s, err)
		}
		past, err := d.Restore(s, Options{KeepDeleted: true})
		if err != nil {
			t.Fatalf("seed %d: restore at %d: %v", h.seed, cuts[i], err)
		}
		if err := checkIntegrity(past); err != nil {
			t.Fatalf("seed %d: restore at %d: %v", h.seed, cuts[i], err)
		}
		if same, err := equalJSON(want[i].View, past); err != nil || !same {
			t.Errorf("seed %d: restored at %d\n got %s\nwant %s (%v)", h.seed, cuts[i], showView(past), want[i].View, err)
		}
		if got := past.EncodeStateAsUpdate(nil); !bytes.Equal(got, want[i].State) {
			t.Errorf("seed %d: restored at %d\n got %s\nwant %s", h.seed, cuts[i], outline(got), outline(want[i].State))
		}
		for j, update := range h.log {
			if got, err := s.Contains(update); err != nil || got != want[i].Contains[j] {
				t.Errorf("seed %d: snapshot at %d contains %d: %t, %v", h.seed, cuts[i], j, got, err)
			}
		}
	}
	return len(taken)
}

func TestSnapshotsFromStrangers(t *testing.T) {
	for name, b := range map[string][]byte{
		"Nothing":       {},
		"NoVector":      {0},
		"ManyClients":   {0xff, 0xff, 0xff, 0xff, 1},
		"ManyRanges":    {1, 1, 0xff, 0xff, 0xff, 0xff, 1},
		"VectorEnds":    {0, 2, 1, 1},
		"TrailingBytes": {0, 0, 0},
	} {
		if _, err := DecodeSnapshot(b); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	d := honest(t)
	s := d.Snapshot()
	if _, err := d.Restore(s, Options{}); !errors.Is(err, ErrKind) {
		t.Errorf("a document without its past was restored: %v", err)
	}
	keeping, err := open(false, d.EncodeStateAsUpdate(nil))
	if err != nil {
		t.Fatal(err)
	}
	s.Vector[1]++
	if _, err := keeping.Restore(s, Options{}); !errors.Is(err, ErrMissing) {
		t.Errorf("a later state was restored: %v", err)
	}
}

func TestDeleteSetHas(t *testing.T) {
	set := DeleteSet{1: {{2, 3}, {7, 1}}}
	var got []uint64
	for clock := range uint64(10) {
		if set.Has(ID{1, clock}) {
			got = append(got, clock)
		}
	}
	if want := []uint64{2, 3, 4, 7}; !slices.Equal(got, want) || set.Has(ID{2, 3}) {
		t.Errorf("got %v want %v", got, want)
	}
}
