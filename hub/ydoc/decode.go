package ydoc

import (
	"cmp"
	"slices"
)

// Decode reads one update in format V1 and checks everything that can be
// checked without a document: no length, count or depth beyond lim, no integer
// beyond 2^53, valid UTF-8 and JSON, no empty structs, nothing after the end.
// Memory is in proportion to len(b). Errors are *UpdateError.
func Decode(b []byte, lim Limits) (*Update, error) {
	u := &Update{}
	if err := u.decode(b, lim.effective()); err != nil {
		return nil, err
	}
	return u, nil
}

// decode fills u, reusing its slices.
func (u *Update) decode(b []byte, lim Limits) error {
	*u = Update{
		data:    b,
		clients: u.clients[:0],
		blockOf: u.blockOf[:0],
		blocks:  u.blocks[:0],
		records: u.records[:0],
		deletes: u.deletes[:0],
	}
	if len(b) > lim.UpdateBytes {
		return refuse(ErrLimit, "update too large")
	}
	d := decoder{reader: reader{b: b, depth: lim.Depth}, u: u, lim: lim}
	d.structs()
	u.sortBlocks()
	d.deleteSet()
	if d.err == nil && d.rest() > 0 {
		d.fail(ErrMalformed, "bytes after the end")
	}
	return d.err
}

type decoder struct {
	reader
	u   *Update
	lim Limits
}

func (d *decoder) structs() {
	for range d.count("client count beyond the end") {
		n := d.count("struct count beyond the end")
		if n > d.lim.UpdateStructs-len(d.u.records) {
			d.fail(ErrLimit, "too many structs")
			return
		}
		d.clientBlock(n)
		if d.err != nil {
			return
		}
	}
}

// sortBlocks puts the blocks into canonical order, highest client id first.
// Yjs integrates in this order, and where an update's neighbours contradict
// each other, the order decides.
func (u *Update) sortBlocks() {
	descending := func(a, b block) int { return cmp.Compare(u.clients[b.client], u.clients[a.client]) }
	if slices.IsSortedFunc(u.blocks, descending) {
		return
	}
	slices.SortFunc(u.blocks, descending)
	for i, b := range u.blocks {
		u.blockOf[b.client] = int32(i)
	}
}

// clientBlock reads n structs of one client. The slice grows as structs are
// really there, so an announced count costs nothing.
func (d *decoder) clientBlock(n int) {
	client := d.u.intern(d.uvarint())
	clock := d.clock()
	if d.err == nil && d.u.blockOf[client] >= 0 {
		d.fail(ErrMalformed, "two blocks of one client")
		return
	}
	d.u.blockOf[client] = int32(len(d.u.blocks))
	first := len(d.u.records)
	for range n {
		d.u.records = append(d.u.records, record{clock: clock})
		r := &d.u.records[len(d.u.records)-1]
		d.record(r)
		if d.err != nil {
			return
		}
		if r.length == 0 {
			d.fail(ErrMalformed, "empty struct")
			return
		}
		if uint64(clock)+uint64(r.length) > d.lim.Clock {
			d.fail(ErrLimit, "clock too high")
			return
		}
		clock += r.length
	}
	d.u.blocks = append(d.u.blocks, block{client: client, first: first, last: len(d.u.records)})
}

func (d *decoder) record(r *record) {
	info := d.byte()
	r.kind = contentKind(info & infoKind)
	r.origin, r.right, r.parent = noID, noID, noID
	if r.kind == kindGC || r.kind == kindSkip {
		r.length = d.length()
		return
	}
	if info&infoOrigin != 0 {
		r.origin = d.id()
	}
	if info&infoRight != 0 {
		r.right = d.id()
	}
	if info&(infoOrigin|infoRight) == 0 {
		d.parent(r, info)
	}
	d.content(r)
}

// parent reads where a struct without neighbours belongs. With a neighbour
// the wire says nothing: the place is the neighbour's.
func (d *decoder) parent(r *record, info byte) {
	if d.uvarint() == 1 {
		r.root = d.span(d.text())
		r.flags |= hasRoot
	} else {
		r.parent = d.id()
	}
	if info&infoKey != 0 {
		r.key = d.span(d.text())
		r.flags |= hasKey
	}
}

func (d *decoder) content(r *record) {
	r.length = 1
	start := d.pos
	switch r.kind {
	case kindDeleted:
		r.length = d.length()
		return
	case kindString:
		text := d.text()
		units, astral := utf16Len(text)
		r.length, r.content = uint32(units), d.span(text)
		if astral {
			r.flags |= hasAstral
		}
		return
	case kindAny, kindJSON:
		d.values(r)
		return
	case kindType:
		d.sharedType(r)
		return
	case kindBinary:
		d.bytes()
	case kindEmbed:
		d.jsonText()
	case kindFormat:
		d.text()
		d.jsonText()
	case kindDoc:
		d.text()
		if d.rest() > 0 && d.b[d.pos] != anyObject { // yjs throws on null
			d.fail(ErrMalformed, "subdocument options are no object")
		}
		d.skipAny()
	default:
		d.fail(ErrMalformed, "unknown content")
	}
	r.content = span{uint32(start), uint32(d.pos - start)}
}

func (d *decoder) values(r *record) {
	n := d.count("value count beyond the end")
	start := d.pos
	for range n {
		if r.kind == kindAny {
			d.skipAny()
		} else {
			d.jsonElement()
		}
		if d.err != nil {
			return
		}
	}
	r.length, r.content = uint32(n), span{uint32(start), uint32(d.pos - start)}
}

func (d *decoder) sharedType(r *record) {
	kind := d.uvarint()
	if kind > uint64(KindXMLText) {
		d.fail(ErrMalformed, "unknown shared type")
		return
	}
	r.typeKind = Kind(kind)
	if r.typeKind.named() {
		r.content = d.span(d.text())
	}
	d.u.types = true
}

func (d *decoder) deleteSet() {
	for range d.count("client count beyond the end") {
		client := d.u.intern(d.uvarint())
		n := d.count("range count beyond the end")
		if n > d.lim.UpdateDeletes-len(d.u.deletes) {
			d.fail(ErrLimit, "too many delete ranges")
			return
		}
		for range n {
			clock, length := d.clock(), d.length()
			if d.err != nil {
				return
			}
			if uint64(clock)+uint64(length) > d.lim.Clock {
				d.fail(ErrLimit, "clock too high")
				return
			}
			if length > 0 {
				d.u.deletes = append(d.u.deletes, deleteRange{client, clock, length})
			}
		}
	}
}

func (d *decoder) id() localID {
	client := d.u.intern(d.uvarint())
	return localID{client, d.clock()}
}

func (d *decoder) clock() uint32  { return d.bounded("clock too high") }
func (d *decoder) length() uint32 { return d.bounded("length too large") }

func (d *decoder) bounded(reason string) uint32 {
	n := d.uvarint()
	if n > d.lim.Clock {
		d.fail(ErrLimit, reason)
		return 0
	}
	return uint32(n)
}

// count reads how many things follow, each of at least one byte.
func (d *decoder) count(reason string) int {
	n := d.uvarint()
	if n > uint64(d.rest()) {
		d.fail(ErrMalformed, reason)
		return 0
	}
	return int(n)
}

// span locates bytes just read.
func (d *decoder) span(b []byte) span {
	return span{uint32(d.pos - len(b)), uint32(len(b))}
}
