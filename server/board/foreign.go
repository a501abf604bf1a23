package board

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"unicode/utf16"

	"github.com/pathboard/pathboard/hub/ydoc"
)

// rootNames are the roots that the schema knows; headerNames stand beside the
// roots in the JSON form.
var (
	rootNames   = []string{"meta", "cards", "links", "stages", "comments"}
	headerNames = []string{"version", "exportedAt", "workshop", "group"}
)

// foreignRoots reads the roots that the schema does not know, of a newer release
// or somebody else's program, without those that are empty.
func foreignRoots(doc *ydoc.Doc) map[string]any {
	var out map[string]any
	for _, name := range doc.Roots() {
		if slices.Contains(rootNames, name) {
			continue
		}
		if v := foreignRoot(doc.Root(name, ydoc.KindUnknown)); v != nil {
			if out == nil {
				out = map[string]any{}
			}
			out[name] = v
		}
	}
	return out
}

// foreignRoot is a root of unknown kind as plain values: a map where it has keys,
// a text where it has nothing but characters, else a list; nil when it is empty.
func foreignRoot(t *ydoc.Type) any {
	if keys := t.Keys(); len(keys) > 0 {
		m := make(map[string]any, len(keys))
		for _, k := range keys {
			v, _ := t.Get(k)
			m[k] = plain(v)
		}
		return m
	}
	values := t.Values()
	if len(values) == 0 {
		return nil
	}
	if text := t.Text(); len(utf16.Encode([]rune(text))) == len(values) {
		return text
	}
	for i, v := range values {
		values[i] = plain(v)
	}
	return values
}

// plain is a value of a document as JSON has it. What JSON has no form for
// becomes what JSON.stringify and browsers make of it, so that one odd value on a
// board does not keep the board from being exported.
func plain(v any) any {
	switch v := v.(type) {
	case *ydoc.Type:
		return plain(v.JSON())
	case ydoc.Undefined:
		return nil
	case ydoc.Subdoc:
		return map[string]any{"guid": v.GUID}
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil
		}
		return v
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, e := range v {
			out[k] = plain(e)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = plain(e)
		}
		return out
	}
	return v
}

// roots writes the roots that the schema does not know.
func (w *writer) roots(roots map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(roots)) {
		if w.err != nil {
			return
		}
		var err error
		switch v := roots[name].(type) {
		case map[string]any:
			w.extra(w.x.Root(name, ydoc.KindMap), v)
		case []any:
			err = w.x.Insert(w.x.Root(name, ydoc.KindArray), 0, v...)
		case string:
			err = w.x.InsertText(w.x.Root(name, ydoc.KindText), 0, v)
		}
		if err != nil {
			w.err = fmt.Errorf("write %s: %w", name, err)
		}
	}
}

// decodeRoots takes the roots that the schema does not know from the JSON form.
func (b *Board) decodeRoots(data []byte) error {
	var all map[string]any
	if err := json.Unmarshal(data, &all); err != nil {
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	for name, v := range all {
		if slices.Contains(rootNames, name) || slices.Contains(headerNames, name) || len(name) > MaxIDBytes {
			continue
		}
		switch v.(type) {
		case map[string]any, []any, string:
			if b.Roots == nil {
				b.Roots = map[string]any{}
			}
			b.Roots[name] = v
		}
	}
	return nil
}

// oddTags are the tags of a card that say more than that they are there.
func oddTags(tags map[string]any) map[string]any {
	odd := map[string]any{}
	for tag, v := range tags {
		if v != true {
			odd[tag] = v
		}
	}
	if len(odd) == 0 {
		return nil
	}
	return odd
}

// tagValues are the card's tags by name.
func (c Card) tagValues() map[string]any {
	out := map[string]any{}
	for _, t := range c.Tags {
		out[t] = true
	}
	odd, _ := c.Extra["tags"].(map[string]any)
	maps.Copy(out, odd)
	return out
}
