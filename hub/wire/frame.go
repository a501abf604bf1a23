package wire

import (
	"fmt"
	"strings"
)

// Type says what a frame carries.
type Type uint64

// The frame types of the protocol.
const (
	TypeSync               Type = 0
	TypeAwareness          Type = 1
	TypeAuth               Type = 2
	TypeQueryAwareness     Type = 3
	TypeSyncReply          Type = 4
	TypeStateless          Type = 5
	TypeBroadcastStateless Type = 6
	TypeClose              Type = 7
	TypeSyncStatus         Type = 8
	TypePing               Type = 9
	TypePong               Type = 10
)

// SyncKind is the y-protocols message inside a sync frame.
type SyncKind uint64

// The y-protocols sync messages.
const (
	SyncStep1  SyncKind = 0
	SyncStep2  SyncKind = 1
	SyncUpdate SyncKind = 2
)

// AuthKind is the message inside an auth frame.
type AuthKind uint64

// The auth messages.
const (
	AuthToken         AuthKind = 0
	AuthDenied        AuthKind = 1
	AuthAuthenticated AuthKind = 2
)

// Scopes that an authenticated frame announces.
const (
	ScopeReadWrite = "read-write"
	ScopeReadOnly  = "readonly"
)

// MaxKeyBytes bounds the routing key: a document name and a session id.
const MaxKeyBytes = 512

// Frame is a parsed message. Payload and Text are views or copies of the
// input as said; which fields are set depends on Type.
type Frame struct {
	// Key is the routing key, to be echoed in every answer; empty for
	// connection-level ping and pong.
	Key string
	// Doc is the key without its session.
	Doc  string
	Type Type
	// Sync and Auth are set for their types.
	Sync SyncKind
	Auth AuthKind
	// Payload is a view into the input: state vector, update or awareness.
	Payload []byte
	// Text is a token, a scope, a reason or a stateless payload.
	Text string
	// Saved is the verdict of a sync status.
	Saved bool
}

// Parse reads one websocket message. The frame's Payload shares b's memory.
func Parse(b []byte) (Frame, error) {
	if len(b) == 1 && (Type(b[0]) == TypePing || Type(b[0]) == TypePong) {
		return Frame{Type: Type(b[0])}, nil
	}
	r := reader{b: b}
	f := Frame{Key: r.string(), Type: Type(r.uint())}
	if r.bad || f.Key == "" || len(f.Key) > MaxKeyBytes {
		return Frame{}, fmt.Errorf("%w: key and type", ErrMalformed)
	}
	f.Doc, _, _ = strings.Cut(f.Key, "\x00")
	if f.Doc == "" {
		return Frame{}, fmt.Errorf("%w: empty document name", ErrMalformed)
	}
	if !f.body(&r) || r.bad || len(r.b) != 0 {
		return Frame{}, fmt.Errorf("%w: body of type %d", ErrMalformed, f.Type)
	}
	return f, nil
}

// Peek reads what the first bytes of a message tell: the key, the type and for
// a sync frame its kind. It is for messages too large to be read whole.
func Peek(b []byte) (Frame, error) {
	r := reader{b: b}
	f := Frame{Key: r.string(), Type: Type(r.uint())}
	if f.Type == TypeSync || f.Type == TypeSyncReply {
		f.Sync = SyncKind(r.uint())
	}
	f.Doc, _, _ = strings.Cut(f.Key, "\x00")
	if r.bad || f.Doc == "" || len(f.Key) > MaxKeyBytes {
		return Frame{}, fmt.Errorf("%w: key and type", ErrMalformed)
	}
	return f, nil
}

// body reads what follows the type and reports whether the type is known.
func (f *Frame) body(r *reader) bool {
	switch f.Type {
	case TypeSync, TypeSyncReply:
		f.Sync = SyncKind(r.uint())
		f.Payload = r.bytes()
		return f.Sync <= SyncUpdate
	case TypeAwareness:
		f.Payload = r.bytes()
	case TypeAuth:
		f.Auth = AuthKind(r.uint())
		// A server's request for the token has no text, a client's answer has
		// the provider's version behind it.
		if len(r.b) > 0 {
			f.Text = r.string()
		}
		if f.Auth == AuthToken && len(r.b) > 0 {
			r.string()
		}
		return f.Auth <= AuthAuthenticated
	case TypeStateless, TypeBroadcastStateless:
		f.Text = r.string()
	case TypeClose:
		if len(r.b) > 0 {
			f.Text = r.string()
		}
	case TypeSyncStatus:
		f.Saved = r.int() == 1
	case TypeQueryAwareness, TypePing, TypePong:
	default:
		return false
	}
	return true
}

func head(key string, t Type, room int) []byte {
	dst := make([]byte, 0, len(key)+room+16)
	return appendUint(appendString(dst, key), uint64(t))
}

// Sync makes a sync frame.
func Sync(key string, kind SyncKind, payload []byte) []byte {
	return append(SyncHead(key, kind, len(payload)), payload...)
}

// SyncHead is a sync frame up to its payload of n bytes, so that one payload
// can serve many keys.
func SyncHead(key string, kind SyncKind, n int) []byte {
	return appendUint(appendUint(head(key, TypeSync, 8), uint64(kind)), uint64(n))
}

// Awareness makes an awareness frame around an encoded awareness update.
func Awareness(key string, update []byte) []byte {
	return append(AwarenessHead(key, len(update)), update...)
}

// AwarenessHead is an awareness frame up to its payload of n bytes.
func AwarenessHead(key string, n int) []byte {
	return appendUint(head(key, TypeAwareness, 8), uint64(n))
}

// QueryAwareness asks the other side for all states it knows.
func QueryAwareness(key string) []byte { return head(key, TypeQueryAwareness, 0) }

// Token makes a client's auth frame.
func Token(key, token, version string) []byte {
	dst := appendUint(head(key, TypeAuth, len(token)+len(version)), uint64(AuthToken))
	return appendString(appendString(dst, token), version)
}

// Authenticated tells a client its scope.
func Authenticated(key, scope string) []byte {
	return appendString(appendUint(head(key, TypeAuth, len(scope)), uint64(AuthAuthenticated)), scope)
}

// Denied tells a client that it may not open the document.
func Denied(key, reason string) []byte {
	return appendString(appendUint(head(key, TypeAuth, len(reason)), uint64(AuthDenied)), reason)
}

// Stateless carries application text.
func Stateless(key, payload string) []byte {
	return appendString(head(key, TypeStateless, len(payload)), payload)
}

// StatelessHead is a stateless frame up to its payload of n bytes.
func StatelessHead(key string, n int) []byte {
	return appendUint(head(key, TypeStateless, 8), uint64(n))
}

// Close ends one document on the connection, not the connection.
func Close(key, reason string) []byte {
	return appendString(head(key, TypeClose, len(reason)), reason)
}

// SyncStatus acknowledges (saved) or refuses an update.
func SyncStatus(key string, saved bool) []byte {
	if saved {
		return append(head(key, TypeSyncStatus, 1), 1)
	}
	return append(head(key, TypeSyncStatus, 1), 0)
}

// Ping and Pong are the connection-level frames without a key.
var (
	Ping = []byte{byte(TypePing)}
	Pong = []byte{byte(TypePong)}
)
