package hub_test

import (
	"bytes"
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"github.com/pathboard/pathboard/hub"
	"github.com/pathboard/pathboard/hub/hubtest"
	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/wire"
	"github.com/pathboard/pathboard/hub/ydoc"
)

// TestContentThatNobodyKnowsIsKept: R6. Roots, keys and content of every kind,
// made by yjs, stay as they are through log, snapshot, restart and archive,
// whatever today's programs make of them.
func TestContentThatNobodyKnowsIsKept(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("ydoc/testdata/updates.hex")
	if err != nil {
		t.Fatal(err)
	}
	i := startInstance(t, func(o *hub.Options) { o.Limits.CompactEntries = 10 })
	var want [][]byte
	for n, history := range strings.Split(strings.TrimSpace(string(text)), "\n\n") {
		doc := "unknown." + string(rune('0'+n))
		p := hubtest.Dial(t, "ws://"+i.addr+"/ws", nil)
		p.Open(doc, "rw:anna")
		p.Scope(doc, 0)
		whole := ydoc.New(ydoc.Options{})
		for line := range strings.Lines(history) {
			update, err := hex.DecodeString(strings.TrimSpace(line))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := whole.Apply(update); err != nil {
				t.Fatal(err)
			}
			mark := p.Count()
			p.Send(wire.Sync(doc, wire.SyncUpdate, update))
			verdict := p.Await("verdict", mark, func(f wire.Frame) bool { return f.Type == wire.TypeSyncStatus })
			if !verdict.Saved {
				t.Fatalf("%s: an update is refused", doc)
			}
		}
		want = append(want, reloaded(t, whole.EncodeStateAsUpdate(nil)))
	}
	for n := range want {
		snapshots := func() uint64 {
			l, err := i.store.Load(t.Context(), store.DocName("unknown."+string(rune('0'+n))))
			if err != nil {
				t.Fatal(err)
			}
			return l.Snapshot.Version
		}
		hubtest.Until(t, "a snapshot", func() bool { return snapshots() > 0 }, snapshots)
	}
	i.down()
	i.up()
	for n, state := range want {
		doc := "unknown." + string(rune('0'+n))
		p := hubtest.Dial(t, "ws://"+i.addr+"/ws", nil)
		p.Open(doc, "ro:eye")
		p.Send(hubtest.SyncStep1(doc))
		f := p.Await("the document", 0, func(f wire.Frame) bool { return f.Type == wire.TypeSync && f.Sync == wire.SyncStep2 })
		if !bytes.Equal(reloaded(t, f.Payload), state) {
			t.Errorf("%s is another after a snapshot and a restart", doc)
		}
		l, err := i.store.Load(t.Context(), store.DocName(doc))
		if err != nil {
			t.Fatal(err)
		}
		archive, err := hub.NewArchive(l)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(reloaded(t, archive.Update), state) {
			t.Errorf("%s is another in an archive", doc)
		}
	}
}

// reloaded is a state in the one form that it has after being loaded.
func reloaded(t *testing.T, state []byte) []byte {
	t.Helper()
	for range 2 {
		d := ydoc.New(ydoc.Options{})
		if _, err := d.Apply(state); err != nil {
			t.Fatal(err)
		}
		state = d.EncodeStateAsUpdate(nil)
	}
	return state
}
