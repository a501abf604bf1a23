package hub

import (
	"encoding/json"
	"errors"

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
	codeTooManyDeletes = "too-many-deletes"
	codeLimit          = "limit"
)

// refuse tells a member that its update is not saved and why. The connection
// stays: others may share it, and the client keeps the text.
func (c *core) refuse(m *member, code, detail string) {
	c.send(m.id, message{typ: wire.TypeSyncStatus, saved: false})
	b, _ := json.Marshal(map[string]string{"type": "refused", "code": code, "detail": detail})
	c.send(m.id, message{typ: wire.TypeStateless, text: string(b)})
}

// update takes a member's change through the order of trust: size, decoding
// with limits, plan, authorisation, commit, append. Acknowledgement and fan-out
// wait for the append.
func (c *core) update(m *member, b []byte, reply bool) {
	if !reply && len(b) > c.lim.UpdateBytes {
		c.refuse(m, codeTooLarge, "update too large")
		return
	}
	u, err := ydoc.Decode(b, c.lim.update())
	if err != nil {
		c.refuse(m, refusal(err), err.Error())
		return
	}
	p, err := c.doc.Plan(u)
	if errors.Is(err, ydoc.ErrMissing) {
		c.missing(m, reply)
		return
	}
	if err != nil {
		c.refuse(m, refusal(err), err.Error())
		return
	}
	if code, detail := c.forbidden(m, p, len(b)); code != "" {
		c.refuse(m, code, detail)
		return
	}
	newClients := make([]uint64, 0, 1)
	for client := range p.Clients() {
		newClients = append(newClients, client)
	}
	canonical, err := c.doc.Commit(p)
	if err != nil {
		c.refuse(m, refusal(err), err.Error())
		return
	}
	if canonical != nil {
		for _, client := range newClients {
			c.owners[client] = m.grant.Subject
		}
		c.appendUpdate(m.grant.Subject, canonical)
		c.emitDurable(effect{kind: effectCast, to: m.id, msg: updateMessage(canonical)})
	}
	c.acknowledge(m, reply)
}

// acknowledge confirms one update, or all that a resync has paid for.
func (c *core) acknowledge(m *member, reply bool) {
	n := 1
	if reply {
		n, m.owed, m.resyncing = m.owed, 0, false
	}
	for range n {
		c.emitDurable(effect{kind: effectSend, to: m.id, msg: message{typ: wire.TypeSyncStatus, saved: true}})
	}
}

// missing answers an update that builds on what we do not have: the member
// sends its whole difference, which contains the update.
func (c *core) missing(m *member, reply bool) {
	if reply {
		// The difference to our own state vector cannot lack anything, unless
		// the vector was older than what came since. Ask once more.
		if m.resyncing {
			m.resyncing = false
			c.refuse(m, codeMalformed, "the difference sent builds on unknown changes")
			return
		}
	} else {
		m.owed++
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
	if m.grant.ReadOnly || m.grant.Ephemeral || c.ephemeral {
		return codeReadOnly, "this document is read-only for you"
	}
	if p.Deleted() > c.lim.DeletesPerUpdate {
		return codeTooManyDeletes, "too many deletions at once"
	}
	adds := false
	for client := range p.Clients() {
		adds = true
		if owner, ok := c.owners[client]; ok && owner != m.grant.Subject {
			return codeForeignClient, "changes under another participant's client id"
		}
		if client == c.editor {
			return codeForeignClient, "changes under the server's client id"
		}
	}
	if adds {
		if stats := c.doc.Stats(); stats.EncodedSize+size > c.lim.BoardBytes || stats.Structs > c.lim.BoardStructs {
			return codeBoardFull, "the document has reached its limit"
		}
	}
	return "", ""
}

func refusal(err error) string {
	if errors.Is(err, ydoc.ErrLimit) {
		return codeLimit
	}
	return codeMalformed
}
