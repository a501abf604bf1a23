package hub

import (
	"encoding/binary"
	"sync"
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
// There is a writer only while there is something to write. Whoever pushes onto
// a resting outbox is told so: it has got the writer's turn and calls
// conn.write, at once or when it has pushed all it has. take ends the turn when
// nothing is left.
type outbox struct {
	mu       sync.Mutex // guards what follows
	frames   []outFrame
	bytes    int
	writing  bool // somebody has the writer's turn
	closed   bool
	draining []func()      // called when all is written
	resting  chan struct{} // closed when the writer's turn ends; nil if nobody waits
}

// frameLists are shared by all outboxes: an empty one holds none.
var frameLists = sync.Pool{New: func() any { l := make([]outFrame, 0, 16); return &l }}

// maxKeptFrames bounds the lists that are kept for later use.
const maxKeptFrames = 1 << 10

// claim takes the writer's turn if nobody has it. The caller holds mu.
func (o *outbox) claim() (turn bool) {
	turn = !o.writing
	o.writing = true
	return turn
}

// push queues a frame. It reports ok false when the frame does not fit, and
// turn true when the caller has got the writer's turn. An empty outbox takes a
// frame of any size; a closed one swallows it.
func (o *outbox) push(f outFrame, maxBytes, maxCount int) (ok, turn bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return true, false
	}
	size := len(f.head) + len(f.body)
	if len(o.frames) > 0 && (o.bytes+size > maxBytes || len(o.frames) >= maxCount) {
		return false, false
	}
	o.add(f)
	o.bytes += size
	return true, o.claim()
}

func (o *outbox) add(f outFrame) {
	if o.frames == nil {
		o.frames = *frameLists.Get().(*[]outFrame)
	}
	o.frames = append(o.frames, f)
}

// pushLast queues a frame after which nothing is taken any more.
func (o *outbox) pushLast(f outFrame) (turn bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return false
	}
	o.closed = true
	o.add(f)
	return o.claim()
}

// whenDrained has f called, on a goroutine of its own, once everything queued
// so far is written.
func (o *outbox) whenDrained(f func()) (turn bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.draining = append(o.draining, f)
	return o.claim()
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

// giveBack keeps a list that take returned for later use.
func giveBack(frames []outFrame) {
	if frames == nil || cap(frames) > maxKeptFrames {
		return
	}
	clear(frames)
	frames = frames[:0]
	frameLists.Put(&frames)
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

// maxHeader is the longest header of a frame.
const maxHeader = 10

// size is at most what the frame takes on the wire.
func (f outFrame) size() int { return maxHeader + len(f.head) + len(f.body) }

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
