package ydoc

import "iter"

// Update is a decoded, checked update, not yet related to any document. It
// shares the bytes it was decoded from: do not change them while it is in use.
// A document that commits it copies what it keeps.
type Update struct {
	data    []byte
	clients []uint64 // the client ids that occur, in order of appearance
	blockOf []int32  // per client its index in blocks, or -1
	lookup  map[uint64]uint32
	last    uint32 // the client asked for last, an index into clients
	blocks  []block
	records []record
	deletes []deleteRange
	types   bool // some record is a shared type
}

// block is a run of records of one client; clocks in it are contiguous.
type block struct {
	client      uint32
	first, last int // records[first:last]
}

type deleteRange struct {
	client        uint32
	clock, length uint32
}

// Empty reports whether the update says nothing at all.
func (u *Update) Empty() bool { return len(u.records) == 0 && len(u.deletes) == 0 }

// Structs is the number of structs in the update, known ones included.
func (u *Update) Structs() int { return len(u.records) }

// Writers yields the client ids under which the update has structs.
func (u *Update) Writers() iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		for _, b := range u.blocks {
			if !yield(u.clients[b.client]) {
				return
			}
		}
	}
}

func (u *Update) bytes(s span) []byte {
	return u.data[s.off : s.off+s.size : s.off+s.size]
}

// manyClients is where a map begins to beat a linear search.
const manyClients = 12

// intern returns the index of a client id in the update's table.
func (u *Update) intern(id uint64) uint32 {
	if int(u.last) < len(u.clients) && u.clients[u.last] == id {
		return u.last
	}
	u.last = u.internSlow(id)
	return u.last
}

func (u *Update) internSlow(id uint64) uint32 {
	if u.lookup != nil {
		if i, ok := u.lookup[id]; ok {
			return i
		}
	} else {
		for i, known := range u.clients {
			if known == id {
				return uint32(i)
			}
		}
	}
	i := uint32(len(u.clients))
	u.clients = append(u.clients, id)
	u.blockOf = append(u.blockOf, -1)
	switch {
	case u.lookup != nil:
		u.lookup[id] = i
	case len(u.clients) > manyClients:
		u.lookup = make(map[uint64]uint32, 4*manyClients)
		for j, known := range u.clients {
			u.lookup[known] = uint32(j)
		}
	}
	return i
}
