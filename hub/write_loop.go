package hub

import (
	"time"

	"github.com/pathboard/pathboard/hub/wire"
)

// write is the connection's writer: it takes whatever waits and writes it in
// as few writes as it fits, so that batches form by themselves under load and
// a lone frame leaves at once.
func (c *conn) write() {
	defer c.net.Close() // lets the reader end too
	defer c.out.close()
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	for {
		select {
		case <-c.out.signal:
		case <-ping.C:
			c.keepAlive()
		case <-c.ctx.Done():
			// The reader has ended or the hub closes: what is queued still goes
			// out, a close frame last.
			frames, _ := c.out.take()
			_, _ = c.writeFrames(frames)
			return
		}
		for {
			frames, calls := c.out.take()
			if len(frames) == 0 && len(calls) == 0 {
				break
			}
			closed, err := c.writeFrames(frames)
			if err != nil || closed {
				return
			}
			for _, f := range calls {
				f()
			}
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
