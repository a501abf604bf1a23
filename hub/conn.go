package hub

import (
	"context"
	"errors"
	"fmt"
	"io"
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
	closeGoingAway = 1001
	closeProtocol  = 1002
	closeTooLarge  = 1009
	closeRestart   = 1012 // the server restarts
	closeTryAgain  = 1013 // the store or the document is not available now
	closeForbidden = 4403 // the client did what no client may do
	closeTimeout   = 4408 // no document was opened in time
)

const (
	// pingEvery keeps proxies from closing an idle line, looked after every
	// keepAliveStep; readTimeout is two missed answers.
	pingEvery     = 18 * time.Second
	keepAliveStep = 2 * time.Second
	readTimeout   = 45 * time.Second
	// writeTimeout bounds the writing of one chunk.
	writeTimeout = 20 * time.Second
	// chunkBytes is what one write takes: many small frames or part of a big
	// one.
	chunkBytes = 32 << 10
	// maxBacklog bounds the answers that wait for one connection.
	maxBacklog = 1 << 16
	// readPastFactor times MessageBytes is how much of a message that is too
	// large is read past before the connection is closed with 1009.
	readPastFactor = 4
)

// conn is one websocket. The reader goroutine runs serve and owns docs; a writer
// goroutine runs write while there is something to write.
type conn struct {
	// static
	hub     *Hub
	ws      *websocket.Conn
	net     net.Conn
	raw     syscall.RawConn // nil when the connection is not a bare socket
	out     outbox
	plain   bool
	limiter *rate.Limiter
	ctx     context.Context // ends with the connection
	cancel  context.CancelFunc
	outside func() // counts the connection out

	// owned by the reader
	docs map[string]*membership

	nextPing time.Time // guarded by hub.mu

	failing sync.Once
	heard   atomic.Int64 // when the client was last heard, Unix nanoseconds

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
		hub: h, ws: ws, net: ws.NetConn(), plain: plain, ctx: ctx, cancel: cancel, outside: leave,
		limiter: rate.NewLimiter(rate.Limit(lim.MessagesPerSecond), lim.MessageBurst),
		docs:    map[string]*membership{},
	}
	if bare, ok := c.net.(*net.TCPConn); ok {
		c.raw, _ = bare.SyscallConn()
	}
	now := time.Now()
	c.heard.Store(now.UnixNano())
	c.nextPing = now.Add(pingEvery)
	h.mu.Lock()
	if h.closing {
		h.mu.Unlock()
		leave()
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
			go c.serve(func() error { return nil }, wire.Parse)
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
		go c.serve(
			func() error { return c.openPlain(name, token) },
			func(b []byte) (wire.Frame, error) { return wire.ParsePlain(name, b) },
		)
	})
}

// serve runs the connection to its end; the writer has ended when it returns.
// It has a goroutine of its own: that of the HTTP request has grown a large
// stack and holds the request, which an idle connection should not pay for.
// Hub.Close waits for it.
func (c *conn) serve(begin func() error, parse func([]byte) (wire.Frame, error)) {
	defer c.hub.cwg.Done()
	if begin() == nil {
		c.read(parse)
	}
	c.leaveAll()
	c.cancel()
	c.out.finish()
	c.ws.Close()
	c.hub.mu.Lock()
	delete(c.hub.conns, c)
	c.hub.mu.Unlock()
	c.outside()
	c.hub.metrics.connections.Dec()
}

// read takes messages until the connection ends.
func (c *conn) read(parse func([]byte) (wire.Frame, error)) {
	c.ws.SetPongHandler(func(string) error { return c.alive() })
	c.ws.SetPingHandler(func(data string) error {
		c.offer(outFrame{op: opPong, head: []byte(data)})
		return c.alive()
	})
	c.ws.SetCloseHandler(func(int, string) error { return nil })
	idleSince := time.Now()
	for {
		if len(c.docs) > 0 {
			idleSince = time.Now()
		}
		b, whole, err := c.message(idleSince)
		if err != nil {
			c.failRead(err)
			return
		}
		ok := true
		if whole {
			ok = c.receive(b, parse)
		} else {
			c.receiveTooLarge(b)
		}
		if !ok {
			return
		}
	}
}

// receive deals with one message; false ends the connection.
func (c *conn) receive(b []byte, parse func([]byte) (wire.Frame, error)) bool {
	f, err := parse(b)
	if err != nil {
		c.fail(closeProtocol, "malformed message")
		return false
	}
	return c.limiter.Wait(c.ctx) == nil && c.handle(f)
}

// receiveTooLarge answers a message of which only the beginning was kept: a
// client that was refused by name keeps the connection, and the text; one that
// was cut off would come back with the same message for ever.
func (c *conn) receiveTooLarge(beginning []byte) {
	f, err := wire.Peek(beginning)
	if c.plain {
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

var (
	errText    = errors.New("binary messages only")
	errTooLong = errors.New("message too large")
)

// peekBytes of a message that is too large are kept.
const peekBytes = wire.MaxKeyBytes + 32

// message reads one message. One that is larger than allowed is read past and
// only its beginning returned, whole false. idleSince is when the connection
// last had a document.
func (c *conn) message(idleSince time.Time) (b []byte, whole bool, err error) {
	lim := c.hub.opts.Limits
	most := int(lim.MessageBytes)
	deadline := time.Now().Add(readTimeout)
	if len(c.docs) == 0 {
		deadline = idleSince.Add(lim.HandshakeTimeout)
		most = min(most, lim.HandshakeBytes)
	}
	if err := c.ws.SetReadDeadline(deadline); err != nil {
		return nil, false, err
	}
	kind, r, err := c.ws.NextReader()
	if err != nil {
		return nil, false, err
	}
	if kind != websocket.BinaryMessage {
		return nil, false, errText
	}
	// On a slow line a large message may take longer than the timeout, but
	// something of it must come.
	moving := readerFunc(func(p []byte) (int, error) {
		if len(c.docs) > 0 {
			_ = c.alive()
		}
		return r.Read(p)
	})
	b, err = io.ReadAll(io.LimitReader(moving, int64(most)+1))
	if err != nil || len(b) <= most {
		return b, true, err
	}
	rest, err := io.Copy(io.Discard, io.LimitReader(moving, readPastFactor*lim.MessageBytes))
	if err == nil && rest == readPastFactor*lim.MessageBytes || len(c.docs) == 0 {
		err = errTooLong
	}
	return b[:min(len(b), peekBytes)], false, err
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// alive notes a sign of life.
func (c *conn) alive() error {
	now := time.Now()
	c.heard.Store(now.UnixNano())
	return c.ws.SetReadDeadline(now.Add(readTimeout))
}

// lastHeard is when the client last gave a sign of life.
func (c *conn) lastHeard() time.Time { return time.Unix(0, c.heard.Load()) }

// failRead ends the connection for what reading met. Expected ends are no
// errors.
func (c *conn) failRead(err error) {
	var timeout net.Error
	switch {
	case errors.Is(err, errText):
		c.fail(closeProtocol, errText.Error())
	case errors.Is(err, errTooLong):
		c.fail(closeTooLarge, errTooLong.Error())
	case errors.As(err, &timeout) && timeout.Timeout():
		c.fail(closeTimeout, "no answer in time")
	default:
		c.fail(closeGoingAway, "")
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
	g, n, err := h.askAbout(c.ctx, doc, token)
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
	if reason := c.refusal(doc, err); reason != "" {
		c.push(wire.Denied(key, reason))
		return nil
	}
	m := &membership{
		id: memberID(h.lastMember.Add(1)), conn: c, key: key, doc: doc, token: token, grant: g, answer: n,
	}
	if err := c.join(m); err != nil {
		h.log.Warn("document not opened", "doc", doc, "error", err)
		c.fail(closeTryAgain, "try again")
		return err
	}
	return nil
}

// refusal is why the document is not opened; empty when it may be.
func (c *conn) refusal(doc store.DocName, denied error) string {
	lim := c.hub.opts.Limits
	switch {
	case denied != nil:
		return denial(denied)
	case len(c.docs) >= lim.DocsPerConnection:
		return "too-many-documents"
	case c.hub.countMembers(doc) >= lim.ConnectionsPerDoc:
		return "document-full"
	}
	return ""
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
	c.setKey(m.key)
	if h.addMember(m) {
		g, n, err := h.askAbout(c.ctx, m.doc, m.token)
		h.settle(m, m.token, g, n, err)
	}
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
	c.hub.removeMember(m.doc, m.id)
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
	if c.plain {
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
func (c *conn) fail(code int, reason string) {
	c.failing.Do(func() {
		c.hub.metrics.closed.WithLabelValues(fmt.Sprint(code)).Inc()
		if c.out.pushLast(closeFrame(code, reason)) {
			c.write()
		}
	})
}
