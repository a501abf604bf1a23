package hub

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pathboard/pathboard/hub/bus/localbus"
	"github.com/pathboard/pathboard/hub/hubtest"
	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/store/filestore"
	"github.com/pathboard/pathboard/hub/ydoc"
)

// stalling is a store of two lanes, "a…" and "b…", that does not answer for some
// documents once it is told to.
type stalling struct {
	store.Store
	stalled atomic.Pointer[string] // prefix of their names
	waiting atomic.Int32
}

func (s *stalling) Lanes() int { return 2 }

func (s *stalling) Lane(doc store.DocName) int { return int(doc[0] - 'a') }

func (s *stalling) Load(ctx context.Context, doc store.DocName) (store.Loaded, error) {
	if prefix := s.stalled.Load(); prefix != nil && strings.HasPrefix(string(doc), *prefix) {
		s.waiting.Add(1)
		<-ctx.Done()
		return store.Loaded{}, ctx.Err()
	}
	return s.Store.Load(ctx, doc)
}

// TestAStalledStoreHoldsUpItsOwnSnapshots: R15. A document that the store does not
// answer for delays no other, a lane that does not answer no other lane.
func TestAStalledStoreHoldsUpItsOwnSnapshots(t *testing.T) {
	for name, stalled := range map[string]string{"Document": "a1", "Lane": "a"} {
		t.Run(name, func(t *testing.T) {
			h, s := openStalling(t)
			docs := []store.DocName{"a1", "a2", "a3", "b1", "b2"}
			for _, doc := range docs {
				if err := h.Edit(t.Context(), doc, "s", func(x *ydoc.Txn) error { return x.Set(x.Root("m", ydoc.KindMap), "k", 1) }); err != nil {
					t.Fatal(err)
				}
			}
			s.stalled.Store(&stalled)
			held := int32(0)
			for _, doc := range docs {
				if strings.HasPrefix(string(doc), stalled) {
					held = min(held+1, compactorsPerLane)
				}
				if !h.requestCompaction(doc) {
					t.Fatalf("no room for %s", doc)
				}
			}
			for _, doc := range docs {
				if !strings.HasPrefix(string(doc), stalled) {
					version := func() uint64 {
						l, err := s.Store.Load(t.Context(), doc)
						if err != nil {
							t.Fatal(err)
						}
						return l.Snapshot.Version
					}
					hubtest.Until(t, "a snapshot of "+string(doc), func() bool { return version() == 1 }, version)
				}
			}
			hubtest.Until(t, "the stalled ones", func() bool { return s.waiting.Load() >= held }, s.waiting.Load)
		})
	}
}

// TestUnusedDocumentsLeaveMemory: R15.
func TestUnusedDocumentsLeaveMemory(t *testing.T) {
	t.Parallel()
	h := openDated(t, Limits{UnloadAfter: time.Millisecond})
	editSomething(t, h, rand.New(rand.NewPCG(1, 1)))
	rooms := func() int {
		h.mu.Lock()
		defer h.mu.Unlock()
		return len(h.rooms)
	}
	hubtest.Until(t, "the document to leave", func() bool { return rooms() == 0 }, rooms)
	editSomething(t, h, rand.New(rand.NewPCG(2, 2))) // and it comes back
}

func openStalling(t *testing.T) (*Hub, *stalling) {
	t.Helper()
	inner, err := filestore.Open(t.Context(), filestore.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	s := &stalling{Store: inner}
	b := localbus.New(inner)
	h, err := Open(t.Context(), Options{Store: s, Bus: b, Authorizer: everybody{}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(h.Close(context.Background()), b.Close(), inner.Close()); err != nil {
			t.Error(err)
		}
	})
	return h, s
}
