package ydoc

// The other wire format of Yjs, in which some clients store and export. It
// says the same in columns: all left clocks in one, all lengths in another,
// each run-length encoded. Here it is only read.

// ConvertUpdateV2 turns an update in format V2 into the same update in format
// V1, as convertUpdateFormatV2ToV1 does in yjs. What it returns can be given to
// Decode and Apply, which check the rest.
//
// Run lengths let a few bytes stand for very many structs; the result is held
// to lim.UpdateBytes, to lim.UpdateStructs and in any case to 256 times the
// input plus 64 KiB. Errors are *UpdateError.
func ConvertUpdateV2(b []byte, lim Limits) ([]byte, error) {
	lim = lim.effective()
	if len(b) > lim.UpdateBytes {
		return nil, refuse(ErrLimit, "update too large")
	}
	c := openV2(b, lim)
	c.structs()
	c.deleteSet()
	if c.rest.err == nil && c.rest.rest() > 0 {
		c.rest.fail(ErrMalformed, "bytes after the end")
	}
	if err := c.err(); err != nil {
		return nil, err
	}
	return c.out, nil
}

const (
	v2Expansion = 256
	v2Allowance = 64 << 10
)

// v2 reads the columns and writes V1.
type v2 struct {
	rest       reader
	keyClocks  diffColumn
	clients    uintColumn
	left       diffColumn
	right      diffColumn
	info       byteColumn
	texts      textColumn
	parentInfo byteColumn
	typeRefs   uintColumn
	lengths    uintColumn

	keys     [][]byte // attribute and node names so far
	out      []byte
	bytes    int // most that out may hold
	leftOver int // structs that may still come
}

func openV2(b []byte, lim Limits) *v2 {
	c := &v2{
		rest:     reader{b: b, depth: lim.Depth},
		bytes:    min(lim.UpdateBytes, v2Expansion*len(b)+v2Allowance),
		leftOver: lim.UpdateStructs,
	}
	c.rest.uvarint() // feature flag, unused
	column := func() reader { return reader{b: c.rest.bytes()} }
	c.keyClocks.r = column()
	c.clients.r = column()
	c.left.r = column()
	c.right.r = column()
	c.info.r = column()
	c.texts.open(column())
	c.parentInfo.r = column()
	c.typeRefs.r = column()
	c.lengths.r = column()
	return c
}

// err is the first failure found in any column.
func (c *v2) err() error {
	for _, r := range [...]*reader{
		&c.rest, &c.keyClocks.r, &c.clients.r, &c.left.r, &c.right.r, &c.info.r,
		&c.texts.lengths.r, &c.parentInfo.r, &c.typeRefs.r, &c.lengths.r,
	} {
		if r.err != nil {
			return r.err
		}
	}
	return nil
}

func (c *v2) structs() {
	blocks := c.rest.uvarint()
	c.uint(blocks)
	for range blocks {
		n := c.rest.uvarint()
		if n > uint64(c.leftOver) {
			c.rest.fail(ErrLimit, "too many structs")
		}
		c.leftOver -= int(min(n, uint64(c.leftOver)))
		c.uint(n)
		c.uint(c.clients.read())
		c.uint(c.rest.uvarint())
		for range n {
			if c.err() != nil {
				return
			}
			if len(c.out) > c.bytes {
				c.rest.fail(ErrLimit, "update expands too much")
				return
			}
			c.record(c.info.read())
		}
		if c.err() != nil {
			return
		}
	}
}

func (c *v2) record(info byte) {
	kind := contentKind(info & infoKind)
	at := len(c.out)
	c.out = append(c.out, info)
	switch {
	case kind == kindGC:
		c.out[at] = byte(kind)
		c.uint(c.lengths.read())
		return
	case kind == kindSkip:
		c.out[at] = byte(kind)
		c.uint(c.rest.uvarint())
		return
	}
	if info&infoOrigin != 0 {
		c.uint(c.clients.read())
		c.uint(c.left.read())
	}
	if info&infoRight != 0 {
		c.uint(c.clients.read())
		c.uint(c.right.read())
	}
	if info&(infoOrigin|infoRight) != 0 {
		c.out[at] &^= infoKey // which is the neighbour's, and not written
	} else {
		c.parent(info)
	}
	c.content(kind)
}

func (c *v2) parent(info byte) {
	if c.parentInfo.read() == 1 {
		c.uint(1)
		c.text(c.texts.read())
	} else {
		c.uint(0)
		c.uint(c.clients.read())
		c.uint(c.left.read())
	}
	if info&infoKey != 0 {
		c.text(c.texts.read())
	}
}

func (c *v2) content(kind contentKind) {
	switch kind {
	case kindDeleted:
		c.uint(c.lengths.read())
	case kindJSON:
		c.values(func() { c.text(c.texts.read()) })
	case kindBinary:
		c.text(c.rest.bytes())
	case kindString:
		c.text(c.texts.read())
	case kindEmbed:
		c.json()
	case kindFormat:
		c.text(c.key())
		c.json()
	case kindType:
		ref := c.typeRefs.read()
		c.uint(ref)
		if ref <= uint64(KindXMLText) && Kind(ref).named() {
			c.text(c.key())
		}
	case kindAny:
		c.values(c.any)
	case kindDoc:
		c.text(c.texts.read())
		c.any()
	default:
		c.rest.fail(ErrMalformed, "unknown content")
	}
}

// values copies as many values as the next length says. Each takes a byte of
// output at least, so the bound on the output bounds the loop.
func (c *v2) values(one func()) {
	n := c.lengths.read()
	c.uint(n)
	for range n {
		if c.err() != nil || len(c.out) > c.bytes {
			return
		}
		one()
	}
}

// any copies a value: both formats write it alike.
func (c *v2) any() {
	start := c.rest.pos
	c.rest.skipAny()
	if c.rest.err == nil {
		c.out = append(c.out, c.rest.b[start:c.rest.pos]...)
	}
}

// json copies a value that V1 writes as JSON.
func (c *v2) json() {
	check := c.rest
	if check.skipAny(); check.err != nil {
		c.rest.err, c.rest.pos = check.err, len(check.b)
		return
	}
	text, ok := c.rest.scriptJSON(nil)
	if !ok {
		c.rest.fail(ErrMalformed, "value without JSON")
		return
	}
	c.text(text)
}

// key reads a name: a new one, or the number of one that came before.
func (c *v2) key() []byte {
	if n := c.keyClocks.read(); n < uint64(len(c.keys)) {
		return c.keys[n]
	}
	key := c.texts.read()
	c.keys = append(c.keys, key)
	return key
}

// deleteSet copies the delete set, whose clocks are differences.
func (c *v2) deleteSet() {
	deletes := map[uint64][]deleteRange{}
	for range c.rest.uvarint() {
		client, clock := c.rest.uvarint(), uint64(0)
		for range c.rest.uvarint() {
			clock += c.rest.uvarint()
			n := c.rest.uvarint() + 1
			if clock+n > maxClock {
				c.rest.fail(ErrLimit, "clock too high")
			}
			if c.rest.err != nil {
				return
			}
			deletes[client] = append(deletes[client], deleteRange{clock: uint32(clock), length: uint32(n)})
			clock += n
		}
		if c.rest.err != nil {
			return
		}
	}
	c.out = appendDeletes(c.out, deletes)
}

func (c *v2) uint(n uint64) { c.out = appendUvarint(c.out, n) }
func (c *v2) text(b []byte) { c.out = appendBytes(c.out, b) }
