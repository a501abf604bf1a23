package hub

import (
	"context"
	"time"

	"github.com/pathboard/pathboard/hub/wire"
)

// write is one turn of the connection's writer: it takes whatever waits and
// writes it in as few writes as it fits, until nothing is left. So batches form
// by themselves under load and a lone frame leaves at once; an idle connection
// has no writer.
func (c *conn) write() {
	for {
		frames, calls, more := c.out.take()
		if !more {
			return
		}
		if closed, err := c.writeFrames(frames); err != nil || closed {
			c.out.abandon()
			c.net.Close() // lets the reader end too
			return
		}
		for _, f := range calls {
			f()
		}
	}
}

// keepLinesAlive writes to every connection once each pingEvery, a part of them
// at a time.
func (h *Hub) keepLinesAlive(ctx context.Context) {
	tick := time.NewTicker(keepAliveStep)
	defer tick.Stop()
	for {
		select {
		case now := <-tick.C:
			var due []*conn
			h.mu.Lock()
			for c := range h.conns {
				if !now.Before(c.nextPing) {
					c.nextPing = now.Add(pingEvery)
					due = append(due, c)
				}
			}
			h.mu.Unlock()
			for _, c := range due {
				c.keepAlive()
			}
		case <-ctx.Done():
			return
		}
	}
}

// keepAlive sends a websocket ping, which browsers answer by themselves, and
// an empty awareness update, because provider clients count messages only.
func (c *conn) keepAlive() {
	c.offer(outFrame{op: opPing})
	if key := c.anyKey(); key != "" {
		frame := wire.Awareness(key, wire.EncodeAwareness(nil))
		if c.plain {
			frame = wire.Plain(frame)
		}
		c.offer(outFrame{op: opBinary, head: frame})
	}
}

// anyKey returns the key of a document open on this connection.
func (c *conn) anyKey() string {
	c.keyMu.Lock()
	defer c.keyMu.Unlock()
	return c.lastKey
}

// writeFrames writes frames in chunks, each with its own deadline: a slow line
// that moves is not cut. It reports whether a close frame was among them.
func (c *conn) writeFrames(frames []outFrame) (closed bool, err error) {
	if len(frames) == 0 {
		return false, nil
	}
	buf := chunks.Get().(*[]byte)
	defer func() { *buf = (*buf)[:0]; chunks.Put(buf) }()
	for _, f := range frames {
		*buf = f.header(*buf)
		for _, part := range [][]byte{f.head, f.body} {
			for len(part) > 0 {
				n := min(len(part), chunkBytes-len(*buf))
				*buf = append(*buf, part[:max(n, 0)]...)
				part = part[max(n, 0):]
				if len(*buf) >= chunkBytes {
					if err := c.flush(buf); err != nil {
						return false, err
					}
				}
			}
		}
		if f.op == opClose {
			return true, c.flush(buf)
		}
	}
	return false, c.flush(buf)
}

func (c *conn) flush(buf *[]byte) error {
	if len(*buf) == 0 {
		return nil
	}
	_ = c.net.SetWriteDeadline(time.Now().Add(writeTimeout))
	_, err := c.net.Write(*buf)
	*buf = (*buf)[:0]
	return err
}
