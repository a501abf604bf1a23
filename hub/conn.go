package hub

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/time/rate"

	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/wire"
)

// Close codes. Below 4400 the client comes back by itself; from 4400 on
// something must change first.
const (
	closeNormal    = 1000
	closeGoingAway = 1001
	closeProtocol  = 1002
	closeTooLarge  = 1009
	closeRestart   = 1012 // the server restarts
	closeTryAgain  = 1013 // the store or the document is not available now
	closeForbidden = 4403 // the client did what no client may do
	closeTimeout   = 4408 // no document was opened in time
)

const (
	// chunkBytes is what one write takes: many small frames or part of a big
	// one.
	chunkBytes = 32 << 10
	// readBytes is what one reading takes. Above saturation every reader waits
	// for its room and holds as much.
	readBytes = 8 << 10
	// maxBacklog bounds the answers that wait for one connection.
	maxBacklog = 1 << 16
	// readPastFactor times MessageBytes is how much of a message that is too
	// large is read past before the connection is closed with 1009.
	readPastFactor = 4
)

// conn is one websocket. Its reader, which owns docs, is whoever runs readable:
// a goroutine that a poller has sent because there is something to read, or
// where none watches a goroutine of its own. Its writer is whoever has the turn
// of its outbox. An idle connection has neither, nor buffers for them.
type conn struct {
	// static
	hub     *Hub
	net     net.Conn
	raw     syscall.RawConn // nil when the connection is not a bare socket
	plain   string          // the only document of a y-websocket client
	limiter *rate.Limiter
	ctx     context.Context // ends with the connection
	cancel  context.CancelFunc
	outside func() // counts the connection out
	watched int32  // its number in the poller
	polled  bool

	out outbox

	// owned by the reader
	docs  map[string]*membership
	in    inbound
	begin func() error // to be called before the first reading

	nextPing time.Time // guarded by hub.mu
	watch    watch     // owned by keepLinesAlive

	taking  atomic.Bool   // the reader deals with what has come
	writing atomic.Bool   // the writer waits for the client
	written atomic.Uint64 // bytes that it has had to wait for
	reading atomic.Int32  // a readingState
	failing sync.Once
	heard   atomic.Int64 // when the client was last heard, Unix nanoseconds
	line    lineState
	docless atomic.Int64 // since when it has no document; 0: it has one

	keyMu   sync.Mutex // guards lastKey
	lastKey string     // a document that is open, for keeping the line alive
}

// chunks for writing, and buffers for reading, are shared by all connections.
var (
	chunks      = sync.Pool{New: func() any { b := make([]byte, 0, chunkBytes); return &b }}
	readBuffers = sync.Pool{New: func() any { b := make([]byte, readBytes); return &b }}
)

func (h *Hub) upgrade(w http.ResponseWriter, r *http.Request, allow func(*http.Request) bool) *conn {
	up := websocket.Upgrader{HandshakeTimeout: 5 * time.Second, CheckOrigin: allow}
	leave, reason := h.door.enter(r)
	if reason != "" {
		h.metrics.turnedAway.WithLabelValues(reason).Inc()
		turnAway(w, reason)
		return nil
	}
	ws, err := up.Upgrade(w, r, nil)
	if err != nil {
		leave()
		return nil // the upgrader has answered
	}
	// The request's context ends with the handler's middlewares; a connection
	// lives as long as its hub.
	ctx, cancel := context.WithCancel(h.life)
	lim := h.opts.Limits
	c := &conn{
		hub: h, net: ws.NetConn(), ctx: ctx, cancel: cancel, outside: leave,
		limiter: rate.NewLimiter(rate.Limit(lim.MessagesPerSecond), lim.MessageBurst),
		docs:    map[string]*membership{},
		in:      inbound{keep: peekBytes, past: readPastFactor * lim.MessageBytes},
	}
	if bare, ok := c.net.(*net.TCPConn); ok {
		c.raw, _ = bare.SyscallConn()
	}
	now := time.Now()
	c.heard.Store(now.UnixNano())
	c.docless.Store(now.UnixNano())
	// The first ping soon: from then on it is known how long the line takes.
	c.nextPing = now.Add(keepAliveStep)
	c.line.since, c.line.requests = now, overRequests(r)
	h.mu.Lock()
	if h.closing {
		h.mu.Unlock()
		leave()
		cancel()
		c.net.Close()
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
		if c := h.upgrade(w, r, allowOrigin); c != nil {
			c.serve()
		}
	})
}

// PlainHandler serves the y-websocket protocol: the document is the last part
// of the path, the token the query parameter "token".
func (h *Hub) PlainHandler(allowOrigin func(*http.Request) bool, doc func(*http.Request) string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, token := doc(r), r.URL.Query().Get("token")
		if c := h.upgrade(w, r, allowOrigin); c != nil {
			c.plain = cmp.Or(name, "no document")
			c.begin = func() error { return c.openPlain(name, token) }
			c.serve()
		}
	})
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
	case wire.TypeStateless:
		c.said(m, f.Text)
	}
	return true
}

// open authenticates the client for a document and brings it into the room. A
// second token for an open document renews the grant. An error ends the
// connection.
func (c *conn) open(key string, doc store.DocName, token string) (err error) {
	h := c.hub
	ctx, end := h.opts.Trace(c.ctx, "join", "document", kindOf(doc))
	defer func() { end(err) }()
	g, n, err := h.askAbout(ctx, doc, token)
	if err != nil && !errors.Is(err, ErrDenied) {
		h.log.Warn("authorisation failed", "error", err)
		c.fail(closeTryAgain, "try again")
		return err
	}
	if m := c.docs[key]; m != nil {
		if err == nil && !h.gone(m) {
			c.renew(m, token, g, n)
			return nil
		}
		c.leave(key, m)
	}
	if reason := c.refusal(doc, g, err); reason != "" {
		h.metrics.denied.WithLabelValues(reason).Inc()
		c.push(wire.Denied(key, reason))
		return nil
	}
	m := &membership{
		id: memberID(h.lastMember.Add(1)), conn: c, key: key, doc: doc, workshop: g.Workshop, token: token, grant: g, answer: n,
	}
	if err := c.join(m); err != nil {
		h.leaveWorkshop(c, m.workshop)
		h.log.Warn("document not opened", "doc", doc, "error", err)
		c.fail(closeTryAgain, "try again")
		return err
	}
	return nil
}

// refusal is why the document is not opened; empty when it may be, and then the
// connection is counted in to its workshop.
func (c *conn) refusal(doc store.DocName, g Grant, denied error) string {
	lim, reason := c.hub.opts.Limits, ""
	switch {
	case denied != nil:
		return denial(denied)
	case len(c.docs) >= lim.DocsPerConnection:
		reason = "too-many-documents"
	case c.hub.countMembers(doc) >= lim.ConnectionsPerDoc:
		reason = "document-full"
	case !c.hub.enterWorkshop(c, g.Workshop):
		reason = "workshop-busy"
	default:
		return ""
	}
	c.hub.metrics.turnedAway.WithLabelValues(reason).Inc()
	return reason
}

// renew puts a new token in the place of the old one.
func (c *conn) renew(m *membership, token string, g Grant, answer uint64) {
	h := c.hub
	h.mu.Lock()
	m.token, m.grant, m.denied, m.answer = token, g, "", answer
	h.mu.Unlock()
	m.room.post(c.ctx, func(r *room) { r.core.renew(m.id, g) })
}

func (c *conn) join(m *membership) error {
	h := c.hub
	r, err := h.acquire(c.ctx, m.doc, m.grant.Ephemeral)
	if err != nil {
		return err
	}
	m.room = r
	a, g := &attachment{conn: c, key: m.key}, m.grant
	if !r.post(c.ctx, func(r *room) {
		r.attach(m.id, a)
		r.core.join(m.id, g)
	}) {
		h.release(r)
		return fmt.Errorf("%w: the document was given up", store.ErrUnavailable)
	}
	c.docs[m.key] = m
	c.docless.Store(0)
	c.setKey(m.key)
	if h.addMember(m) {
		now, n, err := h.askAbout(c.ctx, m.doc, m.token)
		h.settle(m, m.token, now, n, err)
	}
	if h.opts.Greet != nil {
		for _, payload := range h.opts.Greet(c.ctx, m.doc, h.granted(m)) {
			c.greet(m.key, payload)
		}
	}
	return nil
}

// said keeps what the client said on a document, for Broadcast and Members.
func (c *conn) said(m *membership, text string) {
	if len(text) > MaxSaid {
		return
	}
	c.hub.mu.Lock()
	m.said = text
	c.hub.mu.Unlock()
	m.room.post(c.ctx, func(r *room) { r.core.hear(m.id, text) })
}

// greet queues a stateless payload, which others may be sent too.
func (c *conn) greet(key string, payload []byte) {
	if c.plain == "" { // the y-websocket protocol has none such
		c.send(outFrame{op: opBinary, head: wire.StatelessHead(key, len(payload)), body: payload})
	}
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
	if next == "" {
		c.docless.Store(time.Now().UnixNano())
	}
	c.hub.leaveWorkshop(c, m.workshop)
	c.hub.removeMember(m.doc, m.id)
	if left := c.hub.opts.Left; left != nil {
		left(m.doc, c.hub.describe(m), c.line.broken())
	}
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

// push queues an answer in the connection's protocol.
func (c *conn) push(frame []byte) {
	if c.plain != "" {
		if frame = wire.Plain(frame); frame == nil {
			return
		}
	}
	c.send(outFrame{op: opBinary, head: frame})
}

// send queues what the client counts on. Clients cause such answers one by one,
// so one that lets them pile up does not read: its connection ends.
func (c *conn) send(f outFrame) {
	ok, turn := c.queueAnswer(f)
	if turn {
		c.write()
	}
	if !ok {
		c.fail(closeTryAgain, "read faster")
	}
}

// queueAnswer queues what the client counts on, queueOptional what can be left
// out; the caller writes when it has got the turn.
func (c *conn) queueAnswer(f outFrame) (ok, turn bool) {
	return c.out.push(f, c.hub.opts.Limits.BacklogBytes, maxBacklog)
}

func (c *conn) queueOptional(f outFrame) (ok, turn bool) {
	return c.out.push(f, c.hub.opts.Limits.OutboxBytes, c.hub.opts.Limits.OutboxCount)
}

// offer sends what can be left out.
func (c *conn) offer(f outFrame) {
	if _, turn := c.queueOptional(f); turn {
		c.write()
	}
}

// fail ends the connection with a close code, after what is queued. It never
// blocks; the first reason counts.
func (c *conn) fail(code int, reason string) { c.failAs(code, code, reason) }

// failAs is fail counted under another code: clients may say goodbye with any.
func (c *conn) failAs(counted, code int, reason string) {
	c.failing.Do(func() {
		c.line.ended(false)
		c.hub.metrics.closed.WithLabelValues(fmt.Sprint(counted)).Inc()
		if c.out.pushLast(closeFrame(code, reason)) {
			c.write()
		}
	})
}
