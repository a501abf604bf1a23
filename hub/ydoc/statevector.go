package ydoc

import (
	"maps"
	"slices"
)

// StateVector says how much of each client's history a document has: the
// clocks below the value. Clients without history are absent.
type StateVector map[uint64]uint64

// Encode writes the vector as yjs does, highest client id first.
func (sv StateVector) Encode() []byte {
	ids := slices.Sorted(maps.Keys(sv))
	b := appendUvarint(nil, uint64(len(sv)))
	for _, id := range slices.Backward(ids) {
		b = appendUvarint(appendUvarint(b, id), sv[id])
	}
	return b
}

// Covers reports whether the vector knows all that other knows.
func (sv StateVector) Covers(other StateVector) bool {
	for id, clock := range other {
		if sv[id] < clock {
			return false
		}
	}
	return true
}

// DecodeStateVector reads an encoded state vector. Empty input means an empty
// vector, as some clients send none at all.
func DecodeStateVector(b []byte) (StateVector, error) {
	if len(b) == 0 {
		return StateVector{}, nil
	}
	r := reader{b: b}
	n := r.uvarint()
	if n > uint64(r.rest())/2 { // an entry takes two bytes at least
		r.fail(ErrMalformed, "client count beyond the end")
	}
	if r.err != nil {
		return nil, r.err
	}
	sv := make(StateVector, n)
	for range n {
		id := r.uvarint()
		sv[id] = r.uvarint()
	}
	if r.err == nil && r.rest() > 0 {
		r.fail(ErrMalformed, "bytes after the end")
	}
	if r.err != nil {
		return nil, r.err
	}
	return sv, nil
}
