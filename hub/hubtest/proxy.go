package hubtest

import (
	"context"
	"io"
	"net"
	"sync"
	"testing"
)

// Proxy is a TCP proxy that fails on demand. What is under way keeps its
// order: bytes come late or not at all, never changed.
type Proxy struct {
	t  testing.TB
	ln net.Listener
	to string
	wg sync.WaitGroup

	mu      sync.Mutex
	conns   map[net.Conn]struct{}
	stalled chan struct{} // closed when bytes may pass; nil: they may
	swallow bool
	cutFrom int // bytes after which a connection is cut; 0: never
	closed  bool
}

// NewProxy forwards to an address until the test ends.
func NewProxy(t testing.TB, to string) *Proxy {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{t: t, ln: ln, to: to, conns: map[net.Conn]struct{}{}}
	p.wg.Go(p.accept)
	t.Cleanup(p.close)
	return p
}

// Address is where to connect.
func (p *Proxy) Address() string { return p.ln.Addr().String() }

// Stall keeps all bytes back until Heal; connections stay.
func (p *Proxy) Stall() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stalled == nil {
		p.stalled = make(chan struct{})
	}
}

// HalfOpen swallows all bytes of present connections for good and of new ones
// until Heal: both ends believe that they are connected.
func (p *Proxy) HalfOpen() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.swallow = true
}

// CutAfter resets each connection once so many bytes have passed; 0 stops it.
func (p *Proxy) CutAfter(bytes int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cutFrom = bytes
}

// Heal lets bytes pass again. Connections that have lost some are reset.
func (p *Proxy) Heal() {
	p.mu.Lock()
	lost := p.swallow
	p.swallow, p.cutFrom = false, 0
	if p.stalled != nil {
		close(p.stalled)
		p.stalled = nil
	}
	p.mu.Unlock()
	if lost {
		p.Cut()
	}
}

// Cut resets all connections.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		reset(c)
	}
}

func reset(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = c.Close()
}

func (p *Proxy) close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	_ = p.ln.Close()
	p.Heal()
	p.Cut()
	p.wg.Wait()
}

func (p *Proxy) accept() {
	for {
		down, err := p.ln.Accept()
		if err != nil {
			return
		}
		up, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", p.to)
		if err != nil {
			reset(down)
			continue
		}
		if !p.keep(down, up) {
			return
		}
		p.wg.Go(func() { p.forward(down, up) })
		p.wg.Go(func() { p.forward(up, down) })
	}
}

func (p *Proxy) keep(conns ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		if p.closed {
			reset(c)
			continue
		}
		p.conns[c] = struct{}{}
	}
	return !p.closed
}

// forward passes bytes one way until the connection ends, then ends both.
func (p *Proxy) forward(from, to net.Conn) {
	defer func() {
		p.mu.Lock()
		delete(p.conns, from)
		p.mu.Unlock()
		reset(from)
		reset(to)
	}()
	b, passed := make([]byte, 32<<10), 0
	for {
		n, err := from.Read(b)
		p.mu.Lock()
		stalled, swallow, cut := p.stalled, p.swallow, p.cutFrom
		p.mu.Unlock()
		if stalled != nil {
			<-stalled
		}
		if cut > 0 && passed+n > cut {
			_, _ = to.Write(b[:max(0, cut-passed)])
			return
		}
		passed += n
		if n > 0 && !swallow {
			if _, werr := to.Write(b[:n]); werr != nil {
				return
			}
		}
		if err != nil {
			if err != io.EOF || !swallow {
				return
			}
		}
	}
}
