package wire

import "fmt"

// Message types of the plain y-websocket protocol, where one socket is one
// document and frames carry no key.
const (
	plainSync           = 0
	plainAwareness      = 1
	plainAuth           = 2
	plainQueryAwareness = 3
)

// ParsePlain reads a y-websocket message as a Frame of the given document.
func ParsePlain(doc string, b []byte) (Frame, error) {
	r := reader{b: b}
	f := Frame{Key: doc, Doc: doc}
	switch r.uint() {
	case plainSync:
		f.Type, f.Sync, f.Payload = TypeSync, SyncKind(r.uint()), r.bytes()
	case plainAwareness:
		f.Type, f.Payload = TypeAwareness, r.bytes()
	case plainQueryAwareness:
		f.Type = TypeQueryAwareness
	default:
		r.fail()
	}
	if r.bad || len(r.b) != 0 || f.Sync > SyncUpdate {
		return Frame{}, fmt.Errorf("%w: plain message", ErrMalformed)
	}
	return f, nil
}

// Plain turns a frame made by this package into its y-websocket form, or nil
// where that protocol has no such message. Both forms share the body bytes.
func Plain(frame []byte) []byte {
	r := reader{b: frame}
	r.bytes()
	t := Type(r.uint())
	if r.bad {
		return nil
	}
	switch t {
	case TypeSync:
		return append([]byte{plainSync}, r.b...)
	case TypeAwareness:
		return append([]byte{plainAwareness}, r.b...)
	case TypeQueryAwareness:
		return []byte{plainQueryAwareness}
	case TypeAuth:
		if len(r.b) > 0 && AuthKind(r.b[0]) == AuthDenied {
			// y-protocols/auth: 0 is "permission denied".
			return append([]byte{plainAuth, 0}, r.b[1:]...)
		}
	}
	return nil
}
