package ydoc

import (
	"bytes"
	"slices"
	"testing"
)

// TestChosenCasesOfYjs goes through what implementations get wrong: edges of
// numbers, texts, formats and client ids, deleted parents, subdocuments, undo,
// merging with gaps, state vectors of strangers and of the future, format V2.
func TestChosenCasesOfYjs(t *testing.T) {
	t.Parallel()
	o := startOracle(t)
	var all []chosenCase
	if err := o.ask("chosen", map[string]any{}, &all); err != nil {
		t.Fatal(err)
	}
	if len(all) < 14 {
		t.Fatalf("%d cases", len(all))
	}
	for _, c := range all {
		t.Run(c.Name, c.check)
	}
}

type chosenCase struct {
	Name, View                                           string
	Log                                                  [][]byte
	State, Vector, V2, Rows, Gaps, Strange, Future, Diff []byte
}

func (c *chosenCase) check(t *testing.T) {
	same := func(what string, got, want []byte) {
		t.Helper()
		if !bytes.Equal(got, want) {
			t.Errorf("%s\n got %x\nwant %x", what, got, want)
		}
	}
	must := func(b []byte, err error) []byte {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	d := New(Options{Limits: DefaultLimits()})
	for i, u := range c.Log {
		if _, err := d.Apply(u); err != nil {
			t.Fatalf("update %d: %v", i, err)
		}
	}
	strange, err := DecodeStateVector(c.Strange)
	if err != nil {
		t.Fatal(err)
	}
	same("state", d.EncodeStateAsUpdate(nil), c.State)
	same("state vector", d.EncodeStateVector(), c.Vector)
	same("difference to the future", d.EncodeStateAsUpdate(strange), c.Future)
	same("format V2", must(ConvertUpdateV2(c.V2, DefaultLimits())), c.Rows)
	var some [][]byte
	for i, u := range c.Log {
		if i%3 != 1 {
			some = append(some, u)
		}
	}
	same("merged with gaps", must(MergeUpdates(some...)), c.Gaps)
	same("difference of that", must(DiffUpdate(c.Gaps, c.Strange)), c.Diff)

	late := New(Options{Limits: DefaultLimits()})
	in := NewInbox(late, InboxLimits{})
	slices.Reverse(c.Log)
	for _, u := range c.Log {
		must(nil, second(in.Apply(u)))
	}
	if n, _ := in.Pending(); n > 0 {
		t.Errorf("%d updates wait for ever", n)
	}
	for what, d := range map[string]*Doc{"in order": d, "in reverse": late} {
		if equal, err := equalJSON(c.View, d); err != nil || !equal {
			t.Errorf("%s (%v)\n got %s\nwant %s", what, err, showView(d), c.View)
		}
		if err := checkIntegrity(d); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }
