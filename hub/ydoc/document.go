package ydoc

import (
	"slices"
)

// Options configure a document.
type Options struct {
	// Limits bound what updates may do to the document. The zero value is
	// right only for one's own data; see DefaultLimits.
	Limits Limits
	// KeepDeleted keeps the content of what was deleted, as yjs does with
	// gc: false. Snapshots of the past need it.
	KeepDeleted bool
}

// Doc is a Yjs document. It is not safe for concurrent use: one goroutine
// owns it, or a lock guards it.
type Doc struct {
	lim         Limits
	keepDeleted bool

	clients []*clientStructs
	ids     map[uint64]uint32 // client id -> index in clients
	sorted  []uint32          // indexes in clients, highest client id first
	roots   map[string]*Type
	keys    keyTable

	slab  itemSlab
	arena byteArena
	marks uint32 // last mark given, see findPlace
	txn   transaction

	observers []*func([]*Event)

	structs   int    // items in all histories
	version   uint64 // grows with every change
	sizeExact int    // bytes of the last full encoding
	sizeHint  int    // that plus what came since, without the content that went
	deadUnits uint64 // deleted clock units

	scratchUpdate Update
	scratchPlan   Plan
}

// emptySize is the bytes of an empty document: no structs, no deletes.
const emptySize = 2

// New returns an empty document.
func New(opts Options) *Doc {
	return &Doc{
		lim:         opts.Limits.effective(),
		keepDeleted: opts.KeepDeleted,
		ids:         map[uint64]uint32{},
		roots:       map[string]*Type{},
		keys:        newKeyTable(),
		sizeExact:   emptySize,
		sizeHint:    emptySize,
	}
}

// Stats describes a document's size. All figures cost nothing to get.
type Stats struct {
	// Structs counts items and what garbage collection left of them.
	Structs int
	// Clients counts client ids.
	Clients int
	// Deleted counts deleted clock units: characters, elements, values.
	Deleted uint64
	// EncodedSize estimates the bytes of EncodeStateAsUpdate: exact right
	// after a full encoding, an upper bound later. Content that was deleted no
	// longer counts, what is left of its structs does until the next encoding.
	EncodedSize int
	// Unmeasured is how much EncodedSize has grown since it was exact.
	Unmeasured int
}

// Stats returns the document's size.
func (d *Doc) Stats() Stats {
	return Stats{Structs: d.structs, Clients: len(d.clients), Deleted: d.deadUnits, EncodedSize: d.sizeHint, Unmeasured: d.sizeHint - d.sizeExact}
}

// StateVector returns how much of each client's history the document has.
func (d *Doc) StateVector() StateVector {
	sv := make(StateVector, len(d.clients))
	for _, c := range d.clients {
		sv[c.id] = uint64(c.end)
	}
	return sv
}

// EncodeStateVector is StateVector().Encode() without the map.
func (d *Doc) EncodeStateVector() []byte {
	b := make([]byte, 0, 8+12*len(d.clients))
	b = appendUvarint(b, uint64(len(d.clients)))
	for _, i := range d.sorted {
		c := d.clients[i]
		b = appendUvarint(appendUvarint(b, c.id), uint64(c.end))
	}
	return b
}

// Version grows with every change of the document.
func (d *Doc) Version() uint64 { return d.version }

// state returns a client's next clock.
func (d *Doc) state(id uint64) uint32 {
	if i, ok := d.ids[id]; ok {
		return d.clients[i].end
	}
	return 0
}

// client returns the history of a client id, beginning it if need be.
func (d *Doc) client(id uint64) *clientStructs {
	if i, ok := d.ids[id]; ok {
		return d.clients[i]
	}
	c := &clientStructs{id: id, index: uint32(len(d.clients)), before: none, seam: noSeam}
	d.clients = append(d.clients, c)
	d.ids[id] = c.index
	at, _ := slices.BinarySearchFunc(d.sorted, id, d.descending)
	d.sorted = slices.Insert(d.sorted, at, c.index)
	return c
}

// truncateClients forgets the clients from index n on.
func (d *Doc) truncateClients(n int) {
	for _, c := range d.clients[n:] {
		delete(d.ids, c.id)
		at, _ := slices.BinarySearchFunc(d.sorted, c.id, d.descending)
		d.sorted = slices.Delete(d.sorted, at, at+1)
	}
	clear(d.clients[n:])
	d.clients = d.clients[:n]
}

// descending orders client indexes for a search, highest id first.
func (d *Doc) descending(index uint32, id uint64) int {
	switch have := d.clients[index].id; {
	case have > id:
		return -1
	case have < id:
		return 1
	}
	return 0
}

// root returns the root of that name, creating it.
func (d *Doc) root(name []byte) *Type {
	if t, ok := d.roots[string(name)]; ok {
		return t
	}
	t := &Type{doc: d, name: string(name), kind: KindUnknown}
	d.roots[t.name] = t
	d.txn.roots = append(d.txn.roots, t)
	return t
}
