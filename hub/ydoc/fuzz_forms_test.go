package ydoc

import (
	"bytes"
	"encoding/hex"
	"os"
	"reflect"
	"strings"
	"testing"
)

// seeded adds what the sample histories give as seeds of a fuzz target.
func seeded(f *testing.F, form func(d *Doc) []byte) {
	for _, log := range samples(f) {
		d := New(Options{})
		for i, u := range log {
			if _, err := d.Apply(u); err != nil {
				f.Fatal(err)
			}
			if i%8 == 0 {
				f.Add(form(d))
			}
		}
	}
}

// FuzzStateVector: what is read is written as it was meant.
func FuzzStateVector(f *testing.F) {
	seeded(f, (*Doc).EncodeStateVector)
	f.Fuzz(func(t *testing.T, b []byte) {
		sv, err := DecodeStateVector(b)
		if err != nil {
			return
		}
		if again, err := DecodeStateVector(sv.Encode()); err != nil || !reflect.DeepEqual(again, sv) {
			t.Fatalf("%v is read again as %v: %v", sv, again, err)
		}
		New(Options{}).EncodeStateAsUpdate(sv)
	})
}

// FuzzSnapshot does the same with snapshots, and with the delete sets in them.
func FuzzSnapshot(f *testing.F) {
	seeded(f, func(d *Doc) []byte { return d.Snapshot().Encode() })
	log := samples(f)[0]
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := DecodeSnapshot(b)
		if err != nil {
			return
		}
		if again, err := DecodeSnapshot(s.Encode()); err != nil || !again.Equal(s) {
			t.Fatalf("%v is read again as %v: %v", s, again, err)
		}
		d := New(Options{KeepDeleted: true})
		for _, u := range log {
			if _, err := d.Apply(u); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Contains(u); err != nil {
				t.Fatal(err)
			}
		}
		restored, err := d.Restore(s, Options{})
		if err == nil {
			if err := checkIntegrity(restored); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// FuzzRelativePosition resolves positions in a document that may not have them.
func FuzzRelativePosition(f *testing.F) {
	log := samples(f)[1]
	d := New(Options{})
	for _, u := range log {
		if _, err := d.Apply(u); err != nil {
			f.Fatal(err)
		}
	}
	for _, at := range places(d) {
		for index := range min(at.t.Len(), 4) {
			for _, assoc := range []int{0, -1} {
				if p, err := at.t.RelativePosition(index, assoc); err == nil {
					f.Add(p.Encode())
				}
			}
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := DecodeRelativePosition(b)
		if err != nil {
			return
		}
		again, err := DecodeRelativePosition(p.Encode())
		if err != nil || !bytes.Equal(again.Encode(), p.Encode()) {
			t.Fatalf("%v is read again as %v: %v", p, again, err)
		}
		if at, index, ok := d.Resolve(p); ok && (index < 0 || index > at.Len()) {
			t.Fatalf("resolves to %d of %d", index, at.Len())
		}
	})
}

// FuzzV2 converts what may be format V2; what comes out is an update or refused.
func FuzzV2(f *testing.F) {
	text, err := os.ReadFile("testdata/v2.hex")
	if err != nil {
		f.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		b, err := hex.DecodeString(strings.TrimSpace(line))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		v1, err := ConvertUpdateV2(b, DefaultLimits())
		if err != nil {
			return
		}
		if len(v1) > 256*len(b)+64<<10 {
			t.Fatalf("%d bytes from %d", len(v1), len(b))
		}
		if _, err := attempt(New(Options{Limits: DefaultLimits()}), v1); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzComparison takes any answer to the question what a peer lacks: who is said to
// lack nothing has what came since.
func FuzzComparison(f *testing.F) {
	log := samples(f)[0]
	d := New(Options{})
	var known StateVector
	for i, u := range log {
		if i == len(log)/2 {
			known = d.StateVector()
		}
		if _, err := d.Apply(u); err != nil {
			f.Fatal(err)
		}
		f.Add(u)
	}
	question, whole := d.Compare(known), d.EncodeStateAsUpdate(known)
	f.Add(whole)
	f.Fuzz(func(t *testing.T, b []byte) {
		u, err := Decode(b, DefaultLimits())
		if err != nil || question.Lacks(d, u) {
			return
		}
		peer := New(Options{Limits: Limits{SplitSurrogates: true}})
		for _, u := range log[:len(log)/2] {
			if _, err := peer.Apply(u); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := peer.Apply(b); err != nil {
			return // a forged answer
		}
		if !peer.StateVector().Covers(question.Want()) {
			t.Fatal("whoever gives this answer lacks something")
		}
	})
}
