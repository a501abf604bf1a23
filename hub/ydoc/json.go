package ydoc

import "encoding/json"

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
