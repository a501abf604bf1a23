package ydoc

import (
	"maps"
	"slices"
	"unicode/utf8"
)

// attributes are formatting attributes in the order in which they were set.
type attributes []attribute

// attribute is a formatting attribute; no value means that it is not in force.
type attribute struct {
	key    string
	value  any
	text   []byte // the value in JSON
	source *item  // the mark it comes from
}

// attributes orders given attributes by name.
func (x *Txn) attributes(m map[string]any) (attributes, error) {
	all := make(attributes, 0, len(m))
	for _, key := range slices.Sorted(maps.Keys(m)) {
		if !utf8.ValidString(key) {
			return nil, refuse(ErrMalformed, "invalid UTF-8")
		}
		text, err := x.json(m[key])
		if err != nil {
			return nil, err
		}
		all = append(all, attribute{key: key, value: jsonValue(text), text: text})
	}
	return all, nil
}

func (a attributes) index(key string) int {
	return slices.IndexFunc(a, func(have attribute) bool { return have.key == key })
}

func (a attributes) has(key string) bool { return a.index(key) >= 0 }

// get returns the attribute of that name, one without value if there is none.
func (a attributes) get(key string) attribute {
	if i := a.index(key); i >= 0 {
		return a[i]
	}
	return attribute{key: key}
}

func (a *attributes) set(value attribute) {
	if i := a.index(value.key); i >= 0 {
		(*a)[i] = value
	} else {
		*a = append(*a, value)
	}
}

func (a *attributes) remove(key string) {
	if i := a.index(key); i >= 0 {
		*a = slices.Delete(*a, i, i+1)
	}
}

// apply sets the attribute, or removes it if it has no value.
func (a *attributes) apply(value attribute) {
	if value.value == nil {
		a.remove(value.key)
	} else {
		a.set(value)
	}
}

// same is JavaScript's ===: objects are the same only if they come from the
// same mark.
func (a attribute) same(b attribute) bool {
	if plainValue(a.value) && plainValue(b.value) {
		return a.value == b.value
	}
	return a.source != nil && a.source == b.source
}

func plainValue(v any) bool {
	switch v.(type) {
	case nil, bool, float64, string:
		return true
	}
	return false
}

// equal reports whether two attributes say the same. Like yjs it looks into
// objects, but not into objects inside them.
func (a attribute) equal(b attribute) bool {
	if a.same(b) {
		return true
	}
	switch av := a.value.(type) {
	case map[string]any:
		bv, ok := b.value.(map[string]any)
		return ok && maps.EqualFunc(av, bv, sameValue)
	case []any:
		bv, ok := b.value.([]any)
		return ok && slices.EqualFunc(av, bv, sameValue)
	}
	return false
}

func sameValue(a, b any) bool { return plainValue(a) && plainValue(b) && a == b }

// attribute decodes a mark.
func (it *item) attribute() attribute {
	r := reader{b: it.data}
	a := attribute{key: string(r.bytes()), text: r.bytes(), source: it}
	a.value = jsonValue(a.text)
	return a
}

// mark is the content of a mark.
func (a attribute) mark() item {
	text := a.text
	if text == nil {
		text = []byte("null")
	}
	return item{kind: kindFormat, data: appendBytes(appendString(nil, a.key), text)}
}

// json writes a value as JSON.stringify does.
func (x *Txn) json(value any) ([]byte, error) {
	data, err := appendAny(nil, value, x.doc.lim.Depth)
	if err != nil {
		return nil, err
	}
	r := reader{b: data, depth: maxDepth}
	text, ok := r.scriptJSON(nil)
	if !ok {
		return nil, refuse(ErrMalformed, "value has no JSON")
	}
	return text, nil
}
