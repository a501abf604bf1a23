package ydoc

import "testing"

// FuzzApply feeds a document with anything: go test -fuzz FuzzApply ./hub/ydoc
func FuzzApply(f *testing.F) {
	for _, log := range samples(f) {
		for _, u := range log {
			f.Add(u, log[0])
		}
	}
	f.Fuzz(func(t *testing.T, first, second []byte) {
		d := New(Options{Limits: DefaultLimits()})
		for _, b := range [][]byte{first, second} {
			if _, err := attempt(d, b); err != nil {
				t.Fatal(err)
			}
		}
		again := New(Options{Limits: Limits{SplitSurrogates: true}})
		if _, err := again.Apply(d.EncodeStateAsUpdate(nil)); err != nil {
			t.Fatalf("reload: %v", err)
		}
		view(d)
	})
}

// FuzzBytes feeds the operations that need no document.
func FuzzBytes(f *testing.F) {
	for _, log := range samples(f) {
		for _, u := range log {
			f.Add(u, log[0])
		}
	}
	f.Fuzz(func(_ *testing.T, a, b []byte) {
		for _, op := range []func() ([]byte, error){
			func() ([]byte, error) { return MergeUpdates(a, b) },
			func() ([]byte, error) { return DiffUpdate(a, b) },
			func() ([]byte, error) { return IntersectUpdates(a, b) },
			func() ([]byte, error) { p, err := DecodeRelativePosition(a); return p.Encode(), err },
			func() ([]byte, error) { s, err := DecodeSnapshot(a); return s.Encode(), err },
			func() ([]byte, error) { sv, err := DecodeStateVector(a); return sv.Encode(), err },
			func() ([]byte, error) { return StateVectorFromUpdate(a) },
			func() ([]byte, error) { return ConvertUpdateV2(a, DefaultLimits()) },
		} {
			if _, err := op(); err != nil {
				continue // refused is fine, a panic is not
			}
		}
	})
}

// FuzzInbox feeds what may have to wait, to a document that is observed and
// keeps its past, and goes back there.
func FuzzInbox(f *testing.F) {
	for _, log := range samples(f) {
		for i, u := range log {
			f.Add(u, log[0], log[i/2])
		}
	}
	f.Fuzz(func(t *testing.T, first, second, third []byte) {
		d := New(Options{Limits: DefaultLimits(), KeepDeleted: true})
		d.Observe(func(events []*Event) {
			for _, e := range events {
				e.Path()
				e.Keys()
				e.Delta()
			}
		})
		in := NewInbox(d, InboxLimits{Updates: 2})
		past := d.Snapshot()
		for _, b := range [][]byte{first, second, third} {
			if _, err := in.Apply(b); err != nil {
				continue // refused is fine
			}
			if err := checkIntegrity(d); err != nil {
				t.Fatal(err)
			}
			past = d.Snapshot()
		}
		restored, err := d.Restore(past, Options{KeepDeleted: true})
		if err != nil {
			t.Fatal(err)
		}
		if err := checkIntegrity(restored); err != nil {
			t.Fatal(err)
		}
		view(restored)
	})
}
