package ydoc

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"reflect"
	"testing"
)

// TestRelativePositionsAreThoseOfYjs makes positions after half of a history
// and resolves them after all of it.
func TestRelativePositionsAreThoseOfYjs(t *testing.T) {
	t.Parallel()
	o := startOracle(t)
	compared, gone := 0, 0
	for seed := range uint64(envInt(t, "PATHBOARD_FUZZ_FEATURES", 40)) {
		h, err := states(o, seed)
		if err != nil {
			t.Fatal(err)
		}
		if h.exact() {
			n, lost := comparePositions(t, o, h)
			compared, gone = compared+n, gone+lost
		}
	}
	t.Logf("%d positions, %d of them no longer there", compared, gone)
}

func comparePositions(t *testing.T, o *oracle, h *history) (compared, gone int) {
	d, err := open(h.gc, h.half)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(h.seed, 9))
	var list []map[string]any
	var made []RelativePosition
	for _, at := range places(d) {
		for range 3 {
			if at.t.kind == KindMap {
				continue
			}
			index, assoc := r.IntN(at.t.Len()+1), r.IntN(2)-1
			p, err := at.t.RelativePosition(index, assoc)
			if err != nil {
				t.Fatal(err)
			}
			made = append(made, p)
			list = append(list, map[string]any{"root": at.root, "path": at.path, "index": index, "assoc": assoc})
		}
	}
	if _, err := d.Apply(h.state); err != nil {
		t.Fatal(err)
	}
	var want []struct {
		Bytes []byte
		JSON  any
		Index int
	}
	if err := o.ask("positions", map[string]any{"gc": h.gc, "before": h.half, "after": h.state, "places": list}, &want); err != nil {
		t.Fatal(err)
	}
	for i, p := range made {
		if got := p.Encode(); !bytes.Equal(got, want[i].Bytes) {
			t.Errorf("seed %d: %v\n got %x\nwant %x", h.seed, list[i], got, want[i].Bytes)
			continue
		}
		if got := throughJSON(t, p); !reflect.DeepEqual(got, want[i].JSON) {
			t.Errorf("seed %d: %v: JSON %v want %v", h.seed, list[i], got, want[i].JSON)
		}
		p, err := DecodeRelativePosition(want[i].Bytes)
		if err != nil {
			t.Fatal(err)
		}
		_, index, ok := d.Resolve(p)
		if !ok {
			index = -1
			gone++
		}
		if index != want[i].Index {
			t.Errorf("seed %d: %v resolves to %d, want %d", h.seed, list[i], index, want[i].Index)
		}
	}
	return len(made), gone
}

func throughJSON(t *testing.T, v any) (plain any) {
	t.Helper()
	b, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(b, &plain)
	}
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

func TestRelativePositionsFromStrangers(t *testing.T) {
	d := honest(t)
	for name, tc := range map[string]struct {
		bytes []byte
		want  error
		found bool
	}{
		"Nothing":       {nil, ErrMalformed, false},
		"UnknownForm":   {[]byte{7, 1}, ErrMalformed, false},
		"Truncated":     {[]byte{0, 1}, ErrMalformed, false},
		"TrailingBytes": {[]byte{0, 1, 0, 0, 0}, ErrMalformed, false},
		"InvalidUTF8":   {[]byte{1, 1, 0xff, 0}, ErrMalformed, false},
		"UnknownUnit":   {[]byte{0, 9, 9, 0}, nil, false},
		"NoType":        {[]byte{2, 1, 0, 0}, nil, false},
		"UnknownRoot":   {[]byte{1, 1, 'x', 0}, nil, false},
		"WithoutAssoc":  {[]byte{1, 1, 't'}, nil, true},
		"AtUnit":        {[]byte{0, 1, 3, 0}, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := DecodeRelativePosition(tc.bytes)
			if !errors.Is(err, tc.want) {
				t.Fatalf("got %v want %v", err, tc.want)
			}
			if _, _, ok := d.Resolve(p); err == nil && ok != tc.found {
				t.Errorf("resolved: %t", ok)
			}
		})
	}
	if roots := d.Roots(); len(roots) != 1 {
		t.Errorf("a stranger's position made roots: %q", roots)
	}
}
