package ydoc

import (
	"cmp"
	"maps"
	"slices"
)

// Operations on encoded updates that need no document.

// MergeUpdates returns one update that says what all the given ones say. Gaps
// between a client's structs stay gaps. To compact a long history apply it to
// a Doc instead: that drops what was deleted.
func MergeUpdates(updates ...[]byte) ([]byte, error) {
	decoded := make([]*Update, len(updates))
	for i, b := range updates {
		u, err := Decode(b, Limits{})
		if err != nil {
			return nil, err
		}
		decoded[i] = u
	}
	if len(updates) == 1 {
		return slices.Clone(updates[0]), nil
	}
	m := merger{pieces: map[uint64][]piece{}, deletes: map[uint64][]deleteRange{}}
	for _, u := range decoded {
		m.collect(u)
	}
	return m.encode(), nil
}

// DiffUpdate returns the part of an update that a peer at the encoded state
// vector lacks. Deletes are kept whole.
func DiffUpdate(update, stateVector []byte) ([]byte, error) {
	u, err := Decode(update, Limits{})
	if err != nil {
		return nil, err
	}
	sv, err := DecodeStateVector(stateVector)
	if err != nil {
		return nil, err
	}
	var body []byte
	blocks := 0
	for _, bl := range u.blocks {
		if first, skip, ok := u.lacking(bl, sv[u.clients[bl.client]]); ok {
			body = u.appendBlock(body, bl, first, skip)
			blocks++
		}
	}
	b := append(appendUvarint(make([]byte, 0, len(body)+64), uint64(blocks)), body...)
	deletes := map[uint64][]deleteRange{}
	for _, r := range u.deletes {
		id := u.clients[r.client]
		deletes[id] = append(deletes[id], r)
	}
	return appendDeletes(b, deletes), nil
}

// StateVectorFromUpdate returns the encoded state vector of a document that
// has applied the update and nothing else.
func StateVectorFromUpdate(update []byte) ([]byte, error) {
	u, err := Decode(update, Limits{})
	if err != nil {
		return nil, err
	}
	return u.stateVector().Encode(), nil
}

// stateVector counts, per client, the structs from clock 0 up to the first gap.
func (u *Update) stateVector() StateVector {
	sv := StateVector{}
	for _, bl := range u.blocks {
		end := uint32(0)
		for i := bl.first; i < bl.last; i++ {
			r := &u.records[i]
			if r.clock != end || r.kind == kindSkip {
				break
			}
			end = r.end()
		}
		if end > 0 {
			sv[u.clients[bl.client]] = uint64(end)
		}
	}
	return sv
}

// lacking returns the first record of a block that lies beyond clock, and how
// many of its units do not.
func (u *Update) lacking(bl block, clock uint64) (first int, skip uint32, ok bool) {
	for i := bl.first; i < bl.last; i++ {
		r := &u.records[i]
		if r.kind == kindSkip || uint64(r.end()) <= clock {
			continue
		}
		if uint64(r.clock) < clock {
			skip = uint32(clock) - r.clock
		}
		return i, skip, true
	}
	return 0, 0, false
}

// appendBlock writes a client's records from first on.
func (u *Update) appendBlock(b []byte, bl block, first int, skip uint32) []byte {
	b = appendUvarint(b, uint64(bl.last-first))
	b = appendUvarint(b, u.clients[bl.client])
	b = appendUvarint(b, uint64(u.records[first].clock+skip))
	for i := first; i < bl.last; i++ {
		b = u.appendRecord(b, bl.client, &u.records[i], skip)
		skip = 0
	}
	return b
}

// appendRecord writes a record without its first skip units.
func (u *Update) appendRecord(b []byte, client uint32, r *record, skip uint32) []byte {
	if r.kind == kindGC || r.kind == kindSkip {
		return appendUvarint(append(b, byte(r.kind)), uint64(r.length-skip))
	}
	origin := r.origin
	if skip > 0 {
		origin = localID{client, r.clock + skip - 1}
	}
	info := byte(r.kind)
	if origin.client != none {
		info |= infoOrigin
	}
	if r.right.client != none {
		info |= infoRight
	}
	if r.flags&hasKey != 0 {
		info |= infoKey
	}
	b = append(b, info)
	if origin.client != none {
		b = u.appendID(b, origin)
	}
	if r.right.client != none {
		b = u.appendID(b, r.right)
	}
	if origin.client == none && r.right.client == none {
		b = u.appendParent(b, r)
	}
	return u.appendContent(b, r, skip)
}

func (u *Update) appendID(b []byte, id localID) []byte {
	return appendUvarint(appendUvarint(b, u.clients[id.client]), uint64(id.clock))
}

func (u *Update) appendParent(b []byte, r *record) []byte {
	if r.flags&hasRoot != 0 {
		b = appendBytes(append(b, 1), u.bytes(r.root))
	} else {
		b = u.appendID(append(b, 0), r.parent)
	}
	if r.flags&hasKey != 0 {
		b = appendBytes(b, u.bytes(r.key))
	}
	return b
}

func (u *Update) appendContent(b []byte, r *record, skip uint32) []byte {
	data := u.bytes(r.content)
	if skip > 0 {
		_, data = splitContent(r.kind, data, skip)
	}
	switch r.kind {
	case kindDeleted:
		return appendUvarint(b, uint64(r.length-skip))
	case kindString:
		return appendBytes(b, data)
	case kindAny, kindJSON:
		b = appendUvarint(b, uint64(r.length-skip))
	case kindType:
		b = appendUvarint(b, uint64(r.typeKind))
		if r.typeKind.named() {
			return appendBytes(b, data)
		}
	}
	return append(b, data...)
}

// merger gathers the structs and deletes of many updates by client.
type merger struct {
	pieces  map[uint64][]piece
	deletes map[uint64][]deleteRange
}

// piece is a record of one of the updates.
type piece struct {
	u      *Update
	client uint32
	record *record
}

func (m *merger) collect(u *Update) {
	for _, bl := range u.blocks {
		id := u.clients[bl.client]
		for i := bl.first; i < bl.last; i++ {
			if r := &u.records[i]; r.kind != kindSkip {
				m.pieces[id] = append(m.pieces[id], piece{u, bl.client, r})
			}
		}
	}
	for _, r := range u.deletes {
		id := u.clients[r.client]
		m.deletes[id] = append(m.deletes[id], r)
	}
}

func (m *merger) encode() []byte {
	b := appendUvarint(nil, uint64(len(m.pieces)))
	for _, id := range slices.Backward(slices.Sorted(maps.Keys(m.pieces))) {
		pieces := m.pieces[id]
		slices.SortStableFunc(pieces, func(a, b piece) int { return cmp.Compare(a.record.clock, b.record.clock) })
		b = appendPieces(b, id, pieces)
	}
	for id, ranges := range m.deletes {
		m.deletes[id] = normalize(ranges)
	}
	return appendDeletes(b, m.deletes)
}

// appendPieces writes one client's pieces, sorted by clock: overlaps once,
// gaps as Skip, neighbouring GC structs as one.
func appendPieces(b []byte, id uint64, pieces []piece) []byte {
	var body []byte
	end, n, garbage := pieces[0].record.clock, 0, uint32(0)
	flush := func() {
		if garbage > 0 {
			body = appendUvarint(append(body, byte(kindGC)), uint64(garbage))
			garbage = 0
			n++
		}
	}
	for _, p := range pieces {
		r := p.record
		if r.end() <= end {
			continue
		}
		if r.clock > end {
			flush()
			body = appendUvarint(append(body, byte(kindSkip)), uint64(r.clock-end))
			end = r.clock
			n++
		}
		if r.kind == kindGC {
			garbage += r.end() - end
		} else {
			flush()
			body = p.u.appendRecord(body, p.client, r, end-r.clock)
			n++
		}
		end = r.end()
	}
	flush()
	b = appendUvarint(b, uint64(n))
	b = appendUvarint(b, id)
	b = appendUvarint(b, uint64(pieces[0].record.clock))
	return append(b, body...)
}

// normalize sorts ranges and joins those that touch or overlap.
func normalize(ranges []deleteRange) []deleteRange {
	slices.SortFunc(ranges, func(a, b deleteRange) int { return cmp.Compare(a.clock, b.clock) })
	out := ranges[:0]
	for _, r := range ranges {
		if n := len(out); n > 0 && out[n-1].clock+out[n-1].length >= r.clock {
			out[n-1].length = max(out[n-1].length, r.clock+r.length-out[n-1].clock)
		} else {
			out = append(out, r)
		}
	}
	return out
}

// appendDeletes writes a delete set, highest client id first.
func appendDeletes(b []byte, deletes map[uint64][]deleteRange) []byte {
	b = appendUvarint(b, uint64(len(deletes)))
	for _, id := range slices.Backward(slices.Sorted(maps.Keys(deletes))) {
		b = appendUvarint(b, id)
		b = appendUvarint(b, uint64(len(deletes[id])))
		for _, r := range deletes[id] {
			b = appendUvarint(appendUvarint(b, uint64(r.clock)), uint64(r.length))
		}
	}
	return b
}
