package hub

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"runtime/debug"
	"strconv"
	"sync"
	"time"

	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/wire"
)

const (
	// roomInbox bounds the events waiting for a room; readers wait.
	roomInbox = 64
	// maxInFlight bounds the appends of one room under way; at the bound the
	// room takes no new events, so its results always fit their channel.
	maxInFlight = 256
	// mailboxEntries bounds what the bus may leave for a room.
	mailboxEntries = 8192
	// roomTick is how often a room looks at presence, length of log and use.
	roomTick = 3 * time.Second
)

// event is something that happens to a room's core, or to its members.
type event func(r *room)

// room carries out what its core decides. All fields but the mailbox and refs
// belong to its goroutine.
type room struct {
	// static after newRoom
	hub    *Hub
	name   store.DocName
	inbox  chan event
	result chan journalResult
	mail   mailbox
	ready  chan struct{} // closed when loaded or failed
	done   chan struct{} // closed when the goroutine has ended
	stop   chan struct{} // closed to end an idle or closing room

	loadErr error // set before ready is closed

	// owned by run
	core       *core
	attached   map[memberID]*attachment
	epoch      uint64
	unfollow   func()
	unlisten   func()
	idleSince  time.Time
	announced  time.Time
	compacting bool
	dead       bool

	refs int // guarded by hub.mu
}

type journalResult struct {
	seq uint64
	store.AppendResult
}

// attachment is a member's way out.
type attachment struct {
	conn *conn
	key  string
	// lagging: a drained call is on its way, updates need not be queued.
	lagging bool
}

// mailbox takes what the bus delivers, without ever making it wait.
type mailbox struct {
	signal chan struct{}

	mu        sync.Mutex // guards what follows
	entries   []store.Entry
	notices   [][]byte
	lost      error
	compacted bool
}

func (m *mailbox) put(f func()) {
	m.mu.Lock()
	f()
	m.mu.Unlock()
	select {
	case m.signal <- struct{}{}:
	default:
	}
}

func newRoom(h *Hub, name store.DocName, ephemeral bool) *room {
	var inc incarnation
	var editor [8]byte
	_, _ = rand.Read(inc[:])
	_, _ = rand.Read(editor[:])
	// Provider clients use 32-bit ids; the server's own lie above them.
	id := binary.LittleEndian.Uint64(editor[:])>>12 | 1<<33
	return &room{
		hub: h, name: name,
		inbox: make(chan event, roomInbox), result: make(chan journalResult, maxInFlight+1),
		mail:  mailbox{signal: make(chan struct{}, 1)},
		ready: make(chan struct{}), done: make(chan struct{}), stop: make(chan struct{}),
		core:     newCore(h.opts.Limits, inc, id, ephemeral),
		attached: map[memberID]*attachment{},
	}
}

// post hands the room an event, waiting while it is busy. It reports false when
// the room has ended.
func (r *room) post(ctx context.Context, e event) bool {
	select {
	case r.inbox <- e:
		return true
	case <-r.done:
		return false
	case <-ctx.Done():
		return false
	}
}

// run is the room's life: load, serve, unload.
func (r *room) run(ctx context.Context) {
	defer close(r.done)
	defer r.end()
	if err := r.load(ctx); err != nil {
		r.loadErr = err
		r.hub.forget(r)
		close(r.ready)
		return
	}
	close(r.ready)
	tick := time.NewTicker(roomTick)
	defer tick.Stop()
	r.idleSince = time.Now()
	for !r.dead {
		inbox := r.inbox
		if r.core.inFlight() >= maxInFlight {
			inbox = nil
		}
		select {
		case e := <-inbox:
			r.step(func() { e(r) })
		case res := <-r.result:
			r.step(func() { r.answered(res) })
		case <-r.mail.signal:
			r.step(r.readMail)
		case now := <-tick.C:
			r.step(func() { r.tick(now) })
			if r.unused(now) && r.hub.retireIfUnused(r) {
				return
			}
		case <-r.stop:
			r.drain(ctx)
			return
		}
	}
}

// step runs one event and its effects. A panic ends this room alone: its
// members come back and find what the store has.
func (r *room) step(f func()) {
	defer func() {
		if p := recover(); p != nil {
			r.hub.log.Error("room failed", "doc", r.name, "panic", p, "stack", string(debug.Stack()))
			r.reset(fmt.Errorf("panic: %v", p))
		}
	}()
	f()
	r.perform(r.core.take())
}

func (r *room) load(ctx context.Context) error {
	if r.core.ephemeral {
		r.listen()
		return nil
	}
	start := time.Now()
	l, err := r.hub.opts.Store.Load(ctx, r.name)
	if err != nil {
		return fmt.Errorf("load: %w", err)
	}
	if err := r.core.load(l); err != nil {
		return fmt.Errorf("load: %w", err)
	}
	r.hub.metrics.loaded.Observe(time.Since(start).Seconds())
	r.epoch = l.Epoch
	after := l.Snapshot.Upto
	if n := len(l.Tail); n > 0 {
		after = l.Tail[n-1].Position
	}
	r.unfollow = r.hub.opts.Bus.Follow(r.name, after, r)
	r.listen()
	return nil
}

func (r *room) listen() {
	r.unlisten = r.hub.opts.Bus.Subscribe(r.topic(), func(b []byte) {
		r.mail.put(func() {
			if len(r.mail.notices) < mailboxEntries {
				r.mail.notices = append(r.mail.notices, b)
			}
		})
	})
	r.core.notice(noticeQuery, nil)
	r.perform(r.core.take())
}

func (r *room) topic() string { return "room." + string(r.name) }

// Entries implements bus.Follower.
func (r *room) Entries(_ store.DocName, entries []store.Entry) {
	r.mail.put(func() {
		if len(r.mail.entries)+len(entries) > mailboxEntries {
			r.mail.lost = errors.New("the room fell behind its log")
			return
		}
		r.mail.entries = append(r.mail.entries, entries...)
	})
}

// Lost implements bus.Follower.
func (r *room) Lost(_ store.DocName, err error) { r.mail.put(func() { r.mail.lost = err }) }

func (r *room) readMail() {
	r.mail.mu.Lock()
	entries, notices, lost, compacted := r.mail.entries, r.mail.notices, r.mail.lost, r.mail.compacted
	r.mail.entries, r.mail.notices, r.mail.compacted = nil, nil, false
	r.mail.mu.Unlock()
	if lost != nil {
		r.reset(fmt.Errorf("log lost: %w", lost))
		return
	}
	if compacted {
		r.compacting = false
		r.core.tail = tailSize{}
	}
	r.core.entries(entries)
	for _, n := range notices {
		r.core.noticed(n, time.Now())
	}
}

func (r *room) answered(res journalResult) {
	if res.Err == nil {
		r.hub.metrics.updates.Inc()
	}
	r.core.appended(res.seq, res.Err)
}

func (r *room) tick(now time.Time) {
	r.core.expire(now)
	if now.Sub(r.announced) >= announceEvery {
		r.announced = now
		r.core.announce()
	}
	t := r.core.tail
	if t.entries >= r.hub.opts.Limits.CompactEntries || t.bytes >= r.hub.opts.Limits.CompactBytes {
		r.compact()
	}
	if len(r.attached) > 0 {
		r.idleSince = now
	}
}

func (r *room) compact() {
	if !r.compacting && !r.core.ephemeral && r.core.tail.entries > 0 {
		r.compacting = r.hub.requestCompaction(r.name)
	}
}

// compacted is told by the compactor, whatever came of it.
func (r *room) compacted() { r.mail.put(func() { r.mail.compacted = true }) }

func (r *room) unused(now time.Time) bool {
	return len(r.attached) == 0 && r.core.inFlight() == 0 && now.Sub(r.idleSince) >= r.hub.opts.Limits.UnloadAfter
}

// perform carries out effects in order.
func (r *room) perform(effects []effect) {
	for _, e := range effects {
		switch e.kind {
		case effectSend:
			if a := r.attached[e.to]; a != nil {
				r.deliver(e.to, a, e.msg, newRenderer(e.msg))
			}
		case effectCast:
			render := newRenderer(e.msg)
			for _, id := range r.core.order {
				if a := r.attached[id]; a != nil && id != e.to {
					r.deliver(id, a, e.msg, render)
				}
			}
		case effectAppend:
			seq := e.seq
			r.hub.journal.queue <- journalEntry{
				req:    store.AppendRequest{Doc: r.name, Epoch: r.epoch, Data: e.data},
				answer: func(res store.AppendResult) { r.result <- journalResult{seq, res} },
			}
		case effectNotice:
			r.hub.publish(r.topic(), e.data)
		case effectReset:
			r.reset(e.err)
			return
		case effectCall:
			e.f()
		case effectLeave:
			r.detach(e.to)
		}
	}
}

// deliver queues a message for a member. An update that does not fit is left
// out, and the member gets a diff when it has read the rest.
func (r *room) deliver(id memberID, a *attachment, m message, render *renderer) {
	isUpdate := m.typ == wire.TypeSync && m.sync == wire.SyncUpdate
	if isUpdate && a.lagging {
		return
	}
	f, ok := render.frame(a)
	if !ok {
		return
	}
	r.hub.metrics.deliveries.Inc()
	lim := r.hub.opts.Limits
	switch {
	case isUpdate:
		if a.conn.out.push(f, lim.OutboxBytes, lim.OutboxCount) {
			return
		}
		r.hub.metrics.lagging.Inc()
		a.lagging = true
		r.core.behind(id)
		a.conn.out.whenDrained(func() {
			r.post(context.Background(), func(r *room) {
				if a := r.attached[id]; a != nil {
					a.lagging = false
					r.core.drained(id)
				}
			})
		})
	case m.typ == wire.TypeAwareness:
		// Lost awareness is repeated by whoever sent it.
		a.conn.out.push(f, lim.OutboxBytes, lim.OutboxCount)
	default:
		if m.typ == wire.TypeStateless || m.typ == wire.TypeSyncStatus && !m.saved {
			r.countRefusal(m)
		}
		a.conn.out.push(f, 0, 0)
	}
}

func (r *room) countRefusal(m message) {
	if m.typ == wire.TypeSyncStatus {
		r.hub.metrics.refused.WithLabelValues("any").Inc()
	}
}

func (r *room) attach(id memberID, a *attachment) {
	r.attached[id] = a
	r.hub.metrics.members.Inc()
}

func (r *room) detach(id memberID) {
	if _, ok := r.attached[id]; !ok {
		return
	}
	delete(r.attached, id)
	r.hub.metrics.members.Dec()
	if len(r.attached) == 0 {
		r.idleSince = time.Now()
		r.compact()
	}
}

// reset gives the room up: nothing unacknowledged is kept, its connections are
// closed and their clients come back to a room loaded from the store.
func (r *room) reset(err error) {
	if r.dead {
		return
	}
	r.dead = true
	r.hub.metrics.resets.Inc()
	r.hub.log.Warn("room given up", "doc", r.name, "members", len(r.attached), "error", err)
	r.hub.forget(r)
	for _, a := range r.attached {
		a.conn.fail(closeTryAgain, "the document has to be loaded again")
	}
}

// drain waits for the appends under way, so that acknowledgements still go out.
func (r *room) drain(ctx context.Context) {
	for r.core.inFlight() > 0 && !r.dead {
		select {
		case res := <-r.result:
			r.step(func() { r.answered(res) })
		case <-ctx.Done():
			return
		}
	}
}

func (r *room) end() {
	if r.unfollow != nil {
		r.unfollow()
	}
	if r.unlisten != nil {
		r.unlisten()
	}
	r.hub.metrics.members.Sub(float64(len(r.attached)))
	// Appends still under way answer into the channel's room; nobody reads.
}

// renderer turns a message into frames, sharing what members have in common.
type renderer struct {
	msg   message
	heads map[string][]byte
	plain []byte
}

func newRenderer(m message) *renderer { return &renderer{msg: m} }

func (p *renderer) frame(a *attachment) (outFrame, bool) {
	if a.conn.plain {
		if p.plain == nil {
			p.plain = wire.Plain(p.msg.encode(a.key))
		}
		return outFrame{op: opBinary, head: p.plain}, p.plain != nil
	}
	head, ok := p.heads[a.key]
	if !ok {
		head = p.msg.head(a.key)
		if p.heads == nil {
			p.heads = map[string][]byte{}
		}
		p.heads[a.key] = head
	}
	return outFrame{op: opBinary, head: head, body: p.msg.payload}, true
}

// head is the frame without its payload, which follows as it is.
func (m message) head(key string) []byte {
	switch m.typ {
	case wire.TypeSync:
		return wire.SyncHead(key, m.sync, len(m.payload))
	case wire.TypeAwareness:
		return wire.AwarenessHead(key, len(m.payload))
	case wire.TypeAuth:
		if m.auth == wire.AuthDenied {
			return wire.Denied(key, m.text)
		}
		return wire.Authenticated(key, m.text)
	case wire.TypeStateless:
		return wire.Stateless(key, m.text)
	case wire.TypeSyncStatus:
		return wire.SyncStatus(key, m.saved)
	default:
		panic("hub: no frame for message type " + strconv.Itoa(int(m.typ)))
	}
}

func (m message) encode(key string) []byte { return append(m.head(key), m.payload...) }
