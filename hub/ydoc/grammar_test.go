package ydoc

import (
	"bytes"
	"math/rand/v2"
	"slices"
)

// grammar damages what an update says and writes it in good form, so that the
// damage gets past the parser: wrong clients, clocks, neighbours, parents, keys,
// lengths, contents and deletes, structs doubled, missing, swapped or taken from
// another update.
func grammar(r *rand.Rand, update, other []byte) []byte {
	u, err := Decode(bytes.Clone(update), Limits{})
	if err != nil || len(u.blocks) == 0 && len(u.deletes) == 0 {
		return mutate(r, update, other)
	}
	g := grammarian{r: r, u: u}
	if o, err := Decode(other, Limits{}); err == nil {
		g.other = o
	}
	for range 1 + r.IntN(3) {
		if len(u.records) == 0 || r.IntN(5) == 0 {
			g.deletes()
		} else {
			g.record()
		}
	}
	return g.encode()
}

type grammarian struct {
	r        *rand.Rand
	u, other *Update
}

// numbers are where arithmetic goes wrong.
var numbers = []uint32{0, 1, 2, 127, 128, 1<<31 - 1, 1 << 31, 1<<32 - 2, 1<<32 - 1}

func (g *grammarian) number(near uint32) uint32 {
	switch g.r.IntN(3) {
	case 0:
		return numbers[g.r.IntN(len(numbers))]
	case 1:
		return near + uint32(g.r.IntN(5)) - 2
	}
	return uint32(g.r.IntN(40))
}

// client is one the update knows, one of the other update, or a new one.
func (g *grammarian) client() uint32 {
	switch {
	case g.other != nil && len(g.other.clients) > 0 && g.r.IntN(3) == 0:
		return g.u.intern(g.other.clients[g.r.IntN(len(g.other.clients))])
	case g.r.IntN(8) == 0:
		return g.u.intern(g.r.Uint64() >> 11 >> g.r.IntN(53))
	}
	return uint32(g.r.IntN(len(g.u.clients)))
}

func (g *grammarian) id(near localID) localID {
	switch g.r.IntN(4) {
	case 0:
		return noID
	case 1:
		near.clock += uint32(g.r.IntN(3)) - 1
		if near.client == none {
			near.client = g.client()
		}
		return near
	}
	return localID{g.client(), g.number(near.clock)}
}

// record damages one struct.
func (g *grammarian) record() {
	i := g.r.IntN(len(g.u.records))
	rec := &g.u.records[i]
	switch g.r.IntN(11) {
	case 0:
		rec.origin = g.id(rec.origin)
	case 1:
		rec.right = g.id(rec.right)
	case 2:
		rec.parent, rec.flags = g.id(rec.parent), rec.flags&^hasRoot
		rec.origin, rec.right = noID, noID
		if rec.parent.client == none {
			rec.parent = localID{g.client(), 0}
		}
	case 3:
		rec.root, rec.flags = g.text([]string{"notes", "cards", "rich", "xml", "", "\xff"}), rec.flags|hasRoot
		rec.origin, rec.right = noID, noID
	case 4:
		rec.key, rec.flags = g.text([]string{"c0", "c1", "", "\xff"}), rec.flags^hasKey
	case 5:
		rec.kind = contentKind(g.r.IntN(13))
	case 6:
		rec.length = g.number(rec.length)
	case 7:
		rec.typeKind = Kind(g.r.IntN(9))
	case 8:
		rec.content = g.text([]string{"", "x", "\xf0\x9f\x98\x80", "\x01\x7e", "\x02{}", "\x7f\x7f\x7f", "\xff\xff\xff\xff\x07", "\x01k\x04null", string(bytes.Repeat([]byte{anyArray, 1}, 40))})
	case 9:
		rec.clock = g.number(rec.clock)
	case 10:
		g.blocks()
	}
}

// text adds one of some byte strings to the update and locates it.
func (g *grammarian) text(choice []string) span {
	s := choice[g.r.IntN(len(choice))]
	g.u.data = append(g.u.data, s...)
	return span{uint32(len(g.u.data) - len(s)), uint32(len(s))}
}

// blocks doubles, drops, swaps or renames runs of structs.
func (g *grammarian) blocks() {
	b := g.r.IntN(len(g.u.blocks))
	bl := &g.u.blocks[b]
	n := bl.last - bl.first
	switch g.r.IntN(6) {
	case 0:
		bl.client = g.client()
	case 1:
		g.u.blocks = append(g.u.blocks, *bl)
	case 2:
		bl.last -= g.r.IntN(n)
	case 3:
		bl.first += g.r.IntN(n)
	case 4:
		i, j := bl.first+g.r.IntN(n), bl.first+g.r.IntN(n)
		g.u.records[i], g.u.records[j] = g.u.records[j], g.u.records[i]
	case 5:
		g.u.blocks = slices.Delete(g.u.blocks, b, b+1)
		if len(g.u.blocks) == 0 {
			g.u.records = nil
		}
	}
}

// deletes damages the delete set.
func (g *grammarian) deletes() {
	if len(g.u.deletes) == 0 || g.r.IntN(2) == 0 {
		g.u.deletes = append(g.u.deletes, deleteRange{g.client(), g.number(0), g.number(1)})
		return
	}
	d := &g.u.deletes[g.r.IntN(len(g.u.deletes))]
	switch g.r.IntN(4) {
	case 0:
		d.client = g.client()
	case 1:
		d.clock = g.number(d.clock)
	case 2:
		d.length = g.number(d.length)
	case 3:
		for range g.r.IntN(50) {
			g.u.deletes = append(g.u.deletes, *d)
		}
	}
}

func (g *grammarian) encode() []byte {
	for i := range g.u.records {
		if r := &g.u.records[i]; r.parent.client == none { // some place has to be written
			r.parent = localID{g.client(), 0}
		}
	}
	b := appendUvarint(nil, uint64(len(g.u.blocks)))
	for _, bl := range g.u.blocks {
		b = g.u.appendBlock(b, bl, bl.first, 0)
	}
	byClient := map[uint64][]deleteRange{}
	for _, r := range g.u.deletes {
		id := g.u.clients[r.client]
		byClient[id] = append(byClient[id], r)
	}
	return appendDeletes(b, byClient)
}
