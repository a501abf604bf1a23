// Package floor is what no server can go below: it relays frames to everybody
// else on the document and does nothing more. It keeps no document, stores
// nothing, checks nothing, and acknowledges at once. A goroutine per connection
// drains the queue into one write.
package floor

import (
	"net/http"
	"sync"

	"github.com/gorilla/websocket"

	"github.com/pathboard/pathboard/hub/wire"
)

// queueLength bounds the frames that wait for one connection; a reader that
// slow is cut.
const queueLength = 1 << 14

// Floor is the relay. It speaks enough of the protocol for a client to sync
// with an empty document.
type Floor struct {
	mu    sync.Mutex // guards rooms
	rooms map[string]map[*conn]struct{}
}

// New returns a relay without connections.
func New() *Floor { return &Floor{rooms: map[string]map[*conn]struct{}{}} }

type conn struct {
	ws    *websocket.Conn
	queue chan []byte
}

var upgrader = websocket.Upgrader{ReadBufferSize: 1024, WriteBufferSize: 1024, CheckOrigin: func(*http.Request) bool { return true }}

// ServeHTTP serves one connection.
func (f *Floor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // answered
	}
	c := &conn{ws: ws, queue: make(chan []byte, queueLength)}
	var written sync.WaitGroup
	written.Go(c.write)
	for {
		_, b, err := ws.ReadMessage()
		if err != nil {
			break
		}
		if m, err := wire.Parse(b); err == nil {
			f.take(c, m, b)
		}
	}
	f.leave(c)
	close(c.queue)
	written.Wait()
	ws.Close()
}

func (f *Floor) take(c *conn, m wire.Frame, raw []byte) {
	switch {
	case m.Type == wire.TypeAuth:
		f.join(c, m.Doc)
		c.send(wire.Authenticated(m.Key, wire.ScopeReadWrite))
	case m.Type == wire.TypeSync && m.Sync == wire.SyncStep1:
		c.send(wire.Sync(m.Key, wire.SyncStep2, []byte{0, 0}))
		c.send(wire.SyncStatus(m.Key, true)) // of the exchange
	case m.Type == wire.TypeSync && m.Sync == wire.SyncUpdate:
		f.relay(c, m.Doc, raw)
		c.send(wire.SyncStatus(m.Key, true))
	case m.Type == wire.TypeAwareness:
		f.relay(c, m.Doc, raw)
	}
}

func (f *Floor) join(c *conn, doc string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.rooms[doc] == nil {
		f.rooms[doc] = map[*conn]struct{}{}
	}
	f.rooms[doc][c] = struct{}{}
}

func (f *Floor) leave(c *conn) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for doc, room := range f.rooms {
		delete(room, c)
		if len(room) == 0 {
			delete(f.rooms, doc)
		}
	}
}

func (f *Floor) relay(from *conn, doc string, frame []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for c := range f.rooms[doc] {
		if c != from {
			c.send(frame)
		}
	}
}

func (c *conn) send(frame []byte) {
	select {
	case c.queue <- frame:
	default:
		c.ws.Close()
	}
}

// write drains the queue: what waits goes out in one write.
func (c *conn) write() {
	raw := c.ws.NetConn()
	var buf []byte
	for first := range c.queue {
		buf = appendFrame(buf[:0], first)
		for more := true; more && len(buf) < 64<<10; {
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
