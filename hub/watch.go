package hub

import (
	"context"
	"time"

	"github.com/pathboard/pathboard/hub/wire"
)

const (
	// pingEvery keeps proxies from closing an idle line, looked after every
	// keepAliveStep.
	pingEvery     = 18 * time.Second
	keepAliveStep = 2 * time.Second
	// silentLooks and stillLooks are after how many looks without a sign of life
	// (two missed pings), or without a byte taken of what is being written, a
	// connection ends. Looks are counted and not seconds: a hub that was stopped,
	// or had no processor, has not been waiting for anybody.
	silentLooks = 22
	stillLooks  = 10
)

// watch is what the keeper of lines remembers of a connection from one look to
// the next.
type watch struct {
	heard         int64
	written       uint64
	unsent        int
	silent, still uint8 // looks in a row
}

// moment is a connection as it is at one look.
type moment struct {
	heard   int64  // the newest sign of life
	taking  bool   // the hub is dealing with what the client has sent
	writing bool   // a write waits for the client
	written uint64 // bytes that the system has taken so far
	unsent  int    // of them those that the client has not; -1: not known
}

// look notes a moment and reports whether the client has been silent, or has
// taken nothing, at too many looks in a row. What the hub itself is late with
// is not held against the client: messages that it has not dealt with yet, and
// a write that could go on.
func (w *watch) look(m moment) (overdue bool) {
	if m.taking || m.heard != w.heard {
		w.silent = 0
	} else if w.silent < silentLooks {
		w.silent++
	}
	if !m.writing || m.unsent == 0 || m.written != w.written || m.unsent != w.unsent {
		w.still = 0
	} else if w.still < stillLooks {
		w.still++
	}
	w.heard, w.written, w.unsent = m.heard, m.written, m.unsent
	return w.silent == silentLooks || w.still == stillLooks
}

func (c *conn) moment() moment {
	m := moment{heard: c.heard.Load(), taking: c.taking.Load(), writing: c.writing.Load(), unsent: -1}
	if m.writing {
		m.written = c.written.Load()
		m.unsent = unsent(c.net)
	}
	return m
}

// look ends the connection if its client is silent, takes nothing, or has not
// opened a document in time. A write that waits for it is given up.
func (c *conn) look(now time.Time) {
	m := c.moment()
	since := c.docless.Load()
	late := since != 0 && !m.taking && now.Sub(time.Unix(0, since)) > c.hub.opts.Limits.HandshakeTimeout
	if !c.watch.look(m) && !late {
		return
	}
	c.line.ended(true)
	c.fail(closeTimeout, "no answer in time")
	if m.writing {
		c.cut()
	}
}

// keepLinesAlive writes to every connection once each pingEvery, a part of them
// at a time, and ends those whose client is silent or takes nothing.
func (h *Hub) keepLinesAlive(ctx context.Context) {
	tick := time.NewTicker(keepAliveStep)
	defer tick.Stop()
	var conns, due []*conn
	for {
		select {
		case now := <-tick.C:
			h.mu.Lock()
			for c := range h.conns {
				conns = append(conns, c)
				if !now.Before(c.nextPing) {
					c.nextPing = now.Add(pingEvery)
					due = append(due, c)
				}
			}
			h.mu.Unlock()
			for _, c := range conns {
				c.look(now)
			}
			for _, c := range due {
				c.keepAlive()
			}
			clear(conns)
			clear(due)
			conns, due = conns[:0], due[:0]
		case <-ctx.Done():
			return
		}
	}
}

// keepAlive sends a websocket ping, which browsers answer by themselves, and
// an empty awareness update, because provider clients count messages only.
func (c *conn) keepAlive() {
	c.line.asked(time.Now())
	c.offer(outFrame{op: opPing})
	if key := c.anyKey(); key != "" {
		frame := wire.Awareness(key, wire.EncodeAwareness(nil))
		if c.plain != "" {
			frame = wire.Plain(frame)
		}
		c.offer(outFrame{op: opBinary, head: frame})
	}
}

// anyKey returns the key of a document open on this connection.
func (c *conn) anyKey() string {
	c.keyMu.Lock()
	defer c.keyMu.Unlock()
	return c.lastKey
}
