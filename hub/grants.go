package hub

import (
	"context"
	"errors"
	"time"

	"github.com/pathboard/pathboard/hub/store"
)

// membership is a connection's opened document, as the hub sees it. What may
// change is guarded by hub.mu.
type membership struct {
	// static
	id   memberID
	conn *conn
	key  string
	doc  store.DocName
	room *room
	// workshop is that of the grant under which the document was opened.
	workshop string

	token  string
	grant  Grant
	said   string // what the client said last, for Members
	denied string // why the member must leave; empty while it may stay
	answer uint64 // the question that grant or denied answers
	out    bool   // put out of the room, the connection does not know yet
}

// authorizeTimeout bounds one question to the Authorizer.
const authorizeTimeout = 5 * time.Second

// askAbout asks the Authorizer. The number orders answers: of two, the one to
// the later question holds, whichever comes first.
func (h *Hub) askAbout(ctx context.Context, doc store.DocName, token string) (Grant, uint64, error) {
	h.mu.Lock()
	h.question++
	n := h.question
	h.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, authorizeTimeout)
	defer cancel()
	g, err := h.opts.Authorizer.Authorize(ctx, doc, token)
	return g, n, err
}

// addMember makes a membership known and reports whether a Reauthorize call
// came after the question that its grant answers, and so may have missed it.
func (h *Hub) addMember(m *membership) (outdated bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.members[m.doc] == nil {
		h.members[m.doc] = map[memberID]*membership{}
	}
	h.members[m.doc][m.id] = m
	return h.asked > m.answer
}

func (h *Hub) removeMember(doc store.DocName, id memberID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if m := h.members[doc][id]; m != nil {
		m.out = true
	}
	delete(h.members[doc], id)
	if len(h.members[doc]) == 0 {
		delete(h.members, doc)
	}
}

func (h *Hub) countMembers(doc store.DocName) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.members[doc])
}

// enterWorkshop counts a connection in with its first document of a workshop,
// unless the workshop has all the connections it may have; leaveWorkshop counts
// it out with the last.
func (h *Hub) enterWorkshop(c *conn, workshop string) bool {
	if workshop == "" || c.opened(workshop) {
		return true
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.workshops[workshop] >= h.opts.Limits.ConnectionsPerWorkshop {
		return false
	}
	h.workshops[workshop]++
	return true
}

func (h *Hub) leaveWorkshop(c *conn, workshop string) {
	if workshop == "" || c.opened(workshop) {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.workshops[workshop]--; h.workshops[workshop] == 0 {
		delete(h.workshops, workshop)
	}
}

// opened reports whether the connection has a document of the workshop open.
func (c *conn) opened(workshop string) bool {
	for _, m := range c.docs {
		if m.workshop == workshop {
			return true
		}
	}
	return false
}

// standing is what holds for a member now: its grant, or why it must leave.
func (h *Hub) standing(m *membership) (g Grant, denied string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return m.grant, m.denied
}

// gone reports whether the member was put out of its room.
func (h *Hub) gone(m *membership) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return m.out
}

// Reauthorize asks the Authorizer again about every connection of this
// instance on the document, and makes the answer hold at once: read-only is
// flipped, the refused are put out. It returns when all have been asked.
func (h *Hub) Reauthorize(ctx context.Context, doc store.DocName) {
	h.ReauthorizeAll(ctx, func(d store.DocName, _ Grant) bool { return d == doc })
}

// ReauthorizeAll does the same for every connection that match selects.
// Connections of one token on one document are asked about once.
func (h *Hub) ReauthorizeAll(ctx context.Context, match func(store.DocName, Grant) bool) {
	type subject struct {
		doc   store.DocName
		token string
	}
	type standing struct {
		m *membership
		subject
		grant Grant
	}
	var all []standing
	h.mu.Lock()
	h.question++
	h.asked = h.question
	for _, members := range h.members {
		for _, m := range members {
			all = append(all, standing{m, subject{m.doc, m.token}, m.grant})
		}
	}
	h.mu.Unlock()
	groups := map[subject][]*membership{}
	for _, s := range all {
		if match(s.doc, s.grant) {
			groups[s.subject] = append(groups[s.subject], s.m)
		}
	}
	for s, members := range groups {
		g, n, err := h.askAbout(ctx, s.doc, s.token)
		for _, m := range members {
			h.settle(m, s.token, g, n, err)
		}
	}
}

// settle records the Authorizer's answer and has the room look at it. What a
// room does about it follows the order of answers, not of their messengers.
func (h *Hub) settle(m *membership, token string, g Grant, n uint64, err error) {
	if err != nil && !errors.Is(err, ErrDenied) {
		// Cannot say now: the next look or the next connection will.
		h.log.Warn("authorisation not renewed", "doc", m.doc, "error", err)
		return
	}
	h.mu.Lock()
	if n <= m.answer || m.token != token {
		h.mu.Unlock()
		return
	}
	m.answer = n
	if err != nil {
		m.denied = denial(err)
	} else {
		m.grant, m.denied = g, ""
	}
	h.mu.Unlock()
	m.room.mail.put(func(mail *mail) { mail.regranted = append(mail.regranted, m) })
}

// granted is what the member may do now.
func (h *Hub) granted(m *membership) Grant {
	h.mu.Lock()
	defer h.mu.Unlock()
	return m.grant
}

// denial is the reason a client may see.
func denial(err error) string {
	var d interface{ Denial() string }
	if errors.As(err, &d) {
		return d.Denial()
	}
	return "permission-denied"
}
