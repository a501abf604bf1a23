package poll

import (
	"bufio"
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// expired is a pipe in a process that stands still between each arming of a
// deadline and what the deadline is for.
type expired struct{ net.Conn }

func (e expired) SetWriteDeadline(t time.Time) error {
	if !t.IsZero() {
		t = time.Now().Add(-time.Second)
	}
	return e.Conn.SetWriteDeadline(t)
}

// pipe is a line over a pipe that expires, and the hub's end of it, which reads
// when it is told to.
func pipe(t *testing.T) (*line, *websocket.Conn) {
	t.Helper()
	near, far := net.Pipe()
	hubs := make(chan *websocket.Conn, 1)
	go func() {
		defer close(hubs)
		r, err := http.ReadRequest(bufio.NewReader(far))
		if err != nil {
			return
		}
		up := websocket.Upgrader{}
		if ws, err := up.Upgrade(&answer{conn: far, header: http.Header{}}, r, nil); err == nil {
			hubs <- ws
		}
	}()
	ws, res, err := websocket.NewClient(expired{near}, &url.URL{Scheme: "ws", Host: "inside", Path: "/ws"}, nil, 1024, 1024)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	hub := <-hubs
	t.Cleanup(func() { hub.Close() })
	l := newLine("line", ws)
	go l.read()
	t.Cleanup(func() { l.end(); <-l.ended; l.pongs.Wait() })
	return l, hub
}

// TestAHubThatIsLateCutsNoLine: R18. What the hub takes its time to read is
// waited for, messages and pongs alike, and all of it arrives.
func TestAHubThatIsLateCutsNoLine(t *testing.T) {
	l, far := pipe(t)
	l.mu.Lock()
	l.batch, l.last, l.lastPing = 1, [][]byte{{}}, true
	l.mu.Unlock()
	l.acknowledge(1) // does not wait, though nobody reads
	ponged := make(chan struct{})
	far.SetPongHandler(func(string) error { close(ponged); return nil })
	written := make(chan error, 1)
	go func() { written <- l.write(t.Context(), 1, [][]byte{[]byte("a"), []byte("b")}) }()
	for _, want := range []string{"a", "b"} {
		if _, b, err := far.ReadMessage(); err != nil || string(b) != want {
			t.Fatalf("read %q, %v, want %q", b, err, want)
		}
	}
	if err := <-written; err != nil {
		t.Errorf("writing: %v", err)
	}
	read := make(chan struct{})
	go func() { defer close(read); _, _, _ = far.ReadMessage() }()
	<-ponged
	defer func() { l.end(); <-read }()
	l.mu.Lock()
	over := l.over
	l.mu.Unlock()
	if over {
		t.Error("the line was cut")
	}
}

// TestABatchThatWaitsForAnotherEndsWithItsRequest: a client that gave a request
// up and sends its batch again does not pile up what waits.
func TestABatchThatWaitsForAnotherEndsWithItsRequest(t *testing.T) {
	l, far := pipe(t)
	written := make(chan error, 1)
	go func() { written <- l.write(t.Context(), 1, [][]byte{[]byte("a")}) }()
	for len(l.writing) == 0 {
		runtime.Gosched()
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := l.write(ctx, 1, [][]byte{[]byte("a")}); !errors.Is(err, context.Canceled) {
		t.Errorf("the second: %v", err)
	}
	if _, b, err := far.ReadMessage(); err != nil || string(b) != "a" {
		t.Fatalf("read %q, %v", b, err)
	}
	if err := <-written; err != nil {
		t.Errorf("the first: %v", err)
	}
}

// TestALineIsLookedAtNotTimed: R18. A line ends when nobody asks for it at so many
// looks in a row; a process that did not run has looked once, and a request that
// is being answered keeps the line.
func TestALineIsLookedAtNotTimed(t *testing.T) {
	h, c := start(t, Options{Idle: 1000 * time.Hour})
	h.mu.Lock()
	l := h.lines[c.line]
	h.mu.Unlock()
	t.Cleanup(l.end)
	looked := func(times int) (ended bool) {
		for range times {
			ended = ended || len(h.overdue()) > 0
		}
		return ended
	}
	answered := l.ask()
	if looked(3 * idleLooks) {
		t.Fatal("a line was ended while the hub took what it said")
	}
	answered()
	for range 3 {
		if looked(idleLooks) {
			t.Fatal("a line was ended before its time")
		}
		if code := c.do(http.MethodPost, 1, nil).Code; code != http.StatusNoContent {
			t.Fatalf("the line is gone: %d", code)
		}
	}
	if !looked(idleLooks + 1) {
		t.Error("a line nobody asks for stays")
	}
}
