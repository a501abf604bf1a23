package ydoc

import "unicode/utf8"

// ID names one unit that a client inserted: a character, an element, a value.
type ID struct {
	Client uint64 `json:"client"`
	Clock  uint64 `json:"clock"`
}

// RelativePosition is a place in a list or text that stays where it is while
// others edit: it is tied to a unit, not to an index. Cursors travel as such.
// Its JSON is that of yjs.
//
// With Item set the place is at that unit; else it is at the end (at the
// beginning if Assoc is negative) of the type that Type or Root names.
type RelativePosition struct {
	Type *ID    `json:"type,omitempty"`
	Root string `json:"tname,omitempty"`
	Item *ID    `json:"item,omitempty"`
	// Assoc is negative for a place behind Item, which follows the unit left
	// of the place, else for a place before Item, following the one right of it.
	Assoc int `json:"assoc"`
}

// RelativePosition returns the place before the unit at index, tied to that
// unit or, if assoc is negative, to the one left of it. ErrRange: the index is
// outside of the type.
func (t *Type) RelativePosition(index, assoc int) (RelativePosition, error) {
	p := RelativePosition{Assoc: assoc}
	if index < 0 || index > int(t.length) {
		return p, ErrRange
	}
	if t.item != nil {
		p.Type = &ID{t.doc.clients[t.item.client].id, uint64(t.item.clock)}
	} else {
		p.Root = t.name
	}
	rest := uint32(index)
	if assoc < 0 {
		if index == 0 {
			return p, nil
		}
		rest--
	}
	for it := t.first; it != nil; it = it.right {
		if it.listed() {
			if rest < it.length {
				p.Item = &ID{t.doc.clients[it.client].id, uint64(it.clock + rest)}
				return p, nil
			}
			rest -= it.length
		}
	}
	return p, nil
}

// Resolve returns the type and index that a relative position has now. It
// reports false when the unit or the type is unknown here, or was dropped with
// a deleted parent; nor is the value of a map's key a place, though a stranger may
// send it.
func (d *Doc) Resolve(p RelativePosition) (t *Type, index int, ok bool) {
	if p.Item != nil {
		return d.resolveItem(*p.Item, p.Assoc)
	}
	if p.Type != nil {
		if it := d.lookup(*p.Type); it != nil {
			t = it.shared
		}
	} else {
		t = d.roots[p.Root]
	}
	if t == nil {
		return nil, 0, false
	}
	if p.Assoc >= 0 {
		index = int(t.length)
	}
	return t, index, true
}

func (d *Doc) resolveItem(id ID, assoc int) (t *Type, index int, ok bool) {
	it := d.lookup(id)
	if it == nil || it.kind == kindGC || it.key != noKey {
		return nil, 0, false
	}
	if it.parent.deleted() {
		return it.parent, 0, true
	}
	if it.kind.countable() && !it.deleted() {
		index = int(uint32(id.Clock) - it.clock)
		if assoc < 0 {
			index++
		}
	}
	for left := it.left; left != nil; left = left.left {
		if left.kind.countable() && !left.deleted() {
			index += int(left.length)
		}
	}
	return it.parent, index, true
}

// lookup returns the item that holds a unit, nil if the document has none.
func (d *Doc) lookup(id ID) *item {
	i, ok := d.ids[id.Client]
	if !ok || id.Clock >= uint64(d.clients[i].end) {
		return nil
	}
	return d.clients[i].get(uint32(id.Clock))
}

// Forms of an encoded relative position.
const (
	positionAtItem = 0
	positionInRoot = 1
	positionInType = 2
)

// Encode writes the position as yjs does.
func (p RelativePosition) Encode() []byte {
	var b []byte
	switch {
	case p.Item != nil:
		b = appendUvarint(appendUvarint([]byte{positionAtItem}, p.Item.Client), p.Item.Clock)
	case p.Type != nil:
		b = appendUvarint(appendUvarint([]byte{positionInType}, p.Type.Client), p.Type.Clock)
	default:
		b = appendString([]byte{positionInRoot}, p.Root)
	}
	return appendVarint(b, uint64(max(p.Assoc, -p.Assoc)), p.Assoc < 0)
}

// DecodeRelativePosition reads an encoded position. Where an item is given, the
// wire does not say in which type it is.
func DecodeRelativePosition(b []byte) (RelativePosition, error) {
	var p RelativePosition
	r := reader{b: b}
	switch r.uvarint() {
	case positionAtItem:
		p.Item = &ID{r.uvarint(), r.uvarint()}
	case positionInRoot:
		name := r.bytes()
		if r.err == nil && !utf8.Valid(name) {
			r.fail(ErrMalformed, "invalid UTF-8")
		}
		p.Root = string(name)
	case positionInType:
		p.Type = &ID{r.uvarint(), r.uvarint()}
	default:
		r.fail(ErrMalformed, "unknown form of position")
	}
	if r.err == nil && r.rest() > 0 { // old clients wrote none
		assoc, negative := r.varint()
		if p.Assoc = int(assoc); negative {
			p.Assoc = -p.Assoc
		}
	}
	if r.err == nil && r.rest() > 0 {
		r.fail(ErrMalformed, "bytes after the end")
	}
	return p, r.err
}
