package wire

import (
	"encoding/binary"
	"errors"
	"unicode/utf8"
)

// ErrMalformed is wrapped by every parsing error.
var ErrMalformed = errors.New("wire: malformed frame")

// maxSafe is the largest integer JavaScript holds exactly.
const maxSafe = 1<<53 - 1

// reader takes lib0 values off a byte slice; the first failure sticks.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) fail() {
	r.bad, r.b = true, nil
}

func (r *reader) uint() uint64 {
	n, size := binary.Uvarint(r.b)
	if size <= 0 || n > maxSafe {
		r.fail()
		return 0
	}
	r.b = r.b[size:]
	return n
}

// int reads lib0's signed form: sign in bit 6 of the first byte.
func (r *reader) int() int64 {
	if len(r.b) == 0 {
		r.fail()
		return 0
	}
	first := r.b[0]
	r.b = r.b[1:]
	n := uint64(first & 0x3f)
	for shift, c := 6, first; c >= 0x80; shift += 7 {
		if len(r.b) == 0 || shift > 48 {
			r.fail()
			return 0
		}
		c = r.b[0]
		r.b = r.b[1:]
		n |= uint64(c&0x7f) << shift
	}
	if first&0x40 != 0 {
		return -int64(n)
	}
	return int64(n)
}

// bytes returns a view into the input.
func (r *reader) bytes() []byte {
	n := r.uint()
	if n > uint64(len(r.b)) {
		r.fail()
		return nil
	}
	out := r.b[:n:n]
	r.b = r.b[n:]
	return out
}

func (r *reader) string() string {
	b := r.bytes()
	if !utf8.Valid(b) {
		r.fail()
		return ""
	}
	return string(b)
}

func appendUint(dst []byte, n uint64) []byte { return binary.AppendUvarint(dst, n) }

func appendBytes(dst, p []byte) []byte {
	return append(appendUint(dst, uint64(len(p))), p...)
}

func appendString(dst []byte, s string) []byte {
	return append(appendUint(dst, uint64(len(s))), s...)
}
