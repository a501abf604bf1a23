package ydoc

// contentKind is the number of a struct's content on the wire.
type contentKind uint8

const (
	kindGC      contentKind = 0
	kindDeleted contentKind = 1
	kindJSON    contentKind = 2
	kindBinary  contentKind = 3
	kindString  contentKind = 4
	kindEmbed   contentKind = 5
	kindFormat  contentKind = 6
	kindType    contentKind = 7
	kindAny     contentKind = 8
	kindDoc     contentKind = 9
	kindSkip    contentKind = 10
)

// Bits of a struct's first byte, beside the content kind.
const (
	infoKind   = 0x1f
	infoKey    = 0x20
	infoRight  = 0x40
	infoOrigin = 0x80
)

// countable reports whether the content takes part in a list's length.
func (k contentKind) countable() bool { return k != kindDeleted && k != kindFormat }

// grows reports whether live contents of this kind merge with what follows.
func (k contentKind) grows() bool { return k == kindString || k == kindAny || k == kindJSON }

// none stands for "no client" in a localID.
const none = ^uint32(0)

// localID names one unit of one client inside an Update: client is an index
// into the update's own table, so that ids take eight bytes instead of sixteen.
type localID struct{ client, clock uint32 }

var noID = localID{client: none}

// span is a piece of the update's bytes.
type span struct{ off, size uint32 }

// record is one decoded struct. Its content stays in the update's bytes, in
// the form the items of a document keep too:
//
//	String            UTF-8
//	Any, JSON         the values as on the wire, without their count
//	Binary, Embed,
//	Format, Doc       as on the wire
//	Type              the node name, if the type has one
type record struct {
	clock, length uint32
	origin, right localID
	parent        localID // of a nested type, when neither neighbour is given
	root          span    // name of a root type, when there is no parent id
	key           span
	content       span
	kind          contentKind
	typeKind      Kind
	flags         recordFlags
	depth         uint8 // nesting of the parent type, set by Plan
}

type recordFlags uint8

const (
	hasRoot   recordFlags = 1 << iota // the parent is a root type
	hasKey                            // the struct sits under a map key
	hasAstral                         // the text has surrogate pairs
)

func (r *record) end() uint32 { return r.clock + r.length }
