package hubtest

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/pathboard/pathboard/hub/wire"
	"github.com/pathboard/pathboard/hub/ydoc"
)

// Patience is how long a test waits for what must come.
const Patience = 15 * time.Second

// Peer is a websocket client that keeps every frame it was sent, so that tests
// wait for what they expect and nothing else.
type Peer struct {
	t    testing.TB
	ws   *websocket.Conn
	done chan struct{}

	mu     sync.Mutex
	frames []wire.Frame
	more   chan struct{} // closed and replaced with each frame
	closed int           // close code; 0 while open
}

// Dial opens the websocket at url, "ws://host:port/path" or "http://…".
func Dial(t testing.TB, url string, header http.Header) *Peer {
	t.Helper()
	ws, res, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(strings.TrimPrefix(url, "http"), "ws"), header)
	if err != nil {
		t.Fatalf("dial: %v", err)
	}
	res.Body.Close()
	p := &Peer{t: t, ws: ws, done: make(chan struct{}), more: make(chan struct{})}
	go p.read()
	t.Cleanup(p.close)
	return p
}

func (p *Peer) close() {
	p.ws.Close()
	<-p.done
}

func (p *Peer) read() {
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

func (p *Peer) Send(b []byte) {
	p.t.Helper()
	if err := p.ws.WriteMessage(websocket.BinaryMessage, b); err != nil {
		p.t.Fatalf("send: %v", err)
	}
}

// Open asks for a document with a token.
func (p *Peer) Open(doc, token string) {
	p.t.Helper()
	p.Send(wire.Token(doc, token, "4.0.0"))
}

// Count returns how many frames have come, to wait only for later ones.
func (p *Peer) Count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.frames)
}

// Await returns the first frame after the mark that holds.
func (p *Peer) Await(what string, mark int, holds func(wire.Frame) bool) wire.Frame {
	p.t.Helper()
	limit := time.NewTimer(Patience)
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

// Scope waits for the rights on a document: a scope, or the reason of a
// denial.
func (p *Peer) Scope(doc string, mark int) string {
	p.t.Helper()
	return p.Await("rights on "+doc, mark, func(f wire.Frame) bool { return f.Doc == doc && f.Type == wire.TypeAuth }).Text
}

// Write sends one edit under a client id and waits for the verdict.
func (p *Peer) Write(doc string, client uint64, key, value string) bool {
	p.t.Helper()
	update, err := ydoc.New(ydoc.Options{Limits: ydoc.DefaultLimits()}).Transact(client, func(x *ydoc.Txn) error {
		return x.Set(x.Root("meta", ydoc.KindMap), key, value)
	})
	if err != nil {
		p.t.Fatal(err)
	}
	mark := p.Count()
	p.Send(wire.Sync(doc, wire.SyncUpdate, update))
	return p.Await("verdict on an edit", mark, func(f wire.Frame) bool { return f.Doc == doc && f.Type == wire.TypeSyncStatus }).Saved
}

// AwaitEdit waits for somebody's edit of a document.
func (p *Peer) AwaitEdit(doc, value string) {
	p.t.Helper()
	p.Await("the edit "+value, 0, func(f wire.Frame) bool {
		return f.Doc == doc && f.Type == wire.TypeSync && strings.Contains(string(f.Payload), value)
	})
}

// AwaitEnd waits until a document or the whole connection was taken away.
func (p *Peer) AwaitEnd(mark int) {
	p.t.Helper()
	limit := time.NewTimer(Patience)
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

// SyncStep1 asks for all of a document.
func SyncStep1(doc string) []byte { return wire.Sync(doc, wire.SyncStep1, []byte{0}) }

// TrySend writes a message that the other side may cut off.
func (p *Peer) TrySend(b []byte) { _ = p.ws.WriteMessage(websocket.BinaryMessage, b) }

// SendText writes a text message, which the protocol does not have.
func (p *Peer) SendText(s string) {
	p.t.Helper()
	if err := p.ws.WriteMessage(websocket.TextMessage, []byte(s)); err != nil {
		p.t.Fatalf("send: %v", err)
	}
}

// CloseCode waits for the end of the connection and returns its close code,
// 1006 when there was none.
func (p *Peer) CloseCode() int {
	p.t.Helper()
	select {
	case <-p.done:
	case <-time.After(Patience):
		p.t.Fatal("the connection stays open")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.closed
}

// Next waits for the first frame after the mark that holds; false when the
// connection ends before.
func (p *Peer) Next(mark int, holds func(wire.Frame) bool) (wire.Frame, bool) {
	p.t.Helper()
	limit := time.NewTimer(2 * Patience)
	defer limit.Stop()
	for {
		p.mu.Lock()
		frames, more, closed := p.frames, p.more, p.closed
		p.mu.Unlock()
		for ; mark < len(frames); mark++ {
			if holds(frames[mark]) {
				return frames[mark], true
			}
		}
		if closed != 0 {
			return wire.Frame{}, false
		}
		select {
		case <-more:
		case <-limit.C:
			p.t.Fatal("neither a frame nor an end")
		}
	}
}
