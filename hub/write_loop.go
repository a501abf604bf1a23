package hub

// write is one turn of the connection's writer: it takes whatever waits and
// writes it in as few writes as it fits, until nothing is left. So batches form
// by themselves under load and a lone frame leaves at once.
//
// It never blocks. What the socket takes at once is written here, by whoever
// queued it; for the rest a goroutine is begun.
func (c *conn) write() {
	for {
		b := batch{}
		var more bool
		if b.frames, b.calls, more = c.out.take(); !more {
			return
		}
		if !b.small() {
			go c.writeOn(b)
			return
		}
		b.encode()
		n, err := c.tryWrite(*b.buf)
		if err == nil && n < len(*b.buf) {
			b.written = n
			go c.writeOn(b)
			return
		}
		if !c.wrote(&b, err) {
			return
		}
	}
}

// writeOn goes on with a writer's turn on a goroutine that may block.
func (c *conn) writeOn(b batch) {
	for more := true; more; {
		var err error
		if b.buf != nil {
			err = c.flush((*b.buf)[b.written:])
		} else {
			err = c.writeFrames(b.frames)
		}
		if !c.wrote(&b, err) {
			return
		}
		b = batch{}
		b.frames, b.calls, more = c.out.take()
	}
}

// wrote ends a batch; false when the connection has ended with it.
func (c *conn) wrote(b *batch, err error) bool {
	closed := err != nil || b.closes()
	giveBack(b.frames)
	if b.buf != nil {
		*b.buf = (*b.buf)[:0]
		chunks.Put(b.buf)
	}
	if closed {
		c.out.abandon()
		c.cut()
		return false
	}
	for _, f := range b.calls {
		go f() // it may wait for a room that is just writing to us
	}
	return true
}

// batch is what one turn of a writer has taken out of the outbox.
type batch struct {
	frames  []outFrame
	calls   []func()
	buf     *[]byte // the frames encoded, when they are small
	written int     // of buf
}

// small reports whether all frames fit into one chunk.
func (b *batch) small() bool {
	n := 0
	for _, f := range b.frames {
		n += f.size()
	}
	return n <= chunkBytes
}

func (b *batch) encode() {
	b.buf = chunks.Get().(*[]byte)
	out := *b.buf
	for _, f := range b.frames {
		out = append(append(f.header(out), f.head...), f.body...)
	}
	*b.buf = out
}

// closes reports whether the last frame ends the connection.
func (b *batch) closes() bool {
	return len(b.frames) > 0 && b.frames[len(b.frames)-1].op == opClose
}

// writeFrames writes frames in chunks. Small frames share a chunk, of a large one the chunks
// are parts of it as it lies in memory.
func (c *conn) writeFrames(frames []outFrame) error {
	buf := chunks.Get().(*[]byte)
	defer func() { *buf = (*buf)[:0]; chunks.Put(buf) }()
	for _, f := range frames {
		if len(*buf)+f.size() > chunkBytes {
			if err := c.flush(*buf); err != nil {
				return err
			}
			*buf = (*buf)[:0]
		}
		*buf = append(f.header(*buf), f.head...)
		if len(f.body) < chunkBytes-len(*buf) {
			*buf = append(*buf, f.body...)
			continue
		}
		if err := c.flush(*buf); err != nil {
			return err
		}
		*buf = (*buf)[:0]
		if err := c.flush(f.body); err != nil {
			return err
		}
	}
	return c.flush(*buf)
}

// flush writes bytes, a chunk of them at a time. It waits for the client as long
// as the keeper of lines sees that bytes are taken (watch), however slowly.
func (c *conn) flush(b []byte) error {
	c.writing.Store(true)
	defer c.writing.Store(false)
	for len(b) > 0 {
		n, err := c.net.Write(b[:min(len(b), chunkBytes)])
		c.written.Add(uint64(n))
		if err != nil {
			return err
		}
		b = b[n:]
	}
	return nil
}
