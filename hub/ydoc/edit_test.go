package ydoc

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"testing"
)

// change is one edit in the words of features.mjs, and the same for Go.
type change struct {
	words map[string]any
	do    func(x *Txn, t *Type) error
}

// TestTransactionsGiveTheBytesOfYjs makes the same edits on the same document
// under the same client id on both sides: text with formatting, embedded
// values, nested types of every kind, XML, bytes and subdocuments.
func TestTransactionsGiveTheBytesOfYjs(t *testing.T) {
	t.Parallel()
	o := startOracle(t)
	edits := 0
	for seed := range uint64(envInt(t, "PATHBOARD_FUZZ_FEATURES", 40)) {
		h, err := states(o, seed)
		if err != nil {
			t.Fatal(err)
		}
		if h.cut {
			continue
		}
		n, err := compareEdits(o, h)
		if err != nil {
			t.Errorf("seed %d: %v", seed, err)
		}
		edits += n
	}
	t.Logf("%d edits", edits)
}

func compareEdits(o *oracle, h *history) (int, error) {
	d, err := open(h.gc, h.state)
	if err != nil {
		return 0, err
	}
	const client = 4_000_000_000
	r := rand.New(rand.NewPCG(h.seed, 7))
	var words []any
	var made [][]byte
	for len(made) < 25 {
		all := places(d)
		at := all[r.IntN(len(all))]
		c := randomChange(r, at.t)
		if c.do == nil {
			continue
		}
		c.words["root"], c.words["path"] = at.root, at.path
		update, err := d.Transact(client, func(x *Txn) error { return c.do(x, at.t) })
		if err == ErrRange { // inside a character
			continue
		}
		if err != nil {
			return 0, fmt.Errorf("%v: %w", c.words, err)
		}
		words, made = append(words, c.words), append(made, update)
		if err := checkIntegrity(d); err != nil {
			return 0, fmt.Errorf("%v: %w", c.words, err)
		}
	}
	var answer [][]byte
	details := map[string]any{"gc": h.gc, "state": h.state, "client": client, "list": words}
	if err := o.ask("edit", details, &answer); err != nil {
		return 0, err
	}
	for i := range made {
		if !bytes.Equal(made[i], answer[i]) {
			return 0, fmt.Errorf("edit %d, %v\n got %s\nwant %s", i, words[i], outline(made[i]), outline(answer[i]))
		}
	}
	return len(made), nil
}

// randomChange makes an edit that fits the type, or none.
func randomChange(r *rand.Rand, t *Type) change {
	switch t.Kind() {
	case KindMap:
		return mapChange(r, false)
	case KindArray:
		return listChange(r, t, false)
	case KindText, KindXMLText:
		return textChange(r, t)
	case KindXMLElement:
		if r.IntN(3) == 0 {
			return mapChange(r, true)
		}
		return listChange(r, t, true)
	case KindXMLFragment:
		return listChange(r, t, true)
	}
	return change{}
}

var letters = []string{"a", "żółw", "😀", "x😀y", "long enough to be cut", "\n"}

// sample is a value in Go and in the words of features.mjs.
func sample(r *rand.Rand) (value, words any) {
	switch r.IntN(8) {
	case 0:
		return []byte{1, 2, 255}, map[string]any{"$": "bytes", "b": base64.StdEncoding.EncodeToString([]byte{1, 2, 255})}
	case 1:
		return Subdoc{GUID: "inner", Options: map[string]any{"meta": map[string]any{"m": 1}}}, map[string]any{"$": "subdoc", "name": "inner"}
	case 2:
		value = r.NormFloat64() * 1e9
	case 3:
		value = r.IntN(1<<32) - 1<<31
	case 4:
		value = map[string]any{"a": []any{nil, true, "ż"}, "b": 0.5}
	case 5:
		value = nil
	case 6:
		value = r.IntN(2) == 0
	default:
		value = letters[r.IntN(len(letters))]
	}
	return value, value
}

func mapChange(r *rand.Rand, attribute bool) change {
	key := fmt.Sprintf("c%d", r.IntN(6))
	words := map[string]any{"key": key}
	switch p := r.IntN(10); {
	case p < 3:
		words["op"] = "remove"
		return change{words, func(x *Txn, t *Type) error { return x.Delete(t, key) }}
	case p < 6 && !attribute:
		words["op"] = "set"
		kind, name := nestedType(r)
		words["value"] = name
		return change{words, func(x *Txn, t *Type) error {
			if kind == KindXMLElement {
				_, err := x.SetElement(t, key, "P")
				return err
			}
			_, err := x.SetType(t, key, kind)
			return err
		}}
	}
	value, w := sample(r)
	words["op"], words["value"] = "set", w
	return change{words, func(x *Txn, t *Type) error { return x.Set(t, key, value) }}
}

func nestedType(r *rand.Rand) (Kind, map[string]any) {
	switch r.IntN(5) {
	case 0:
		return KindArray, map[string]any{"$": "array"}
	case 1:
		return KindMap, map[string]any{"$": "map"}
	case 2:
		return KindText, map[string]any{"$": "text"}
	case 3:
		return KindXMLText, map[string]any{"$": "xmlText"}
	}
	return KindXMLElement, map[string]any{"$": "element", "name": "P"}
}

func listChange(r *rand.Rand, t *Type, xml bool) change {
	index := r.IntN(t.Len() + 1)
	words := map[string]any{"index": index}
	if t.Len() > index && r.IntN(3) == 0 {
		n := 1 + r.IntN(t.Len()-index)
		words["op"], words["n"] = "delete", n
		return change{words, func(x *Txn, t *Type) error { return x.DeleteRange(t, index, n) }}
	}
	words["op"] = "insert"
	if xml || r.IntN(3) == 0 {
		kind, name := nestedType(r)
		if xml && kind != KindXMLText {
			kind, name = KindXMLElement, map[string]any{"$": "element", "name": "P"}
		}
		words["values"] = []any{name}
		return change{words, func(x *Txn, t *Type) error {
			if kind == KindXMLElement {
				_, err := x.InsertElement(t, index, "P")
				return err
			}
			_, err := x.InsertType(t, index, kind)
			return err
		}}
	}
	var values, names []any
	for range 1 + r.IntN(4) {
		v, w := sample(r)
		values, names = append(values, v), append(names, w)
	}
	words["values"] = names
	return change{words, func(x *Txn, t *Type) error { return x.Insert(t, index, values...) }}
}

// look makes attributes; nil means that the edit says nothing about them.
func look(r *rand.Rand) map[string]any {
	a := map[string]any{}
	for range r.IntN(3) {
		value := []any{true, nil, "red", 7.5, map[string]any{"href": "a<b"}, []any{"x"}}[r.IntN(6)]
		a[[]string{"bold", "italic", "a", "color"}[r.IntN(4)]] = value
	}
	return a
}

func textChange(r *rand.Rand, t *Type) change {
	index, text := r.IntN(t.Len()+1), letters[r.IntN(len(letters))]
	words := map[string]any{"index": index}
	rest := t.Len() - index
	switch p := r.IntN(12); {
	case p < 3 && rest > 0:
		n := 1 + r.IntN(rest)
		words["op"], words["n"] = "delete", n
		return change{words, func(x *Txn, t *Type) error { return x.DeleteRange(t, index, n) }}
	case p < 6 && rest > 0:
		n, attributes := 1+r.IntN(rest), look(r)
		words["op"], words["n"], words["attributes"] = "format", n, attributes
		return change{words, func(x *Txn, t *Type) error { return x.Format(t, index, n, attributes) }}
	case p < 7:
		attributes := look(r)
		value := map[string]any{"img": "http://ż", "n": 1}
		words["op"], words["value"], words["attributes"] = "insertEmbed", value, attributes
		return change{words, func(x *Txn, t *Type) error { return x.InsertEmbed(t, index, value, attributes) }}
	case p < 8:
		words["op"], words["value"] = "insertEmbed", map[string]any{"$": "map"}
		return change{words, func(x *Txn, t *Type) error {
			_, err := x.InsertType(t, index, KindMap)
			return err
		}}
	case p < 9:
		return deltaChange(r, t, words)
	case p < 11:
		attributes := look(r)
		words["op"], words["text"], words["attributes"] = "insertText", text, attributes
		return change{words, func(x *Txn, t *Type) error { return x.InsertFormatted(t, index, text, attributes) }}
	}
	words["op"], words["text"] = "insertText", text
	return change{words, func(x *Txn, t *Type) error { return x.InsertText(t, index, text) }}
}

func deltaChange(r *rand.Rand, t *Type, words map[string]any) change {
	delta := []Change{}
	for rest := t.Len(); ; {
		n := 1 + r.IntN(5)
		switch {
		case r.IntN(3) == 0:
			delta = append(delta, Change{Insert: letters[r.IntN(len(letters))], Attributes: look(r)})
		case rest < n || len(delta) > 5:
			words["op"], words["delta"] = "delta", delta
			return change{words, func(x *Txn, t *Type) error { return x.ApplyDelta(t, delta) }}
		case r.IntN(2) == 0:
			rest -= n
			delta = append(delta, Change{Retain: n, Attributes: look(r)})
		default:
			rest -= n
			delta = append(delta, Change{Delete: n})
		}
	}
}
