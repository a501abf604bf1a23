package hub_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/pathboard/pathboard/hub"
	"github.com/pathboard/pathboard/hub/bus"
	"github.com/pathboard/pathboard/hub/bus/localbus"
	"github.com/pathboard/pathboard/hub/bus/redisbus"
	"github.com/pathboard/pathboard/hub/hubtest"
	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/store/filestore"
	"github.com/pathboard/pathboard/hub/store/redisstore"
	"github.com/pathboard/pathboard/hub/store/redistest"
	"github.com/pathboard/pathboard/hub/wire"
	"github.com/pathboard/pathboard/hub/ydoc"
)

// TestRebuildForgets, on both stores: what was deleted before is nowhere in the
// store, the content stays, and a replica from before brings nothing back.
// Proves R17 of hub/SPEC.md.
func TestRebuildForgets(t *testing.T) {
	for name, open := range map[string]func(*testing.T) (store.Store, bus.Bus){
		"File": func(t *testing.T) (store.Store, bus.Bus) {
			s, err := filestore.Open(t.Context(), filestore.Options{Dir: t.TempDir()})
			if err != nil {
				t.Fatal(err)
			}
			return s, localbus.New(s)
		},
		"Redis": func(t *testing.T) (store.Store, bus.Bus) {
			s, err := redisstore.Open(t.Context(), redisstore.Options{URL: redistest.Start(t, nil).URL()})
			if err != nil {
				t.Fatal(err)
			}
			b, err := redisbus.Open(s.Client(), slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			return s, b
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, b := open(t)
			h, err := hub.Open(t.Context(), hub.Options{Store: s, Bus: b, Authorizer: &tokens{}})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := h.Close(context.Background()); err != nil {
					t.Error(err)
				}
				_ = errors.Join(b.Close(), s.Close())
			})
			rebuildForgets(t, h, s)
		})
	}
}

func rebuildForgets(t *testing.T, h *hub.Hub, s store.Store) {
	t.Helper()
	const doc, secret = store.DocName("board.1"), "tajemnica-osoby"
	set := func(key, value string) {
		t.Helper()
		err := h.Edit(t.Context(), doc, "anna", func(x *ydoc.Txn) error { return x.Set(x.Root("meta", ydoc.KindMap), key, value) })
		if err != nil {
			t.Fatal(err)
		}
	}
	set("title", "Problem")
	set("about", secret)
	if _, err := h.Pin(t.Context(), doc, "faza"); err != nil {
		t.Fatal(err)
	}
	set("about", "")
	err := h.Rebuild(t.Context(), doc, "server", func(old *ydoc.Doc, x *ydoc.Txn) error {
		title, _ := old.Root("meta", ydoc.KindMap).Get("title")
		return x.Set(x.Root("meta", ydoc.KindMap), "title", title)
	})
	if err != nil {
		t.Fatal(err)
	}
	var now []byte
	if err := h.View(t.Context(), doc, func(d *ydoc.Doc) error { now = d.EncodeStateAsUpdate(nil); return nil }); err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(now, []byte("Problem")) || bytes.Contains(now, []byte(secret)) {
		t.Errorf("rebuilt document: %q", now)
	}
	l, err := s.Load(t.Context(), doc)
	if err != nil || bytes.Contains(l.Snapshot.Data, []byte(secret)) {
		t.Errorf("the snapshot still tells: %v", err)
	}
	for _, e := range l.Tail {
		if bytes.Contains(e.Data, []byte(secret)) {
			t.Error("the log still tells")
		}
	}
	if past, err := s.History(t.Context(), doc); err != nil || len(past) != 0 {
		t.Errorf("history %v, %v", past, err)
	}
	set("title", "Problem miasta") // and work goes on
}

// TestRebuildRefusesOldReplicas: what comes from before is refused by name, in an
// answer to the server's question too, and new work is not.
// Proves R17 of hub/SPEC.md.
func TestRebuildRefusesOldReplicas(t *testing.T) {
	i := startInstance(t)
	p := hubtest.Dial(t, "ws://"+i.addr+"/ws", nil)
	p.Open("board.1", "rw:anna")
	p.Scope("board.1", 0)
	if !p.Write("board.1", 9, "about", "tajemnica") {
		t.Fatal("the first change was refused")
	}
	mark := p.Count()
	err := i.hub.Rebuild(t.Context(), "board.1", "server", func(_ *ydoc.Doc, x *ydoc.Txn) error {
		return x.Set(x.Root("meta", ydoc.KindMap), "title", "Problem")
	})
	if err != nil {
		t.Fatal(err)
	}
	p.AwaitEnd(mark)
	replica, err := ydoc.New(ydoc.Options{Limits: ydoc.DefaultLimits()}).Transact(9, func(x *ydoc.Txn) error {
		return x.Set(x.Root("meta", ydoc.KindMap), "about", "tajemnica")
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []wire.SyncKind{wire.SyncUpdate, wire.SyncStep2} {
		q := hubtest.Dial(t, "ws://"+i.addr+"/ws", nil)
		q.Open("board.1", "rw:anna")
		q.Scope("board.1", 0)
		mark = q.Count()
		q.Send(wire.Sync("board.1", kind, replica))
		q.Await("a refusal by name", mark, func(f wire.Frame) bool {
			return f.Type == wire.TypeStateless && strings.Contains(f.Text, `"rebuilt"`)
		})
		if !q.Write("board.1", 100+uint64(kind), "next", "nowa praca") {
			t.Error("new work was refused")
		}
	}
	err = i.hub.View(t.Context(), "board.1", func(d *ydoc.Doc) error {
		if about, there := d.Root("meta", ydoc.KindMap).Get("about"); there {
			t.Errorf("it is back: %v", about)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
