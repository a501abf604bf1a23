package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
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

// stamp is a time as an update carries it.
func stamp(at time.Duration) string {
	var b [8]byte
	n := uint64(at)
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
	plain string // the only document, with a server that speaks y-websocket
	ws    *websocket.Conn
	done  chan struct{} // closed when the reader has ended

	sending sync.Mutex // guards ws's writing side

	mu       sync.Mutex // guards what follows
	cond     *sync.Cond
	synced   map[string]bool
	writers  map[string]*writer // of a document; answer the server's state vector
	denied   string
	seen     map[time.Duration]struct{}
	received int           // stamps seen, each once
	latency  *histogram    // of deliveries; nil: not measured
	ackTime  *histogram    // of acknowledgements
	unacked  []pendingEdit // in order
	err      error
}

// pendingEdit is an update that has not been acknowledged yet.
type pendingEdit struct {
	by *writer       // nil: not an edit
	at time.Duration // when it was sent
}

// dialer has small buffers: thousands of clients share the process.
var dialer = websocket.Dialer{ReadBufferSize: 4 << 10, WriteBufferSize: 1 << 10, HandshakeTimeout: 20 * time.Second}

// dial connects without opening a document. With plain set it speaks
// y-websocket, where the address names the only document.
func dial(ctx context.Context, url, plain string, c clock) (*client, error) {
	if plain != "" {
		url += "/" + plain
	}
	ws, res, err := dialer.DialContext(ctx, url, nil)
	if err != nil {
		return nil, fmt.Errorf("dial %s: %w", url, err)
	}
	res.Body.Close()
	cl := &client{
		clock: c, plain: plain, ws: ws, done: make(chan struct{}),
		synced: map[string]bool{}, writers: map[string]*writer{}, seen: map[time.Duration]struct{}{},
	}
	cl.cond = sync.NewCond(&cl.mu)
	// A pong waits for its turn like any message, as in a browser. The library's
	// own answer ends the connection when a busy server does not take it within
	// a second.
	ws.SetPingHandler(func(data string) error {
		go func() { _ = ws.WriteControl(websocket.PongMessage, []byte(data), time.Time{}) }()
		return nil
	})
	go cl.read()
	return cl, nil
}

// open opens a document and waits until it is synced.
func (c *client) open(doc, token string) error {
	if c.plain == "" {
		c.mu.Lock()
		// Our answer to the server's state vector will be acknowledged too.
		c.unacked = append(c.unacked, pendingEdit{})
		c.mu.Unlock()
		if err := c.write(wire.Token(doc, token, "4.0.0")); err != nil {
			return err
		}
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

// appear shows the client to the others on the document, as a browser does.
func (c *client) appear(doc string) error {
	state := fmt.Sprintf(`{"user":{"name":"Somebody","color":"#336699"},"cursor":{"card":"c%d","at":17}}`, rand.IntN(1000))
	return c.write(wire.Awareness(doc, wire.EncodeAwareness([]wire.AwarenessState{
		{Client: rand.Uint64N(1 << 32), Clock: 1, JSON: []byte(state)},
	})))
}

func (c *client) write(frame []byte) error {
	c.sending.Lock()
	defer c.sending.Unlock()
	if c.plain != "" {
		frame = wire.Plain(frame)
	}
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
		if f, err := c.parse(b); err == nil { // what else comes is of no concern
			c.take(f)
		}
	}
}

func (c *client) parse(b []byte) (wire.Frame, error) {
	if c.plain != "" {
		return wire.ParsePlain(c.plain, b)
	}
	return wire.Parse(b)
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
		w := c.writers[f.Doc]
		go func() { _ = c.write(wire.Sync(f.Key, wire.SyncStep2, w.since(f.Payload))) }()
	case f.Type == wire.TypeSync && f.Sync == wire.SyncStep2:
		c.synced[f.Doc] = true
		c.cond.Broadcast()
	case f.Type == wire.TypeSync:
		stamps(f.Payload, func(at time.Duration) {
			// A server that asks whether we have what it sent (rule R14 of the hub)
			// sends it again, for we keep no document. That is no delivery.
			if _, again := c.seen[at]; again {
				return
			}
			c.seen[at] = struct{}{}
			c.received++
			if c.latency != nil {
				c.latency.add(now - at)
			}
		})
	case f.Type == wire.TypeSyncStatus && f.Saved && len(c.unacked) > 0:
		e := c.unacked[0]
		c.unacked = c.unacked[1:]
		if e.by != nil {
			e.by.acked.Add(1)
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
	doc, name string
	id        uint64
	acked     atomic.Int64

	mu   sync.Mutex // guards what follows
	c    *client
	y    *ydoc.Doc
	made int
}

func newWriter(c *client, doc string) *writer {
	id := rand.Uint64N(1<<32-1) + 1
	w := &writer{doc: doc, id: id, name: fmt.Sprintf("w%d", id), y: ydoc.New(ydoc.Options{})}
	w.moveTo(c)
	return w
}

// moveTo has the writer go on over another connection.
func (w *writer) moveTo(c *client) {
	w.mu.Lock()
	w.c = c
	w.mu.Unlock()
	c.mu.Lock()
	c.writers[w.doc] = w
	c.mu.Unlock()
}

// edit sends one update.
func (w *writer) edit() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	at := w.c.clock.now()
	w.c.mu.Lock()
	w.c.seen[at] = struct{}{}
	w.c.mu.Unlock()
	update, err := w.y.Transact(w.id, func(x *ydoc.Txn) error {
		return x.InsertText(x.Root(w.name, ydoc.KindText), w.made*markLength, stamp(at))
	})
	if err != nil {
		return err
	}
	w.made++
	if w.c.plain == "" {
		w.c.mu.Lock()
		w.c.unacked = append(w.c.unacked, pendingEdit{w, w.c.clock.now()})
		w.c.mu.Unlock()
	}
	return w.c.write(wire.Sync(w.doc, wire.SyncUpdate, update))
}

// since is what the writer has made and a state vector lacks; of a reader,
// which keeps no document, nothing.
func (w *writer) since(vector []byte) []byte {
	sv, err := ydoc.DecodeStateVector(vector)
	if w == nil || err != nil {
		return emptyUpdate
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.y.EncodeStateAsUpdate(sv)
}
