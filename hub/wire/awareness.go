package wire

import (
	"encoding/json"
	"fmt"
)

// AwarenessState is one client's presence as it travels.
type AwarenessState struct {
	Client uint64
	Clock  uint64
	// JSON is the state, or "null" when the client is gone.
	JSON json.RawMessage
}

// Gone reports whether the state says goodbye.
func (s AwarenessState) Gone() bool { return string(s.JSON) == "null" }

// MaxAwarenessStates bounds the states in one message.
const MaxAwarenessStates = 1000

// ParseAwareness reads an awareness update. Every JSON is valid JSON and a
// copy of the input.
func ParseAwareness(b []byte) ([]AwarenessState, error) {
	r := reader{b: b}
	n := r.uint()
	if r.bad || n > MaxAwarenessStates || n > uint64(len(b)) {
		return nil, fmt.Errorf("%w: %d awareness states", ErrMalformed, n)
	}
	states := make([]AwarenessState, 0, n)
	for range n {
		s := AwarenessState{Client: r.uint(), Clock: r.uint(), JSON: json.RawMessage(r.string())}
		if r.bad || !json.Valid(s.JSON) {
			return nil, fmt.Errorf("%w: awareness state", ErrMalformed)
		}
		states = append(states, s)
	}
	if len(r.b) != 0 {
		return nil, fmt.Errorf("%w: bytes behind the awareness states", ErrMalformed)
	}
	return states, nil
}

// EncodeAwareness is the inverse of ParseAwareness.
func EncodeAwareness(states []AwarenessState) []byte {
	size := 4
	for _, s := range states {
		size += len(s.JSON) + 24
	}
	dst := appendUint(make([]byte, 0, size), uint64(len(states)))
	for _, s := range states {
		dst = appendUint(appendUint(dst, s.Client), s.Clock)
		dst = appendBytes(dst, s.JSON)
	}
	return dst
}
