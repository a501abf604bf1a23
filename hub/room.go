package hub

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"runtime/debug"
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
	// roomTick is how often a room looks at presence, length of log and use.
	roomTick = 3 * time.Second
	// loadTimeout bounds the loading of a document.
	loadTimeout = 15 * time.Second
	// readOnLimit is how many entries of the log are read at a time.
	readOnLimit = 512
)

// errDropped ends the rooms of a document that has been deleted.
var errDropped = errors.New("the document has been deleted")

// event is something that happens to a room's core, or to its members.
type event func(r *room)

// room carries out what its core decides.
type room struct {
	// static after newRoom
	hub    *Hub
	name   store.DocName
	inbox  chan event
	result chan journalResult
	mail   mailbox
	ready  chan struct{} // closed when loaded or failed
	done   chan struct{} // closed when the goroutine has ended
	stop   chan struct{} // closed to end the room of a closing hub

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
// the room has ended; an event posted just before that may never run.
func (r *room) post(ctx context.Context, e event) bool {
	select {
	case <-r.done:
		return false
	default:
	}
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
	if r.loadErr = r.load(); r.loadErr != nil {
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
			r.reset(r.panicked(p))
		}
	}()
	f()
	r.perform(r.core.take())
}

func (r *room) panicked(p any) error {
	r.hub.log.Error("room failed", "doc", r.name, "panic", p, "stack", string(debug.Stack()))
	return fmt.Errorf("panic: %v", p)
}

func (r *room) load() (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = r.panicked(p)
		}
	}()
	if r.core.ephemeral {
		r.listen()
		return nil
	}
	ctx, cancel := context.WithTimeout(r.hub.opening, loadTimeout)
	defer cancel()
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
	r.unfollow = r.hub.opts.Bus.Follow(r.name, r.core.last, r)
	r.listen()
	return nil
}

func (r *room) listen() {
	r.unlisten = r.hub.opts.Bus.Subscribe(r.topic(), func(b []byte) {
		r.mail.put(func(m *mail) { m.addNotice(b) })
	})
	r.core.notice(noticeQuery, nil)
	r.perform(r.core.take())
}

func (r *room) topic() string { return "room." + string(r.name) }

// Entries implements bus.Follower.
func (r *room) Entries(_ store.DocName, entries []store.Entry) {
	r.mail.put(func(m *mail) { m.addEntries(entries) })
}

// Lost implements bus.Follower.
func (r *room) Lost(_ store.DocName, err error) {
	r.mail.put(func(m *mail) { m.lost = fmt.Errorf("log lost: %w", err) })
}

func (r *room) readMail() {
	m := r.mail.take()
	if m.lost != nil {
		r.giveUp(m.lost)
		return
	}
	if m.compacted {
		r.compacting = false
		if m.snapshot {
			r.core.tail = tailSize{}
		}
	}
	for _, to := range m.regranted {
		if g, denied := r.hub.standing(to); denied != "" {
			r.core.expel(to.id, denied)
		} else {
			r.core.regrant(to.id, g)
		}
	}
	r.core.entries(m.entries)
	now := time.Now()
	for _, n := range m.notices {
		r.core.noticed(n, now)
	}
	if m.readOn {
		r.core.readOn()
	}
}

// readOn reads the log to its end beside the room.
func (r *room) readOn() {
	after := r.core.last
	r.hub.rwg.Go(func() {
		ctx, cancel := context.WithTimeout(r.hub.opening, loadTimeout)
		defer cancel()
		for {
			entries, err := r.hub.opts.Store.Read(ctx, r.name, after, readOnLimit)
			if err != nil {
				r.Lost(r.name, err)
				return
			}
			r.mail.put(func(m *mail) {
				m.addEntries(entries)
				m.readOn = len(entries) < readOnLimit
			})
			if len(entries) < readOnLimit {
				return
			}
			after = entries[len(entries)-1].Position
		}
	})
}

func (r *room) answered(res journalResult) {
	if res.Err == nil {
		r.hub.metrics.updates.Inc()
	}
	r.core.appended(res.seq, res.Err)
}

func (r *room) tick(now time.Time) {
	for id, a := range r.attached {
		r.core.heard(id, a.conn.lastHeard())
	}
	r.core.expire(now)
	r.core.tidy()
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
func (r *room) compacted(ok bool) {
	r.mail.put(func(m *mail) { m.compacted, m.snapshot = true, ok })
}

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
			r.putOut(e.to)
		case effectReadOn:
			r.readOn()
		}
	}
}

// deliver queues a message for a member. An update that does not fit is left
// out, and the member gets a diff when it has read the rest.
func (r *room) deliver(id memberID, a *attachment, m message, render *renderer) {
	if !r.core.wants(id, m) {
		return
	}
	f, ok := render.frame(a)
	if !ok {
		return
	}
	r.hub.metrics.deliveries.Inc()
	switch {
	case m.catchUp:
		r.core.caughtUp(id)
		a.conn.send(f)
	case m.isUpdate():
		if a.conn.offer(f) {
			return
		}
		r.hub.metrics.lagging.Inc()
		r.core.behind(id)
		a.conn.out.whenDrained(func() {
			r.post(context.Background(), func(r *room) { r.core.drained(id) })
		})
	case m.typ == wire.TypeAwareness:
		a.conn.offer(f) // lost awareness is repeated
	default:
		if m.code != "" {
			r.hub.metrics.refused.WithLabelValues(m.code).Inc()
		}
		a.conn.send(f)
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

// putOut ends a member whose grant was taken away. A plain connection has no
// other document and ends with it.
func (r *room) putOut(id memberID) {
	a := r.attached[id]
	if a == nil {
		return
	}
	r.detach(id)
	r.hub.removeMember(r.name, id)
	if a.conn.plain {
		a.conn.fail(closeForbidden, "permission denied")
	}
}

// giveUp ends the room for a reason from outside.
func (r *room) giveUp(err error) {
	if errors.Is(err, errDropped) {
		for id := range r.attached {
			r.core.expel(id, "document-deleted")
		}
		r.perform(r.core.take())
	}
	r.reset(err)
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
