package ydoc

import (
	"maps"
	"slices"
	"strings"
)

// Root returns the root type of that name and, if kind is a kind, fixes what
// it is read as: updates do not say what roots are. A root that no update
// mentioned is empty.
func (d *Doc) Root(name string, kind Kind) *Type {
	t := d.root([]byte(name))
	if kind != KindUnknown {
		t.kind = kind
	}
	return t
}

// Roots returns the names of all root types, sorted.
func (d *Doc) Roots() []string { return slices.Sorted(maps.Keys(d.roots)) }

// Len is the length of a list or text (in UTF-16 code units, as in yjs), and
// the number of keys of a map.
func (t *Type) Len() int {
	if t.kind != KindMap {
		return int(t.length)
	}
	n := 0
	t.entries.all(func(_ keyID, it *item) {
		if !it.deleted() {
			n++
		}
	})
	return n
}

// Keys returns the keys of a map, or the attributes of an XML element, sorted.
func (t *Type) Keys() []string {
	var keys []string
	t.entries.all(func(key keyID, it *item) {
		if !it.deleted() {
			keys = append(keys, t.doc.keys.name(key))
		}
	})
	slices.Sort(keys)
	return keys
}

// Get returns the value under a key and whether there is one. Values are what
// JSON has (nil, bool, float64, string, []any, map[string]any) and besides
// []byte, BigInt, Undefined, *Type for shared types and Subdoc.
func (t *Type) Get(key string) (any, bool) {
	id, ok := t.doc.keys.ids[key]
	if !ok {
		return nil, false
	}
	it := t.entries.get(id)
	if it == nil || it.deleted() {
		return nil, false
	}
	return it.lastValue(), true
}

// GetType returns the shared type under a key, or nil.
func (t *Type) GetType(key string) *Type {
	v, _ := t.Get(key)
	child, _ := v.(*Type)
	return child
}

// Values returns the elements of a list, as Get would.
func (t *Type) Values() []any {
	values := make([]any, 0, t.length)
	for it := t.first; it != nil; it = it.right {
		if it.listed() {
			values = it.appendValues(values)
		}
	}
	return values
}

// Text returns the characters of a text, without formatting and embeds.
func (t *Type) Text() string {
	var b strings.Builder
	for it := t.first; it != nil; it = it.right {
		if it.kind == kindString && !it.deleted() {
			b.Write(it.data)
		}
	}
	return b.String()
}

// JSON returns the type's content as plain values, as toJSON does in yjs: maps
// as map[string]any, arrays and fragments as []any, texts as string, XML as
// its markup. A root of unknown kind gives nil.
func (t *Type) JSON() any {
	switch t.kind {
	case KindMap, KindXMLHook:
		m := make(map[string]any, t.Len())
		t.entries.all(func(key keyID, it *item) {
			if !it.deleted() {
				m[t.doc.keys.name(key)] = plain(it.lastValue())
			}
		})
		return m
	case KindArray:
		values := t.Values()
		for i, v := range values {
			values[i] = plain(v)
		}
		return values
	case KindText:
		return t.Text()
	case KindXMLElement, KindXMLFragment, KindXMLText:
		return t.XML()
	}
	return nil
}

// plain replaces shared types in a value by their JSON.
func plain(v any) any {
	if t, ok := v.(*Type); ok {
		return t.JSON()
	}
	return v
}

// Subdoc is a document inside a document, of which only the name is here.
type Subdoc struct {
	GUID    string
	Options any
}

// appendValues appends the item's values, one per unit. A list may hold text,
// which yjs reads as one string per code unit.
func (it *item) appendValues(values []any) []any {
	r := reader{b: it.data, depth: maxDepth}
	switch it.kind {
	case kindAny:
		for range it.length {
			values = append(values, r.value())
		}
	case kindJSON:
		for range it.length {
			values = append(values, jsonValue(r.bytes()))
		}
	case kindString:
		for _, c := range string(it.data) {
			if c > 0xffff { // half a pair is no character in Go
				values = append(values, string(replacement), string(replacement))
			} else {
				values = append(values, string(c))
			}
		}
	case kindBinary:
		values = append(values, slices.Clone(r.bytes()))
	case kindEmbed:
		values = append(values, jsonValue(r.bytes()))
	case kindType:
		values = append(values, it.shared)
	case kindDoc:
		guid := string(r.bytes())
		values = append(values, Subdoc{GUID: guid, Options: r.value()})
	}
	return values
}

// lastValue is the value a map shows for its newest item. A content without
// values, which only forgery puts there, shows as undefined, as in yjs.
func (it *item) lastValue() any {
	var one [1]any
	values := it.appendValues(one[:0])
	if len(values) == 0 {
		return Undefined{}
	}
	return values[len(values)-1]
}
