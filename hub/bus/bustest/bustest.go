// Package bustest holds every implementation of bus.Bus to the promises of that
// package.
package bustest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/pathboard/pathboard/hub/bus"
	"github.com/pathboard/pathboard/hub/store"
)

// Open returns two buses that join two hubs, and the store both follow.
type Open func(t *testing.T) (a, b bus.Bus, s store.Store)

// patience is how long a test waits for what must come.
const patience = 10 * time.Second

// Run runs the suite.
func Run(t *testing.T, open Open) {
	for name, test := range map[string]func(*testing.T, bus.Bus, bus.Bus, store.Store){
		"a follower gets what was and what comes, in order": testFollow,
		"both hubs get every entry once":                    testFollowBoth,
		"many documents are followed at once":               testFollowMany,
		"nothing follows a stop":                            testStop,
		"a trimmed follower is told":                        testTrimmed,
		"a dropped document is lost":                        testDropped,
		"notices reach every subscriber":                    testPublish,
		"it is ready":                                       testReady,
	} {
		t.Run(name, func(t *testing.T) {
			a, b, s := open(t)
			test(t, a, b, s)
		})
	}
}

// recorder is a Follower that remembers.
type recorder struct {
	mu   sync.Mutex
	cond *sync.Cond
	got  []string
	lost error
}

func newRecorder() *recorder {
	r := &recorder{}
	r.cond = sync.NewCond(&r.mu)
	return r
}

func (r *recorder) Entries(_ store.DocName, entries []store.Entry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range entries {
		r.got = append(r.got, string(e.Data))
	}
	r.cond.Broadcast()
}

func (r *recorder) Lost(_ store.DocName, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lost = err
	r.cond.Broadcast()
}

// wait blocks until cond holds, or fails the test.
func (r *recorder) wait(t *testing.T, what string, holds func() bool) {
	t.Helper()
	timer := time.AfterFunc(patience, r.cond.Broadcast)
	defer timer.Stop()
	end := time.Now().Add(patience)
	r.mu.Lock()
	defer r.mu.Unlock()
	for !holds() {
		if time.Now().After(end) {
			t.Fatalf("not in time: %s; have %d entries, lost %v", what, len(r.got), r.lost)
		}
		r.cond.Wait()
	}
}

func appendTo(t *testing.T, s store.Store, doc store.DocName, data ...string) store.Position {
	t.Helper()
	var p store.Position
	for _, d := range data {
		r := s.Append(t.Context(), []store.AppendRequest{{Doc: doc, Data: []byte(d)}})
		if r[0].Err != nil {
			t.Fatal(r[0].Err)
		}
		p = r[0].Position
	}
	return p
}

func testFollow(t *testing.T, a, _ bus.Bus, s store.Store) {
	p := appendTo(t, s, "f", "0")
	appendTo(t, s, "f", "1", "2")
	r := newRecorder()
	defer a.Follow("f", p, r)()
	want := []string{"1", "2"}
	for i := 3; i < 50; i++ {
		appendTo(t, s, "f", fmt.Sprint(i))
		want = append(want, fmt.Sprint(i))
	}
	r.wait(t, "all entries", func() bool { return len(r.got) >= len(want) })
	if !slices.Equal(r.got, want) {
		t.Errorf("got %v", r.got)
	}
}

func testFollowBoth(t *testing.T, a, b bus.Bus, s store.Store) {
	ra, rb := newRecorder(), newRecorder()
	defer a.Follow("both", store.Position{}, ra)()
	defer b.Follow("both", store.Position{}, rb)()
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := range 25 {
				s.Append(context.Background(), []store.AppendRequest{{Doc: "both", Data: []byte(fmt.Sprintf("%d.%d", w, i))}})
			}
		})
	}
	wg.Wait()
	for _, r := range []*recorder{ra, rb} {
		r.wait(t, "100 entries", func() bool { return len(r.got) >= 100 })
	}
	if !slices.Equal(ra.got, rb.got) {
		t.Error("the hubs saw different orders")
	}
	if seen := slices.Compact(slices.Sorted(slices.Values(ra.got))); len(seen) != 100 {
		t.Errorf("%d different entries", len(seen))
	}
}

func testFollowMany(t *testing.T, a, _ bus.Bus, s store.Store) {
	var rs []*recorder
	for i := range 30 {
		r := newRecorder()
		defer a.Follow(store.DocName(fmt.Sprintf("many.%d", i)), store.Position{}, r)()
		rs = append(rs, r)
	}
	for i := range 30 {
		appendTo(t, s, store.DocName(fmt.Sprintf("many.%d", i)), fmt.Sprint(i))
	}
	for i, r := range rs {
		r.wait(t, fmt.Sprintf("document %d", i), func() bool { return len(r.got) == 1 && r.got[0] == fmt.Sprint(i) })
	}
}

func testStop(t *testing.T, a, _ bus.Bus, s store.Store) {
	stopped, other := newRecorder(), newRecorder()
	stop := a.Follow("stop", store.Position{}, stopped)
	defer a.Follow("stop", store.Position{}, other)()
	appendTo(t, s, "stop", "0")
	stopped.wait(t, "the first entry", func() bool { return len(stopped.got) == 1 })
	stop()
	appendTo(t, s, "stop", "1")
	other.wait(t, "the second entry", func() bool { return len(other.got) == 2 })
	appendTo(t, s, "stop", "2")
	other.wait(t, "the third entry", func() bool { return len(other.got) == 3 })
	stopped.mu.Lock()
	defer stopped.mu.Unlock()
	if len(stopped.got) > 1 {
		t.Errorf("got %v after stop", stopped.got)
	}
}

func testTrimmed(t *testing.T, a, _ bus.Bus, s store.Store) {
	p := appendTo(t, s, "trim", "0", "1", "2")
	if err := s.PutSnapshot(t.Context(), "trim", 0, 0, store.Snapshot{Upto: p, Data: []byte("012")}); err != nil {
		t.Fatal(err)
	}
	r := newRecorder()
	defer a.Follow("trim", store.Position{}, r)()
	r.wait(t, "word of the loss", func() bool { return r.lost != nil })
	if !errors.Is(r.lost, store.ErrTrimmed) || len(r.got) > 0 {
		t.Errorf("lost %v, got %v", r.lost, r.got)
	}
}

func testDropped(t *testing.T, a, _ bus.Bus, s store.Store) {
	p := appendTo(t, s, "gone", "0")
	r := newRecorder()
	defer a.Follow("gone", store.Position{}, r)()
	r.wait(t, "the entry", func() bool { return len(r.got) == 1 })
	if err := s.Drop(t.Context(), "gone"); err != nil {
		t.Fatal(err)
	}
	r2 := newRecorder()
	defer a.Follow("gone", store.Position{}, r2)()
	if res := s.Append(t.Context(), []store.AppendRequest{{Doc: "gone", Epoch: 1, Data: []byte("new")}}); res[0].Err != nil {
		t.Fatal(res[0].Err)
	}
	r2.wait(t, "word of the loss", func() bool { return r2.lost != nil })
	_ = p
}

func testPublish(t *testing.T, a, b bus.Bus, _ store.Store) {
	got := make(chan string, 64)
	defer a.Subscribe("news", func(p []byte) { got <- "a" + string(p) })()
	defer b.Subscribe("news", func(p []byte) { got <- "b" + string(p) })()
	defer b.Subscribe("other", func(p []byte) { got <- "other" + string(p) })()
	deadline := time.After(patience)
	seen := map[string]bool{}
	// A notice may be lost while the subscription settles: say it again.
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !seen["a1"] || !seen["b1"] {
		select {
		case s := <-got:
			seen[s] = true
		case <-tick.C:
			if err := a.Publish(t.Context(), "news", []byte("1")); err != nil {
				t.Fatal(err)
			}
		case <-deadline:
			t.Fatalf("heard %v", seen)
		}
	}
	if seen["other1"] {
		t.Error("a notice strayed to another topic")
	}
}

func testReady(t *testing.T, a, _ bus.Bus, _ store.Store) {
	if err := a.Ready(t.Context()); err != nil {
		t.Error(err)
	}
}
