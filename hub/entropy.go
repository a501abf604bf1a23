package hub

import (
	"errors"

	"github.com/pathboard/pathboard/hub/ydoc"
)

// A client can miss an update without anybody noticing: somebody's middlebox or
// somebody's bug, also one of ours. It would go on without it until it opens the
// document anew. So now and then a room asks one of its members, with nothing
// but the sync protocol, whether it has what it was sent, and sends it again if
// not.

// question is a comparison that a member has been asked to answer.
type question struct {
	ydoc.Comparison
	version uint64 // of the document, when it was asked
}

// errLacked is the outcome of a comparison with a member that lacks something.
var errLacked = errors.New("a client lacks what it was sent")

// sample compares one member with the document: of those who may have missed
// something since they were last compared, the one whose turn is longest ago.
func (c *core) sample() {
	if c.ephemeral || int64(c.doc.Stats().EncodedSize) > c.lim.MessageBytes-int64(c.lim.UpdateBytes) {
		return // an answer might be larger than a message may be
	}
	var next *member
	for _, id := range c.order {
		if m := c.members[id]; c.comparable(m) && (next == nil || m.sampled < next.sampled) {
			next = m
		}
	}
	if next == nil {
		return
	}
	c.samples++
	next.sampled, next.resyncing, next.unanswered = c.samples, true, 1
	next.asked = &question{c.doc.Compare(next.proved), c.doc.Version()}
	// Behind everything that the answer will be held against.
	c.emitDurable(effect{kind: effectSend, to: next.id, msg: stepOneMessage(next.asked.Vector())})
}

// comparable reports whether a member has opened the document, has been sent
// what came since, and has nothing to settle with us.
func (c *core) comparable(m *member) bool {
	return m.proved != nil && m.provedAt != c.doc.Version() &&
		m.unanswered == 0 && !m.lagging && m.held == nil && m.owed == 0
}

// compared takes the answer to a question. What is missing is sent again: first
// what came since the member was known to have all, and when that does not help,
// everything.
func (c *core) compared(m *member, q *question, answer *ydoc.Update) {
	if !q.Lacks(c.doc, answer) {
		m.proved, m.base, m.provedAt, m.lacked = q.Want(), q.Want(), q.version, false
		c.emit(effect{kind: effectCompared, to: m.id})
		return
	}
	since := q.Known()
	if m.lacked {
		since = nil
	}
	m.lacked = true
	c.emit(effect{kind: effectCompared, to: m.id, err: errLacked})
	c.emitDurable(effect{kind: effectSend, to: m.id, msg: updateMessage(c.doc.EncodeStateAsUpdate(since))})
}
