package hub

import (
	"encoding/json"
	"errors"
	"slices"

	"github.com/pathboard/pathboard/hub/wire"
	"github.com/pathboard/pathboard/hub/ydoc"
)

// Codes by which updates are refused, as clients see them.
const (
	codeReadOnly       = "read-only"
	codeMalformed      = "malformed"
	codeTooLarge       = "too-large"
	codeBoardFull      = "board-full"
	codeForeignClient  = "foreign-client"
	codeRebuilt        = "rebuilt"
	codeTooManyDeletes = "too-many-deletes"
	codeLimit          = "limit"
)

// refuse tells a member that its update is not saved and why. The connection
// stays: others may share it, and the client keeps the text.
func (c *core) refuse(m *member, code, detail string) {
	c.send(m.id, message{typ: wire.TypeSyncStatus, code: code})
	b, _ := json.Marshal(map[string]string{"type": "refused", "code": code, "detail": detail})
	c.send(m.id, message{typ: wire.TypeStateless, payload: b})
}

// change says how an update came.
type change struct {
	// answer: as a difference to a state vector, not as it was made.
	answer bool
	// solicited: the state vector was ours, so nothing can be missing.
	solicited bool
	// final: the log has been read to its end for it.
	final bool
	// asked: it answers that question too; sampled: it did. Nobody introduces
	// an id of their own with such an answer.
	asked   *question
	sampled bool
	// owed is what it pays for when it is taken: one acknowledgement for an
	// update; for an answer all that the member was owed when it came.
	owed int
}

// heldChange is a change that cannot be judged before all is known that was in
// the log when it came.
type heldChange struct {
	change
	bytes []byte
	read  uint64 // the reading that brings it
}

// update takes a member's change.
func (c *core) update(m *member, b []byte, answer bool) {
	ch := change{answer: answer, solicited: answer && m.resyncing, owed: 1}
	if answer {
		if m.held != nil { // the answer contains it
			m.owed += m.held.owed
		}
		ch.asked, m.held = m.answered(), nil
		ch.sampled = ch.asked != nil
		ch.owed, m.owed = m.owed, 0
	}
	c.judge(m, b, ch)
}

// judge leads a change through the order of trust: size, decoding with limits,
// plan, authorisation, commit, append. Acknowledgement and fan-out wait for
// the append.
func (c *core) judge(m *member, b []byte, ch change) {
	if !ch.answer && len(b) > c.lim.UpdateBytes {
		c.refuseChange(m, ch, codeTooLarge, "update too large")
		return
	}
	u, err := ydoc.Decode(b, c.lim.update())
	if err != nil {
		c.refuseChange(m, ch, refusal(err), err.Error())
		return
	}
	if ch.asked != nil {
		c.compared(m, ch.asked, u)
		ch.asked = nil
	}
	p, err := c.doc.Plan(u)
	if errors.Is(err, ydoc.ErrMissing) {
		c.missing(m, ch)
		return
	}
	if err != nil {
		c.refuseChange(m, ch, refusal(err), err.Error())
		return
	}
	code, detail := c.forbidden(m, p, len(b))
	if !ch.final && (code == codeForeignClient && ch.answer || code == "" && c.claims(p)) {
		// Another hub's entry may be on its way here: with a refused answer the
		// member may only bring what it was shown there; a client id that seems
		// to be nobody's may be somebody's there.
		c.hold(m, b, ch)
		return
	}
	if code != "" {
		m.foreign = code == codeForeignClient && ch.answer
		c.refuseChange(m, ch, code, detail)
		return
	}
	c.commit(m, p, ch)
}

func (c *core) commit(m *member, p *ydoc.Plan, ch change) {
	var clients []uint64
	for client := range p.Clients() {
		clients = append(clients, client)
	}
	canonical, err := c.doc.Commit(p)
	if err != nil {
		c.refuseChange(m, ch, refusal(err), err.Error())
		return
	}
	if canonical != nil {
		c.appendUpdate(m.grant.Subject, c.own(m, clients, ch), canonical)
		c.emitDurable(effect{kind: effectCast, to: m.id, msg: updateMessage(canonical)})
	}
	c.acknowledge(m, ch)
}

// own makes a member the owner of the client ids that it has written under. An
// answer can bring what others wrote, once the store has lost it: of several
// ids that nobody owns, it makes the member own only those it is present with.
// Ids left without an owner are somebody's who has yet to come back; then the
// owners are returned, to be noted with the entry.
func (c *core) own(m *member, clients []uint64, ch change) (owners map[uint64]string) {
	var unknown, left []uint64
	for _, client := range clients {
		if _, owned := c.owners[client]; !owned {
			unknown = append(unknown, client)
		}
	}
	if ch.answer && (len(unknown) > 1 || ch.sampled) {
		left = slices.DeleteFunc(unknown, func(client uint64) bool { return c.presence.entries[client] != nil })
	}
	for _, client := range clients {
		if !slices.Contains(left, client) {
			c.owners[client] = m.grant.Subject
		}
	}
	if len(left) == 0 {
		return nil
	}
	owners = map[uint64]string{}
	for _, client := range clients {
		if subject, owned := c.owners[client]; owned {
			owners[client] = subject
		}
	}
	return owners
}

// claims reports whether a plan writes under a client id that nobody owns.
func (c *core) claims(p *ydoc.Plan) bool {
	for client := range p.Clients() {
		if _, owned := c.owners[client]; !owned {
			return true
		}
	}
	return false
}

// hold puts a change off until the log has been read to where it ends now.
func (c *core) hold(m *member, b []byte, ch change) {
	if m.held != nil {
		c.missing(m, ch) // its turn comes with the next answer
		return
	}
	m.held = &heldChange{change: ch, bytes: b, read: c.reads + 1}
	if !c.reading {
		c.beginReading()
	}
}

func (c *core) beginReading() {
	c.reading = true
	c.reads++
	c.emit(effect{kind: effectReadOn})
}

// acknowledge confirms one update, or all that an answer has paid for.
func (c *core) acknowledge(m *member, ch change) {
	for range ch.owed {
		c.emitDurable(effect{kind: effectSend, to: m.id, msg: message{typ: wire.TypeSyncStatus, saved: true}})
	}
}

// arrived says that others' changes have come: who was refused for bringing
// such is asked again.
func (c *core) arrived() {
	for _, id := range c.order {
		if m := c.members[id]; m.foreign {
			if m.foreign = false; !m.resyncing && scope(m.grant) == wire.ScopeReadWrite {
				c.askForMissing(m)
			}
		}
	}
}

// refuseChange refuses an update. The client keeps it in its document, so a
// later answer that is taken contains it.
func (c *core) refuseChange(m *member, ch change, code, detail string) {
	m.owed += ch.owed
	c.refuse(m, code, detail)
}

// missing answers an update that builds on what we do not have: the member
// sends its whole difference, which contains the update.
func (c *core) missing(m *member, ch change) {
	m.owed += ch.owed
	if ch.solicited {
		c.refuse(m, codeMalformed, "the difference sent builds on unknown changes")
		return
	}
	if !m.resyncing {
		c.askForMissing(m)
	}
}

// forbidden authorises a plan: an empty code means yes. What changes nothing is
// always allowed, so that a reader may confirm what it has.
func (c *core) forbidden(m *member, p *ydoc.Plan, size int) (code, detail string) {
	if p.Empty() {
		return "", ""
	}
	if c.isRetired(p) {
		// Also for readers: it is their replica that must go.
		return codeRebuilt, "the document was rebuilt; throw the replica from before away"
	}
	if m.grant.ReadOnly || m.grant.Ephemeral || c.ephemeral {
		return codeReadOnly, "this document is read-only for you"
	}
	if p.Deleted() > c.lim.DeletesPerUpdate {
		return codeTooManyDeletes, "too many deletions at once"
	}
	adds := false
	for client := range p.Clients() {
		adds = true
		if !c.mayWriteAs(m, client) {
			return codeForeignClient, "changes under another participant's client id"
		}
	}
	if adds {
		if c.isFull(size) {
			return codeBoardFull, "the document has reached its limit"
		}
	}
	return "", ""
}

// measureAfter is by which part of its limit a document's estimated size may
// have grown before it is measured rather than called full: encoding it costs
// little beside that growth.
const measureAfter = 64

// isFull says whether a document has no room for an update of the size. What
// others have deleted or written over takes none.
func (c *core) isFull(size int) bool {
	stats := c.doc.Stats()
	if stats.EncodedSize+size > c.lim.BoardBytes && stats.Unmeasured > c.lim.BoardBytes/measureAfter {
		c.doc.EncodeStateAsUpdate(nil)
		stats = c.doc.Stats()
	}
	return stats.EncodedSize+size > c.lim.BoardBytes || stats.Structs > c.lim.BoardStructs
}

// mayWriteAs says whether a member may write under a client id: its own, or one
// that nobody has written under and nobody else is present with.
func (c *core) mayWriteAs(m *member, client uint64) bool {
	if owner, ok := c.owners[client]; ok {
		return owner == m.grant.Subject
	}
	e := c.presence.entries[client]
	return client != c.editor && (e == nil || e.member == m.id || c.mayTakeOver(m, e))
}

func refusal(err error) string {
	if errors.Is(err, ydoc.ErrLimit) {
		return codeLimit
	}
	return codeMalformed
}
