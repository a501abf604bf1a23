package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"github.com/pathboard/pathboard/hub/wire"
	"github.com/pathboard/pathboard/hub/ydoc"
)

// person is one browser: a line with the workshop's document and a board.
type person struct {
	ws       *websocket.Conn
	received *traffic
	done     chan struct{}

	sending sync.Mutex // guards the writing side of ws

	mu     sync.Mutex // guards what follows
	cond   *sync.Cond
	synced map[string]bool
	state  bool // a workshop has come
	heard  map[uint64]time.Time
	err    error
}

var dialer = websocket.Dialer{ReadBufferSize: 4 << 10, WriteBufferSize: 1 << 10, HandshakeTimeout: 30 * time.Second}

// client is what the people's browsers do beyond opening documents.
type client struct {
	whole, present bool
	// says is what is told of changes; whole: nothing.
	says string
}

// greets says and shows on the workshop's document what a browser does.
func (c client) greets(p *person, doc string) error {
	var err error
	if !c.whole {
		err = p.write(wire.Stateless(doc, c.says))
	}
	if c.present {
		state := wire.AwarenessState{Client: rand.Uint64N(1 << 32), Clock: 1, JSON: []byte(`{"here":true}`)}
		err = errors.Join(err, p.write(wire.Awareness(doc, wire.EncodeAwareness([]wire.AwarenessState{state}))))
	}
	return err
}

// enter connects and waits until both documents and the workshop are there.
func enter(ctx context.Context, url, token, workshopID, group string, c client, received *traffic) (*person, error) {
	ws, res, err := dialer.DialContext(ctx, strings.Replace(url, "http", "ws", 1)+"/ws", nil)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	res.Body.Close()
	p := &person{ws: ws, received: received, done: make(chan struct{}), synced: map[string]bool{}, heard: map[uint64]time.Time{}}
	p.cond = sync.NewCond(&p.mu)
	go p.read()
	docs := []string{"workshop." + workshopID, "board." + group}
	for _, doc := range docs {
		if err := errors.Join(p.write(wire.Token(doc, token, "4.0.0")), p.write(wire.Sync(doc, wire.SyncStep1, ydoc.StateVector{}.Encode()))); err != nil {
			return nil, err
		}
	}
	if err := c.greets(p, docs[0]); err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.err == nil && (!p.state || !p.synced[docs[0]] || !p.synced[docs[1]]) {
		p.cond.Wait()
	}
	return p, p.err
}

func (p *person) write(frame []byte) error {
	p.sending.Lock()
	defer p.sending.Unlock()
	return p.ws.WriteMessage(websocket.BinaryMessage, frame)
}

func (p *person) close() {
	p.ws.Close()
	<-p.done
}

// hears waits for the change of that version and returns when it came.
func (p *person) hears(ctx context.Context, version uint64) (time.Time, error) {
	stop := context.AfterFunc(ctx, func() {
		p.mu.Lock()
		p.err = errors.Join(p.err, ctx.Err())
		p.mu.Unlock()
		p.cond.Broadcast()
	})
	defer stop()
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.err == nil {
		if at, ok := p.heard[version]; ok {
			return at, nil
		}
		p.cond.Wait()
	}
	return time.Time{}, p.err
}

func (p *person) read() {
	defer close(p.done)
	for {
		_, b, err := p.ws.ReadMessage()
		p.mu.Lock()
		if err != nil {
			p.err = errors.Join(p.err, err)
			p.cond.Broadcast()
			p.mu.Unlock()
			return
		}
		f, err := wire.Parse(b)
		p.received.add(f, len(b))
		if err == nil {
			p.take(f)
		}
		p.mu.Unlock()
	}
}

// take notes what a frame tells; p.mu is held.
func (p *person) take(f wire.Frame) {
	switch {
	case f.Type == wire.TypeAuth && f.Auth == wire.AuthDenied:
		p.err = errors.Join(p.err, fmt.Errorf("denied: %s", f.Text))
	case f.Type == wire.TypeSync && f.Sync == wire.SyncStep1:
		key := f.Key
		go func() { _ = p.write(wire.Sync(key, wire.SyncStep2, []byte{0, 0})) }()
		return
	case f.Type == wire.TypeSync && f.Sync == wire.SyncStep2:
		p.synced[f.Doc] = true
	case f.Type == wire.TypeStateless:
		p.told(f.Text)
	default:
		return
	}
	p.cond.Broadcast()
}

// told notes when the first word of a version came, without reading a workshop
// of hundreds of kilobytes.
func (p *person) told(text string) {
	head := text[:min(len(text), 80)]
	version, ok := versionIn(head)
	if !ok {
		return
	}
	p.state = p.state || strings.HasPrefix(head, `{"type":"workshop"`)
	if _, known := p.heard[version]; !known {
		p.heard[version] = time.Now()
	}
}

func versionIn(head string) (uint64, bool) {
	_, rest, ok := strings.Cut(head, `"version":`)
	if !ok {
		return 0, false
	}
	digits := rest[:len(rest)-len(strings.TrimLeft(rest, "0123456789"))]
	n, err := strconv.ParseUint(digits, 10, 64)
	return n, err == nil
}
