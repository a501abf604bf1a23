package poll

import (
	"context"
	"time"
)

// idleLooks is after how many looks at which nobody has asked for it a line
// ends, one look each such part of Options.Idle. Looks are counted and not
// seconds: a process that was stopped, or had no processor, finds the requests
// that came meanwhile after it goes on, and has waited for nobody.
const idleLooks = 15

// ask notes a request for the line, until answered is called.
func (l *line) ask() (answered func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asking++
	l.unasked = 0
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.asking--
	}
}

// look reports whether nobody has asked for the line at so many looks in a row.
// A request that is being answered counts, however long the hub takes for it.
func (l *line) look() (overdue bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.asking > 0 {
		l.unasked = 0
		return false
	}
	l.unasked++
	return l.unasked > idleLooks
}

// keep ends lines that nobody asks for.
func (h *Handler) keep(ctx context.Context) {
	tick := time.NewTicker(max(time.Millisecond, h.opts.Idle/idleLooks))
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			for _, l := range h.overdue() {
				l.end()
			}
		case <-ctx.Done():
			return
		}
	}
}

// overdue looks at all lines and takes out those that are to end.
func (h *Handler) overdue() (over []*line) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for name, l := range h.lines {
		if l.look() {
			delete(h.lines, name)
			over = append(over, l)
		}
	}
	return over
}
