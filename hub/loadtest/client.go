package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"github.com/pathboard/pathboard/hub/wire"
	"github.com/pathboard/pathboard/hub/ydoc"
)

// mark stands before the time in every update: 16 hexadecimal digits of
// nanoseconds since the clock began.
var mark = []byte("#at:")

const markLength = 4 + 16

// clock is what all clients of the process measure by.
type clock struct{ begin time.Time }

func (c clock) now() time.Duration { return time.Since(c.begin) }

func (c clock) stamp() string {
	var b [8]byte
	n := uint64(c.now())
	for i := range b {
		b[i] = byte(n >> (56 - 8*i))
	}
	return string(mark) + hex.EncodeToString(b[:])
}

// stamps calls f for each time found in a frame.
func stamps(frame []byte, f func(time.Duration)) {
	for {
		i := bytes.Index(frame, mark)
		if i < 0 || len(frame) < i+markLength {
			return
		}
		var b [8]byte
		if _, err := hex.Decode(b[:], frame[i+len(mark):i+markLength]); err == nil {
			var n uint64
			for _, x := range b {
				n = n<<8 | uint64(x)
			}
			f(time.Duration(n))
		}
		frame = frame[i+markLength:]
	}
}

// client is one connection with one or more documents.
type client struct {
	clock clock
	ws    *websocket.Conn
	done  chan struct{} // closed when the reader has ended

	sending sync.Mutex // guards ws's writing side

	mu       sync.Mutex // guards what follows
	cond     *sync.Cond
	synced   map[string]bool
	denied   string
	received int           // stamps seen
	latency  *histogram    // of deliveries; nil: not measured
	ackTime  *histogram    // of acknowledgements
	unacked  []pendingEdit // in order
	acked    map[string]int
	err      error
}

type pendingEdit struct {
	doc string
	at  time.Duration // 0: not an edit
}

// dialer has small buffers: thousands of clients share the process.
var dialer = websocket.Dialer{ReadBufferSize: 4 << 10, WriteBufferSize: 1 << 10, HandshakeTimeout: 20 * time.Second}

// dial connects without opening a document.
func dial(ctx context.Context, url string, c clock) (*client, error) {
	ws, res, err := dialer.DialContext(ctx, url, nil)
	if err != nil {
		return nil, fmt.Errorf("dial %s: %w", url, err)
	}
	res.Body.Close()
	cl := &client{clock: c, ws: ws, done: make(chan struct{}), synced: map[string]bool{}, acked: map[string]int{}}
	cl.cond = sync.NewCond(&cl.mu)
	go cl.read()
	return cl, nil
}

// open opens a document and waits until it is synced.
func (c *client) open(doc, token string) error {
	c.mu.Lock()
	// Our answer to the server's state vector will be acknowledged too.
	c.unacked = append(c.unacked, pendingEdit{doc: doc})
	c.mu.Unlock()
	if err := c.write(wire.Token(doc, token, "4.0.0")); err != nil {
		return err
	}
	if err := c.write(wire.Sync(doc, wire.SyncStep1, ydoc.StateVector{}.Encode())); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for !c.synced[doc] && c.err == nil && c.denied == "" {
		c.cond.Wait()
	}
	if c.denied != "" {
		return fmt.Errorf("%s: permission denied: %s", doc, c.denied)
	}
	return c.err
}

func (c *client) write(frame []byte) error {
	c.sending.Lock()
	defer c.sending.Unlock()
	return c.ws.WriteMessage(websocket.BinaryMessage, frame)
}

func (c *client) close() {
	c.ws.Close()
	<-c.done
}

func (c *client) read() {
	defer close(c.done)
	for {
		_, b, err := c.ws.ReadMessage()
		if err != nil {
			c.mu.Lock()
			c.err = errors.Join(c.err, err)
			c.cond.Broadcast()
			c.mu.Unlock()
			return
		}
		f, err := wire.Parse(b)
		if err != nil {
			continue // of no concern here
		}
		c.take(f)
	}
}

func (c *client) take(f wire.Frame) {
	now := c.clock.now()
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case f.Type == wire.TypeAuth && f.Auth == wire.AuthDenied:
		c.denied = f.Text
		c.cond.Broadcast()
	case f.Type == wire.TypeSync && f.Sync == wire.SyncStep1:
		// We keep no document: what we have made is acknowledged or lost.
		go func() { _ = c.write(wire.Sync(f.Key, wire.SyncStep2, emptyUpdate)) }()
	case f.Type == wire.TypeSync && f.Sync == wire.SyncStep2:
		c.synced[f.Doc] = true
		c.cond.Broadcast()
	case f.Type == wire.TypeSync:
		stamps(f.Payload, func(at time.Duration) {
			c.received++
			if c.latency != nil {
				c.latency.add(now - at)
			}
		})
	case f.Type == wire.TypeSyncStatus && f.Saved && len(c.unacked) > 0:
		e := c.unacked[0]
		c.unacked = c.unacked[1:]
		if e.at > 0 {
			c.acked[e.doc]++
			if c.ackTime != nil {
				c.ackTime.add(now - e.at)
			}
			c.cond.Broadcast()
		}
	}
}

var emptyUpdate = []byte{0, 0}

// writer makes edits in one document: each appends a stamp to a text of its own.
type writer struct {
	c    *client
	doc  string
	id   uint64
	name string
	y    *ydoc.Doc
	made int
}

func newWriter(c *client, doc string) *writer {
	id := rand.Uint64N(1<<32-1) + 1
	return &writer{c: c, doc: doc, id: id, name: fmt.Sprintf("w%d", id), y: ydoc.New(ydoc.Options{})}
}

// edit sends one update.
func (w *writer) edit() error {
	update, err := w.y.Transact(w.id, func(x *ydoc.Txn) error {
		return x.InsertText(x.Root(w.name, ydoc.KindText), w.made*markLength, w.c.clock.stamp())
	})
	if err != nil {
		return err
	}
	w.made++
	w.c.mu.Lock()
	w.c.unacked = append(w.c.unacked, pendingEdit{w.doc, w.c.clock.now()})
	w.c.mu.Unlock()
	return w.c.write(wire.Sync(w.doc, wire.SyncUpdate, update))
}
