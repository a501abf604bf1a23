package ydoc

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Some contents carry JSON text inside a string.

// jsonElement reads an element of the legacy JSON content, which has the word
// "undefined" for a missing value.
func (r *reader) jsonElement() []byte {
	start := r.pos
	if b := r.bytes(); string(b) == "undefined" {
		return b
	}
	if r.err != nil {
		return nil
	}
	r.pos = start
	return r.jsonText()
}

// jsonText reads a string of JSON and checks it.
func (r *reader) jsonText() []byte {
	b := r.text()
	if r.err != nil {
		return nil
	}
	if jsonDepth(b) > r.depth {
		r.fail(ErrLimit, "JSON nested too deeply")
		return nil
	}
	if !json.Valid(b) {
		r.fail(ErrMalformed, "invalid JSON")
		return nil
	}
	return b
}

// jsonDepth is the deepest nesting of brackets outside strings. It needs no
// valid JSON, so it can run before the parser does.
func jsonDepth(b []byte) int {
	depth, deepest, quoted := 0, 0, false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case quoted:
			if c == '\\' {
				i++
			} else if c == '"' {
				quoted = false
			}
		case c == '"':
			quoted = true
		case c == '[' || c == '{':
			depth++
			deepest = max(deepest, depth)
		case c == ']' || c == '}':
			depth--
		}
	}
	return deepest
}

// jsonValue decodes text that was accepted before.
func jsonValue(b []byte) any {
	var v any
	if json.Unmarshal(b, &v) != nil {
		return Undefined{}
	}
	return v
}

// scriptJSON reads an Any value and appends what JSON.stringify makes of it. It
// reports false where that has no answer. The value must have been accepted by
// skipAny: its nesting is bounded then.
func (r *reader) scriptJSON(b []byte) (_ []byte, ok bool) {
	switch tag := r.b[r.pos]; tag {
	case anyUndefined, anyBigInt:
		return b, false
	case anyArray:
		return r.scriptArray(b)
	case anyObject:
		return r.scriptObject(b)
	}
	switch v := r.value().(type) {
	case nil:
		return append(b, "null"...), true
	case bool:
		return strconv.AppendBool(b, v), true
	case float64:
		if math.IsInf(v, 0) || math.IsNaN(v) {
			return append(b, "null"...), true
		}
		return append(b, scriptNumber(v)...), true
	case string:
		return appendScriptText(b, v), true
	case []byte: // an object with indexes for keys
		b = append(b, '{')
		for i, n := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = fmt.Appendf(b, `"%d":%d`, i, n)
		}
		return append(b, '}'), true
	}
	return b, false
}

func (r *reader) scriptArray(b []byte) ([]byte, bool) {
	r.pos++
	b = append(b, '[')
	for i := range r.uvarint() {
		if i > 0 {
			b = append(b, ',')
		}
		if r.b[r.pos] == anyUndefined {
			r.pos++
			b = append(b, "null"...)
			continue
		}
		var ok bool
		if b, ok = r.scriptJSON(b); !ok {
			return b, false
		}
	}
	return append(b, ']'), true
}

// scriptObject writes the members in JavaScript's order: keys that are array
// indexes first, by value, then the others as they came. The last value of a
// repeated key counts, in the place of its first.
func (r *reader) scriptObject(b []byte) ([]byte, bool) {
	type member struct {
		key   string
		index uint64
		value []byte
	}
	r.pos++
	var members []member
	place := map[string]int{}
	for range r.uvarint() {
		m := member{key: string(r.bytes()), index: 1 << 32}
		if n, err := strconv.ParseUint(m.key, 10, 32); err == nil && n < 1<<32-1 && strconv.FormatUint(n, 10) == m.key {
			m.index = n
		}
		if r.b[r.pos] == anyUndefined {
			r.pos++
		} else {
			var ok bool
			if m.value, ok = r.scriptJSON(nil); !ok {
				return b, false
			}
		}
		if at, ok := place[m.key]; ok {
			members[at] = m
			continue
		}
		place[m.key] = len(members)
		members = append(members, m)
	}
	slices.SortStableFunc(members, func(l, r member) int { return cmp.Compare(l.index, r.index) })
	b = append(b, '{')
	for _, m := range members {
		if m.value == nil { // undefined
			continue
		}
		if b[len(b)-1] != '{' {
			b = append(b, ',')
		}
		b = append(append(appendScriptText(b, m.key), ':'), m.value...)
	}
	return append(b, '}'), true
}

// appendScriptText quotes text as JSON.stringify does, which escapes less than
// encoding/json.
func appendScriptText(b []byte, s string) []byte {
	const short = "\b\f\n\r\t"
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c >= ' ':
			b = append(b, c)
		case strings.IndexByte(short, c) >= 0:
			b = append(b, '\\', "bfnrt"[strings.IndexByte(short, c)])
		default:
			b = fmt.Appendf(b, `\u%04x`, c)
		}
	}
	return append(b, '"')
}
