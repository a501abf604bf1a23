package ydoc

import (
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"slices"
	"unicode/utf8"
)

// Tags of lib0's "Any" encoding, the way JavaScript values travel.
const (
	anyBytes     = 116
	anyArray     = 117
	anyObject    = 118
	anyString    = 119
	anyTrue      = 120
	anyFalse     = 121
	anyBigInt    = 122
	anyFloat64   = 123
	anyFloat32   = 124
	anyInteger   = 125
	anyNull      = 126
	anyUndefined = 127
)

// Undefined is JavaScript's undefined, which JSON does not have.
type Undefined struct{}

// MarshalJSON writes null, as there is nothing nearer.
func (Undefined) MarshalJSON() ([]byte, error) { return []byte("null"), nil }

// BigInt is a JavaScript bigint of at most 64 bits.
type BigInt int64

// nesting is the stack of containers open while an Any value is walked.
type nesting struct {
	left   []uint64 // values still to come, per open container
	object []bool
}

// skipAny checks one Any value and steps over it, without recursion, so that
// hostile nesting costs no stack.
func (r *reader) skipAny() {
	var open nesting
	for {
		tag := r.byte()
		switch tag {
		case anyUndefined, anyNull, anyTrue, anyFalse:
		case anyInteger:
			r.varint()
		case anyFloat32:
			r.take(4)
		case anyFloat64, anyBigInt:
			r.take(8)
		case anyString:
			r.text()
		case anyBytes:
			r.bytes()
		case anyArray, anyObject:
			r.openAny(&open, tag == anyObject)
		default:
			r.fail(ErrMalformed, "unknown value tag")
		}
		if r.err != nil || !r.nextAny(&open) {
			return
		}
	}
}

func (r *reader) openAny(open *nesting, object bool) {
	n := r.uvarint()
	if n > uint64(r.rest()) { // each value takes a byte at least
		r.fail(ErrMalformed, "count beyond the end")
		return
	}
	if len(open.left) >= r.depth {
		r.fail(ErrLimit, "value nested too deeply")
		return
	}
	open.left = append(open.left, n)
	open.object = append(open.object, object)
}

// nextAny closes finished containers and reads the next object key. It
// reports whether another value follows.
func (r *reader) nextAny(open *nesting) bool {
	for top := len(open.left) - 1; top >= 0; top-- {
		if open.left[top] > 0 {
			open.left[top]--
			if open.object[top] {
				r.text()
			}
			return r.err == nil
		}
		open.left, open.object = open.left[:top], open.object[:top]
	}
	return false
}

// value decodes one Any value that skipAny accepted before; its nesting is
// therefore bounded and recursion is safe.
func (r *reader) value() any {
	switch r.byte() {
	case anyNull:
		return nil
	case anyTrue:
		return true
	case anyFalse:
		return false
	case anyInteger:
		n, negative := r.varint()
		if negative {
			return -float64(n)
		}
		return float64(n)
	case anyFloat32:
		return float64(math.Float32frombits(binary.BigEndian.Uint32(r.take(4))))
	case anyFloat64:
		return math.Float64frombits(binary.BigEndian.Uint64(r.take(8)))
	case anyBigInt:
		return BigInt(binary.BigEndian.Uint64(r.take(8)))
	case anyString:
		return string(r.bytes())
	case anyBytes:
		return slices.Clone(r.bytes())
	case anyArray:
		values := make([]any, r.uvarint())
		for i := range values {
			values[i] = r.value()
		}
		return values
	case anyObject:
		n := r.uvarint()
		object := make(map[string]any, n)
		for range n {
			key := string(r.bytes())
			object[key] = r.value()
		}
		return object
	}
	return Undefined{}
}

// appendAny encodes a Go value as yjs would encode its JavaScript equal.
// Object keys are sorted, so equal values give equal bytes.
func appendAny(b []byte, v any, depth int) ([]byte, error) {
	if depth < 0 {
		return nil, refuse(ErrLimit, "value nested too deeply")
	}
	switch v := v.(type) {
	case nil:
		return append(b, anyNull), nil
	case Undefined:
		return append(b, anyUndefined), nil
	case bool:
		if v {
			return append(b, anyTrue), nil
		}
		return append(b, anyFalse), nil
	case string:
		if !utf8.ValidString(v) {
			return nil, refuse(ErrMalformed, "invalid UTF-8")
		}
		return appendString(append(b, anyString), v), nil
	case []byte:
		return appendBytes(append(b, anyBytes), v), nil
	case BigInt:
		return binary.BigEndian.AppendUint64(append(b, anyBigInt), uint64(v)), nil
	case []any:
		return appendAnyArray(b, v, depth)
	case map[string]any:
		return appendAnyObject(b, v, depth)
	}
	if n, ok := number(v); ok {
		return appendNumber(b, n), nil
	}
	return nil, fmt.Errorf("ydoc: cannot store a value of type %T", v)
}

func appendAnyArray(b []byte, values []any, depth int) ([]byte, error) {
	b = appendUvarint(append(b, anyArray), uint64(len(values)))
	var err error
	for _, v := range values {
		if b, err = appendAny(b, v, depth-1); err != nil {
			return nil, err
		}
	}
	return b, nil
}

func appendAnyObject(b []byte, object map[string]any, depth int) ([]byte, error) {
	b = appendUvarint(append(b, anyObject), uint64(len(object)))
	var err error
	for _, key := range slices.Sorted(maps.Keys(object)) {
		if !utf8.ValidString(key) {
			return nil, refuse(ErrMalformed, "invalid UTF-8")
		}
		if b, err = appendAny(appendString(b, key), object[key], depth-1); err != nil {
			return nil, err
		}
	}
	return b, nil
}

func number(v any) (float64, bool) {
	switch n := v.(type) {
	case int:
		return float64(n), true
	case int32:
		return float64(n), true
	case int64:
		return float64(n), true
	case uint32:
		return float64(n), true
	case uint64:
		return float64(n), true
	case float32:
		return float64(n), true
	case float64:
		return n, true
	}
	return 0, false
}

// appendNumber picks the form yjs picks: 31-bit integers as varint, then a
// 32-bit float where nothing is lost, else 64 bits.
func appendNumber(b []byte, n float64) []byte {
	switch {
	case n == math.Trunc(n) && math.Abs(n) <= 1<<31-1:
		return appendVarint(append(b, anyInteger), uint64(math.Abs(n)), math.Signbit(n))
	case float64(float32(n)) == n:
		return binary.BigEndian.AppendUint32(append(b, anyFloat32), math.Float32bits(float32(n)))
	default:
		return binary.BigEndian.AppendUint64(append(b, anyFloat64), math.Float64bits(n))
	}
}
