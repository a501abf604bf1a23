package ydoc

import (
	"reflect"
	"slices"
	"unicode/utf8"
)

// Revert makes a type read as another one does, mostly the same type of an
// older state: with new edits, and only where the two differ. What others write
// meanwhile elsewhere in the type stays, and their later edits and undos merge
// as with any edit. past may be of another document and is not changed.
//
// Types of the same kind at the same place are changed in place; a text keeps
// what its beginning and end have in common, a list likewise. ErrKind: the two
// are of different kinds, or XML hooks.
func (x *Txn) Revert(t, past *Type) error {
	if err := x.usable(t); err != nil {
		return err
	}
	if past == nil || t.kind != past.kind || t.kind.named() && t.name != past.name {
		return ErrKind
	}
	switch t.kind {
	case KindMap:
		return x.revertKeys(t, past)
	case KindText, KindXMLText:
		if err := x.revertKeys(t, past); err != nil {
			return err
		}
		return x.revertText(t, past)
	case KindArray, KindXMLFragment:
		return x.revertList(t, past)
	case KindXMLElement:
		if err := x.revertKeys(t, past); err != nil {
			return err
		}
		return x.revertList(t, past)
	}
	return ErrKind
}

// RevertKey is Revert for what is under one key of a map. A key that the older
// map lacks is removed.
func (x *Txn) RevertKey(t, past *Type, key string) error {
	if err := x.usable(t); err != nil {
		return err
	}
	then, had := past.Get(key)
	if !had {
		return x.Delete(t, key)
	}
	now, has := t.Get(key)
	if has && sameContent(now, then) {
		return nil
	}
	if has && alike(now, then) {
		return x.Revert(now.(*Type), then.(*Type))
	}
	child, ok := then.(*Type)
	if !ok {
		return x.Set(t, key, then)
	}
	fresh := &Type{kind: child.kind}
	if child.kind.named() {
		fresh.name = child.name
	}
	if _, err := x.setType(t, key, fresh); err != nil {
		return err
	}
	return x.Revert(fresh, child)
}

func (x *Txn) revertKeys(t, past *Type) error {
	for _, key := range past.Keys() {
		if err := x.RevertKey(t, past, key); err != nil {
			return err
		}
	}
	for _, key := range t.Keys() {
		if _, had := past.Get(key); !had {
			if err := x.Delete(t, key); err != nil {
				return err
			}
		}
	}
	return nil
}

// alike reports whether both are types of which one can become the other.
func alike(a, b any) bool {
	ta, ok := a.(*Type)
	tb, too := b.(*Type)
	return ok && too && ta.kind == tb.kind && (!ta.kind.named() || ta.name == tb.name)
}

// sameContent reports whether two values read the same.
func sameContent(a, b any) bool {
	ta, ok := a.(*Type)
	if !ok {
		return reflect.DeepEqual(a, b)
	}
	tb, _ := b.(*Type)
	if tb == nil || !alike(ta, tb) || !slices.Equal(ta.Keys(), tb.Keys()) {
		return false
	}
	for _, key := range ta.Keys() {
		va, _ := ta.Get(key)
		vb, _ := tb.Get(key)
		if !sameContent(va, vb) {
			return false
		}
	}
	if ta.kind == KindText || ta.kind == KindXMLText {
		return slices.EqualFunc(ta.glyphs(), tb.glyphs(), glyph.same)
	}
	return slices.EqualFunc(ta.Values(), tb.Values(), sameContent)
}

// shared returns how many elements two lists share at their beginning and, of
// the rest, at their end.
func shared[T any](a, b []T, same func(T, T) bool) (head, tail int) {
	n := min(len(a), len(b))
	for head < n && same(a[head], b[head]) {
		head++
	}
	for tail < n-head && same(a[len(a)-1-tail], b[len(b)-1-tail]) {
		tail++
	}
	return head, tail
}

func (x *Txn) revertList(t, past *Type) error {
	now, then := t.Values(), past.Values()
	head, tail := shared(now, then, sameContent)
	now, then = now[head:len(now)-tail], then[head:len(then)-tail]
	if slices.EqualFunc(now, then, alike) {
		for i := range now {
			if err := x.Revert(now[i].(*Type), then[i].(*Type)); err != nil {
				return err
			}
		}
		return nil
	}
	if err := x.DeleteRange(t, head, len(now)); err != nil {
		return err
	}
	for i, v := range then {
		child, ok := v.(*Type)
		if !ok {
			if err := x.Insert(t, head+i, v); err != nil {
				return err
			}
			continue
		}
		if err := x.insertCopy(t, head+i, child); err != nil {
			return err
		}
	}
	return nil
}

func (x *Txn) insertCopy(list *Type, index int, past *Type) error {
	fresh := &Type{kind: past.kind}
	if past.kind.named() {
		fresh.name = past.name
	}
	if _, err := x.insertType(list, index, fresh); err != nil {
		return err
	}
	return x.Revert(fresh, past)
}

// glyph is one character of a text, or an embedded value or type.
type glyph struct {
	char       rune
	embed      any
	attributes map[string]any
}

func (g glyph) same(o glyph) bool {
	return g.char == o.char && sameContent(g.embed, o.embed) && g.looks(o)
}

// looks reports whether two glyphs have the same attributes.
func (g glyph) looks(o glyph) bool {
	return len(g.attributes)+len(o.attributes) == 0 || reflect.DeepEqual(g.attributes, o.attributes)
}

// units is the glyph's length in the text.
func (g glyph) units() int {
	if g.char > 0xffff {
		return 2
	}
	return 1
}

func (t *Type) glyphs() []glyph {
	var all []glyph
	for _, op := range t.Delta() {
		text, ok := op.Insert.(string)
		if !ok {
			all = append(all, glyph{embed: op.Insert, attributes: op.Attributes})
			continue
		}
		for _, c := range text {
			all = append(all, glyph{char: c, attributes: op.Attributes})
		}
	}
	return all
}

func (x *Txn) revertText(t, past *Type) error {
	now, then := t.glyphs(), past.glyphs()
	head, tail := shared(now, then, glyph.same)
	at, gone := 0, 0
	for i, g := range now[:len(now)-tail] {
		if i < head {
			at += g.units()
		} else {
			gone += g.units()
		}
	}
	if err := x.DeleteRange(t, at, gone); err != nil {
		return err
	}
	for then = then[head : len(then)-tail]; len(then) > 0; {
		n, units, err := x.insertGlyphs(t, at, then)
		if err != nil {
			return err
		}
		then, at = then[n:], at+units
	}
	return nil
}

// insertGlyphs inserts the glyphs that look like the first one and returns how
// many those are.
func (x *Txn) insertGlyphs(t *Type, at int, all []glyph) (n, units int, err error) {
	first := all[0]
	if child, ok := first.embed.(*Type); ok {
		if err := x.insertCopy(t, at, child); err != nil {
			return 0, 0, err
		}
		if len(first.attributes) == 0 {
			return 1, 1, nil
		}
		return 1, 1, x.Format(t, at, 1, first.attributes)
	}
	if first.char == 0 && first.embed != nil {
		return 1, 1, x.InsertEmbed(t, at, first.embed, first.attributes)
	}
	var text []byte
	for n < len(all) && all[n].embed == nil && all[n].looks(first) {
		text = utf8.AppendRune(text, all[n].char)
		units += all[n].units()
		n++
	}
	return n, units, x.InsertFormatted(t, at, string(text), first.attributes)
}
