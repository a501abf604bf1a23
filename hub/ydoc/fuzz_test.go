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
			func() ([]byte, error) { return StateVectorFromUpdate(a) },
			func() ([]byte, error) { return ConvertUpdateV2(a, DefaultLimits()) },
		} {
			if _, err := op(); err != nil {
				continue // refused is fine, a panic is not
			}
		}
	})
}
