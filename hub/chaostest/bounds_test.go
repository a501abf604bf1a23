package chaostest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/pathboard/pathboard/hub/hubtest"
	"github.com/pathboard/pathboard/hub/wire"
	"github.com/pathboard/pathboard/hub/ydoc"
)

// usage is what a process holds.
type usage struct{ goroutines, files, rssKB int }

func (p *process) usage() usage {
	p.t.Helper()
	var u usage
	res, err := http.Get("http://" + p.address + "/debug/pprof/goroutine?debug=1")
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := fmt.Sscanf(string(b), "goroutine profile: total %d", &u.goroutines); err != nil {
		p.t.Fatal(err)
	}
	proc := filepath.Join("/proc", strconv.Itoa(p.cmd.Process.Pid))
	files, err := os.ReadDir(filepath.Join(proc, "fd"))
	if err != nil {
		p.t.Fatal(err)
	}
	u.files = len(files)
	status, err := os.ReadFile(filepath.Join(proc, "status"))
	if err != nil {
		p.t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			u.rssKB, _ = strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(rest), " kB"))
		}
	}
	return u
}

// TestT16SlowReader: one who reads nothing at all costs the others nothing.
func TestT16SlowReader(t *testing.T) {
	g := newRig(t, 1, 500)
	ws, res, err := (&websocket.Dialer{NetDial: func(_, address string) (net.Conn, error) {
		c, err := net.Dial("tcp", address)
		if err == nil {
			err = c.(*net.TCPConn).SetReadBuffer(4096)
		}
		return c, err
	}}).Dial(g.hubs[0].url(), nil)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	defer ws.Close()
	for _, b := range [][]byte{wire.Token("chaos.0", "slow", "4.0.0"), wire.Sync("chaos.0", wire.SyncStep1, ydoc.StateVector{}.Encode())} {
		if err := ws.WriteMessage(websocket.BinaryMessage, b); err != nil {
			t.Fatal(err)
		}
	}
	g.write(1, 6, size(1500, 50_000), 0, g.anyHub)
	g.finish(4 * time.Minute)
	t.Logf("with a reader that reads nothing: %+v", g.hubs[0].usage())
	g.verify()
}

// TestT18Churn comes and goes at every stage of the handshake; afterwards the
// hub holds what it held before.
func TestT18Churn(t *testing.T) {
	g := newRig(t, 1, 500)
	h := g.hubs[0]
	stages := []func(string){
		func(doc string) { // no HTTP at all
			if c, err := net.Dial("tcp", h.address); err == nil {
				c.Close()
			}
		},
		func(doc string) { // half a request
			if c, err := net.Dial("tcp", h.address); err == nil {
				_, _ = c.Write([]byte("GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: webs"))
				c.Close()
			}
		},
		func(doc string) { churn(h, false) },                                // no document
		func(doc string) { churn(h, false, wire.Token(doc, "a", "4.0.0")) }, // gone before the answer
		func(doc string) { churn(h, true, wire.Token(doc, "a", "4.0.0")) },  // with a reset
		func(doc string) { churn(h, true, hubtest.SyncStep1(doc)) },         // not authenticated
		func(doc string) { churn(h, false, wire.Token(doc, "a", "4.0.0"), hubtest.SyncStep1(doc)) },
		func(doc string) { churn(h, false, []byte{1, 2, 3}) },
	}
	round := func(times int) {
		var wg sync.WaitGroup
		for worker := range 4 {
			wg.Go(func() {
				for i := range times / 4 {
					stages[(i+worker)%len(stages)](fmt.Sprintf("churn.%d", i%40))
				}
			})
		}
		wg.Wait()
	}
	round(200)
	var before usage
	calm := func() bool {
		u := h.usage()
		settled := u.goroutines == before.goroutines
		before = u
		return settled
	}
	g.until("calm before", time.Minute, func() bool { g.hold(3500 * time.Millisecond); return calm() })
	base := before
	round(size(2000, 100_000))
	var after usage
	defer func() { t.Logf("before %+v, after %d connections %+v", base, size(2000, 100_000), after) }()
	g.until("the same as before", 60*time.Second, func() bool {
		g.hold(500 * time.Millisecond)
		after = h.usage()
		// The hub keeps up to 32 readers ready between bursts.
		return after.goroutines <= base.goroutines+34 && after.files <= base.files+2
	})
}

// churn opens a line, says something and goes without waiting.
func churn(h *process, hard bool, say ...[]byte) {
	ws, res, err := websocket.DefaultDialer.Dial(h.url(), nil)
	if err != nil {
		return
	}
	res.Body.Close()
	for _, b := range say {
		_ = ws.WriteMessage(websocket.BinaryMessage, b)
	}
	if tcp, ok := ws.NetConn().(*net.TCPConn); ok && hard {
		_ = tcp.SetLinger(0)
	}
	ws.Close()
}

// TestT23Attackers: slow requests, floods of pings, headers that announce a
// gigabyte and bombs; the others go on and the attackers are cut.
func TestT23Attackers(t *testing.T) {
	g := newRig(t, 1, 500)
	h := g.hubs[0]
	before := h.usage()
	var lines []net.Conn
	defer func() {
		for _, c := range lines {
			c.Close()
		}
	}()
	open := func(say []byte) net.Conn {
		c, err := net.Dial("tcp", h.address)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = c.Write(say)
		lines = append(lines, c)
		return c
	}
	slow := size(200, 2000)
	for range slow {
		open([]byte("GET /ws HTTP/1.1\r\nHost: x\r\nX-Slow: "))
	}
	upgrade := []byte("GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n")
	gigabyte := []byte{0x82, 0xff, 0, 0, 0, 0, 0x40, 0, 0, 0, 1, 2, 3, 4}
	for range 20 {
		open(append(bytes.Clone(upgrade), gigabyte...))
	}
	stop := make(chan struct{})
	var floods sync.WaitGroup
	ping := bytes.Repeat([]byte{0x89, 0x80, 1, 2, 3, 4}, 500)
	for range 4 {
		c := open(upgrade)
		floods.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				_ = c.SetWriteDeadline(time.Now().Add(100 * time.Millisecond))
				if _, err := c.Write(ping); err != nil {
					return
				}
			}
		})
	}
	g.write(2, 3, size(300, 5000), time.Millisecond, g.anyHub)
	g.finish(2 * time.Minute)
	close(stop)
	floods.Wait()
	under := h.usage()
	for _, c := range lines[:slow] {
		_ = c.SetReadDeadline(time.Now().Add(15 * time.Second))
		if _, err := io.Copy(io.Discard, c); err != nil {
			t.Fatalf("a slow request is not cut: %v", err)
		}
	}
	t.Logf("before %+v, under attack %+v", before, under)
	if grown := under.rssKB - before.rssKB; grown > memoryFactor*50<<10 {
		t.Errorf("the hub has grown by %d KB", grown)
	}
	g.verify()
}

// TestT17Soak writes for long into many documents; what Redis and the hub hold
// stays bounded (R15 of hub/SPEC.md).
func TestT17Soak(t *testing.T) {
	g := newRig(t, 1, 100)
	g.write(size(10, 200), 1, size(300, 2500), 0, g.anyHub)
	g.finish(9 * time.Minute)
	g.until("short logs", time.Minute, func() bool {
		for _, doc := range g.docs() {
			if n := g.redisDo("LLEN", "pb:{"+doc+"}:snaps").(int64); n == 0 || n > 3 {
				return false
			}
		}
		return true
	})
	t.Logf("after %d edits: %+v, Redis holds %v bytes of %s", g.progress(), g.hubs[0].usage(), g.redisDo("MEMORY", "USAGE", "pb:{chaos.0}:log"), "the log of the first document")
	g.verify()
}

// readByYjs has Yjs itself read a document.
func (g *rig) readByYjs(doc string) {
	g.t.Helper()
	state, err := read(g.anyHub(), doc)
	if err != nil {
		g.t.Fatal(err)
	}
	cmd := hubtest.Node(g.t, "tokens.mjs")
	cmd.Stdin = bytes.NewReader(state)
	out, err := cmd.Output()
	if err != nil {
		g.t.Fatal(err)
	}
	var seen struct {
		Tokens        []string
		Pending, Same bool
	}
	if err := json.Unmarshal(out, &seen); err != nil {
		g.t.Fatal(err)
	}
	ours, err := tokens(state)
	if err != nil || len(ours) != len(seen.Tokens) || seen.Pending || !seen.Same {
		g.t.Errorf("Yjs reads %d tokens (pending %v, same bytes %v), we read %d: %v", len(seen.Tokens), seen.Pending, seen.Same, len(ours), err)
	}
	for _, token := range seen.Tokens {
		if ours[token] != 1 {
			g.t.Fatalf("Yjs reads %q, we read it %d times", token, ours[token])
		}
	}
}
