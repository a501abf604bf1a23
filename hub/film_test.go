package hub

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/pathboard/pathboard/hub/ydoc"
)

// playFilm applies a film to a new document and returns what it showed at last.
func playFilm(t *testing.T, f Film, shown func(i int, text string)) string {
	t.Helper()
	d := ydoc.New(ydoc.Options{})
	if f.Base != nil {
		if _, err := d.Apply(f.Base); err != nil {
			t.Fatal(err)
		}
	}
	for i, ch := range f.Changes {
		if _, err := d.Apply(ch.Update); err != nil {
			t.Fatalf("change %d of %d: %v", i, len(f.Changes), err)
		}
		shown(i, d.Root("notes", ydoc.KindText).Text())
	}
	return d.Root("notes", ydoc.KindText).Text()
}

// TestTheFilmShowsWhatWasShown change by change, across snapshots and within its
// limits; what does not fit is in the base.
// Proves R12 of hub/SPEC.md.
func TestTheFilmShowsWhatWasShown(t *testing.T) {
	const edits = 200
	for seed, tc := range []struct {
		name    string
		history int // bytes; 0: all is kept
		most    int
		whole   bool
	}{
		{name: "whole", most: 1 << 20, whole: true},
		{name: "short film", most: 3_000},
		{name: "nothing fits", most: 1},
		{name: "short history", history: 5 << 10, most: 1 << 20},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(uint64(seed), 3))
			h := openDated(t, Limits{HistoryAge: 200 * 365 * 24 * time.Hour, HistoryBytes: tc.history})
			shown := make([]string, edits+1)
			for i := 1; i <= edits; i++ {
				shown[i] = string(editSomething(t, h, r))
				if r.IntN(9) == 0 {
					if err := h.compact(t.Context(), "d"); err != nil {
						t.Fatal(err)
					}
				}
			}
			f, err := h.Film(t.Context(), "d", tc.most)
			if err != nil {
				t.Fatal(err)
			}
			n, size := len(f.Changes), 0
			last := playFilm(t, f, func(i int, text string) {
				at := edits - n + 1 + i
				if text != shown[at] || !f.Changes[i].At.Equal(datedAt(uint64(at))) || f.Changes[i].Subject != "s" {
					t.Fatalf("change %d is of %v by %s and shows %q, not %q", at, f.Changes[i].At, f.Changes[i].Subject, text, shown[at])
				}
				size += len(f.Changes[i].Update)
			})
			if last != shown[edits] || size > tc.most || tc.whole != (n == edits) || tc.whole != (f.Base == nil) {
				t.Errorf("%d changes of %d bytes end in %q", n, size, last)
			}
		})
	}
}

func TestTheFilmOfNothingIsEmpty(t *testing.T) {
	h := openDated(t, Limits{})
	if f, err := h.Film(t.Context(), "d", 1); err != nil || f.Base != nil || f.Changes != nil {
		t.Errorf("%+v, %v", f, err)
	}
}

// TestForgettingAPersonsPast: R12. Where the subject wrote, or only deleted, nothing
// of the past is read any more; other documents keep theirs.
func TestForgettingAPersonsPast(t *testing.T) {
	insert := func(x *ydoc.Txn) error { return x.InsertText(x.Root("notes", ydoc.KindText), 0, "sekret") }
	remove := func(x *ydoc.Txn) error { return x.DeleteRange(x.Root("notes", ydoc.KindText), 0, 3) }
	for name, tc := range map[string]struct {
		by       []string
		snapshot bool
		forgets  bool
	}{
		"Wrote":            {by: []string{"anna", "bea"}, forgets: true},
		"WroteInTheLog":    {by: []string{"bea", "anna"}, forgets: true},
		"OnlyDeleted":      {by: []string{"bea", "bea", "anna"}, forgets: true},
		"DeletedLongSince": {by: []string{"bea", "bea", "anna", "bea"}, snapshot: true, forgets: true},
		"NeverThere":       {by: []string{"bea", "cyd"}},
	} {
		t.Run(name, func(t *testing.T) {
			h := openDated(t, Limits{HistoryAge: 200 * 365 * 24 * time.Hour})
			for i, by := range tc.by {
				f := insert
				if i == 2 {
					f = remove
				}
				if err := h.Edit(t.Context(), "d", by, f); err != nil {
					t.Fatal(err)
				}
				if tc.snapshot {
					if err := h.compact(t.Context(), "d"); err != nil {
						t.Fatal(err)
					}
				}
			}
			if _, err := h.Pin(t.Context(), "d", "faza"); err != nil {
				t.Fatal(err)
			}
			before, err := h.Film(t.Context(), "d", 1<<20)
			if err != nil {
				t.Fatal(err)
			}
			now := playFilm(t, before, func(int, string) {})
			if err := h.ForgetPastOf(t.Context(), "d", "anna"); err != nil {
				t.Fatal(err)
			}
			f, err := h.Film(t.Context(), "d", 1<<20)
			if err != nil {
				t.Fatal(err)
			}
			versions, err := h.Versions(t.Context(), "d")
			if err != nil {
				t.Fatal(err)
			}
			gone := len(f.Changes) == 0 && len(versions) == 0
			if gone != tc.forgets || playFilm(t, f, func(int, string) {}) != now {
				t.Errorf("%d changes, versions %v", len(f.Changes), versions)
			}
			// What comes after is history again.
			if err := h.Edit(t.Context(), "d", "bea", insert); err != nil {
				t.Fatal(err)
			}
			if again, err := h.Film(t.Context(), "d", 1<<20); err != nil || len(again.Changes) != len(f.Changes)+1 {
				t.Errorf("%d changes after one more (%v)", len(again.Changes), err)
			}
		})
	}
}
