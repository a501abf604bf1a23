package hub_test

import (
	"bytes"
	"net"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/pathboard/pathboard/hub"
	"github.com/pathboard/pathboard/hub/hubtest"
	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/wire"
)

// goodbye is what Options.Left was told.
type goodbye struct {
	subject string
	lost    bool
}

// TestHowALineFares: the hub knows how long a ping takes and tells a line that
// broke from a client that left.
func TestHowALineFares(t *testing.T) {
	left := make(chan goodbye, 4)
	i := startInstance(t)
	i.down()
	i.left = func(_ store.DocName, m hub.Member, lost bool) { left <- goodbye{m.Subject, lost} }
	i.up()
	open := func(token string) *websocket.Conn {
		ws, res, err := websocket.DefaultDialer.Dial("ws://"+i.addr+"/ws", nil)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if err := ws.WriteMessage(websocket.BinaryMessage, wire.Token(doc, token, "4.0.0")); err != nil {
			t.Fatal(err)
		}
		return ws
	}
	pinged := make(chan struct{})
	answer := make(chan struct{})
	slow := open("rw:slow")
	slow.SetPingHandler(func(string) error {
		close(pinged)
		<-answer
		return slow.WriteControl(websocket.PongMessage, nil, time.Now().Add(time.Second))
	})
	go func() {
		for {
			if _, _, err := slow.ReadMessage(); err != nil {
				return
			}
		}
	}()
	within(t, "a ping", pinged)
	trip := func() time.Duration {
		for _, m := range i.hub.Members(doc) {
			return m.Trip
		}
		return 0
	}
	// Not answered yet, it takes longer and longer.
	first := hubtest.Until(t, "time passes", func() bool { return trip() > 20*time.Millisecond }, trip)
	close(answer)
	settled := hubtest.Until(t, "the answer", func() bool { a := trip(); return a == trip() && a == trip() }, trip)
	if settled < first {
		t.Errorf("a ping that took more than %v is told as %v", first, settled)
	}
	reset(t, slow)
	if got := <-left; got != (goodbye{"slow", true}) {
		t.Errorf("a reset line: %+v", got)
	}
	polite := open("rw:polite")
	hubtest.Until(t, "the member", func() bool { return len(i.hub.Members(doc)) == 1 }, trip)
	if err := polite.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseGoingAway, ""), time.Now().Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	if got := <-left; got != (goodbye{"polite", false}) {
		t.Errorf("a client that left: %+v", got)
	}
	open("rw:stays")
	hubtest.Until(t, "the member", func() bool { return len(i.hub.Members(doc)) == 1 }, trip)
	i.down()
	if got := <-left; got != (goodbye{"stays", false}) {
		t.Errorf("a hub that restarts: %+v", got)
	}
	i.up() // for the end of the test
}

// reset ends a connection without any goodbye.
func reset(t *testing.T, ws *websocket.Conn) {
	t.Helper()
	if err := ws.NetConn().(*net.TCPConn).SetLinger(0); err != nil {
		t.Fatal(err)
	}
	ws.Close()
}

func within(t *testing.T, what string, done <-chan struct{}) {
	t.Helper()
	timer := time.NewTimer(hubtest.Patience)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
		t.Fatalf("%s did not come", what)
	}
}

// TestALineIsNeverSilent: W5. Who only listens gets a message unasked, not just
// a ping, which scripts of a page never see.
func TestALineIsNeverSilent(t *testing.T) {
	t.Parallel()
	p := enter(t, startInstance(t), "ro:reader")
	mark := p.Count()
	p.Await("a sign of life", mark, func(f wire.Frame) bool {
		return f.Type == wire.TypeAwareness && f.Doc == doc && bytes.Equal(f.Payload, wire.EncodeAwareness(nil))
	})
}
