// Package storetest holds every implementation of store.Store to the promises
// of that package.
package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pathboard/pathboard/hub/store"
)

// Open returns a new handle on the storage of this test: called twice in one
// test, both handles see the same content if the implementation allows two, and
// shared says whether it does. Handles are closed by the implementation's test.
type Open func(t *testing.T) store.Store

// Run runs the suite. Each subtest calls open once and uses names of its own.
func Run(t *testing.T, open Open) {
	for name, test := range map[string]func(*testing.T, store.Store){
		"an unknown document is empty":                   testEmpty,
		"entries come back in order":                     testAppendOrder,
		"one batch serves many documents":                testBatch,
		"concurrent appends lose nothing":                testConcurrentAppends,
		"a reader goes on from its position":             testRead,
		"a reader goes on inside a batch":                testReadBatch,
		"snapshots replace the log they cover":           testSnapshot,
		"a late snapshot is fenced off":                  testFence,
		"compaction against writers loses nothing":       testCompactionRace,
		"the last snapshots stay readable":               testSnapshotsKept,
		"the history keeps what snapshots replaced":      testHistory,
		"pins stay until they are taken away":            testPins,
		"a dropped document has no history":              testHistoryDropped,
		"entries know when they were taken":              testEntryTimes,
		"a dropped document starts a new epoch":          testDrop,
		"documents are listed":                           testDocs,
		"a restored document fences its past off":        testRestoreDoc,
		"a restored record outruns its past":             testRestoreRecord,
		"big values survive":                             testBigValues,
		"records change by compare and set":              testRecords,
		"one of many concurrent puts wins":               testPutRace,
		"records are listed by prefix":                   testList,
		"counters count within their window":             testIncrement,
		"a cancelled context is an error, not a failure": testCancel,
		"it is ready": testReady,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

func appendOne(t *testing.T, s store.Store, doc store.DocName, epoch uint64, data string) store.Position {
	t.Helper()
	r := s.Append(t.Context(), []store.AppendRequest{{Doc: doc, Epoch: epoch, Data: []byte(data)}})
	if len(r) != 1 || r[0].Err != nil {
		t.Fatalf("append: %+v", r)
	}
	return r[0].Position
}

func load(t *testing.T, s store.Store, doc store.DocName) store.Loaded {
	t.Helper()
	l, err := s.Load(t.Context(), doc)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func data(entries []store.Entry) []string {
	var out []string
	for _, e := range entries {
		out = append(out, string(e.Data))
	}
	return out
}

func testEmpty(t *testing.T, s store.Store) {
	l := load(t, s, "never.written")
	if l.Snapshot.Version != 0 || len(l.Tail) != 0 {
		t.Errorf("got %+v", l)
	}
	if e, err := s.Read(t.Context(), "never.written", store.Position{}, 10); err != nil || len(e) != 0 {
		t.Errorf("read: %v, %v", e, err)
	}
}

func testAppendOrder(t *testing.T, s store.Store) {
	var last store.Position
	for i := range 5 {
		p := appendOne(t, s, "order", 0, fmt.Sprint(i))
		if p.Compare(last) <= 0 {
			t.Fatalf("position %v after %v", p, last)
		}
		last = p
	}
	l := load(t, s, "order")
	if got := data(l.Tail); !slices.Equal(got, []string{"0", "1", "2", "3", "4"}) {
		t.Errorf("got %v", got)
	}
	if l.Tail[4].Position != last {
		t.Errorf("position %v, want %v", l.Tail[4].Position, last)
	}
}

func testBatch(t *testing.T, s store.Store) {
	var batch []store.AppendRequest
	for i := range 20 {
		batch = append(batch, store.AppendRequest{Doc: store.DocName(fmt.Sprintf("batch.%d", i%4)), Data: []byte(fmt.Sprint(i))})
	}
	batch = append(batch, store.AppendRequest{Doc: "batch.0", Epoch: 99, Data: []byte("from another epoch")})
	results := s.Append(t.Context(), batch)
	for i, r := range results[:20] {
		if r.Err != nil {
			t.Errorf("%d: %v", i, r.Err)
		}
	}
	if !errors.Is(results[20].Err, store.ErrEpoch) {
		t.Errorf("foreign epoch: %v", results[20].Err)
	}
	if got := data(load(t, s, "batch.1").Tail); !slices.Equal(got, []string{"1", "5", "9", "13", "17"}) {
		t.Errorf("got %v", got)
	}
}

func testConcurrentAppends(t *testing.T, s store.Store) {
	const writers, each = 8, 50
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				r := s.Append(context.Background(), []store.AppendRequest{{Doc: "busy", Data: []byte(fmt.Sprintf("%d/%d", w, i))}})
				if r[0].Err != nil {
					t.Error(r[0].Err)
				}
			}
		})
	}
	wg.Wait()
	tail := load(t, s, "busy").Tail
	if len(tail) != writers*each {
		t.Fatalf("%d entries", len(tail))
	}
	next := map[int]int{}
	for i, e := range tail {
		var w, n int
		if _, err := fmt.Sscanf(string(e.Data), "%d/%d", &w, &n); err != nil || n != next[w] {
			t.Fatalf("writer %d: entry %d, want %d (%v)", w, n, next[w], err)
		}
		next[w]++
		if i > 0 && tail[i-1].Position.Compare(e.Position) >= 0 {
			t.Fatalf("positions do not grow at %d", i)
		}
	}
}

func testRead(t *testing.T, s store.Store) {
	var ps []store.Position
	for i := range 6 {
		ps = append(ps, appendOne(t, s, "read", 0, fmt.Sprint(i)))
	}
	for _, tc := range []struct {
		after store.Position
		limit int
		want  []string
	}{
		{store.Position{}, 2, []string{"0", "1"}},
		{ps[1], 10, []string{"2", "3", "4", "5"}},
		{ps[5], 10, nil},
	} {
		got, err := s.Read(t.Context(), "read", tc.after, tc.limit)
		if err != nil || !slices.Equal(data(got), tc.want) {
			t.Errorf("after %v: %v, %v", tc.after, data(got), err)
		}
	}
}

// testReadBatch: what was appended in one batch is read, and covered by
// snapshots, entry by entry.
func testReadBatch(t *testing.T, s store.Store) {
	var batch []store.AppendRequest
	var want []string
	for i := range 7 {
		want = append(want, strings.Repeat(fmt.Sprint(i), i*50))
		batch = append(batch, store.AppendRequest{Doc: "packed", Data: []byte(want[i])})
	}
	var ps []store.Position
	for _, r := range s.Append(t.Context(), batch) {
		if r.Err != nil {
			t.Fatal(r.Err)
		}
		ps = append(ps, r.Position)
	}
	for i, p := range ps {
		got, err := s.Read(t.Context(), "packed", p, 3)
		if err != nil || !slices.Equal(data(got), want[i+1:min(i+4, len(want))]) {
			t.Errorf("after entry %d: %v, %v", i, data(got), err)
		}
		if len(got) > 0 && got[0].Position != ps[i+1] {
			t.Errorf("after entry %d: position %v, want %v", i, got[0].Position, ps[i+1])
		}
	}
	if err := s.PutSnapshot(t.Context(), "packed", 0, 0, store.Snapshot{Upto: ps[3], Data: []byte("0123")}); err != nil {
		t.Fatal(err)
	}
	appendOne(t, s, "packed", 0, "behind")
	if got := data(load(t, s, "packed").Tail); !slices.Equal(got, append(want[4:], "behind")) {
		t.Errorf("behind a snapshot in the middle: %v", got)
	}
}

func testSnapshot(t *testing.T, s store.Store) {
	p1 := appendOne(t, s, "snap", 0, "a")
	p2 := appendOne(t, s, "snap", 0, "b")
	appendOne(t, s, "snap", 0, "c")
	before := time.Now().Add(-time.Minute)
	if err := s.PutSnapshot(t.Context(), "snap", 0, 0, store.Snapshot{Upto: p2, Data: []byte("ab")}); err != nil {
		t.Fatal(err)
	}
	l := load(t, s, "snap")
	if l.Snapshot.Version != 1 || string(l.Snapshot.Data) != "ab" || l.Snapshot.Upto != p2 || l.Snapshot.SavedAt.Before(before) {
		t.Errorf("snapshot %+v", l.Snapshot)
	}
	if got := data(l.Tail); !slices.Equal(got, []string{"c"}) {
		t.Errorf("tail %v", got)
	}
	if _, err := s.Read(t.Context(), "snap", store.Position{}, 10); !errors.Is(err, store.ErrTrimmed) {
		t.Errorf("reading from the start: %v", err)
	}
	if _, err := s.Read(t.Context(), "snap", p1, 10); !errors.Is(err, store.ErrTrimmed) {
		t.Errorf("reading inside the trimmed part: %v", err)
	}
	if e, err := s.Read(t.Context(), "snap", p2, 10); err != nil || len(e) != 1 {
		t.Errorf("reading from the snapshot: %v, %v", e, err)
	}
}

func testFence(t *testing.T, s store.Store) {
	p := appendOne(t, s, "fence", 0, "a")
	if err := s.PutSnapshot(t.Context(), "fence", 0, 0, store.Snapshot{Upto: p, Data: []byte("first")}); err != nil {
		t.Fatal(err)
	}
	appendOne(t, s, "fence", 0, "b")
	err := s.PutSnapshot(t.Context(), "fence", 0, 0, store.Snapshot{Upto: p, Data: []byte("late")})
	if !errors.Is(err, store.ErrFenced) {
		t.Errorf("late snapshot: %v", err)
	}
	other := store.Snapshot{Upto: p, Data: []byte("from another past"), Replaces: store.Position{Hi: p.Hi + 1, Lo: p.Lo}}
	if err := s.PutSnapshot(t.Context(), "fence", 0, 1, other); !errors.Is(err, store.ErrFenced) {
		t.Errorf("snapshot of another past: %v", err)
	}
	if err := s.PutSnapshot(t.Context(), "fence", 7, 1, store.Snapshot{Upto: p}); !errors.Is(err, store.ErrEpoch) {
		t.Errorf("snapshot of another epoch: %v", err)
	}
	l := load(t, s, "fence")
	if string(l.Snapshot.Data) != "first" || len(l.Tail) != 1 {
		t.Errorf("got %+v", l)
	}
	next := store.Snapshot{Upto: l.Tail[0].Position, Data: []byte("second"), Replaces: l.Snapshot.Upto}
	if err := s.PutSnapshot(t.Context(), "fence", 0, 1, next); err != nil {
		t.Errorf("snapshot of the same past: %v", err)
	}
}

// testCompactionRace lets three compactors and three writers work on one
// document; afterwards every acknowledged entry is in snapshot or tail.
func testCompactionRace(t *testing.T, s store.Store) {
	const doc = "race"
	ctx := context.Background()
	var writers, compactors sync.WaitGroup
	done := make(chan struct{})
	for w := range 3 {
		writers.Go(func() {
			for i := range 100 {
				r := s.Append(ctx, []store.AppendRequest{{Doc: doc, Data: []byte(fmt.Sprintf("%d.%d;", w, i))}})
				if r[0].Err != nil {
					t.Error(r[0].Err)
				}
			}
		})
	}
	for range 3 {
		compactors.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				l, err := s.Load(ctx, doc)
				if err != nil {
					t.Error(err)
					return
				}
				if len(l.Tail) < 3 {
					continue
				}
				sum := slices.Clone(l.Snapshot.Data)
				for _, e := range l.Tail {
					sum = append(sum, e.Data...)
				}
				upto := l.Tail[len(l.Tail)-1].Position
				err = s.PutSnapshot(ctx, doc, l.Epoch, l.Snapshot.Version, store.Snapshot{Upto: upto, Data: sum})
				if err != nil && !errors.Is(err, store.ErrFenced) {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	close(done)
	compactors.Wait()
	l := load(t, s, doc)
	all := slices.Clone(l.Snapshot.Data)
	for _, e := range l.Tail {
		all = append(all, e.Data...)
	}
	if n := bytes.Count(all, []byte(";")); n != 300 {
		t.Errorf("%d of 300 entries", n)
	}
	for w := range 3 {
		for i := range 100 {
			if !bytes.Contains(all, []byte(fmt.Sprintf("%d.%d;", w, i))) {
				t.Errorf("lost %d.%d", w, i)
			}
		}
	}
}

func testSnapshotsKept(t *testing.T, s store.Store) {
	for i := range 5 {
		p := appendOne(t, s, "kept", 0, "x")
		if err := s.PutSnapshot(t.Context(), "kept", 0, uint64(i), store.Snapshot{Upto: p, Data: []byte(fmt.Sprint(i))}); err != nil {
			t.Fatal(err)
		}
	}
	snaps, err := s.Snapshots(t.Context(), "kept")
	if err != nil || len(snaps) < 3 {
		t.Fatalf("%d snapshots, %v", len(snaps), err)
	}
	for i, sn := range snaps[:3] {
		if want := fmt.Sprint(4 - i); string(sn.Data) != want || sn.Version != uint64(5-i) {
			t.Errorf("%d: version %d data %q, want %q", i, sn.Version, sn.Data, want)
		}
	}
}

func testDrop(t *testing.T, s store.Store) {
	p := appendOne(t, s, "drop", 0, "secret")
	if err := s.PutSnapshot(t.Context(), "drop", 0, 0, store.Snapshot{Upto: p, Data: []byte("secret")}); err != nil {
		t.Fatal(err)
	}
	if err := s.Drop(t.Context(), "drop"); err != nil {
		t.Fatal(err)
	}
	l := load(t, s, "drop")
	if l.Epoch != 1 || l.Snapshot.Version != 0 || len(l.Tail) != 0 {
		t.Errorf("after drop: %+v", l)
	}
	if r := s.Append(t.Context(), []store.AppendRequest{{Doc: "drop", Epoch: 0, Data: []byte("ghost")}}); !errors.Is(r[0].Err, store.ErrEpoch) {
		t.Errorf("append from before: %v", r[0].Err)
	}
	if after := appendOne(t, s, "drop", 1, "new"); after.Compare(p) <= 0 {
		t.Errorf("position %v does not grow past %v", after, p)
	}
}

func testDocs(t *testing.T, s store.Store) {
	appendOne(t, s, "docs.b", 0, "x")
	appendOne(t, s, "docs.a", 0, "x")
	appendOne(t, s, "docs.gone", 0, "x")
	if err := s.Drop(t.Context(), "docs.gone"); err != nil {
		t.Fatal(err)
	}
	seen := map[store.DocName]bool{}
	if err := s.Docs(t.Context(), func(d store.DocName) error { seen[d] = true; return nil }); err != nil {
		t.Fatal(err)
	}
	if !seen["docs.a"] || !seen["docs.b"] || seen["docs.gone"] {
		t.Errorf("got %v", seen)
	}
	stop := errors.New("enough")
	if err := s.Docs(t.Context(), func(store.DocName) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("stopping: %v", err)
	}
}

func testBigValues(t *testing.T, s store.Store) {
	big := bytes.Repeat([]byte{0, 1, 2, 255}, 1<<18)
	r := s.Append(t.Context(), []store.AppendRequest{{Doc: "big", Data: big}})
	if r[0].Err != nil {
		t.Fatal(r[0].Err)
	}
	if l := load(t, s, "big"); !bytes.Equal(l.Tail[0].Data, big) {
		t.Error("entry differs")
	}
}

func testRecords(t *testing.T, s store.Store) {
	ctx := t.Context()
	if _, err := s.Get(ctx, "r/1"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("missing record: %v", err)
	}
	if v, err := s.Put(ctx, "r/1", 0, []byte("one")); err != nil || v != 1 {
		t.Fatalf("create: %d, %v", v, err)
	}
	if _, err := s.Put(ctx, "r/1", 0, []byte("again")); !errors.Is(err, store.ErrConflict) {
		t.Errorf("creating twice: %v", err)
	}
	if v, err := s.Put(ctx, "r/1", 1, []byte("two")); err != nil || v != 2 {
		t.Fatalf("change: %d, %v", v, err)
	}
	if _, err := s.Put(ctx, "r/1", 1, []byte("late")); !errors.Is(err, store.ErrConflict) {
		t.Errorf("late change: %v", err)
	}
	if _, err := s.Put(ctx, "r/2", 5, []byte("x")); !errors.Is(err, store.ErrConflict) {
		t.Errorf("changing what is not there: %v", err)
	}
	r, err := s.Get(ctx, "r/1")
	if err != nil || r.Version != 2 || string(r.Value) != "two" || r.Key != "r/1" {
		t.Errorf("got %+v, %v", r, err)
	}
	for range 2 {
		if err := s.Delete(ctx, "r/1"); err != nil {
			t.Errorf("delete: %v", err)
		}
	}
	if _, err := s.Get(ctx, "r/1"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("after delete: %v", err)
	}
}

func testPutRace(t *testing.T, s store.Store) {
	var mu sync.Mutex
	won := 0
	var wg sync.WaitGroup
	for i := range 10 {
		wg.Go(func() {
			_, err := s.Put(context.Background(), "race/1", 0, []byte(fmt.Sprint(i)))
			if err != nil && !errors.Is(err, store.ErrConflict) {
				t.Error(err)
			}
			if err == nil {
				mu.Lock()
				won++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if won != 1 {
		t.Errorf("%d winners", won)
	}
}

func testList(t *testing.T, s store.Store) {
	for _, k := range []string{"l/b", "l/a", "l/ż", "m/a", "l"} {
		if _, err := s.Put(t.Context(), k, 0, []byte(k)); err != nil {
			t.Fatal(err)
		}
	}
	var keys []string
	err := s.List(t.Context(), "l/", func(r store.Record) error {
		if string(r.Value) != r.Key || r.Version != 1 {
			t.Errorf("record %+v", r)
		}
		keys = append(keys, r.Key)
		return nil
	})
	if err != nil || !slices.Equal(keys, []string{"l/a", "l/b", "l/ż"}) {
		t.Errorf("got %v, %v", keys, err)
	}
}

func testIncrement(t *testing.T, s store.Store) {
	for want := int64(1); want <= 3; want++ {
		if n, err := s.Increment(t.Context(), "c", time.Minute); err != nil || n != want {
			t.Errorf("got %d, %v, want %d", n, err, want)
		}
	}
	if n, err := s.Increment(t.Context(), "other", time.Minute); err != nil || n != 1 {
		t.Errorf("other counter: %d, %v", n, err)
	}
}

func testCancel(t *testing.T, s store.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if r := s.Append(ctx, []store.AppendRequest{{Doc: "cancel", Data: []byte("x")}}); r[0].Err != nil && !errors.Is(r[0].Err, store.ErrUnavailable) {
		t.Errorf("append: %v", r[0].Err)
	}
	if _, err := s.Load(ctx, "cancel"); err == nil {
		t.Error("load with a cancelled context succeeded")
	}
	appendOne(t, s, "cancel", 0, "still working")
}

func testReady(t *testing.T, s store.Store) {
	if err := s.Ready(t.Context()); err != nil {
		t.Error(err)
	}
}
