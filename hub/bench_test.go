package hub

import (
	"fmt"
	"testing"
	"time"

	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/wire"
	"github.com/pathboard/pathboard/hub/ydoc"
)

// burst is how many updates are made before the clock starts; a room takes them
// once and is then replaced by a fresh one.
const burst = 2000

// typing returns updates of one person who types into a text.
func typing(b *testing.B) [][]byte {
	b.Helper()
	doc := ydoc.New(ydoc.Options{})
	updates := make([][]byte, burst)
	for i := range updates {
		u, err := doc.Transact(77, func(x *ydoc.Txn) error {
			t := x.Root("text", ydoc.KindText)
			return x.InsertText(t, t.Len(), "ą")
		})
		if err != nil {
			b.Fatal(err)
		}
		updates[i] = u
	}
	return updates
}

// benchRoom is a room whose members take whatever they are sent.
type benchRoom struct {
	core     *core
	attached []*attachment
	frames   int
}

func newBenchRoom(members int) *benchRoom {
	r := &benchRoom{core: newCore(DefaultLimits(), incarnation{1}, 1<<33, false)}
	for i := range members {
		r.core.join(memberID(i+1), Grant{Subject: fmt.Sprint(i)})
		r.attached = append(r.attached, &attachment{conn: &conn{}, key: "board.bench"})
	}
	r.core.take()
	return r
}

// perform answers appends at once and renders the frames of all others.
func (r *benchRoom) perform() {
	for effects := r.core.take(); len(effects) > 0; effects = r.core.take() {
		for _, e := range effects {
			switch e.kind {
			case effectAppend:
				at := store.Position{Hi: e.seq}
				r.core.appended(e.seq, store.AppendResult{Position: at})
				r.core.entries([]store.Entry{{Position: at, Data: e.data}})
			case effectReadOn:
				r.core.readOn()
			case effectCast:
				render := newRenderer(e.msg)
				for i, a := range r.attached {
					if memberID(i+1) == e.to {
						continue
					}
					if f, ok := render.frame(a); ok {
						a.conn.out.push(f, 1<<30, 1<<20)
						r.frames++
					}
				}
			}
		}
	}
}

func (r *benchRoom) drain() {
	for _, a := range r.attached {
		a.conn.out.take()
	}
}

// BenchmarkRoom is an update's way through a room, without sockets and store:
// decode, plan, authorise, commit, encode the entry, release the
// acknowledgement, queue a frame for each other member. One operation is one
// update.
func BenchmarkRoom(b *testing.B) {
	updates := typing(b)
	now := time.Unix(1, 0)
	for _, members := range []int{2, 8, 64, 512} {
		b.Run(fmt.Sprintf("members=%d", members), func(b *testing.B) {
			b.ReportAllocs()
			var r *benchRoom
			for i := 0; b.Loop(); i++ {
				if i%burst == 0 {
					b.StopTimer()
					r = newBenchRoom(members)
					b.StartTimer()
				}
				r.core.frame(1, wire.Frame{Type: wire.TypeSync, Sync: wire.SyncUpdate, Payload: updates[i%burst]}, now)
				r.perform()
				if i%64 == 63 {
					r.drain()
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(members-1), "ns/frame")
		})
	}
}

// BenchmarkJoin is a newcomer's state vector on a board of many edits: the
// board is encoded once a version, not once a join.
func BenchmarkJoin(b *testing.B) {
	updates := typing(b)
	r := newBenchRoom(1)
	for _, u := range updates {
		r.core.frame(1, wire.Frame{Type: wire.TypeSync, Sync: wire.SyncUpdate, Payload: u}, time.Unix(1, 0))
		r.perform()
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		id := memberID(i + 2)
		r.core.join(id, Grant{Subject: "new"})
		r.core.frame(id, wire.Frame{Type: wire.TypeSync, Sync: wire.SyncStep1, Payload: []byte{0}}, time.Unix(1, 0))
		r.core.take()
		r.core.leave(id)
		r.core.take()
	}
}

// BenchmarkLoad is a document read from the store: 500 entries, the longest log
// before a snapshot is made.
func BenchmarkLoad(b *testing.B) {
	s := newSimStore()
	w := newWorld(0)
	for _, u := range typing(b)[:DefaultLimits().CompactEntries] {
		s.append(w, 0, entryRecord{room: incarnation{1}, subject: "somebody", update: u}.encode())
	}
	l := s.load()
	b.ReportAllocs()
	for b.Loop() {
		if err := newCore(DefaultLimits(), incarnation{}, 0, false).load(l); err != nil {
			b.Fatal(err)
		}
	}
}
