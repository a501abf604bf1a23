package ydoc

import "maps"

// Op is one piece of formatted content: a string, an embedded value or a
// shared type, with the attributes in force there.
type Op struct {
	Insert     any            `json:"insert"`
	Attributes map[string]any `json:"attributes,omitempty"`
}

// Delta returns a text as formatted pieces, as toDelta does in yjs.
func (t *Type) Delta() []Op {
	w := deltaWriter{attributes: map[string]any{}}
	for it := t.first; it != nil; it = it.right {
		if !it.deleted() {
			w.item(it)
		}
	}
	w.flush()
	return w.ops
}

type deltaWriter struct {
	ops        []Op
	text       []byte
	attributes map[string]any
}

func (w *deltaWriter) item(it *item) {
	switch it.kind {
	case kindString:
		w.text = append(w.text, it.data...)
	case kindType, kindEmbed:
		w.flush()
		w.add(it.lastValue())
	case kindFormat:
		w.flush()
		key, value := it.format()
		if value == nil {
			delete(w.attributes, key)
		} else {
			w.attributes[key] = value
		}
	}
}

func (w *deltaWriter) flush() {
	if len(w.text) > 0 {
		w.add(string(w.text))
		w.text = w.text[:0]
	}
}

func (w *deltaWriter) add(insert any) {
	op := Op{Insert: insert}
	if len(w.attributes) > 0 {
		op.Attributes = maps.Clone(w.attributes)
	}
	w.ops = append(w.ops, op)
}

// format decodes a format mark: from here on key has value, nil meaning that
// the formatting ends.
func (it *item) format() (key string, value any) {
	r := reader{b: it.data}
	key = string(r.bytes())
	return key, jsonValue(r.bytes())
}
