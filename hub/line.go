package hub

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/pathboard/pathboard/hub/store"
)

// Member is one connection on a document.
type Member struct {
	Subject, Session, Role string
	// Said is what the client last said on the document; see Grant.
	Said string
	// Since is when the connection was made.
	Since time.Time
	// Trip is how long the newest ping took there and back, or has taken so far
	// when it is not answered yet and that is longer; 0 before the first answer.
	Trip time.Duration
	// Requests says that the messages travel by plain requests.
	Requests bool
}

// Members returns this instance's connections on the document.
func (h *Hub) Members(doc store.DocName) []Member {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := make([]Member, 0, len(h.members[doc]))
	for _, m := range h.members[doc] {
		out = append(out, m.describe(time.Now()))
	}
	return out
}

func (h *Hub) describe(m *membership) Member {
	h.mu.Lock()
	defer h.mu.Unlock()
	return m.describe(time.Now())
}

// describe needs hub.mu.
func (m *membership) describe(now time.Time) Member {
	l := &m.conn.line
	return Member{
		Subject: m.grant.Subject, Session: m.grant.Session, Role: m.grant.Role, Said: m.said,
		Since: l.since, Trip: l.trip(now), Requests: l.requests,
	}
}

// How a line ended.
const (
	lineOpen int32 = iota
	lineClosed
	lineBroken
)

// lineState is what is known of the way between a connection and its client.
type lineState struct {
	// static
	since    time.Time
	requests bool

	unanswered atomic.Int64 // when the oldest unanswered ping left, Unix nanoseconds; 0: none
	took       atomic.Int64 // nanoseconds of the newest answered ping; 0: none yet
	end        atomic.Int32 // the first reason counts
}

func (l *lineState) asked(now time.Time) { l.unanswered.CompareAndSwap(0, now.UnixNano()) }

// answered takes a pong. One that nobody asked for says nothing.
func (l *lineState) answered(now time.Time) {
	if asked := l.unanswered.Swap(0); asked != 0 {
		l.took.Store(max(1, now.UnixNano()-asked))
	}
}

func (l *lineState) trip(now time.Time) time.Duration {
	took := l.took.Load()
	if asked := l.unanswered.Load(); asked != 0 {
		took = max(took, now.UnixNano()-asked)
	}
	return time.Duration(took)
}

func (l *lineState) ended(broken bool) {
	how := lineClosed
	if broken {
		how = lineBroken
	}
	l.end.CompareAndSwap(lineOpen, how)
}

func (l *lineState) broken() bool { return l.end.Load() == lineBroken }

type overRequestsKey struct{}

// OverRequests marks what the handler serves as lines whose messages travel by
// plain requests (Member.Requests).
func OverRequests(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), overRequestsKey{}, true)))
	})
}

func overRequests(r *http.Request) bool {
	marked, _ := r.Context().Value(overRequestsKey{}).(bool)
	return marked
}
