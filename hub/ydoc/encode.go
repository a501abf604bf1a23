package ydoc

// EncodeStateAsUpdate encodes everything a peer at sv lacks, and all deletes:
// applied there, it brings the peer to this document's state. A nil vector
// asks for the whole document. Equal documents give equal bytes, and mostly
// the bytes yjs gives.
func (d *Doc) EncodeStateAsUpdate(sv StateVector) []byte {
	e := encoder{d: d}
	var lacking []uint32
	for _, i := range d.sorted {
		if c := d.clients[i]; uint64(c.end) > sv[c.id] {
			lacking = append(lacking, i)
		}
	}
	if len(sv) == 0 {
		e.b = make([]byte, 0, d.sizeHint+d.sizeHint/8+64)
	}
	e.uvarint(uint64(len(lacking)))
	for _, i := range lacking {
		e.structs(d.clients[i], uint32(sv[d.clients[i].id]))
	}
	e.deleteSet()
	if len(sv) == 0 {
		d.sizeHint, d.sizeExact = len(e.b), len(e.b)
	}
	return e.b
}

// encodeTransaction encodes what the transaction changed.
func (d *Doc) encodeTransaction(deletes []storeRange) []byte {
	touched := d.txn.touched
	size := 16 + 8*len(deletes)
	for _, t := range touched {
		size += 32 + int(d.clients[t.client].end-t.before)
	}
	e := encoder{d: d, b: make([]byte, 0, min(size, 1<<16))}
	e.uvarint(uint64(len(touched)))
	d.sortTouched()
	for _, t := range touched {
		e.structs(d.clients[t.client], t.before)
	}
	e.ranges(deletes)
	return e.b
}

type encoder struct {
	d *Doc
	b []byte
}

func (e *encoder) uvarint(n uint64) { e.b = appendUvarint(e.b, n) }

// id writes the id of a unit, its client given by index.
func (e *encoder) id(client, clock uint32) {
	e.uvarint(e.d.clients[client].id)
	e.uvarint(uint64(clock))
}

// structs writes a client's structs from clock on.
func (e *encoder) structs(c *clientStructs, clock uint32) {
	at := c.find(clock)
	n := len(c.runs[at.run].items) - at.i
	for _, run := range c.runs[at.run+1:] {
		n += len(run.items)
	}
	e.uvarint(uint64(n))
	e.uvarint(c.id)
	e.uvarint(uint64(clock))
	skip := clock - c.at(at).clock
	for _, it := range c.runs[at.run].items[at.i:] {
		e.item(it, skip)
		skip = 0
	}
	for _, run := range c.runs[at.run+1:] {
		for _, it := range run.items {
			e.item(it, 0)
		}
	}
}

// item writes an item without its first skip units.
func (e *encoder) item(it *item, skip uint32) {
	if it.kind == kindGC {
		e.b = append(e.b, byte(kindGC))
		e.uvarint(uint64(it.length - skip))
		return
	}
	originClient, originClock := it.originClient, it.originClock
	if skip > 0 {
		originClient, originClock = it.client, it.clock+skip-1
	}
	info := byte(it.kind)
	if originClient != none {
		info |= infoOrigin
	}
	if it.rightClient != none {
		info |= infoRight
	}
	if it.key != noKey {
		info |= infoKey
	}
	e.b = append(e.b, info)
	if originClient != none {
		e.id(originClient, originClock)
	}
	if it.rightClient != none {
		e.id(it.rightClient, it.rightClock)
	}
	if originClient == none && it.rightClient == none {
		e.parent(it)
	}
	e.content(it, skip)
}

func (e *encoder) parent(it *item) {
	if holder := it.parent.item; holder != nil {
		e.uvarint(0)
		e.id(holder.client, holder.clock)
	} else {
		e.uvarint(1)
		e.b = appendString(e.b, it.parent.name)
	}
	if it.key != noKey {
		e.b = appendString(e.b, e.d.keys.name(it.key))
	}
}

func (e *encoder) content(it *item, skip uint32) {
	data := it.data
	if skip > 0 {
		if c := e.d.clients[it.client]; c.seam != noSeam && it.kind.grows() && it.clock+skip == c.before {
			data = data[c.seam:]
		} else {
			data = contentTail(it.kind, data, skip, it.length)
		}
	}
	switch it.kind {
	case kindDeleted:
		e.uvarint(uint64(it.length - skip))
	case kindString:
		e.b = appendBytes(e.b, data)
	case kindAny, kindJSON:
		e.uvarint(uint64(it.length - skip))
		e.b = append(e.b, data...)
	case kindType:
		e.uvarint(uint64(it.shared.kind))
		if it.shared.kind.named() {
			e.b = appendString(e.b, it.shared.name)
		}
	default:
		e.b = append(e.b, data...)
	}
}

// deleteSet writes all that is deleted in the document.
func (e *encoder) deleteSet() {
	var ranges []storeRange
	for _, i := range e.d.sorted {
		ranges = e.d.clients[i].appendDeleted(ranges)
	}
	e.ranges(ranges)
}

// appendDeleted appends the client's deleted ranges.
func (c *clientStructs) appendDeleted(ranges []storeRange) []storeRange {
	adjacent := false
	for _, run := range c.runs {
		for _, it := range run.items {
			switch {
			case !it.deleted():
				adjacent = false
			case adjacent:
				ranges[len(ranges)-1].length += it.length
			default:
				ranges = append(ranges, storeRange{c.index, it.clock, it.length})
				adjacent = true
			}
		}
	}
	return ranges
}

// ranges writes a delete set; ranges are grouped by client.
func (e *encoder) ranges(ranges []storeRange) {
	groups := 0
	for i := range ranges {
		if i == 0 || ranges[i].client != ranges[i-1].client {
			groups++
		}
	}
	e.uvarint(uint64(groups))
	for len(ranges) > 0 {
		n := 1
		for n < len(ranges) && ranges[n].client == ranges[0].client {
			n++
		}
		e.uvarint(e.d.clients[ranges[0].client].id)
		e.uvarint(uint64(n))
		for _, r := range ranges[:n] {
			e.uvarint(uint64(r.clock))
			e.uvarint(uint64(r.length))
		}
		ranges = ranges[n:]
	}
}
