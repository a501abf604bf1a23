package ydoc

import (
	"maps"
	"slices"
)

// ClockRange is a run of clocks of one client: from Clock up to, not
// including, Clock+Len.
type ClockRange struct{ Clock, Len uint64 }

// DeleteSet says what is deleted: per client, clocks ascending, no two ranges
// overlapping or adjacent.
type DeleteSet map[uint64][]ClockRange

// Snapshot names a state of a document: what was there and what of it was
// deleted. It holds no content, so restoring it needs the document, and that
// the document keeps what is deleted: see Options.KeepDeleted.
type Snapshot struct {
	Vector  StateVector
	Deletes DeleteSet
}

// Snapshot names the state the document has now.
func (d *Doc) Snapshot() Snapshot { return Snapshot{d.StateVector(), d.DeleteSet()} }

// DeleteSet returns what is deleted in the document.
func (d *Doc) DeleteSet() DeleteSet {
	set := DeleteSet{}
	var ranges []storeRange
	for _, c := range d.clients {
		ranges = c.appendDeleted(ranges[:0])
		for _, r := range ranges {
			set[c.id] = append(set[c.id], ClockRange{uint64(r.clock), uint64(r.length)})
		}
	}
	return set
}

// Has reports whether a unit is deleted.
func (s DeleteSet) Has(id ID) bool {
	ranges := s[id.Client]
	at, found := slices.BinarySearchFunc(ranges, id.Clock, func(r ClockRange, clock uint64) int {
		switch {
		case r.Clock+r.Len <= clock:
			return -1
		case r.Clock > clock:
			return 1
		}
		return 0
	})
	return found && at < len(ranges)
}

// Equal reports whether two snapshots name the same state.
func (s Snapshot) Equal(o Snapshot) bool {
	return maps.Equal(s.Vector, o.Vector) && maps.EqualFunc(s.Deletes, o.Deletes, slices.Equal[[]ClockRange])
}

// Encode writes the snapshot as yjs does: equal snapshots give equal bytes.
func (s Snapshot) Encode() []byte {
	b := appendUvarint(nil, uint64(len(s.Deletes)))
	for _, id := range slices.Backward(slices.Sorted(maps.Keys(s.Deletes))) {
		b = appendUvarint(appendUvarint(b, id), uint64(len(s.Deletes[id])))
		for _, r := range s.Deletes[id] {
			b = appendUvarint(appendUvarint(b, r.Clock), r.Len)
		}
	}
	return append(b, s.Vector.Encode()...)
}

// DecodeSnapshot reads a snapshot from strangers' bytes: memory is in
// proportion to len(b).
func DecodeSnapshot(b []byte) (Snapshot, error) {
	d := decoder{reader: reader{b: b}, u: &Update{}, lim: Limits{}.effective()}
	d.deleteSet()
	s := Snapshot{Deletes: d.u.deleteRanges()}
	if d.err != nil {
		return Snapshot{}, d.err
	}
	if d.rest() == 0 {
		d.fail(ErrMalformed, "unexpected end")
		return Snapshot{}, d.err
	}
	var err error
	if s.Vector, err = DecodeStateVector(b[d.pos:]); err != nil {
		return Snapshot{}, err
	}
	return s, nil
}

// deleteRanges returns the update's deletes in the form of a DeleteSet.
func (u *Update) deleteRanges() DeleteSet {
	byClient := map[uint64][]deleteRange{}
	for _, r := range u.deletes {
		id := u.clients[r.client]
		byClient[id] = append(byClient[id], r)
	}
	set := make(DeleteSet, len(byClient))
	for id, ranges := range byClient {
		for _, r := range normalize(ranges) {
			set[id] = append(set[id], ClockRange{uint64(r.clock), uint64(r.length)})
		}
	}
	return set
}

// Contains reports whether the state has everything an update says, deletes
// included.
func (s Snapshot) Contains(update []byte) (bool, error) {
	u, err := Decode(update, Limits{})
	if err != nil {
		return false, err
	}
	for _, bl := range u.blocks {
		if s.Vector[u.clients[bl.client]] < uint64(u.records[bl.last-1].end()) {
			return false, nil
		}
	}
	for id, ranges := range u.deleteRanges() {
		for _, r := range ranges {
			at, _ := slices.BinarySearchFunc(s.Deletes[id], r.Clock, func(have ClockRange, clock uint64) int {
				if have.Clock+have.Len <= clock {
					return -1
				}
				return 1
			})
			if at == len(s.Deletes[id]) || s.Deletes[id][at].Clock > r.Clock ||
				s.Deletes[id][at].Clock+s.Deletes[id][at].Len < r.Clock+r.Len {
				return false, nil
			}
		}
	}
	return true, nil
}

// Restore returns a new document with the state that a snapshot of this one
// names. It fails with ErrKind if this document does not keep what is deleted,
// and with ErrMissing if the snapshot knows of structs that are not here.
func (d *Doc) Restore(s Snapshot, opts Options) (*Doc, error) {
	if !d.keepDeleted {
		return nil, refuse(ErrKind, "document keeps no deleted content")
	}
	if !d.StateVector().Covers(s.Vector) {
		return nil, refuse(ErrMissing, "snapshot of a later state")
	}
	u, err := Decode(d.EncodeStateAsUpdate(nil), Limits{})
	if err != nil {
		return nil, err
	}
	var body []byte
	blocks := 0
	for _, bl := range u.blocks {
		id := u.clients[bl.client]
		if end := s.Vector[id]; end > 0 {
			body = u.appendPieces(body, bl, uint32(end), s.Deletes[id])
			blocks++
		}
	}
	b := append(appendUvarint(nil, uint64(blocks)), body...)
	b = append(b, Snapshot{Deletes: s.Deletes}.Encode()...)
	restored := New(Options{Limits: Limits{SplitSurrogates: true}, KeepDeleted: opts.KeepDeleted})
	if _, err := restored.Apply(b[:len(b)-1]); err != nil { // without the empty state vector
		return nil, err
	}
	restored.SetLimits(opts.Limits)
	return restored, nil
}

// appendPieces writes the records of a block below clock end, cut where a range
// begins or ends: values that succeeded each other under a key may since have
// become one struct, of which the state had only the last one alive.
func (u *Update) appendPieces(b []byte, bl block, end uint32, ranges []ClockRange) []byte {
	var edges []uint32
	for _, r := range ranges {
		edges = append(edges, uint32(r.Clock), uint32(r.Clock+r.Len))
	}
	var body []byte
	n := 0
	for i := bl.first; i < bl.last; i++ {
		r := &u.records[i]
		for clock := r.clock; clock < min(r.end(), end); n++ {
			stop := min(r.end(), end)
			for len(edges) > 0 && edges[0] <= clock {
				edges = edges[1:]
			}
			if len(edges) > 0 {
				stop = min(stop, edges[0])
			}
			body = u.appendPart(body, bl.client, r, clock, stop)
			clock = stop
		}
	}
	b = appendUvarint(appendUvarint(b, uint64(n)), u.clients[bl.client])
	return append(appendUvarint(b, uint64(u.records[bl.first].clock)), body...)
}
