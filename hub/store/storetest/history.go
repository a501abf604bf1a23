package storetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pathboard/pathboard/hub/store"
)

func history(t *testing.T, s store.Store, doc store.DocName) (ids []uint64, all []store.Past) {
	t.Helper()
	all, err := s.History(t.Context(), doc)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range all {
		if p.Data != nil {
			t.Errorf("the list of pieces brings the data of %d", p.ID)
		}
		ids = append(ids, p.ID)
	}
	return ids, all
}

// archiveOne appends an entry and replaces the log by a snapshot that archives.
func archiveOne(t *testing.T, s store.Store, doc store.DocName, version uint64, p *store.Past) {
	t.Helper()
	upto := appendOne(t, s, doc, 0, fmt.Sprint(version))
	if err := s.PutSnapshot(t.Context(), doc, 0, version, store.Snapshot{Upto: upto, Data: []byte("s"), Past: p}); err != nil {
		t.Fatal(err)
	}
}

func testHistory(t *testing.T, s store.Store) {
	if ids, _ := history(t, s, "past"); len(ids) != 0 {
		t.Errorf("a new document has pieces %v", ids)
	}
	from := time.UnixMilli(1_700_000_000_123).UTC()
	for v := range uint64(5) {
		archiveOne(t, s, "past", v, &store.Past{
			From: from, To: from.Add(time.Minute), Base: v%2 == 0, Data: []byte(strings.Repeat("p", int(v)+1)),
		})
	}
	ids, all := history(t, s, "past")
	if len(all) != 5 || !slices.IsSorted(ids) {
		t.Fatalf("pieces %v", all)
	}
	for i, p := range all {
		if p.Snapshot != uint64(i+1) || p.Base != (i%2 == 0) || p.Size != i+1 || !p.From.Equal(from) || !p.To.Equal(from.Add(time.Minute)) || p.Pinned() {
			t.Errorf("piece %d: %+v", i, p)
		}
	}
	if p, err := s.ReadPast(t.Context(), "past", ids[2]); err != nil || string(p.Data) != "ppp" || p.Snapshot != 3 {
		t.Errorf("piece 3: %+v, %v", p, err)
	}
	if l := load(t, s, "past"); l.Snapshot.Past != nil {
		t.Error("loading brings the history")
	}
	// A snapshot that comes too late archives nothing; a gap is allowed; older
	// pieces are dropped on demand.
	late := store.Snapshot{Data: []byte("late"), Past: &store.Past{Data: []byte("late"), Forget: 99}}
	if err := s.PutSnapshot(t.Context(), "past", 0, 1, late); !errors.Is(err, store.ErrFenced) {
		t.Errorf("late snapshot: %v", err)
	}
	archiveOne(t, s, "past", 5, nil)
	archiveOne(t, s, "past", 6, &store.Past{Forget: 5})
	if now, _ := history(t, s, "past"); len(now) != 2 || now[0] != ids[4] {
		t.Errorf("pieces %v, want %d and one more", now, ids[4])
	}
	if _, err := s.ReadPast(t.Context(), "past", ids[0]); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a dropped piece: %v", err)
	}
}

func testPins(t *testing.T, s store.Store) {
	archiveOne(t, s, "pins", 0, &store.Past{Data: []byte("segment")})
	at := time.UnixMilli(1_700_000_000_000).UTC()
	id, err := s.Pin(t.Context(), "pins", 0, store.Past{From: at, To: at, Label: "Zażółć gęślą jaźń", Base: true, Data: []byte("pinned")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Pin(t.Context(), "pins", 9, store.Past{Data: []byte("x")}); !errors.Is(err, store.ErrEpoch) {
		t.Errorf("pinning in another epoch: %v", err)
	}
	archiveOne(t, s, "pins", 1, &store.Past{Forget: 99})
	p, err := s.ReadPast(t.Context(), "pins", id)
	if err != nil || !p.Pinned() || p.Label != "Zażółć gęślą jaźń" || string(p.Data) != "pinned" || !p.To.Equal(at) {
		t.Errorf("the pin: %+v, %v", p, err)
	}
	other, err := s.Pin(t.Context(), "pins", 0, store.Past{Label: "other"})
	if err != nil || other <= id {
		t.Errorf("a second pin: %d, %v", other, err)
	}
	if err := s.ForgetPast(t.Context(), "pins", id, 12345); err != nil {
		t.Fatal(err)
	}
	if ids, _ := history(t, s, "pins"); !slices.Equal(ids, []uint64{other}) {
		t.Errorf("pieces %v, want the second pin", ids)
	}
	archiveOne(t, s, "pins", 2, nil)
	if err := s.ForgetPast(t.Context(), "pins"); err != nil {
		t.Fatal(err)
	}
	if ids, _ := history(t, s, "pins"); len(ids) != 0 {
		t.Errorf("pieces %v", ids)
	}
	if snaps, err := s.Snapshots(t.Context(), "pins"); err != nil || len(snaps) != 1 || snaps[0].Version != 3 {
		t.Errorf("snapshots %+v, %v", snaps, err)
	}
}

func testHistoryDropped(t *testing.T, s store.Store) {
	archiveOne(t, s, "gone", 0, &store.Past{Data: []byte("secret")})
	if _, err := s.Pin(t.Context(), "gone", 0, store.Past{Data: []byte("secret")}); err != nil {
		t.Fatal(err)
	}
	if err := s.Drop(t.Context(), "gone"); err != nil {
		t.Fatal(err)
	}
	if ids, _ := history(t, s, "gone"); len(ids) != 0 {
		t.Errorf("pieces %v", ids)
	}
}

func testEntryTimes(t *testing.T, s store.Store) {
	before := time.Now().Add(-time.Minute)
	p := appendOne(t, s, "times", 0, "a")
	after := time.Now().Add(time.Minute)
	read, err := s.Read(t.Context(), "times", store.Position{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range append(load(t, s, "times").Tail, read...) {
		if e.Position != p || e.At.Before(before) || e.At.After(after) {
			t.Errorf("%+v lies outside %v to %v", e, before, after)
		}
	}
}
