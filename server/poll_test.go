package main

import (
	"bytes"
	"encoding/binary"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/gorilla/websocket"

	"github.com/pathboard/pathboard/hub/wire"
	"github.com/pathboard/pathboard/hub/ydoc"
)

// poller is a browser behind a proxy that lets no websocket through.
type poller struct {
	t         *testing.T
	url, line string
	said, got int
}

func pollFrom(t *testing.T, base string) *poller {
	t.Helper()
	p := &poller{t: t, url: base + "/ws/poll"}
	res := p.do(http.MethodPost, 0, nil)
	p.line = res.Header.Get("Pathboard-Line")
	if res.StatusCode != http.StatusCreated || p.line == "" {
		t.Fatalf("opening a line: %s", res.Status)
	}
	return p
}

func (p *poller) do(method string, batch int, body []byte) *http.Response {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), method, p.url, bytes.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	if p.line != "" {
		r.Header.Set("Pathboard-Line", p.line)
		r.Header.Set("Pathboard-Batch", strconv.Itoa(batch))
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	b, err := io.ReadAll(res.Body)
	res.Body.Close()
	if err != nil {
		p.t.Fatal(err)
	}
	res.Body = io.NopCloser(bytes.NewReader(b))
	return res
}

func (p *poller) say(frame []byte) {
	p.t.Helper()
	p.said++
	if res := p.do(http.MethodPost, p.said, append(binary.BigEndian.AppendUint32(nil, uint32(len(frame))), frame...)); res.StatusCode != http.StatusNoContent {
		p.t.Fatalf("sending: %s", res.Status)
	}
}

// await fetches until a frame holds.
func (p *poller) await(holds func(wire.Frame) bool) wire.Frame {
	p.t.Helper()
	for {
		res := p.do(http.MethodGet, p.got, nil)
		if res.StatusCode != http.StatusOK {
			p.t.Fatalf("waiting: %s", res.Status)
		}
		p.got++
		b, _ := io.ReadAll(res.Body)
		for len(b) > 0 {
			n := 4 + binary.BigEndian.Uint32(b)
			f, err := wire.Parse(b[4:n])
			if err != nil {
				p.t.Fatal(err)
			}
			if holds(f) {
				return f
			}
			b = b[n:]
		}
	}
}

// TestABoardWithoutWebsockets: over plain requests the same is said, allowed and
// saved as on a socket, and who sits at one sees the other's edits.
func TestABoardWithoutWebsockets(t *testing.T) {
	p := startProgram(t, nil)
	c := p.create()
	anna, bea := p.join(c, "Anna", 0), p.join(c, "Bea", 0)
	board := "board." + c.Workshop.Groups[0].ID
	b := dial(t, p.base)
	b.Open(board, bea.Token)
	b.Scope(board, 0)
	b.Send(wire.Sync(board, wire.SyncStep1, []byte{0}))
	a := pollFrom(t, p.base)
	rights := func(token string) string {
		a.say(wire.Token(board, token, "4"))
		return a.await(func(f wire.Frame) bool { return f.Type == wire.TypeAuth }).Text
	}
	if got := rights("guess"); got != "unauthenticated" {
		t.Fatalf("a wrong token: %s", got)
	}
	if got := rights(anna.Token); got != "read-write" {
		t.Fatalf("Anna's rights: %s", got)
	}
	update, err := ydoc.New(ydoc.Options{}).Transact(3, func(x *ydoc.Txn) error {
		return x.Set(x.Root("meta", ydoc.KindMap), "k", "bez-gniazda")
	})
	if err != nil {
		t.Fatal(err)
	}
	a.say(wire.Sync(board, wire.SyncUpdate, update))
	if !a.await(func(f wire.Frame) bool { return f.Type == wire.TypeSyncStatus }).Saved {
		t.Error("the edit was refused")
	}
	b.AwaitEdit(board, "bez-gniazda")
	b.Write(board, 4, "k2", "z-gniazda")
	a.await(func(f wire.Frame) bool {
		return f.Type == wire.TypeSync && strings.Contains(string(f.Payload), "z-gniazda")
	})
	if res := a.do(http.MethodDelete, 0, nil); res.StatusCode != http.StatusNoContent {
		t.Errorf("closing the line: %s", res.Status)
	}
}

// TestConnectionsAreTurnedAway by the instance's limit, on either transport,
// with a word when to come back.
func TestConnectionsAreTurnedAway(t *testing.T) {
	p := startProgram(t, map[string]string{"PATHBOARD_MAX_CONNECTIONS": "2", "PATHBOARD_TRUSTED_PROXIES": "127.0.0.1", "PATHBOARD_MAX_CONNECTIONS_PER_ADDRESS": "1"})
	from := func(address string) (int, http.Header) {
		ws, res, err := websocket.DefaultDialer.DialContext(t.Context(), "ws"+strings.TrimPrefix(p.base, "http")+"/ws", http.Header{"X-Forwarded-For": {address}})
		if err == nil {
			t.Cleanup(func() { ws.Close() })
		}
		res.Body.Close()
		return res.StatusCode, res.Header
	}
	for i, tc := range []struct {
		from string
		want int
	}{{"198.51.100.1", 101}, {"198.51.100.1", 429}, {"2001:db8::1", 101}, {"2001:db8::2", 503}, {"198.51.100.3", 503}} {
		got, header := from(tc.from)
		if got != tc.want || got != 101 && header.Get("Retry-After") == "" {
			t.Errorf("%d, from %s: %d %v, want %d", i, tc.from, got, header, tc.want)
		}
	}
	if res := (&poller{t: t, url: p.base + "/ws/poll"}).do(http.MethodPost, 0, nil); res.StatusCode != 503 || res.Header.Get("Retry-After") == "" {
		t.Errorf("a line beyond the limit: %s", res.Status)
	}
}
