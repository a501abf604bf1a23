package ydoc

import "unicode/utf8"

// The wire's primitives, as lib0 writes them: unsigned integers little-endian
// in groups of seven bits, strings and byte arrays behind their length.

// maxInteger is the largest integer a JavaScript number holds exactly.
const maxInteger = 1<<53 - 1

// reader walks over untrusted bytes. The first failure sticks: later reads
// return zero values and the position is the end.
type reader struct {
	b     []byte
	pos   int
	depth int // nesting allowed in Any and JSON values
	err   error
}

func (r *reader) fail(kind error, reason string) {
	if r.err == nil {
		r.err = &UpdateError{Kind: kind, Reason: reason, Offset: r.pos}
	}
	r.pos = len(r.b)
}

func (r *reader) rest() int { return len(r.b) - r.pos }

func (r *reader) byte() byte {
	if r.pos >= len(r.b) {
		r.fail(ErrMalformed, "unexpected end")
		return 0
	}
	c := r.b[r.pos]
	r.pos++
	return c
}

func (r *reader) uvarint() uint64 {
	if r.pos < len(r.b) && r.b[r.pos] < 0x80 {
		r.pos++
		return uint64(r.b[r.pos-1])
	}
	return r.uvarintSlow()
}

func (r *reader) uvarintSlow() uint64 {
	var n uint64
	for shift := uint(0); shift <= 49; shift += 7 {
		if r.pos >= len(r.b) {
			r.fail(ErrMalformed, "unexpected end")
			return 0
		}
		c := r.b[r.pos]
		r.pos++
		n |= uint64(c&0x7f) << shift
		if c < 0x80 {
			if n > maxInteger {
				break
			}
			return n
		}
	}
	r.fail(ErrMalformed, "integer above 2^53")
	return 0
}

// varint reads lib0's signed form: the sign is bit 6 of the first byte, apart
// from the magnitude, so there is a negative zero.
func (r *reader) varint() (magnitude uint64, negative bool) {
	c := r.byte()
	n := uint64(c & 0x3f)
	negative = c&0x40 != 0
	for shift := uint(6); c >= 0x80; shift += 7 {
		if shift > 48 {
			r.fail(ErrMalformed, "integer above 2^53")
			return 0, false
		}
		c = r.byte()
		n |= uint64(c&0x7f) << shift
	}
	if n > maxInteger {
		r.fail(ErrMalformed, "integer above 2^53")
		return 0, false
	}
	return n, negative
}

func (r *reader) take(n int) []byte {
	if n > r.rest() {
		r.fail(ErrMalformed, "unexpected end")
		return nil
	}
	b := r.b[r.pos : r.pos+n : r.pos+n]
	r.pos += n
	return b
}

// bytes reads a length and that many bytes. The result shares the input.
func (r *reader) bytes() []byte {
	n := r.uvarint()
	if n > uint64(r.rest()) {
		r.fail(ErrMalformed, "length beyond the end")
		return nil
	}
	return r.take(int(n))
}

// text reads a string and refuses what a browser's decoder would throw on.
func (r *reader) text() []byte {
	b := r.bytes()
	if !utf8.Valid(b) {
		r.fail(ErrMalformed, "invalid UTF-8")
		return nil
	}
	return b
}

func appendUvarint(b []byte, n uint64) []byte {
	for n > 0x7f {
		b = append(b, byte(n)|0x80)
		n >>= 7
	}
	return append(b, byte(n))
}

func appendBytes(b, p []byte) []byte {
	return append(appendUvarint(b, uint64(len(p))), p...)
}

func appendString(b []byte, s string) []byte {
	return append(appendUvarint(b, uint64(len(s))), s...)
}

func appendVarint(b []byte, magnitude uint64, negative bool) []byte {
	c := byte(magnitude & 0x3f)
	if negative {
		c |= 0x40
	}
	if magnitude >>= 6; magnitude == 0 {
		return append(b, c)
	}
	return appendUvarint(append(b, c|0x80), magnitude)
}
