package storetest

import (
	"errors"
	"slices"
	"testing"

	"github.com/pathboard/pathboard/hub/store"
)

func testRestoreDoc(t *testing.T, s store.Store) {
	r, ok := s.(store.Restorer)
	if !ok {
		t.Fatal("nothing can be restored into this store")
	}
	if err := r.RestoreDoc(t.Context(), "fresh", 4, []byte("backup")); err != nil {
		t.Fatal(err)
	}
	if l := load(t, s, "fresh"); l.Epoch != 5 || l.Snapshot.Version != 1 || string(l.Snapshot.Data) != "backup" || len(l.Tail) != 0 || l.Snapshot.SavedAt.IsZero() {
		t.Errorf("into nothing: %+v", l)
	}
	before := appendOne(t, s, "old", 0, "to be forgotten")
	if _, err := s.Pin(t.Context(), "old", 0, store.Past{Data: []byte("to be forgotten")}); err != nil {
		t.Fatal(err)
	}
	for i, want := range []uint64{1, 2} {
		if err := r.RestoreDoc(t.Context(), "old", 0, []byte("backup")); err != nil {
			t.Fatal(err)
		}
		if l := load(t, s, "old"); l.Epoch != want || string(l.Snapshot.Data) != "backup" || len(l.Tail) != 0 {
			t.Errorf("time %d: %+v", i, l)
		}
	}
	if r := s.Append(t.Context(), []store.AppendRequest{{Doc: "old", Epoch: 0, Data: []byte("ghost")}}); !errors.Is(r[0].Err, store.ErrEpoch) {
		t.Errorf("append from before: %v", r[0].Err)
	}
	if ids, _ := history(t, s, "old"); len(ids) != 0 {
		t.Errorf("history from before: %v", ids)
	}
	// A follower from before learns of it; who loads now reads on.
	marks, err := s.Read(t.Context(), "old", before, 10)
	if err == nil && (len(marks) == 0 || len(marks[0].Data) != 0) || err != nil && !errors.Is(err, store.ErrTrimmed) {
		t.Errorf("a follower got %v, %v", data(marks), err)
	}
	l := load(t, s, "old")
	next := appendOne(t, s, "old", 2, "next")
	if next.Compare(l.Snapshot.Upto) <= 0 {
		t.Errorf("position %v does not grow past %v", next, l.Snapshot.Upto)
	}
	if tail, err := s.Read(t.Context(), "old", l.Snapshot.Upto, 10); err != nil || !slices.Equal(data(tail), []string{"next"}) {
		t.Errorf("reading on: %v, %v", data(tail), err)
	}
	if err := s.PutSnapshot(t.Context(), "old", 2, 1, store.Snapshot{Upto: next, Data: []byte("both")}); err != nil {
		t.Errorf("snapshot after a restore: %v", err)
	}
}

func testRestoreRecord(t *testing.T, s store.Store) {
	r := s.(store.Restorer)
	put := func(version uint64, value string, want uint64) {
		t.Helper()
		if err := r.RestoreRecord(t.Context(), store.Record{Key: "restored", Version: version, Value: []byte(value)}); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Get(t.Context(), "restored"); err != nil || got.Version != want || string(got.Value) != value {
			t.Errorf("got %+v, %v; want version %d", got, err, want)
		}
	}
	put(7, "a", 8)
	put(2, "b", 9)
	if v, err := s.Put(t.Context(), "restored", 9, []byte("c")); err != nil || v != 10 {
		t.Errorf("changing it: %d, %v", v, err)
	}
}
