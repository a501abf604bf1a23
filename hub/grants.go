package hub

import (
	"context"
	"errors"
	"time"

	"github.com/pathboard/pathboard/hub/store"
)

// membership is a connection's opened document, as the hub sees it. token and
// room are static; grant is guarded by hub.mu.
type membership struct {
	id    memberID
	conn  *conn
	key   string
	doc   store.DocName
	token string
	room  *room
	grant Grant
}

// authorizeTimeout bounds one question to the Authorizer.
const authorizeTimeout = 5 * time.Second

func (h *Hub) authorize(ctx context.Context, doc store.DocName, token string) (Grant, error) {
	ctx, cancel := context.WithTimeout(ctx, authorizeTimeout)
	defer cancel()
	return h.opts.Authorizer.Authorize(ctx, doc, token)
}

func (h *Hub) addMember(m *membership) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.members[m.doc] == nil {
		h.members[m.doc] = map[memberID]*membership{}
	}
	h.members[m.doc][m.id] = m
}

func (h *Hub) removeMember(m *membership) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.members[m.doc], m.id)
	if len(h.members[m.doc]) == 0 {
		delete(h.members, m.doc)
	}
}

func (h *Hub) countMembers(doc store.DocName) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.members[doc])
}

// Reauthorize asks the Authorizer again about every connection of this
// instance on the document, and makes the answer hold at once: read-only is
// flipped, the refused are put out. It returns when all have been asked.
func (h *Hub) Reauthorize(ctx context.Context, doc store.DocName) {
	h.ReauthorizeAll(ctx, func(d store.DocName, _ Grant) bool { return d == doc })
}

// ReauthorizeAll does the same for every connection that match selects.
func (h *Hub) ReauthorizeAll(ctx context.Context, match func(store.DocName, Grant) bool) {
	type seen struct {
		m *membership
		g Grant
	}
	var all []seen
	h.mu.Lock()
	for _, members := range h.members {
		for _, m := range members {
			all = append(all, seen{m, m.grant})
		}
	}
	h.mu.Unlock()
	for _, s := range all {
		if match(s.m.doc, s.g) {
			h.reauthorize(ctx, s.m)
		}
	}
}

func (h *Hub) reauthorize(ctx context.Context, m *membership) {
	g, err := h.authorize(ctx, m.doc, m.token)
	switch {
	case errors.Is(err, ErrDenied):
		m.room.post(ctx, func(r *room) { r.core.expel(m.id, denial(err)) })
		m.conn.closeAfterDenial(m)
	case err != nil:
		// Cannot say now: the next look or the next connection will.
		h.log.Warn("authorisation not renewed", "doc", m.doc, "error", err)
	default:
		h.mu.Lock()
		m.grant = g
		h.mu.Unlock()
		m.room.post(ctx, func(r *room) { r.core.regrant(m.id, g) })
	}
}

// denial is the reason a client may see.
func denial(err error) string {
	var d interface{ Denial() string }
	if errors.As(err, &d) {
		return d.Denial()
	}
	return "permission-denied"
}
