package ydoc

// The run-length encoded columns of format V2, named in lib0 RleDecoder,
// UintOptRleDecoder, IntDiffOptRleDecoder and StringDecoder. Past the end of a
// column its reader holds the error.

// byteColumn: a byte and how often it repeats; the last one repeats for ever.
type byteColumn struct {
	r       reader
	value   byte
	count   uint64
	forever bool
}

func (c *byteColumn) read() byte {
	if c.forever {
		return c.value
	}
	if c.count == 0 {
		c.value = c.r.byte()
		if c.r.err == nil && c.r.rest() == 0 {
			c.forever = true
			return c.value
		}
		c.count = c.r.uvarint() + 1
	}
	c.count--
	return c.value
}

// uintColumn: a number, or with the sign set a number and how often it repeats.
type uintColumn struct {
	r            reader
	value, count uint64
}

func (c *uintColumn) read() uint64 {
	if c.count == 0 {
		var repeated bool
		c.value, repeated = c.r.varint()
		c.count = 1
		if repeated {
			c.count = c.r.uvarint() + 2
		}
	}
	c.count--
	return c.value
}

// diffColumn: the difference to the number before, and if its lowest bit is
// set how often it repeats.
type diffColumn struct {
	r           reader
	value, diff int64
	count       uint64
}

func (c *diffColumn) read() uint64 {
	if c.count == 0 {
		magnitude, negative := c.r.varint()
		diff := int64(magnitude)
		if negative {
			diff = -diff
		}
		c.diff, c.count = diff>>1, 1
		if diff&1 != 0 {
			c.count = c.r.uvarint() + 2
		}
	}
	c.count--
	c.value += c.diff
	if c.value < 0 || c.value > maxInteger {
		c.r.fail(ErrMalformed, "number out of range")
		c.value, c.diff = 0, 0
	}
	return uint64(c.value)
}

// textColumn: all texts as one, and their lengths in code units.
type textColumn struct {
	text    []byte
	lengths uintColumn
}

func (c *textColumn) open(r reader) {
	c.text = r.text()
	c.lengths.r = r
}

func (c *textColumn) read() []byte {
	n := c.lengths.read()
	if n > uint64(len(c.text)) {
		c.lengths.r.fail(ErrMalformed, "length beyond the end")
		return nil
	}
	var text []byte
	text, c.text = splitUTF16(c.text, int(n))
	return text
}
