package ydoc

// item is one struct of a document: a run of consecutive inserts of one client
// with one content, or what garbage collection left of it.
//
// It is kept small (96 bytes) since a board holds tens of thousands. Client ids
// are indexes into Doc.clients and map keys are indexes into Doc.keys.
type item struct {
	// Neighbours now, in the list or under the map key.
	left, right *item
	parent      *Type
	// shared is the type this item holds (kindType only).
	shared *Type
	// data is the content in the form described at record.
	data []byte

	client, clock, length     uint32
	originClient, originClock uint32 // left neighbour at insertion; none: absent
	rightClient, rightClock   uint32 // right neighbour at insertion; none: absent
	key                       keyID
	mark                      uint32 // see Doc.findPlace

	kind  contentKind
	flags itemFlags
}

type itemFlags uint8

const (
	isDeleted itemFlags = 1 << iota
	isAstral            // the text may hold surrogate pairs
	isFresh             // deleted by the transaction under way
)

func (it *item) end() uint32       { return it.clock + it.length }
func (it *item) lastClock() uint32 { return it.clock + it.length - 1 }
func (it *item) deleted() bool     { return it.flags&isDeleted != 0 }

// listed reports whether the item counts in its parent's length now.
func (it *item) listed() bool {
	return it.key == noKey && it.kind.countable() && !it.deleted()
}

// sameOrigin and sameRight compare insertion neighbours, absent ones included.
func (it *item) sameOrigin(o *item) bool {
	return it.originClient == o.originClient && (it.originClient == none || it.originClock == o.originClock)
}

func (it *item) sameRight(o *item) bool {
	return it.rightClient == o.rightClient && (it.rightClient == none || it.rightClock == o.rightClock)
}

// itemSlab hands out items from chunks and takes back the ones that merging
// made superfluous.
type itemSlab struct {
	chunk []item
	size  int
	free  *item // chained through right
}

const (
	slabMin = 8
	slabMax = 256
)

func (s *itemSlab) get() *item {
	if it := s.free; it != nil {
		s.free = it.right
		it.right = nil
		return it
	}
	if len(s.chunk) == 0 {
		s.size = min(max(2*s.size, slabMin), slabMax)
		s.chunk = make([]item, s.size)
	}
	it := &s.chunk[0]
	s.chunk = s.chunk[1:]
	return it
}

// put gives an item back. Nothing may point to it any more.
func (s *itemSlab) put(it *item) {
	*it = item{right: s.free}
	s.free = it
}

// byteArena copies small contents into shared chunks: one allocation for many
// short texts. A chunk lives as long as any of its contents, hence its modest
// size.
type byteArena struct {
	chunk []byte
}

const (
	arenaChunk = 2 << 10
	arenaLarge = arenaChunk / 4 // from here on contents get their own memory
)

// copy returns a copy of b whose capacity ends with it.
func (a *byteArena) copy(b []byte) []byte {
	switch {
	case len(b) == 0:
		return nil
	case len(b) > arenaLarge:
		return append(make([]byte, 0, len(b)), b...)
	case len(b) > cap(a.chunk)-len(a.chunk):
		a.chunk = make([]byte, 0, arenaChunk)
	}
	start := len(a.chunk)
	a.chunk = append(a.chunk, b...)
	return a.chunk[start:len(a.chunk):len(a.chunk)]
}
