package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/pathboard/pathboard/hub/wire"
	"github.com/pathboard/pathboard/hub/ydoc"
)

// patience is how long a test waits for what must come.
const patience = 15 * time.Second

// peer is a websocket client that keeps every frame it was sent, so that tests
// wait for what they expect and nothing else.
type peer struct {
	t    *testing.T
	ws   *websocket.Conn
	done chan struct{}

	mu     sync.Mutex
	frames []wire.Frame
	more   chan struct{} // closed and replaced with each frame
	closed int           // close code; 0 while open
}

// dial opens /ws of a server.
func dial(t *testing.T, base string) *peer {
	t.Helper()
	ws, res, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(base, "http")+"/ws", http.Header{})
	if err != nil {
		t.Fatalf("dial: %v", err)
	}
	res.Body.Close()
	p := &peer{t: t, ws: ws, done: make(chan struct{}), more: make(chan struct{})}
	go p.read()
	t.Cleanup(p.close)
	return p
}

func (p *peer) close() {
	p.ws.Close()
	<-p.done
}

func (p *peer) read() {
	defer close(p.done)
	for {
		_, b, err := p.ws.ReadMessage()
		var f wire.Frame
		if err == nil {
			f, err = wire.Parse(b)
			if err == nil && f.Type == wire.TypePing {
				continue
			}
		}
		p.mu.Lock()
		if err != nil {
			p.closed = websocket.CloseAbnormalClosure
			if ce, ok := err.(*websocket.CloseError); ok {
				p.closed = ce.Code
			}
		} else {
			p.frames = append(p.frames, f)
		}
		close(p.more)
		p.more = make(chan struct{})
		p.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (p *peer) send(b []byte) {
	p.t.Helper()
	if err := p.ws.WriteMessage(websocket.BinaryMessage, b); err != nil {
		p.t.Fatalf("send: %v", err)
	}
}

// open asks for a document with a token.
func (p *peer) open(doc, token string) {
	p.t.Helper()
	p.send(wire.Token(doc, token, "4.0.0"))
}

// count returns how many frames have come, to wait only for later ones.
func (p *peer) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.frames)
}

// await returns the first frame after the mark that holds.
func (p *peer) await(what string, mark int, holds func(wire.Frame) bool) wire.Frame {
	p.t.Helper()
	limit := time.NewTimer(patience)
	defer limit.Stop()
	for {
		p.mu.Lock()
		frames, more, closed := p.frames, p.more, p.closed
		p.mu.Unlock()
		for ; mark < len(frames); mark++ {
			if holds(frames[mark]) {
				return frames[mark]
			}
		}
		if closed != 0 {
			p.t.Fatalf("%s: the connection closed with %d", what, closed)
		}
		select {
		case <-more:
		case <-limit.C:
			p.t.Fatalf("%s did not come; had %+v", what, frames)
		}
	}
}

// scope waits for the rights on a document: a scope, or the reason of a
// denial.
func (p *peer) scope(doc string, mark int) string {
	p.t.Helper()
	return p.await("rights on "+doc, mark, func(f wire.Frame) bool { return f.Doc == doc && f.Type == wire.TypeAuth }).Text
}

// workshop waits for a stateless message about the workshop that holds.
func (p *peer) workshop(what string, holds func(pushed) bool) pushed {
	p.t.Helper()
	var m pushed
	p.await(what, 0, func(f wire.Frame) bool {
		m = pushed{}
		return f.Type == wire.TypeStateless && json.Unmarshal([]byte(f.Text), &m) == nil && m.Type == "workshop" && holds(m)
	})
	return m
}

// pushed is the workshop as it travels on the socket.
type pushed struct {
	Type     string       `json:"type"`
	Version  uint64       `json:"version"`
	Workshop seenWorkshop `json:"workshop"`
}

// write sends one edit under a client id and waits for the verdict.
func (p *peer) write(doc string, client uint64, key, value string) bool {
	p.t.Helper()
	update, err := ydoc.New(ydoc.Options{Limits: ydoc.DefaultLimits()}).Transact(client, func(x *ydoc.Txn) error {
		return x.Set(x.Root("meta", ydoc.KindMap), key, value)
	})
	if err != nil {
		p.t.Fatal(err)
	}
	mark := p.count()
	p.send(wire.Sync(doc, wire.SyncUpdate, update))
	return p.await("verdict on an edit", mark, func(f wire.Frame) bool { return f.Doc == doc && f.Type == wire.TypeSyncStatus }).Saved
}

// awaitEdit waits for somebody's edit of a document.
func (p *peer) awaitEdit(doc, value string) {
	p.t.Helper()
	p.await("the edit "+value, 0, func(f wire.Frame) bool {
		return f.Doc == doc && f.Type == wire.TypeSync && strings.Contains(string(f.Payload), value)
	})
}

// awaitEnd waits until a document or the whole connection was taken away.
func (p *peer) awaitEnd(mark int) {
	p.t.Helper()
	limit := time.NewTimer(patience)
	defer limit.Stop()
	for {
		p.mu.Lock()
		frames, more, closed := p.frames, p.more, p.closed
		p.mu.Unlock()
		for ; mark < len(frames); mark++ {
			f := frames[mark]
			if f.Type == wire.TypeClose || f.Type == wire.TypeAuth && f.Auth == wire.AuthDenied {
				return
			}
		}
		if closed != 0 {
			return
		}
		select {
		case <-more:
		case <-limit.C:
			p.t.Fatalf("access was not taken away; had %+v", frames)
		}
	}
}

// syncStep1 asks for all of a document.
func syncStep1(doc string) []byte { return wire.Sync(doc, wire.SyncStep1, []byte{0}) }

// tcp is an address of a listener.
type tcp string

func (tcp) Network() string  { return "tcp" }
func (a tcp) String() string { return string(a) }
