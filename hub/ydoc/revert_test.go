package ydoc

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"testing"
)

// TestRevert makes documents read as they did after half of their history. Yjs
// must read the same, and what others write meanwhile must stay.
func TestRevert(t *testing.T) {
	t.Parallel()
	o := startOracle(t)
	for seed := range uint64(envInt(t, "PATHBOARD_FUZZ_FEATURES", 40)) {
		h, err := states(o, seed)
		if err != nil {
			t.Fatal(err)
		}
		if h.exact() {
			revertHistory(t, o, h)
		}
	}
}

func revertHistory(t *testing.T, o *oracle, h *history) {
	past, err := open(h.gc, h.half)
	if err != nil {
		t.Fatal(err)
	}
	live, err := open(h.gc, h.state)
	if err != nil {
		t.Fatal(err)
	}
	update, err := live.Transact(5, func(x *Txn) error {
		for name, kind := range viewRoots {
			if err := x.Revert(x.Root(name, kind), past.Root(name, kind)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatalf("seed %d: %v", h.seed, err)
	}
	if err := checkIntegrity(live); err != nil {
		t.Fatalf("seed %d: %v", h.seed, err)
	}
	want := joined(view(past))
	if got := joined(view(live)); !reflect.DeepEqual(got, want) {
		t.Fatalf("seed %d\n got %s\nwant %s", h.seed, showView(live), showView(past))
	}
	if !h.gc || update == nil {
		return
	}
	shown, _, err := o.read([][]byte{h.state, update})
	if err != nil {
		t.Fatal(err)
	}
	var yjs any
	if err := json.Unmarshal([]byte(shown), &yjs); err != nil || !reflect.DeepEqual(joined(yjs), want) {
		t.Errorf("seed %d: yjs shows %s (%v)\nwant %s", h.seed, shown, err, showView(past))
	}
}

// joined joins neighbouring pieces of deltas that have the same attributes, and
// leaves out the markup, which shows the pieces.
func joined(v any) any {
	switch v := v.(type) {
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = joined(v[i])
		}
		return list
	case map[string]any:
		m := map[string]any{}
		for key, value := range v {
			if delta, ok := value.([]any); ok && key == "delta" {
				m[key] = joinedDelta(delta)
			} else if key != "xml" && (key != "text" || v["$"] != "text") {
				m[key] = joined(value)
			}
		}
		return m
	}
	return v
}

func joinedDelta(delta []any) []any {
	out := []any{}
	for _, op := range delta {
		op := joined(op).(map[string]any)
		text, ok := op["insert"].(string)
		if n := len(out); n > 0 && ok {
			last := out[n-1].(map[string]any)
			if before, ok := last["insert"].(string); ok && reflect.DeepEqual(last["attributes"], op["attributes"]) {
				last["insert"] = before + text
				continue
			}
		}
		out = append(out, op)
	}
	return out
}

// Reverting one card leaves the others, and a letter typed meanwhile into
// another part of the same text, as they are.
func TestRevertKeepsWhatOthersWrite(t *testing.T) {
	d := New(Options{})
	change := func(d *Doc, client uint64, f func(x *Txn, cards *Type) error) []byte {
		t.Helper()
		update, err := d.Transact(client, func(x *Txn) error { return f(x, x.Root("cards", KindMap)) })
		if err != nil {
			t.Fatal(err)
		}
		return update
	}
	change(d, 1, func(x *Txn, cards *Type) error {
		for _, id := range []string{"a", "b"} {
			card, err := x.SetType(cards, id, KindMap)
			if err != nil {
				return err
			}
			text, err := x.SetType(card, "text", KindText)
			if err == nil {
				err = x.InsertText(text, 0, "ścieżka rowerowa")
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	past := New(Options{})
	if _, err := past.Apply(d.EncodeStateAsUpdate(nil)); err != nil {
		t.Fatal(err)
	}
	text := func(d *Doc, id string) *Type { return d.Root("cards", KindMap).GetType(id).GetType("text") }
	change(d, 1, func(x *Txn, _ *Type) error { return x.DeleteRange(text(d, "a"), 3, 4) })
	change(d, 1, func(x *Txn, _ *Type) error { return x.InsertText(text(d, "b"), 0, "nowa ") })
	other := New(Options{})
	if _, err := other.Apply(d.EncodeStateAsUpdate(nil)); err != nil {
		t.Fatal(err)
	}
	meanwhile := change(other, 2, func(x *Txn, _ *Type) error { return x.InsertText(text(other, "a"), text(other, "a").Len(), "!") })
	revert := change(d, 1, func(x *Txn, cards *Type) error { return x.RevertKey(cards, past.Root("cards", KindMap), "a") })
	if _, err := d.Apply(meanwhile); err != nil {
		t.Fatal(err)
	}
	if _, err := other.Apply(revert); err != nil {
		t.Fatal(err)
	}
	if a, b := text(d, "a").Text(), text(d, "b").Text(); a != "ścieżka rowerowa!" || b != "nowa ścieżka rowerowa" {
		t.Errorf("a %q, b %q", a, b)
	}
	if !bytes.Equal(d.EncodeStateAsUpdate(nil), other.EncodeStateAsUpdate(nil)) {
		t.Error("the documents differ")
	}
	if again := change(d, 1, func(x *Txn, cards *Type) error {
		return x.RevertKey(cards, cards, []string{"a", "b"}[rand.IntN(2)])
	}); again != nil {
		t.Error("what is the same is written anew")
	}
}
