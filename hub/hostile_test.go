package hub_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/pathboard/pathboard/hub"
	"github.com/pathboard/pathboard/hub/hubtest"
	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/wire"
	"github.com/pathboard/pathboard/hub/ydoc"
)

const doc = "board.hostile"

// enter opens a document and waits until it is open.
func enter(t *testing.T, i *instance, token string) *hubtest.Peer {
	t.Helper()
	p := hubtest.Dial(t, "ws://"+i.addr+"/ws", nil)
	p.Open(doc, token)
	p.Scope(doc, 0)
	return p
}

// refusal waits for a change to be refused and returns the code.
func refusal(p *hubtest.Peer, mark int) string {
	var m struct{ Type, Code string }
	p.Await("the refusal", mark, func(f wire.Frame) bool {
		return f.Type == wire.TypeStateless && json.Unmarshal([]byte(f.Text), &m) == nil && m.Type == "refused"
	})
	return m.Code
}

// change is an update that sets a key under a client id.
func change(t *testing.T, client uint64, value string) []byte {
	t.Helper()
	u, err := ydoc.New(ydoc.Options{}).Transact(client, func(x *ydoc.Txn) error {
		return x.Set(x.Root("meta", ydoc.KindMap), "k", value)
	})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// TestBrokenMessagesEndTheirConnection: W6, W7.
func TestBrokenMessagesEndTheirConnection(t *testing.T) {
	i := startInstance(t)
	honest := enter(t, i, "rw:honest")
	for name, tc := range map[string]struct {
		send func(*hubtest.Peer)
		code int
	}{
		"Garbage":         {func(p *hubtest.Peer) { p.Send([]byte{0xff, 0xff, 0xff}) }, websocket.CloseProtocolError},
		"Empty":           {func(p *hubtest.Peer) { p.Send(nil) }, websocket.CloseProtocolError},
		"UnknownType":     {func(p *hubtest.Peer) { p.Send(append(wire.QueryAwareness(doc)[:len(doc)+1], 77)) }, websocket.CloseProtocolError},
		"TrailingBytes":   {func(p *hubtest.Peer) { p.Send(append(wire.QueryAwareness(doc), 1)) }, websocket.CloseProtocolError},
		"LengthBeyondEnd": {func(p *hubtest.Peer) { p.Send(wire.SyncHead(doc, wire.SyncUpdate, 1<<40)) }, websocket.CloseProtocolError},
		"LongName":        {func(p *hubtest.Peer) { p.Send(wire.QueryAwareness(strings.Repeat("x", wire.MaxKeyBytes+1))) }, websocket.CloseProtocolError},
		"Text":            {func(p *hubtest.Peer) { p.SendText("hello") }, websocket.CloseProtocolError},
		"Broadcast": {func(p *hubtest.Peer) {
			b := wire.Stateless(doc, "psst")
			b[len(doc)+1] = byte(wire.TypeBroadcastStateless)
			p.Send(b)
		}, 4403},
		"ServersMessage": {func(p *hubtest.Peer) { p.Send(wire.Authenticated(doc, wire.ScopeReadWrite)) }, 4403},
	} {
		t.Run(name, func(t *testing.T) {
			p := enter(t, i, "rw:mallory")
			tc.send(p)
			if got := p.CloseCode(); got != tc.code {
				t.Errorf("closed with %d, want %d", got, tc.code)
			}
		})
	}
	if !honest.Write(doc, 1, "still", "here") {
		t.Error("an honest neighbour suffers")
	}
}

// TestGoodbyesAreAnswered: W7. With the code that the client gave, or as broken
// when it is none that may be sent.
func TestGoodbyesAreAnswered(t *testing.T) {
	i := startInstance(t)
	for name, tc := range map[string]struct {
		said []byte
		want int
	}{
		"Normal":     {websocket.FormatCloseMessage(1000, ""), 1000},
		"GoingAway":  {websocket.FormatCloseMessage(1001, "do widzenia, żegnam"), 1001},
		"Own":        {websocket.FormatCloseMessage(4205, "reset"), 4205},
		"Nothing":    {nil, 1000},
		"HalfACode":  {[]byte{3}, 1002},
		"Reserved":   {[]byte{1005 >> 8, 1005 & 0xff}, 1002},
		"TooSmall":   {[]byte{999 >> 8, 999 & 0xff}, 1002},
		"BadReason":  {[]byte{1000 >> 8, 1000 & 0xff, 0xff}, 1002},
		"NobodysOwn": {[]byte{2999 >> 8, 2999 & 0xff}, 1002},
	} {
		t.Run(name, func(t *testing.T) {
			ws, res, err := websocket.DefaultDialer.Dial("ws://"+i.addr+"/ws", nil)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			defer ws.Close()
			if err := ws.WriteControl(websocket.CloseMessage, tc.said, time.Time{}); err != nil {
				t.Fatal(err)
			}
			if _, _, err = ws.ReadMessage(); !websocket.IsCloseError(err, tc.want) {
				t.Errorf("answered with %v, want %d", err, tc.want)
			}
		})
	}
}

// TestWhatClientsSayIsKeptForBroadcasts: the last word of each, unless it is too
// long to be one, is there for whoever broadcasts.
func TestWhatClientsSayIsKeptForBroadcasts(t *testing.T) {
	i := startInstance(t)
	loud, silent := enter(t, i, "rw:loud"), enter(t, i, "rw:silent")
	loud.Send(wire.Stateless(doc, "first"))
	loud.Send(wire.Stateless(doc, "changes"))
	loud.Send(wire.Stateless(doc, strings.Repeat("x", hub.MaxSaid+1)))
	if !loud.Write(doc, 1, "behind", "them") || !silent.Write(doc, 2, "here", "too") {
		t.Fatal("they cannot write")
	}
	for _, m := range i.hub.Members(doc) {
		if want := map[string]string{"loud": "changes"}[m.Subject]; m.Said != want {
			t.Errorf("%s said %q, want %q", m.Subject, m.Said, want)
		}
	}
	marks := map[*hubtest.Peer]int{loud: loud.Count(), silent: silent.Count()}
	i.hub.Broadcast(doc, func(g hub.Grant) []byte { return []byte("to " + g.Subject + " who said " + g.Said) })
	for p, want := range map[*hubtest.Peer]string{loud: "to loud who said changes", silent: "to silent who said "} {
		p.Await(want, marks[p], func(f wire.Frame) bool { return f.Type == wire.TypeStateless && f.Text == want })
	}
}

// TestRefusedChangesKeepTheConnection: R2, R9, R10, R8. Each is refused by name,
// leaves no trace, and the same connection goes on.
func TestRefusedChangesKeepTheConnection(t *testing.T) {
	i := startInstance(t)
	victim := enter(t, i, "rw:victim")
	if !victim.Write(doc, 7, "mine", "kept") {
		t.Fatal("the victim cannot write")
	}
	huge := change(t, 99, strings.Repeat("x", 300<<10))
	for name, tc := range map[string]struct {
		token  string
		update []byte
		want   string
	}{
		"Reader":        {"ro:reader", change(t, 50, "x"), "read-only"},
		"Garbage":       {"rw:mallory", []byte{1, 2, 3}, "malformed"},
		"Poison":        {"rw:mallory", []byte{1, 1, 7, 1, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x07, 0}, "limit"},
		"ForeignClient": {"rw:mallory", forged(t, 7), "foreign-client"},
		"TooLarge":      {"rw:mallory", huge, "too-large"},
	} {
		t.Run(name, func(t *testing.T) {
			p := enter(t, i, tc.token)
			mark := p.Count()
			p.Send(wire.Sync(doc, wire.SyncUpdate, tc.update))
			if got := refusal(p, mark); got != tc.want {
				t.Errorf("refused as %q, want %q", got, tc.want)
			}
			if strings.HasPrefix(tc.token, "rw") && !p.Write(doc, 1000+uint64(len(name)), name, "ok") {
				t.Error("an honest change afterwards is refused")
			}
		})
	}
	err := i.hub.View(t.Context(), doc, func(d *ydoc.Doc) error {
		if v, _ := d.Root("meta", ydoc.KindMap).Get("mine"); v != "kept" {
			t.Errorf("the victim's edit is now %v", v)
		}
		if _, there := d.Root("meta", ydoc.KindMap).Get("k"); there {
			t.Error("a refused change left a trace")
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if !victim.Write(doc, 8, "later", "too") {
		t.Error("the victim's later edits are refused")
	}
}

// forged continues another's client id at the clock where it stands.
func forged(t *testing.T, client uint64) []byte {
	t.Helper()
	d := ydoc.New(ydoc.Options{})
	if _, err := d.Transact(client, func(x *ydoc.Txn) error { return x.Set(x.Root("meta", ydoc.KindMap), "mine", "kept") }); err != nil {
		t.Fatal(err)
	}
	u, err := d.Transact(client, func(x *ydoc.Txn) error { return x.Set(x.Root("meta", ydoc.KindMap), "k", "forged") })
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// TestMessagesTooLargeToRead: R2, R8. Of a message above the limit the change
// is refused and the connection kept; what never ends is cut off.
func TestMessagesTooLargeToRead(t *testing.T) {
	i := startInstance(t)
	p := enter(t, i, "rw:writer")
	mark := p.Count()
	p.Send(wire.Sync(doc, wire.SyncUpdate, bytes.Repeat([]byte{1}, 5<<20)))
	if got := refusal(p, mark); got != "too-large" {
		t.Errorf("refused as %q", got)
	}
	if !p.Write(doc, 3, "after", "ok") {
		t.Error("the connection does not go on")
	}
	flood := hubtest.Dial(t, "ws://"+i.addr+"/ws", nil)
	flood.Open(doc, "rw:flood")
	flood.Scope(doc, 0)
	flood.TrySend(wire.Sync(doc, wire.SyncUpdate, make([]byte, 100<<20)))
	if got := flood.CloseCode(); got != websocket.CloseMessageTooBig && got != websocket.CloseAbnormalClosure {
		t.Errorf("100 MB closed with %d", got)
	}
	stranger := hubtest.Dial(t, "ws://"+i.addr+"/ws", nil)
	stranger.TrySend(wire.Token(doc, strings.Repeat("x", 80<<10), "4"))
	if got := stranger.CloseCode(); got != websocket.CloseMessageTooBig && got != websocket.CloseAbnormalClosure {
		t.Errorf("80 KB before a document closed with %d", got)
	}
}

// TestPresenceIsStamped: R11. Nobody takes another's name, speaks for another's
// client or says goodbye for it.
func TestPresenceIsStamped(t *testing.T) {
	i := startInstance(t)
	victim, mallory := enter(t, i, "rw:victim"), enter(t, i, "rw:mallory")
	presence := func(client, clock uint64, state string) []byte {
		return wire.Awareness(doc, wire.EncodeAwareness([]wire.AwarenessState{{Client: client, Clock: clock, JSON: json.RawMessage(state)}}))
	}
	victim.Send(presence(5, 1, `{"stage":"data"}`))
	for _, p := range []*hubtest.Peer{mallory, victim} {
		p.Await("the victim's presence", 0, func(f wire.Frame) bool {
			return f.Type == wire.TypeAwareness && strings.Contains(string(f.Payload), `"name":"victim"`)
		})
	}
	mark := victim.Count()
	mallory.Send(presence(5, 50, `null`))
	mallory.Send(presence(5, 51, `{"user":{"name":"nobody"}}`))
	mallory.Send(presence(6, 1, `{"user":{"id":"victim","name":"victim"}}`))
	got := victim.Await("mallory's own presence", mark, func(f wire.Frame) bool { return f.Type == wire.TypeAwareness && len(f.Payload) > 1 })
	if s := string(got.Payload); !strings.Contains(s, `"name":"mallory"`) || strings.Contains(s, "victim") || strings.Contains(s, "nobody") {
		t.Errorf("what passed first: %q", s)
	}
	if members := i.hub.Members(store.DocName(doc)); len(members) != 2 {
		t.Errorf("members %v", members)
	}
}

// TestCompressionIsOff: R8. A small message cannot unfold into a large one.
func TestCompressionIsOff(t *testing.T) {
	i := startInstance(t)
	d := *websocket.DefaultDialer
	d.EnableCompression = true
	ws, res, err := d.DialContext(t.Context(), "ws://"+i.addr+"/ws", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer ws.Close()
	defer res.Body.Close()
	if ext := res.Header.Get("Sec-Websocket-Extensions"); ext != "" {
		t.Errorf("the hub agrees to %q", ext)
	}
}

// TestForeignOriginIsRefused: R9.
func TestForeignOriginIsRefused(t *testing.T) {
	i := startInstance(t)
	i.strict.Store(true)
	_, res, err := websocket.DefaultDialer.DialContext(t.Context(), "ws://"+i.addr+"/ws", http.Header{"Origin": {"https://elsewhere.example"}})
	if !errors.Is(err, websocket.ErrBadHandshake) || res.StatusCode != http.StatusForbidden {
		t.Errorf("%v", err)
	}
	if res != nil {
		res.Body.Close()
	}
}

// TestOnlyWhatIsThereFillsADocument: R8. A value written over a hundred times
// takes the room of one; when a document is really full that is said by name,
// and deleting makes room.
func TestOnlyWhatIsThereFillsADocument(t *testing.T) {
	i := startInstance(t)
	p := enter(t, i, "rw:anna")
	d := ydoc.New(ydoc.Options{})
	large := strings.Repeat("x", 50<<10)
	write := func(f func(x *ydoc.Txn, m *ydoc.Type) error) (mark int, saved bool) {
		t.Helper()
		update, err := d.Transact(7, func(x *ydoc.Txn) error { return f(x, x.Root("meta", ydoc.KindMap)) })
		if err != nil {
			t.Fatal(err)
		}
		mark = p.Count()
		p.Send(wire.Sync(doc, wire.SyncUpdate, update))
		return mark, p.Await("verdict on an edit", mark, func(f wire.Frame) bool { return f.Type == wire.TypeSyncStatus }).Saved
	}
	set := func(key string) (int, bool) {
		t.Helper()
		return write(func(x *ydoc.Txn, m *ydoc.Type) error { return x.Set(m, key, large) })
	}
	for n := range 150 {
		if _, saved := set("same"); !saved {
			t.Fatalf("refused after it was written over %d times", n)
		}
	}
	n := 0
	for ; n < 150; n++ {
		mark, saved := set(fmt.Sprint("other ", n))
		if saved {
			continue
		}
		if got := refusal(p, mark); got != "board-full" {
			t.Errorf("refused as %q", got)
		}
		break
	}
	if n < 75 || n > 85 {
		t.Errorf("%d values of 50 KB fill 4 MB", n)
	}
	// The refused change is in our replica only: a fresh one goes on.
	update, err := d.Transact(7, func(x *ydoc.Txn) error { return x.Delete(x.Root("meta", ydoc.KindMap), "same") })
	if err != nil {
		t.Fatal(err)
	}
	p.Send(wire.Sync(doc, wire.SyncUpdate, update))
	if !p.Write(doc, 8, "later", "there is room") {
		t.Error("deleting made no room")
	}
}
