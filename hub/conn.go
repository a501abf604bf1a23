package hub

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/time/rate"

	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/wire"
)

// Close codes. Below 4400 the client comes back by itself; from 4400 on
// something must change first.
const (
	closeGoingAway = 1001
	closeProtocol  = 1002
	closeRestart   = 1012 // the server restarts
	closeTryAgain  = 1013 // the store or the document is not available now
	closeForbidden = 4403 // the client did what no client may do
	closeTimeout   = 4408 // no document was opened in time
)

const (
	// pingEvery keeps proxies from closing an idle line; readTimeout is two
	// missed answers.
	pingEvery   = 20 * time.Second
	readTimeout = 45 * time.Second
	// writeTimeout bounds the writing of one chunk.
	writeTimeout = 20 * time.Second
	// chunkBytes is what one write takes: many small frames or part of a big
	// one.
	chunkBytes = 32 << 10
)

// conn is one websocket. The reader goroutine runs serve and owns docs; the
// writer goroutine runs write.
type conn struct {
	// static
	hub     *Hub
	ws      *websocket.Conn
	net     net.Conn
	out     *outbox
	plain   bool
	limiter *rate.Limiter
	ctx     context.Context // ends with the connection
	cancel  context.CancelFunc

	// owned by the reader
	docs map[string]*membership

	failing sync.Once

	keyMu   sync.Mutex // guards lastKey
	lastKey string     // a document that is open, for keeping the line alive
}

// writeBuffers and chunks are shared by all connections: an idle one holds
// neither.
var (
	writeBuffers sync.Pool
	chunks       = sync.Pool{New: func() any { b := make([]byte, 0, chunkBytes+16); return &b }}
)

func (h *Hub) upgrade(w http.ResponseWriter, r *http.Request, allow func(*http.Request) bool, plain bool) *conn {
	up := websocket.Upgrader{
		HandshakeTimeout: 5 * time.Second,
		ReadBufferSize:   1024, WriteBufferSize: 1024, WriteBufferPool: &writeBuffers,
		CheckOrigin: allow,
	}
	ws, err := up.Upgrade(w, r, nil)
	if err != nil {
		return nil // the upgrader has answered
	}
	// The request's context ends with the handler's middlewares; a connection
	// lives as long as its hub.
	ctx, cancel := context.WithCancel(h.life)
	lim := h.opts.Limits
	c := &conn{
		hub: h, ws: ws, net: ws.NetConn(), out: newOutbox(), plain: plain, ctx: ctx, cancel: cancel,
		limiter: rate.NewLimiter(rate.Limit(lim.MessagesPerSecond), lim.MessageBurst),
		docs:    map[string]*membership{},
	}
	h.mu.Lock()
	if h.closing {
		h.mu.Unlock()
		cancel()
		ws.Close()
		return nil
	}
	h.conns[c] = struct{}{}
	h.cwg.Add(1)
	h.mu.Unlock()
	h.metrics.connections.Inc()
	return c
}

// Handler serves GET /ws: the Hocuspocus protocol, many documents on one
// socket. allowOrigin decides on the request's Origin header.
func (h *Hub) Handler(allowOrigin func(*http.Request) bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c := h.upgrade(w, r, allowOrigin, false); c != nil {
			c.serve(func() error { return nil }, wire.Parse)
		}
	})
}

// PlainHandler serves the y-websocket protocol: the document is the last part
// of the path, the token the query parameter "token".
func (h *Hub) PlainHandler(allowOrigin func(*http.Request) bool, doc func(*http.Request) string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, token := doc(r), r.URL.Query().Get("token")
		c := h.upgrade(w, r, allowOrigin, true)
		if c == nil {
			return
		}
		c.serve(
			func() error { return c.openPlain(name, token) },
			func(b []byte) (wire.Frame, error) { return wire.ParsePlain(name, b) },
		)
	})
}

// serve runs the connection to its end; the writer has ended when it returns.
func (c *conn) serve(begin func() error, parse func([]byte) (wire.Frame, error)) {
	defer c.hub.cwg.Done()
	written := make(chan struct{})
	go func() {
		defer close(written)
		c.write()
	}()
	if begin() == nil {
		c.read(parse)
	}
	c.leaveAll()
	c.cancel()
	<-written
	c.ws.Close()
	c.hub.mu.Lock()
	delete(c.hub.conns, c)
	c.hub.mu.Unlock()
	c.hub.metrics.connections.Dec()
}

// read takes messages until the connection ends. Expected ends are not errors.
func (c *conn) read(parse func([]byte) (wire.Frame, error)) {
	c.ws.SetReadLimit(c.hub.opts.Limits.MessageBytes)
	c.ws.SetPongHandler(func(string) error { return c.ws.SetReadDeadline(time.Now().Add(readTimeout)) })
	c.ws.SetPingHandler(func(data string) error {
		c.out.push(outFrame{op: opPong, head: []byte(data)}, c.hub.opts.Limits.OutboxBytes, c.hub.opts.Limits.OutboxCount)
		return c.ws.SetReadDeadline(time.Now().Add(readTimeout))
	})
	c.ws.SetCloseHandler(func(int, string) error { return nil })
	opened := time.Now()
	for {
		deadline := time.Now().Add(readTimeout)
		if len(c.docs) == 0 {
			deadline = opened.Add(c.hub.opts.Limits.HandshakeTimeout)
		} else {
			opened = time.Now()
		}
		_ = c.ws.SetReadDeadline(deadline)
		kind, b, err := c.ws.ReadMessage()
		if err != nil {
			var timeout net.Error
			if errors.As(err, &timeout) && timeout.Timeout() {
				c.fail(closeTimeout, "no answer in time")
			} else {
				c.fail(closeGoingAway, "")
			}
			return
		}
		if kind != websocket.BinaryMessage {
			c.fail(closeProtocol, "binary messages only")
			return
		}
		f, err := parse(b)
		if err != nil {
			c.fail(closeProtocol, "malformed message")
			return
		}
		if c.limiter.Wait(c.ctx) != nil || !c.handle(f) {
			return
		}
	}
}

// handle deals with one message; false ends the connection.
func (c *conn) handle(f wire.Frame) bool {
	switch f.Type {
	case wire.TypePing:
		if f.Key == "" {
			c.push(wire.Pong)
		}
		return true
	case wire.TypePong:
		return true
	case wire.TypeAuth:
		if f.Auth != wire.AuthToken {
			c.fail(closeForbidden, "a server's message from a client")
			return false
		}
		return c.open(f.Key, store.DocName(f.Doc), f.Text) == nil
	case wire.TypeBroadcastStateless:
		c.fail(closeForbidden, "clients may not broadcast")
		return false
	}
	m := c.docs[f.Key]
	if m == nil {
		return true // not opened, or put out: nothing to say
	}
	switch f.Type {
	case wire.TypeClose:
		c.leave(f.Key, m)
		return true
	case wire.TypeSync, wire.TypeSyncReply, wire.TypeAwareness, wire.TypeQueryAwareness:
		now := time.Now()
		if !m.room.post(c.ctx, func(r *room) { r.core.frame(m.id, f, now) }) {
			c.fail(closeTryAgain, "the document has to be loaded again")
			return false
		}
	}
	return true
}

// open authenticates the client for a document and brings it into the room. A
// second token for an open document renews the grant. An error ends the
// connection.
func (c *conn) open(key string, doc store.DocName, token string) error {
	h := c.hub
	if m := c.docs[key]; m != nil {
		c.leave(key, m)
	}
	g, err := h.authorize(c.ctx, doc, token)
	lim := h.opts.Limits
	switch {
	case errors.Is(err, ErrDenied):
		c.push(wire.Denied(key, denial(err)))
		return nil
	case err != nil:
		h.log.Warn("authorisation failed", "error", err)
		c.fail(closeTryAgain, "try again")
		return err
	case len(c.docs) >= lim.DocsPerConnection:
		c.push(wire.Denied(key, "too-many-documents"))
		return nil
	case h.countMembers(doc) >= lim.ConnectionsPerDoc:
		c.push(wire.Denied(key, "document-full"))
		return nil
	}
	m := &membership{id: memberID(h.lastMember.Add(1)), conn: c, key: key, doc: doc, token: token, grant: g}
	if err := c.join(m); err != nil {
		h.log.Warn("document not opened", "doc", doc, "error", err)
		c.fail(closeTryAgain, "try again")
		return err
	}
	return nil
}

func (c *conn) join(m *membership) error {
	h := c.hub
	r, err := h.acquire(c.ctx, m.doc, m.grant.Ephemeral)
	if err != nil {
		return err
	}
	m.room = r
	a := &attachment{conn: c, key: m.key}
	if !r.post(c.ctx, func(r *room) {
		r.attach(m.id, a)
		r.core.join(m.id, m.grant)
	}) {
		h.release(r)
		return fmt.Errorf("%w: the document was given up", store.ErrUnavailable)
	}
	c.docs[m.key] = m
	c.setKey(m.key)
	h.addMember(m)
	if h.opts.Greet != nil {
		for _, payload := range h.opts.Greet(c.ctx, m.doc, m.grant) {
			c.push(wire.Stateless(m.key, string(payload)))
		}
	}
	return nil
}

// openPlain is open for a y-websocket client, which expects our state vector
// first.
func (c *conn) openPlain(name, token string) error {
	if name == "" || len(name) > wire.MaxKeyBytes {
		c.fail(closeForbidden, "no document")
		return errors.New("no document")
	}
	if err := c.open(name, store.DocName(name), token); err != nil {
		return err
	}
	m := c.docs[name]
	if m == nil {
		c.fail(closeForbidden, "permission denied")
		return ErrDenied
	}
	m.room.post(c.ctx, func(r *room) {
		if member := r.core.members[m.id]; member != nil {
			r.core.askForMissing(member)
		}
	})
	return nil
}

func (c *conn) leave(key string, m *membership) {
	delete(c.docs, key)
	next := ""
	for k := range c.docs {
		next = k
		break
	}
	c.setKey(next)
	c.hub.removeMember(m)
	m.room.post(context.WithoutCancel(c.ctx), func(r *room) {
		r.core.leave(m.id)
		r.detach(m.id)
	})
	c.hub.release(m.room)
}

func (c *conn) setKey(key string) {
	c.keyMu.Lock()
	defer c.keyMu.Unlock()
	c.lastKey = key
}

func (c *conn) leaveAll() {
	for key, m := range c.docs {
		c.leave(key, m)
	}
}

// closeAfterDenial ends a plain connection whose only document was refused.
func (c *conn) closeAfterDenial(*membership) {
	if c.plain {
		c.fail(closeForbidden, "permission denied")
	}
}

// push queues an answer, which always fits.
func (c *conn) push(frame []byte) {
	if c.plain {
		if frame = wire.Plain(frame); frame == nil {
			return
		}
	}
	c.out.push(outFrame{op: opBinary, head: frame}, 0, 0)
}

// fail ends the connection with a close code, after what is queued. It never
// blocks; the first reason counts.
func (c *conn) fail(code int, reason string) {
	c.failing.Do(func() {
		c.hub.metrics.closed.WithLabelValues(fmt.Sprint(code)).Inc()
		c.out.push(closeFrame(code, reason), 0, 0)
	})
}
