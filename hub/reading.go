package hub

import (
	"encoding/binary"
	"errors"
	"time"
	"unicode/utf8"

	"github.com/pathboard/pathboard/hub/wire"
)

// States of reading a polled connection.
//
//	resting ──nudge──► reading ──nudge──► readingAgain
//	   ▲                  │ ▲                  │
//	   └── nothing left ──┘ └── nothing left ──┘     reading ──end──► readingOver
const (
	resting int32 = iota
	reading
	readingAgain // more may have come since the last look
	readingOver
)

// serve begins to read. The goroutine of the HTTP request ends: it has grown a
// large stack and holds the request, which an idle connection should not pay
// for. Hub.Close waits for the connection.
func (c *conn) serve() {
	c.polled = true
	if c.hub.poller.add(c) {
		if c.begin != nil {
			c.hub.poller.nudge(c)
		}
		return
	}
	c.polled = false
	go func() {
		c.reading.Store(reading)
		buf := make([]byte, 4<<10)
		c.readOn(func() ([]byte, error) {
			n, err := c.net.Read(buf)
			return buf[:n], err
		})
		c.end()
	}()
}

// beginReading reports whether the caller is to see to it that readable runs.
func (c *conn) beginReading() bool {
	for {
		switch now := c.reading.Load(); {
		case now == resting && c.reading.CompareAndSwap(resting, reading):
			return true
		case now == reading && c.reading.CompareAndSwap(reading, readingAgain),
			now == readingAgain, now == readingOver:
			return false
		}
	}
}

// readable reads what has come to a polled connection.
func (c *conn) readable() {
	buf := readBuffers.Get().(*[]byte)
	defer readBuffers.Put(buf)
	for {
		more := true
		ended := !c.readOn(func() ([]byte, error) {
			if !more {
				return nil, nil
			}
			n, err := c.tryRead(*buf)
			more = n == readBytes // the socket tells of what comes later
			return (*buf)[:n], err
		})
		if ended {
			c.end()
			return
		}
		if c.reading.CompareAndSwap(reading, resting) {
			return
		}
		c.reading.Store(reading)
	}
}

// readOn takes messages until there is nothing to read, true, or the connection
// ends, false.
func (c *conn) readOn(read func() ([]byte, error)) bool {
	if c.begin != nil {
		if err := c.begin(); err != nil {
			return false
		}
		c.begin = nil
	}
	for {
		b, err := read()
		if len(b) == 0 && err == nil {
			return true
		}
		if len(b) > 0 {
			c.alive()
		}
		c.taking.Store(true)
		goesOn := c.take(b)
		c.taking.Store(false)
		if !goesOn {
			return false
		}
		if err != nil {
			c.failRead(err)
			return false
		}
	}
}

// take deals with the messages in bytes that were read; false ends the
// connection.
func (c *conn) take(b []byte) bool {
	for len(b) > 0 {
		c.in.most = c.hub.opts.Limits.MessageBytes
		if len(c.docs) == 0 {
			c.in.most = min(c.in.most, int64(c.hub.opts.Limits.HandshakeBytes))
		}
		rest, m, ok, err := c.in.next(b)
		if err == nil && ok && !m.whole && len(c.docs) == 0 {
			err = errTooLong
		}
		if err != nil {
			c.failRead(err)
			return false
		}
		b = rest
		if ok && !c.receive(m) {
			return false
		}
	}
	return true
}

// receive deals with one message; false ends the connection.
func (c *conn) receive(m inMessage) bool {
	switch {
	case m.op == opPing:
		c.offer(outFrame{op: opPong, head: m.data})
		return true
	case m.op == opPong:
		c.line.answered(time.Now())
		return true
	case m.op == opClose:
		c.line.ended(false)
		c.answerGoodbye(m.data)
		return false
	case !m.whole:
		c.receiveTooLarge(m.data)
		return true
	}
	var f wire.Frame
	var err error
	if c.plain != "" {
		f, err = wire.ParsePlain(c.plain, m.data)
	} else {
		f, err = wire.Parse(m.data)
	}
	if err != nil {
		c.fail(closeProtocol, "malformed message")
		return false
	}
	return c.pace() == nil && c.handle(f)
}

// answerGoodbye ends a connection whose client wants to, with the client's own
// code, as the websocket protocol has it.
func (c *conn) answerGoodbye(said []byte) {
	code := closeNormal
	if len(said) > 0 {
		code = 0
		if len(said) > 1 && utf8.Valid(said[2:]) {
			code = int(binary.BigEndian.Uint16(said))
		}
	}
	switch {
	case code >= closeNormal && code <= 1003, code >= 1007 && code <= 1014, code >= 3000 && code < 5000:
		c.failAs(closeGoingAway, code, "")
	default:
		c.fail(closeProtocol, "malformed goodbye")
	}
}

// pace waits until the connection may send another message.
func (c *conn) pace() error {
	if c.limiter.Allow() {
		return nil
	}
	c.hub.metrics.delayed.Inc()
	return c.limiter.Wait(c.ctx)
}

// end is the connection's end; the writer has ended when it returns.
func (c *conn) end() {
	c.reading.Store(readingOver)
	c.leaveAll()
	c.cancel()
	c.out.finish()
	if c.polled {
		c.hub.poller.remove(c)
	}
	c.net.Close()
	c.hub.mu.Lock()
	delete(c.hub.conns, c)
	c.hub.mu.Unlock()
	c.outside()
	c.hub.metrics.connections.Dec()
	c.hub.cwg.Done()
}

// cut closes the socket, which ends the reader too.
func (c *conn) cut() {
	c.net.Close()
	if c.polled {
		c.hub.poller.nudge(c)
	}
}

// receiveTooLarge answers a message of which only the beginning was kept: a
// client that was refused by name keeps the connection, and the text; one that
// was cut off would come back with the same message for ever.
func (c *conn) receiveTooLarge(beginning []byte) {
	f, err := wire.Peek(beginning)
	if c.plain != "" {
		f.Type = wire.TypeSync
		for key := range c.docs {
			f.Key = key
		}
	} else if err != nil || f.Type != wire.TypeSync && f.Type != wire.TypeSyncReply {
		return
	}
	if m := c.docs[f.Key]; m != nil {
		answer := f.Sync == wire.SyncStep2
		m.room.post(c.ctx, func(r *room) { r.core.tooLarge(m.id, answer) })
	}
}

// peekBytes of a message that is too large are kept.
const peekBytes = wire.MaxKeyBytes + 32

// alive notes a sign of life.
func (c *conn) alive() { c.heard.Store(time.Now().UnixNano()) }

// lastHeard is when the client last gave a sign of life.
func (c *conn) lastHeard() time.Time { return time.Unix(0, c.heard.Load()) }

// failRead ends the connection for what reading met. Expected ends are no
// errors.
func (c *conn) failRead(err error) {
	switch {
	case errors.Is(err, errText), errors.Is(err, errFrame):
		c.fail(closeProtocol, err.Error())
	case errors.Is(err, errTooLong):
		c.fail(closeTooLarge, err.Error())
	default:
		c.line.ended(true)
		c.fail(closeGoingAway, "")
	}
}
