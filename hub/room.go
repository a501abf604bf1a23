package hub

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/wire"
)

const (
	// roomInbox bounds the events waiting for a room; readers wait.
	roomInbox = 64
	// maxInFlight bounds the appends of one room under way; at the bound the
	// room takes no new events.
	maxInFlight = 256
	// maxDrain bounds the events that a room takes before it writes what they
	// caused.
	maxDrain = 256
	// ownWrites is to how many connections a room writes by itself; for more
	// of them it has helpers.
	ownWrites = 32
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
	hub     *Hub
	name    store.DocName
	journal *journal
	inbox   chan event
	mail    mailbox
	ready   chan struct{} // closed when loaded or failed
	done    chan struct{} // closed when the goroutine has ended
	stop    chan struct{} // closed to end the room of a closing hub

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
	dirty      []*conn // whose writer's turn the room has
	delivered  int     // frames queued for them

	broken      bool // it has panicked
	reconciling bool
	unread      bool // held changes wait for what reconcile loads
	audited     time.Time
	sampled     time.Time

	refs int // guarded by hub.mu
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
		hub: h, name: name, journal: h.journal[lane(h.opts.Store, name)],
		inbox: make(chan event, roomInbox),
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
			r.takeMore()
		case <-r.mail.signal:
			r.step(r.readMail)
			r.takeMore()
		case now := <-tick.C:
			r.step(func() { r.tick(now) })
			if r.unused(now) && r.hub.retireIfUnused(r) {
				return
			}
		case <-r.stop:
			r.drain(ctx)
			return
		}
		r.flush()
	}
}

// takeMore takes what has come meanwhile, so that its effects share writes.
func (r *room) takeMore() {
	for n := 0; n < maxDrain && !r.dead && r.core.inFlight() < maxInFlight; n++ {
		select {
		case e := <-r.inbox:
			r.step(func() { e(r) })
			continue
		default:
		}
		select {
		case <-r.mail.signal:
			r.step(r.readMail)
		default:
			return
		}
	}
}

// flush writes what has been queued: one write for each connection, however
// many frames wait for it.
func (r *room) flush() {
	if r.delivered > 0 {
		r.hub.metrics.deliveries.Add(float64(r.delivered))
		r.delivered = 0
	}
	rest := r.dirty
	for len(rest) > ownWrites {
		part := slices.Clone(rest[:ownWrites])
		rest = rest[ownWrites:]
		go writeAll(part)
	}
	writeAll(rest)
	clear(r.dirty)
	r.dirty = r.dirty[:0]
}

func writeAll(conns []*conn) {
	for _, c := range conns {
		c.write()
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
	r.broken = true
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
	r.epoch = l.Epoch
	if err := r.fill(l); err != nil {
		return fmt.Errorf("load: %w", err)
	}
	r.hub.metrics.loaded.Observe(time.Since(start).Seconds())
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
	r.mail.leave(func(m *mail) { m.addEntries(entries) })
	for _, e := range entries {
		if !r.core.wrote(e) {
			r.mail.ring()
			return
		}
	}
	// All our own: the journal's answer says more, and rings.
}

// Lost implements bus.Follower.
func (r *room) Lost(_ store.DocName, err error) {
	r.mail.put(func(m *mail) { m.lost = fmt.Errorf("log lost: %w", err) })
}

func (r *room) readMail() {
	m := r.mail.take()
	if m.dropped {
		r.giveUp()
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
	for _, res := range m.results {
		r.answered(res)
		// Above saturation a batch is thousands of effects: not all of them at once.
		if len(r.core.out) >= maxSpare/2 {
			if r.perform(r.core.take()); r.dead {
				return
			}
		}
	}
	now := time.Now()
	for _, n := range m.notices {
		r.core.noticed(n, now)
	}
	r.unread = r.unread || m.unread || m.readOn && m.lost != nil
	if m.readOn && m.lost == nil {
		r.core.readOn()
	}
	if m.lost != nil {
		r.core.suspect(m.lost)
	}
	if m.stored != nil {
		r.reconciled(*m.stored)
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
				r.mail.put(func(m *mail) { m.lost, m.unread = fmt.Errorf("log lost: %w", err), true })
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
	r.core.appended(res.seq, res.AppendResult)
}

func (r *room) tick(now time.Time) {
	r.readMail()
	if r.dead {
		return
	}
	for id, a := range r.attached {
		r.core.heard(id, a.conn.lastHeard())
	}
	r.core.expire(now)
	r.core.tidy()
	r.audit(now)
	r.sample(now)
	if now.Sub(r.announced) >= announceEvery {
		r.announced = now
		r.core.announce()
	}
	r.core.tellAges(now)
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
	defer r.core.giveBack(effects)
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
			r.append(journalEntry{
				req: store.AppendRequest{Doc: r.name, Epoch: r.epoch, Data: e.data}, seq: e.seq, by: &r.mail,
			})
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
		case effectReconcile:
			r.reconcile(e.err, e.data)
		case effectCompared:
			r.compared(e.err)
		case effectUnshown:
			r.hub.metrics.unshown.Inc()
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
	r.delivered++
	switch {
	case m.catchUp:
		r.core.caughtUp(id)
		r.answer(a.conn, f)
	case m.isUpdate():
		if r.offer(a.conn, f) {
			return
		}
		r.hub.metrics.lagging.Inc()
		r.core.behind(id)
		if a.conn.out.whenDrained(func() {
			r.post(context.Background(), func(r *room) { r.core.drained(id) })
		}) {
			r.dirty = append(r.dirty, a.conn)
		}
	case m.typ == wire.TypeAwareness:
		r.offer(a.conn, f) // lost awareness is repeated
	default:
		if m.code != "" {
			r.hub.metrics.refused.WithLabelValues(m.code).Inc()
		}
		r.answer(a.conn, f)
	}
}

// offer queues what can be left out, to be written by flush.
func (r *room) offer(c *conn, f outFrame) bool {
	ok, turn := c.queueOptional(f)
	if turn {
		r.dirty = append(r.dirty, c)
	}
	return ok
}

// answer queues what the client counts on, to be written by flush.
func (r *room) answer(c *conn, f outFrame) {
	ok, turn := c.queueAnswer(f)
	if turn {
		r.dirty = append(r.dirty, c)
	}
	if !ok {
		c.fail(closeTryAgain, "read faster")
	}
}

// append hands an entry to the journal. Nobody waits for a write meanwhile.
func (r *room) append(e journalEntry) {
	select {
	case r.journal.queue <- e:
	default:
		r.flush()
		r.journal.queue <- e
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
	if a.conn.plain != "" {
		a.conn.fail(closeForbidden, "permission denied")
	}
}

// giveUp ends the room of a document that has been deleted.
func (r *room) giveUp() {
	for id := range r.attached {
		r.core.expel(id, "document-deleted")
	}
	r.perform(r.core.take())
	r.reset(errDropped)
}

// reset gives the room up: its connections are closed and their clients come
// back to a room loaded from the store, which takes in what this one knew.
func (r *room) reset(err error) {
	if r.dead {
		return
	}
	r.dead = true
	r.hub.metrics.resets.Inc()
	r.hub.log.Warn("room given up", "doc", r.name, "members", len(r.attached), "error", err)
	if !r.broken && !r.core.ephemeral && !errors.Is(err, errDropped) && !errors.Is(err, store.ErrEpoch) {
		r.hub.keep(r)
	}
	r.hub.forget(r)
	for _, a := range r.attached {
		a.conn.fail(closeTryAgain, "the document has to be loaded again")
	}
}

// drain waits for the appends under way, so that acknowledgements still go out.
func (r *room) drain(ctx context.Context) {
	for r.core.inFlight() > 0 && !r.dead {
		select {
		case <-r.mail.signal:
			r.step(r.readMail)
			r.flush()
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
	r.flush()
	// Appends still under way answer into the mailbox; nobody reads.
}
