package ydoc

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"
)

// TestEventsAreThoseOfYjs follows histories and compares what each update
// changed: keys with their old values, deltas, paths.
func TestEventsAreThoseOfYjs(t *testing.T) {
	t.Parallel()
	o := startOracle(t)
	compared := 0
	for seed := range uint64(envInt(t, "PATHBOARD_FUZZ_FEATURES", 40)) {
		n, err := compareEvents(o, seed)
		if err != nil {
			t.Errorf("seed %d: %v", seed, err)
		}
		compared += n
	}
	t.Logf("%d events", compared)
}

func compareEvents(o *oracle, seed uint64) (compared int, err error) {
	var want struct {
		GC, Exact bool
		Log       [][]byte
		Events    [][]map[string]any
	}
	if err := o.ask("events", map[string]any{"seed": seed}, &want); err != nil || !want.Exact {
		return 0, err
	}
	d := New(Options{KeepDeleted: !want.GC})
	for name, kind := range viewRoots {
		d.Root(name, kind)
	}
	var seen []any
	d.Observe(func(events []*Event) {
		for _, e := range events {
			if keys, delta := e.Keys(), e.Delta(); len(keys)+len(delta) > 0 {
				seen = append(seen, viewEvent(e, keys, delta))
			}
		}
	})
	for i, update := range want.Log {
		seen = nil
		if _, err := d.Apply(update); err != nil {
			return compared, err
		}
		var expected []any
		for _, e := range want.Events[i] {
			expected = append(expected, e)
		}
		got, want := inOrder(seen), inOrder(expected)
		if !reflect.DeepEqual(got, want) {
			return compared, fmt.Errorf("update %d\n got %s\nwant %s", i, got, want)
		}
		compared += len(got)
	}
	return compared, nil
}

// viewEvent builds what describe in features.mjs builds.
func viewEvent(e *Event, keys []KeyChange, delta []Change) any {
	k, steps := []any{}, []any{}
	for _, c := range keys {
		k = append(k, map[string]any{"key": c.Key, "action": string(c.Action), "old": viewValue(c.OldValue)})
	}
	for _, c := range delta {
		step := map[string]any{}
		if c.Insert != nil {
			step["insert"] = viewValue(c.Insert)
		}
		if c.Retain > 0 {
			step["retain"] = c.Retain
		}
		if c.Delete > 0 {
			step["delete"] = c.Delete
		}
		if c.Attributes != nil {
			step["attributes"] = viewValue(c.Attributes)
		}
		steps = append(steps, step)
	}
	return map[string]any{"root": e.Root(), "path": e.Path(), "keys": k, "delta": steps}
}

// inOrder is the events as sorted JSON: yjs calls in the order of its roots.
func inOrder(events []any) []string {
	all := make([]string, len(events))
	for i, e := range events {
		b, err := json.Marshal(e)
		if err != nil {
			panic(err)
		}
		all[i] = string(b)
	}
	slices.Sort(all)
	return all
}

// An observer sees the document as it is after the change, is called once per
// change and no more after it was stopped, and must not change the document.
func TestObserver(t *testing.T) {
	d := New(Options{})
	set := func(key string) error {
		_, err := d.Transact(1, func(x *Txn) error { return x.Set(x.Root("m", KindMap), key, key) })
		return err
	}
	var calls []string
	var nested error
	stop := d.Observe(func(events []*Event) {
		v, _ := events[0].Target.Get("a")
		calls = append(calls, fmt.Sprintf("%d %s %v %v", len(events), events[0].Root(), v, events[0].Keys()))
		nested = set("b")
	})
	if err := set("a"); err != nil {
		t.Fatal(err)
	}
	if want := []string{"1 m a [{a add <nil>}]"}; !slices.Equal(calls, want) {
		t.Errorf("got %q want %q", calls, want)
	}
	if nested == nil {
		t.Error("an observer changed the document")
	}
	if _, err := d.Transact(1, func(*Txn) error { return ErrRange }); err != ErrRange {
		t.Error(err)
	}
	stop()
	if err := set("c"); err != nil || len(calls) != 1 {
		t.Errorf("%v, %d calls", err, len(calls))
	}
}
