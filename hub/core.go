package hub

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/wire"
	"github.com/pathboard/pathboard/hub/ydoc"
)

// memberID names one connection's place in one room.
type memberID uint64

// core is a room's state machine. Its methods are the events; what is to be
// done about them comes out of take. It owns no goroutine, reads no clock and
// does no I/O, so a simulator can run millions of histories of it.
//
//	          frame / edit                       appended(ok)
//	member ───────────────► decode, plan, ─────► release: ack the sender,
//	                        authorise, commit     send the canonical bytes
//	                        effect: append        to the others
//	                                │ appended(err)
//	                                ▼
//	                        effect: reset (everything unacknowledged is
//	                        forgotten, the clients come back with it)
type core struct {
	lim       Limits
	room      incarnation
	ephemeral bool

	doc    *ydoc.Doc
	owners map[uint64]string // Yjs client id -> subject
	editor uint64            // client id of edits made by the server

	members map[memberID]*member
	order   []memberID // joining order, so that effects are deterministic

	// seq counts the appends asked for, durable those that came back. An
	// effect that depends on the document waits for the seq of its moment.
	seq, durable uint64
	gated        []gatedEffect
	released     int // of gated, from its beginning; the space is used again later

	presence presence
	tail     tailSize
	last     store.Position // of the newest entry seen
	delivery delivery
	reading  bool   // effectReadOn is under way
	reads    uint64 // how many there were
	samples  uint64 // members compared
	full     fullState
	out      []effect
	spare    []effect // for out, empty
}

// tailSize is the length of the log behind the newest snapshot.
type tailSize struct{ entries, bytes int }

// fullState is the document encoded for newcomers, kept per version.
type fullState struct {
	version uint64
	bytes   []byte
	used    bool // since the last tidy
}

// member is one connection's place in the room.
type member struct {
	id    memberID
	grant Grant
	said  string // for Broadcast
	// owed counts what to acknowledge when the member's next answer to our
	// state vector is durable: one for the exchange itself, one for each update
	// that was not taken when it came. The answer contains them all.
	owed int
	// resyncing: our state vector is on its way to the member; unanswered is how
	// often.
	resyncing  bool
	unanswered int
	// held is a change that waits for the log to be read to its end.
	held *heldChange
	// foreign: the member's last answer was refused because it brought what
	// others wrote and we lack.
	foreign bool
	// lagging: the member reads slowly and gets no single updates until it has
	// got a diff from base, a state it certainly has or will have before.
	lagging bool
	base    ydoc.StateVector
	// proved is the state that the member is known to have, provedAt the
	// document's version of that. asked is the question whether it has what came
	// since, sampled its turn, lacked the last answer; see sample.
	proved            ydoc.StateVector
	provedAt, sampled uint64
	asked             *question
	lacked            bool
}

type effectKind int

const (
	effectSend      effectKind = iota // frame to one member
	effectCast                        // frame to every member but one
	effectAppend                      // data to the log, answered by appended
	effectNotice                      // data to the other hubs' rooms
	effectReset                       // the room cannot go on; err says why
	effectCall                        // run f: an answer to an API caller
	effectLeave                       // the member must leave the document
	effectReadOn                      // read the log to its end, then call readOn
	effectReconcile                   // load the document, then call reconcile; err says why
	effectCompared                    // a member was compared with the document; err says that it lacked something
	effectUnshown                     // a member's presence was too large to be shown
)

// message is a frame without its routing key, which differs by member.
type message struct {
	typ     wire.Type
	sync    wire.SyncKind
	auth    wire.AuthKind
	payload []byte
	text    string
	saved   bool
	code    string // of a refusal
	// catchUp: this update ends the member's lag and must be queued.
	catchUp bool
}

type effect struct {
	kind effectKind
	to   memberID // effectCast: the member left out, 0 for none
	msg  message
	seq  uint64
	data []byte
	err  error
	f    func()
}

type gatedEffect struct {
	gate uint64
	effect
}

func newCore(lim Limits, room incarnation, editor uint64, ephemeral bool) *core {
	return &core{
		lim: lim, room: room, editor: editor, ephemeral: ephemeral,
		doc: ydoc.New(ydoc.Options{Limits: lim.update()}), owners: map[uint64]string{},
		members: map[memberID]*member{}, presence: newPresence(),
	}
}

// tidy forgets the encoded document when nobody has joined for a while.
func (c *core) tidy() {
	if !c.full.used {
		c.full.bytes = nil
	}
	c.full.used = false
}

// take returns the effects since the last call, in order.
func (c *core) take() []effect {
	out := c.out
	c.out, c.spare = c.spare, nil
	return out
}

// giveBack takes a list that take returned, to be used again.
func (c *core) giveBack(effects []effect) {
	clear(effects)
	if c.spare == nil && cap(effects) <= maxSpare {
		c.spare = effects[:0]
	}
}

// maxSpare bounds the list of effects that is kept for later.
const maxSpare = 256

// inFlight is the number of appends not yet answered.
func (c *core) inFlight() uint64 { return c.seq - c.durable }

func (c *core) emit(e effect) { c.out = append(c.out, e) }

// emitDurable emits e once everything now in the document is durable.
func (c *core) emitDurable(e effect) {
	if c.durable == c.seq {
		c.emit(e)
		return
	}
	c.gated = append(c.gated, gatedEffect{c.seq, e})
}

func (c *core) send(to memberID, m message) { c.emit(effect{kind: effectSend, to: to, msg: m}) }

func updateMessage(update []byte) message {
	return message{typ: wire.TypeSync, sync: wire.SyncUpdate, payload: update}
}

// join adds a member. The caller has authorised it.
func (c *core) join(id memberID, g Grant) {
	c.members[id] = &member{id: id, grant: g, base: ydoc.StateVector{}}
	c.order = append(c.order, id)
	c.send(id, message{typ: wire.TypeAuth, auth: wire.AuthAuthenticated, text: scope(g)})
}

func scope(g Grant) string {
	if g.ReadOnly || g.Ephemeral {
		return wire.ScopeReadOnly
	}
	return wire.ScopeReadWrite
}

// hear keeps what a member's client said.
func (c *core) hear(id memberID, text string) {
	if m := c.members[id]; m != nil {
		m.said = text
	}
}

// leave removes a member and says goodbye for its presence.
func (c *core) leave(id memberID) {
	if _, ok := c.members[id]; !ok {
		return
	}
	delete(c.members, id)
	c.order = slices.DeleteFunc(c.order, func(m memberID) bool { return m == id })
	c.depart(c.presence.ofMember(id))
}

// regrant changes what a member may do.
func (c *core) regrant(id memberID, g Grant) {
	m := c.members[id]
	if m == nil {
		return
	}
	before := m.grant
	m.grant = g
	if scope(before) != scope(g) {
		c.send(id, message{typ: wire.TypeAuth, auth: wire.AuthAuthenticated, text: scope(g)})
		c.send(id, accessMessage(g))
		if m.owed > 0 && !m.resyncing && scope(g) == wire.ScopeReadWrite {
			// What was refused meanwhile is still in the client's document.
			c.askForMissing(m)
		}
	}
	if g.Presence == nil {
		c.depart(c.presence.ofMember(id))
	} else {
		c.restamp(m)
	}
}

// renew answers a new token of a member that stays.
func (c *core) renew(id memberID, g Grant) {
	m := c.members[id]
	if m == nil {
		return
	}
	if scope(m.grant) == scope(g) {
		c.send(id, message{typ: wire.TypeAuth, auth: wire.AuthAuthenticated, text: scope(g)})
	}
	c.regrant(id, g)
}

// accessMessage tells our own client in words what the scope says to any.
func accessMessage(g Grant) message {
	b, _ := json.Marshal(map[string]any{"type": "access", "readOnly": scope(g) == wire.ScopeReadOnly})
	return message{typ: wire.TypeStateless, payload: b}
}

// expel makes a member leave the document, with a reason it can show.
func (c *core) expel(id memberID, reason string) {
	if c.members[id] == nil {
		return
	}
	c.send(id, message{typ: wire.TypeAuth, auth: wire.AuthDenied, text: reason})
	c.leave(id)
	c.emit(effect{kind: effectLeave, to: id})
}

// frame takes a member's message.
func (c *core) frame(id memberID, f wire.Frame, now time.Time) {
	m := c.members[id]
	if m == nil {
		return
	}
	switch f.Type {
	case wire.TypeSync, wire.TypeSyncReply:
		switch f.Sync {
		case wire.SyncStep1:
			c.stepOne(m, f.Payload)
		default:
			c.update(m, f.Payload, f.Sync == wire.SyncStep2)
		}
	case wire.TypeAwareness:
		c.awareness(m, f.Payload, now)
	case wire.TypeQueryAwareness:
		c.send(id, message{typ: wire.TypeAwareness, payload: c.presence.encode()})
	}
}

// tooLarge answers a change that was too large even to read.
func (c *core) tooLarge(id memberID, answer bool) {
	if m := c.members[id]; m != nil {
		ch := change{answer: answer, owed: 1}
		if answer {
			m.answered()
			ch.owed = 0
		}
		c.refuseChange(m, ch, codeTooLarge, "message too large")
	}
}

// stepOne answers a state vector with what the member lacks, and asks for what
// we lack. Provider clients count that second exchange as one change to be
// acknowledged.
func (c *core) stepOne(m *member, vector []byte) {
	sv, err := ydoc.DecodeStateVector(vector)
	if err != nil || len(sv) > 4*c.lim.ClientIDs {
		c.refuse(m, codeMalformed, "state vector")
		return
	}
	m.base = c.doc.StateVector()
	m.proved, m.provedAt, m.asked = m.base, c.doc.Version(), nil
	c.emitDurable(effect{kind: effectSend, to: m.id, msg: message{
		typ: wire.TypeSync, sync: wire.SyncStep2, payload: c.encodeSince(sv),
	}})
	m.owed = 1
	if m.held != nil {
		m.held.owed = 0 // the member counts anew
	}
	c.askForMissing(m)
	if states := c.presence.encode(); len(c.presence.entries) > 0 {
		c.send(m.id, message{typ: wire.TypeAwareness, payload: states})
	}
}

func (c *core) askForMissing(m *member) {
	m.resyncing = true
	m.unanswered++
	c.send(m.id, stepOneMessage(c.doc.EncodeStateVector()))
}

// answered notes that one of our state vectors was answered.
func (m *member) answered() (asked *question) {
	asked = m.asked
	m.resyncing, m.unanswered, m.asked = false, max(0, m.unanswered-1), nil
	return asked
}

func stepOneMessage(vector []byte) message {
	return message{typ: wire.TypeSync, sync: wire.SyncStep1, payload: vector}
}

// encodeSince returns the document's difference to sv. A newcomer's, the whole
// document, is encoded once per version.
func (c *core) encodeSince(sv ydoc.StateVector) []byte {
	if len(sv) > 0 {
		return c.doc.EncodeStateAsUpdate(sv)
	}
	if c.full.bytes == nil || c.full.version != c.doc.Version() {
		c.full = fullState{version: c.doc.Version(), bytes: c.doc.EncodeStateAsUpdate(nil)}
	}
	c.full.used = true
	return c.full.bytes
}

// wants reports whether a message is for the member now: one that lags gets no
// single updates, their sum will come.
func (c *core) wants(id memberID, m message) bool {
	return !m.isUpdate() || m.catchUp || !c.members[id].lags()
}

func (m *member) lags() bool { return m != nil && m.lagging }

func (m message) isUpdate() bool { return m.typ == wire.TypeSync && m.sync == wire.SyncUpdate }

// behind says that an update could not be queued for a slow member. The caller
// calls drained when the member has read what was queued before.
func (c *core) behind(id memberID) {
	if m := c.members[id]; m != nil {
		m.lagging, m.asked = true, nil // what is left out now it may be asked for
	}
}

// drained answers behind: the member gets the sum of what was left out. It
// lags until that sum is queued, so that nothing falls between the two.
func (c *core) drained(id memberID) {
	m := c.members[id]
	if !m.lags() {
		return
	}
	sum := updateMessage(c.doc.EncodeStateAsUpdate(m.base))
	sum.catchUp = true
	m.base = c.doc.StateVector()
	c.emitDurable(effect{kind: effectSend, to: id, msg: sum})
}

// caughtUp says that the sum has been queued, however long the queue was.
func (c *core) caughtUp(id memberID) {
	if m := c.members[id]; m != nil {
		m.lagging = false
	}
}

// appended answers the append of that seq; answers come in order. An error
// ends the room: what it has in memory may not be in the store.
func (c *core) appended(seq uint64, res store.AppendResult) {
	if res.Err != nil {
		c.emit(effect{kind: effectReset, err: fmt.Errorf("append: %w", res.Err)})
		return
	}
	if !c.delivery.acknowledged(seq, res.Position, c.last) {
		c.suspect(errPassedOver)
	}
	c.durable = seq
	n := c.released
	for n < len(c.gated) && c.gated[n].gate <= seq {
		c.out = append(c.out, c.gated[n].effect)
		c.gated[n] = gatedEffect{}
		n++
	}
	if c.released = n; 2*n >= len(c.gated) {
		c.gated = slices.Delete(c.gated, 0, n)
		c.released = 0
	}
}

// view runs f on the document; done is called when what f saw is durable.
func (c *core) view(f func(*ydoc.Doc) error, done func(error)) {
	err := f(c.doc)
	c.emitDurable(effect{kind: effectCall, f: func() { done(err) }})
}

// edit changes the document on the server's own behalf; done is called when
// the change is durable.
func (c *core) edit(subject string, f func(*ydoc.Txn) error, done func(error)) {
	if c.ephemeral {
		c.emit(effect{kind: effectCall, f: func() { done(errors.New("hub: an ephemeral document has no content")) }})
		return
	}
	update, err := c.doc.Transact(c.editor, f)
	if err != nil {
		c.emit(effect{kind: effectCall, f: func() { done(err) }})
		return
	}
	if update != nil {
		c.owners[c.editor] = subject
		c.appendUpdate(subject, nil, update)
		c.emitDurable(effect{kind: effectCast, msg: updateMessage(update)})
	}
	c.emitDurable(effect{kind: effectCall, f: func() { done(nil) }})
}

func (c *core) appendUpdate(subject string, owners map[uint64]string, update []byte) {
	c.seq++
	c.emit(effect{kind: effectAppend, seq: c.seq, data: entryRecord{c.room, subject, update, owners}.encode()})
}
