package hub

import (
	"encoding/binary"
	"sync"
)

// Websocket opcodes of the frames the hub writes.
const (
	opBinary = 0x2
	opClose  = 0x8
	opPing   = 0x9
	opPong   = 0xA
)

// outFrame is one websocket message to write: a head of its own and a body
// that many connections share.
type outFrame struct {
	op         byte
	head, body []byte
}

// outbox is what waits for a connection's writer, bounded in bytes and count:
// tightly for updates, which can be replaced by a diff later, and awareness,
// which is repeated; widely for answers the client counts on.
//
// The writer is a goroutine only while there is something to write: the first
// push begins its turn by calling write, take ends it when nothing is left.
type outbox struct {
	write func() // static; begins the writer's turn, must not block

	mu       sync.Mutex // guards what follows
	frames   []outFrame
	bytes    int
	writing  bool // the writer has its turn
	closed   bool
	draining []func()      // called by the writer when all is written
	resting  chan struct{} // closed when the writer's turn ends; nil if nobody waits
}

func newOutbox(write func()) *outbox { return &outbox{write: write} }

// wake begins the writer's turn. The caller holds mu.
func (o *outbox) wake() {
	if !o.writing {
		o.writing = true
		o.write()
	}
}

// push queues a frame, and reports false when it does not fit. An empty outbox
// takes a frame of any size; a closed one swallows it.
func (o *outbox) push(f outFrame, maxBytes, maxCount int) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return true
	}
	size := len(f.head) + len(f.body)
	if len(o.frames) > 0 && (o.bytes+size > maxBytes || len(o.frames) >= maxCount) {
		return false
	}
	o.frames = append(o.frames, f)
	o.bytes += size
	o.wake()
	return true
}

// pushLast queues a frame after which nothing is taken any more.
func (o *outbox) pushLast(f outFrame) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.closed {
		o.closed = true
		o.frames = append(o.frames, f)
		o.wake()
	}
}

// whenDrained calls f once everything queued so far is written.
func (o *outbox) whenDrained(f func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.draining = append(o.draining, f)
	o.wake()
}

// take empties the outbox; calls are to be made after the frames are written.
// When there is nothing more it ends the writer's turn and reports false.
func (o *outbox) take() (frames []outFrame, calls []func(), more bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	frames, calls = o.frames, o.draining
	o.frames, o.draining, o.bytes = nil, nil, 0
	if len(frames) == 0 && len(calls) == 0 {
		o.rest()
		return nil, nil, false
	}
	return frames, calls, true
}

// rest ends the writer's turn. The caller holds mu.
func (o *outbox) rest() {
	o.writing = false
	if o.resting != nil {
		close(o.resting)
		o.resting = nil
	}
}

// abandon ends the writer's turn for good: every later push vanishes.
func (o *outbox) abandon() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed, o.frames, o.draining = true, nil, nil
	o.rest()
}

// finish closes the outbox and waits until the writer has written what is in it.
func (o *outbox) finish() {
	o.mu.Lock()
	o.closed = true
	if !o.writing {
		o.mu.Unlock()
		return
	}
	if o.resting == nil {
		o.resting = make(chan struct{})
	}
	resting := o.resting
	o.mu.Unlock()
	<-resting
}

// header is the websocket frame header of an unmasked final frame.
func (f outFrame) header(dst []byte) []byte {
	dst = append(dst, 0x80|f.op)
	switch n := len(f.head) + len(f.body); {
	case n < 126:
		return append(dst, byte(n))
	case n < 1<<16:
		return binary.BigEndian.AppendUint16(append(dst, 126), uint16(n))
	default:
		return binary.BigEndian.AppendUint64(append(dst, 127), uint64(n))
	}
}

func closeFrame(code int, reason string) outFrame {
	if len(reason) > 120 {
		reason = reason[:120]
	}
	return outFrame{op: opClose, head: append(binary.BigEndian.AppendUint16(nil, uint16(code)), reason...)}
}
