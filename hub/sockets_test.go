package hub_test

import (
	"fmt"
	"runtime"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/pathboard/pathboard/hub/hubtest"
	"github.com/pathboard/pathboard/hub/wire"
	"github.com/pathboard/pathboard/hub/ydoc"
)

// TestAStalledReaderDelaysNobody: R7. One member never reads; far more than its
// line holds is written, and the others see every change and are acknowledged.
func TestAStalledReaderDelaysNobody(t *testing.T) {
	i := startInstance(t)
	stalled, res, err := websocket.DefaultDialer.Dial("ws://"+i.addr+"/ws", nil)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	defer stalled.Close()
	writer, reader := hubtest.Dial(t, "ws://"+i.addr+"/ws", nil), hubtest.Dial(t, "ws://"+i.addr+"/ws", nil)
	for d := range 5 { // a board's limit would end it too early
		name := fmt.Sprintf("%s.%d", doc, d)
		if err := stalled.WriteMessage(websocket.BinaryMessage, wire.Token(name, "rw:stalled", "4.0.0")); err != nil {
			t.Fatal(err)
		}
		for p, token := range map[*hubtest.Peer]string{writer: "rw:writer", reader: "rw:reader"} {
			mark := p.Count()
			p.Open(name, token)
			p.Scope(name, mark)
		}
		y := ydoc.New(ydoc.Options{})
		for n := range 60 {
			value := strings.Repeat(string(rune('a'+n%26)), 50<<10)
			u, err := y.Transact(5, func(x *ydoc.Txn) error { return x.Set(x.Root("meta", ydoc.KindMap), "k", value) })
			if err != nil {
				t.Fatal(err)
			}
			mark, seen := writer.Count(), reader.Count()
			writer.Send(wire.Sync(name, wire.SyncUpdate, u))
			if !writer.Await("the acknowledgement", mark, func(f wire.Frame) bool { return f.Type == wire.TypeSyncStatus }).Saved {
				t.Fatalf("change %d is refused: %s", n, refusal(writer, mark))
			}
			reader.Await("the change", seen, func(f wire.Frame) bool { return f.Type == wire.TypeSync && f.Sync == wire.SyncUpdate })
		}
	}
}

// TestAnIdleConnectionHasNoGoroutine: R8. On systems where sockets are watched,
// connections that do nothing add no goroutines, however many they are.
func TestAnIdleConnectionHasNoGoroutine(t *testing.T) {
	i := startInstance(t)
	const connections = 200
	for range connections {
		enter(t, i, "rw:idle")
	}
	most := 40 // readers that wait for the next one
	if runtime.GOOS != "linux" {
		most = connections + 40
	}
	deadline := time.NewTimer(hubtest.Patience)
	defer deadline.Stop()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for of := hubGoroutines(t); of > most; of = hubGoroutines(t) {
		select {
		case <-look.C:
		case <-deadline.C:
			t.Fatalf("%d goroutines for %d idle connections", of, connections)
		}
	}
}

// hubGoroutines counts those that work for connections.
func hubGoroutines(t *testing.T) (n int) {
	t.Helper()
	var b strings.Builder
	if err := pprof.Lookup("goroutine").WriteTo(&b, 2); err != nil {
		t.Fatal(err)
	}
	for _, stack := range strings.Split(b.String(), "\n\n") {
		if strings.Contains(stack, "hub.(*conn)") || strings.Contains(stack, "hub.(*poller)") {
			n++
		}
	}
	return n
}
