package ydoc

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// TestComparisonsWithYjs asks clients of yjs that missed updates, or deletions
// only, or nothing, with what waits in them for what they missed and with edits
// of their own. The answer must tell, and what came since must heal them.
// Proves R14 of hub/SPEC.md.
func TestComparisonsWithYjs(t *testing.T) {
	t.Parallel()
	o := startOracle(t)
	asked, lacking := 0, 0
	for seed := range uint64(envInt(t, "PATHBOARD_FUZZ_FEATURES", 40)) {
		h, err := states(o, seed)
		if err != nil {
			t.Fatal(err)
		}
		if !h.exact() {
			continue
		}
		r := rand.New(rand.NewPCG(seed, 11))
		for range 6 {
			lacks, err := compareWithYjs(o, h, r)
			if err != nil {
				t.Errorf("seed %d: %v", seed, err)
			}
			if asked++; lacks {
				lacking++
			}
		}
	}
	t.Logf("%d clients asked, %d of them lacked something", asked, lacking)
	if lacking == 0 || lacking == asked {
		t.Error("the histories prove nothing")
	}
}

func compareWithYjs(o *oracle, h *history, r *rand.Rand) (lacks bool, err error) {
	d := New(Options{KeepDeleted: !h.gc})
	cut, losses := r.IntN(len(h.log)), r.IntN(3)
	var got [][]byte
	var known StateVector
	for i, u := range h.log {
		if i == cut {
			known = d.StateVector()
		}
		if i >= cut && losses > 0 && r.IntN(8) == 0 {
			losses--
		} else {
			got = append(got, u)
		}
		if _, err := d.Apply(u); err != nil {
			return false, err
		}
	}
	c := d.Compare(known)
	var want struct {
		Has, Healed bool
		Answer      []byte
	}
	details := map[string]any{
		"gc": h.gc, "log": h.log, "got": got, "own": r.IntN(2) == 0,
		"vector": c.Vector(), "heal": d.EncodeStateAsUpdate(c.Known()),
	}
	if err := o.ask("compare", details, &want); err != nil {
		return false, err
	}
	answer, err := Decode(want.Answer, DefaultLimits())
	if err != nil {
		return false, err
	}
	if lacks = c.Lacks(d, answer); lacks == want.Has {
		return lacks, fmt.Errorf("after %d of %d updates the client lacks something: %t, the answer says %t", cut, len(h.log), !want.Has, lacks)
	}
	if !want.Healed {
		return lacks, fmt.Errorf("after %d of %d updates the client is not healed", cut, len(h.log))
	}
	return lacks, nil
}
