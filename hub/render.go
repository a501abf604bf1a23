package hub

import (
	"strconv"

	"github.com/pathboard/pathboard/hub/wire"
)

// renderer turns a message into frames, sharing what members have in common:
// the head of those with the same key, the payload of all.
type renderer struct {
	msg   message
	key   string // of head
	head  []byte
	heads map[string][]byte // of other keys
	plain []byte
}

func newRenderer(m message) *renderer { return &renderer{msg: m} }

// frame returns the message for a member, false if its protocol has none such.
func (p *renderer) frame(a *attachment) (outFrame, bool) {
	if a.conn.plain != "" {
		if p.plain == nil {
			p.plain = wire.Plain(p.msg.encode(a.key))
		}
		return outFrame{op: opBinary, head: p.plain}, p.plain != nil
	}
	return outFrame{op: opBinary, head: p.headFor(a.key), body: p.msg.payload}, true
}

func (p *renderer) headFor(key string) []byte {
	if p.head == nil {
		p.key, p.head = key, p.msg.head(key)
	}
	if key == p.key {
		return p.head
	}
	head, ok := p.heads[key]
	if !ok {
		head = p.msg.head(key)
		if p.heads == nil {
			p.heads = map[string][]byte{}
		}
		p.heads[key] = head
	}
	return head
}

// head is the frame without its payload, which follows as it is.
func (m message) head(key string) []byte {
	switch m.typ {
	case wire.TypeSync:
		return wire.SyncHead(key, m.sync, len(m.payload))
	case wire.TypeAwareness:
		return wire.AwarenessHead(key, len(m.payload))
	case wire.TypeAuth:
		if m.auth == wire.AuthDenied {
			return wire.Denied(key, m.text)
		}
		return wire.Authenticated(key, m.text)
	case wire.TypeStateless:
		return wire.StatelessHead(key, len(m.payload))
	case wire.TypeSyncStatus:
		return wire.SyncStatus(key, m.saved)
	default:
		panic("hub: no frame for message type " + strconv.Itoa(int(m.typ)))
	}
}

func (m message) encode(key string) []byte { return append(m.head(key), m.payload...) }
