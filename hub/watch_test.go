package hub

import (
	"errors"
	"io"
	"net"
	"testing"
	"time"
)

// watched is a connection over a real socket, and its client's end.
func watched(t *testing.T) (*conn, *net.TCPConn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	client, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	// With a large buffer the system tells late that it has been read.
	if err := client.(*net.TCPConn).SetReadBuffer(64 << 10); err != nil {
		t.Fatal(err)
	}
	ours, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ours.Close() })
	c := &conn{hub: &Hub{metrics: newMetrics(nil), opts: Options{Limits: DefaultLimits()}}, net: ours}
	c.raw, _ = ours.(*net.TCPConn).SyscallConn()
	c.alive()
	return c, client.(*net.TCPConn)
}

// TestASlowLineThatMovesIsNotCut: R18. Whoever takes some of it between two looks
// stays, however long the whole takes; whoever takes nothing is cut.
func TestASlowLineThatMovesIsNotCut(t *testing.T) {
	c, client := watched(t)
	ended := make(chan error, 1)
	c.out.writing = true
	go func() { ended <- c.flush(make([]byte, 64<<20)) }() // more than the socket holds
	now := time.Now()
	for range 2 * stillLooks {
		for before := c.moment(); c.moment() == before; {
			if _, err := io.CopyN(io.Discard, client, 4*chunkBytes); err != nil {
				t.Fatalf("a line that moves was cut: %v", err)
			}
		}
		c.alive() // it answers pings
		c.look(now)
	}
	looks := 0
	for ; !c.out.closed; looks++ {
		c.alive()
		c.look(now)
	}
	if looks < stillLooks {
		t.Errorf("a client that takes nothing is cut after %d looks", looks)
	}
	if err := <-ended; !errors.Is(err, net.ErrClosed) {
		t.Errorf("a client that takes nothing: %v", err)
	}
}

// expired is a socket of a process that stands still between each arming of a
// deadline and what the deadline is for.
type expired struct{ *net.TCPConn }

func (e expired) SetWriteDeadline(t time.Time) error {
	if !t.IsZero() {
		t = time.Now().Add(-time.Second)
	}
	return e.TCPConn.SetWriteDeadline(t)
}

// TestAHubThatWasStoppedCutsNobody: R18. A process that did not run has waited
// for nobody: neither for those who read meanwhile nor for those who are silent.
func TestAHubThatWasStoppedCutsNobody(t *testing.T) {
	c, client := watched(t)
	c.net = expired{c.net.(*net.TCPConn)}
	const size = 4 << 20
	ended := make(chan error, 1)
	go func() {
		err := c.flush(make([]byte, size))
		if err != nil {
			c.net.Close() // or the client would wait for the rest
		}
		ended <- err
	}()
	if n, err := io.CopyN(io.Discard, client, size); err != nil {
		t.Fatalf("cut after %d bytes: %v", n, err)
	}
	if err := <-ended; err != nil {
		t.Errorf("writing: %v", err)
	}
	now := time.Now()
	for n := range silentLooks {
		now = now.Add(time.Hour)
		c.look(now)
		if c.out.closed {
			t.Fatalf("a silent client is cut at look %d", n+1)
		}
	}
	c.look(now)
	if !c.out.closed {
		t.Error("a silent client is never cut")
	}
}

// TestWhatTheHubHasNotReadIsNotSilence: R18. As long as the hub deals with what
// a client has sent, it is the client that waits.
func TestWhatTheHubHasNotReadIsNotSilence(t *testing.T) {
	c, _ := watched(t)
	now := time.Now()
	c.taking.Store(true)
	for range 2 * silentLooks {
		now = now.Add(time.Hour)
		c.look(now)
	}
	if c.out.closed {
		t.Error("a client whose message waits for its room is cut")
	}
}
