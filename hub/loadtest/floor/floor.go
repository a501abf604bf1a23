// Package floor is what no server can go below: it relays frames to everybody
// else on the document and does nothing more. It keeps no document, stores
// nothing, checks nothing, and acknowledges at once. Its kinds differ in how
// they pass frames on.
package floor

import (
	"context"
	"fmt"
	"net/http"
	"sync"

	"github.com/gorilla/websocket"

	"github.com/pathboard/pathboard/hub/wire"
	"github.com/pathboard/pathboard/hub/ydoc"
)

// queueLength bounds the frames that wait for one connection; a reader that
// slow is cut.
const queueLength = 1 << 10

// batchBytes is what a batching writer puts into one write.
const batchBytes = 64 << 10

// Kind is a way of relaying.
type Kind struct {
	// Batch: a connection's writer drains its queue into one write. Otherwise
	// each frame is a write of its own.
	Batch bool
	// Direct: there is neither writer nor queue, the sender's reader writes.
	Direct bool
	// Redis: frames go through PUBLISH and SUBSCRIBE, also to other instances.
	Redis bool
	// Blob: a newcomer gets the first large update that came, in one frame
	// encoded once.
	Blob bool
	// Durable: an edit is on disk before it is passed on or acknowledged, as in
	// a hub. Edits that come during a flush share the next one.
	Durable bool
}

// Kinds are the floors by name.
var Kinds = map[string]Kind{
	"floor":        {},
	"floor-batch":  {Batch: true},
	"floor-direct": {Direct: true},
	"floor-redis":  {Redis: true},
	"floor-blob":   {Blob: true, Batch: true},
	"floor-disk":   {Durable: true},
}

// Floor is the relay. It speaks enough of the protocol for a client to sync
// with an empty document.
type Floor struct {
	kind    Kind
	redis   *broker  // nil without Redis
	journal *journal // nil unless durable

	mu    sync.Mutex // guards what follows
	rooms map[string]*room
}

type room struct {
	conns map[*conn]struct{}
	doc   *ydoc.Doc // what a Blob floor gathers before the first join is answered
	blob  []byte
}

// New returns a relay without connections; ctx bounds its life where it uses
// the Redis at that address. A durable one writes to a file in dir.
func New(ctx context.Context, kind Kind, redis, dir string) (*Floor, error) {
	f := &Floor{kind: kind, rooms: map[string]*room{}}
	if kind.Durable {
		var err error
		if f.journal, err = openJournal(dir); err != nil {
			return nil, err
		}
	}
	if kind.Redis {
		var err error
		if f.redis, err = newBroker(ctx, redis, f.relay); err != nil {
			return nil, fmt.Errorf("floor: %w", err)
		}
	}
	return f, nil
}

type conn struct {
	floor *Floor
	ws    *websocket.Conn
	queue chan []byte // nil: written at once

	pending sync.WaitGroup // edits that are on their way to disk

	mu sync.Mutex // guards writing when there is no queue
}

var upgrader = websocket.Upgrader{ReadBufferSize: 1024, WriteBufferSize: 1024, CheckOrigin: func(*http.Request) bool { return true }}

// ServeHTTP serves one connection.
func (f *Floor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // answered
	}
	c := &conn{floor: f, ws: ws}
	var written sync.WaitGroup
	if !f.kind.Direct {
		c.queue = make(chan []byte, queueLength)
		written.Go(c.write)
	}
	for {
		_, b, err := ws.ReadMessage()
		if err != nil {
			break
		}
		if m, err := wire.Parse(b); err == nil {
			f.take(c, m, b)
		}
	}
	c.pending.Wait()
	f.leave(c)
	if c.queue != nil {
		close(c.queue)
	}
	written.Wait()
	ws.Close()
}

func (f *Floor) take(c *conn, m wire.Frame, raw []byte) {
	switch {
	case m.Type == wire.TypeAuth:
		f.join(c, m.Doc)
		c.send(wire.Authenticated(m.Key, wire.ScopeReadWrite))
	case m.Type == wire.TypeSync && m.Sync == wire.SyncStep1:
		c.send(f.state(m))
		c.send(wire.SyncStatus(m.Key, true)) // of the exchange
	case m.Type == wire.TypeSync && m.Sync == wire.SyncUpdate:
		f.gather(m)
		if f.journal != nil {
			c.pending.Add(1)
			f.journal.queue <- entry{raw, func() { f.edit(c, m, raw); c.pending.Done() }}
		} else {
			f.edit(c, m, raw)
		}
	case m.Type == wire.TypeAwareness:
		f.pass(c, m.Doc, raw)
	}
}

func (f *Floor) edit(c *conn, m wire.Frame, raw []byte) {
	f.pass(c, m.Doc, raw)
	c.send(wire.SyncStatus(m.Key, true))
}

// state answers a newcomer.
func (f *Floor) state(m wire.Frame) []byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	if r := f.rooms[m.Doc]; f.kind.Blob && r != nil && r.doc != nil {
		if r.blob == nil {
			r.blob = wire.Sync(m.Key, wire.SyncStep2, r.doc.EncodeStateAsUpdate(nil))
		}
		return r.blob
	}
	return wire.Sync(m.Key, wire.SyncStep2, []byte{0, 0})
}

// gather keeps what a Blob floor will give to newcomers.
func (f *Floor) gather(m wire.Frame) {
	if !f.kind.Blob {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	r := f.rooms[m.Doc]
	if r.doc == nil {
		r.doc = ydoc.New(ydoc.Options{})
	}
	_, _ = r.doc.Apply(m.Payload)
	r.blob = nil
}

func (f *Floor) join(c *conn, doc string) {
	f.mu.Lock()
	r := f.rooms[doc]
	first := r == nil
	if first {
		r = &room{conns: map[*conn]struct{}{}}
		f.rooms[doc] = r
	}
	r.conns[c] = struct{}{}
	f.mu.Unlock()
	if first && f.redis != nil {
		f.redis.subscribe(doc)
	}
}

func (f *Floor) leave(c *conn) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for doc, room := range f.rooms {
		delete(room.conns, c)
		if len(room.conns) == 0 && room.doc == nil && f.redis == nil {
			delete(f.rooms, doc)
		}
	}
}

// pass hands a frame on, by way of Redis or at once.
func (f *Floor) pass(from *conn, doc string, frame []byte) {
	if f.redis != nil {
		f.redis.publish(from, doc, frame)
		return
	}
	f.relay(from, doc, frame)
}

func (f *Floor) relay(from *conn, doc string, frame []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	r := f.rooms[doc]
	if r == nil {
		return
	}
	for c := range r.conns {
		if c != from {
			c.send(frame)
		}
	}
}

func (c *conn) send(frame []byte) {
	if c.queue == nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		if _, err := c.ws.NetConn().Write(appendFrame(nil, frame)); err != nil {
			c.ws.Close()
		}
		return
	}
	select {
	case c.queue <- frame:
	default:
		c.ws.Close()
	}
}

// write sends what is queued; a batching floor drains the queue into one write.
func (c *conn) write() {
	raw := c.ws.NetConn()
	var buf []byte
	for first := range c.queue {
		buf = appendFrame(buf[:0], first)
		for more := c.floor.kind.Batch; more && len(buf) < batchBytes; {
			select {
			case frame, open := <-c.queue:
				if more = open; open {
					buf = appendFrame(buf, frame)
				}
			default:
				more = false
			}
		}
		if _, err := raw.Write(buf); err != nil {
			c.ws.Close()
			for range c.queue { // until the reader has noticed
			}
			return
		}
	}
}

// appendFrame appends a binary websocket frame.
func appendFrame(dst, payload []byte) []byte {
	switch n := len(payload); {
	case n < 126:
		dst = append(dst, 0x82, byte(n))
	case n < 1<<16:
		dst = append(dst, 0x82, 126, byte(n>>8), byte(n))
	default:
		dst = append(dst, 0x82, 127, 0, 0, 0, 0, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
	}
	return append(dst, payload...)
}
