package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/pathboard/pathboard/hub"
	"github.com/pathboard/pathboard/hub/bus/localbus"
	"github.com/pathboard/pathboard/hub/store/filestore"
	"github.com/pathboard/pathboard/hub/ydoc"
	"github.com/pathboard/pathboard/server/httpapi"
	"github.com/pathboard/pathboard/server/workshop"
)

// eventually asks until it is so.
func eventually(t *testing.T, what string, ask func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !ask(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}

// forgetful is boards on a store of their own that keeps no changes which a
// snapshot replaced, and of pins so many bytes.
func forgetful(t *testing.T, pinBytes int) boards {
	t.Helper()
	s, err := filestore.Open(t.Context(), filestore.Options{Dir: t.TempDir(), TrimGrace: -1})
	if err != nil {
		t.Fatal(err)
	}
	b := localbus.New(s)
	h, err := hub.Open(t.Context(), hub.Options{
		Store: s, Bus: b, Authorizer: nobody{},
		Limits: hub.Limits{CompactEntries: 1, HistoryBytes: 1, PinBytes: pinBytes},
	})
	if err != nil {
		t.Fatal(err)
	}
	k := startPhaseKeeper(h, slog.New(slog.DiscardHandler))
	t.Cleanup(func() {
		ended := h.Close(context.Background())
		k.Close(context.Background())
		if err := errors.Join(ended, b.Close(), s.Close()); err != nil {
			t.Error(err)
		}
	})
	return boards{hub: h, phases: k, films: make(chan struct{}, 1)}
}

// day is a workshop of one group whose phases are begun by hand.
type day struct {
	t *testing.T
	b boards
	w *workshop.Workshop
	g workshop.GroupID
}

func newDay(t *testing.T, pinBytes int) *day {
	return &day{t: t, b: forgetful(t, pinBytes), g: "g", w: &workshop.Workshop{Groups: []workshop.Group{{ID: "g"}, {ID: "idle"}}}}
}

// begin begins a phase.
func (d *day) begin(id string) {
	d.t.Helper()
	d.w.Day.Since = time.Now()
	p := httpapi.FilmPhase{At: d.w.Day.Since.UnixMilli(), ID: id, Name: workshop.Text{PL: "Faza " + id, EN: "Phase " + id}}
	if err := d.b.phases.keep(d.t.Context(), boardName(d.g), p); err != nil {
		d.t.Fatal(err)
	}
}

// write writes a key.
func (d *day) write(key string) {
	d.t.Helper()
	err := d.b.hub.Edit(d.t.Context(), boardName(d.g), "anna", func(x *ydoc.Txn) error {
		return x.Set(x.Root("meta", ydoc.KindMap), key, key)
	})
	if err != nil {
		d.t.Fatal(err)
	}
}

// forget waits until no change is kept, only what they led to.
func (d *day) forget() {
	d.t.Helper()
	eventually(d.t, "all changes are in a snapshot", func() bool {
		f, err := d.b.hub.Film(d.t.Context(), boardName(d.g), 1<<20)
		return err == nil && f.Base != nil && len(f.Changes) == 0
	})
}

func (d *day) film() httpapi.Film {
	d.t.Helper()
	f, err := d.b.Film(d.t.Context(), d.w, d.g)
	if err != nil {
		d.t.Fatal(err)
	}
	return f
}

func phaseIDs(f httpapi.Film) []string {
	var out []string
	for _, p := range f.Phases {
		out = append(out, p.ID)
	}
	return out
}

// TestPhasesAreKeptWhenChangesAreNot: how the board was when a phase began is shown
// and restored long after the changes before it were forgotten.
func TestPhasesAreKeptWhenChangesAreNot(t *testing.T) {
	d := newDay(t, 0)
	d.write("first")
	d.begin("theory")
	d.write("second")
	d.begin("stage")
	d.begin("break") // nothing is written between the two
	d.write("third")
	d.forget()
	f := d.film()
	if got := phaseIDs(f); !slices.Equal(got, []string{"theory", "stage", "break"}) || f.Phases[1].Name.PL != "Faza stage" {
		t.Fatalf("phases %v", got)
	}
	seen := seenFilm{Base: f.Base}
	for _, ch := range f.Changes {
		if ch.By != httpapi.ByGroup {
			t.Errorf("a moment of several is by %q", ch.By)
		}
		seen.Changes = append(seen.Changes, struct {
			At     int64  `json:"at"`
			By     string `json:"by"`
			Update []byte `json:"update"`
		}{ch.At, ch.By, ch.Update})
	}
	want := [][]string{{"first"}, {"first", "second"}, {"first", "second", "third"}}
	if len(seen.Changes) != 2 {
		t.Fatalf("%d changes", len(seen.Changes))
	}
	for n, keys := range want {
		if got := seen.shows(t, n); !slices.Equal(got, keys) {
			t.Errorf("moment %d shows %v", n, got)
		}
	}
	for i, keys := range [][]string{{"first"}, {"first", "second"}, {"first", "second"}} {
		then, err := d.b.then(t.Context(), boardName(d.g), time.UnixMilli(f.Phases[i].At))
		if err != nil {
			t.Fatal(err)
		}
		if got := then.Root("meta", ydoc.KindMap).Keys(); !slices.Equal(got, keys) {
			t.Errorf("at the beginning of %s: %v", f.Phases[i].ID, got)
		}
	}
	if _, err := d.b.then(t.Context(), boardName(d.g), time.UnixMilli(f.Phases[0].At-1)); !errors.Is(err, hub.ErrPastUnknown) {
		t.Errorf("a moment before: %v", err)
	}
}

// TestPhasesAreBounded in number and in bytes: the oldest go.
func TestPhasesAreBounded(t *testing.T) {
	t.Run("number", func(t *testing.T) {
		d := newDay(t, 0)
		d.write("first")
		for i := range phasesInPin + 3 {
			d.begin(fmt.Sprint(i))
		}
		if got := phaseIDs(d.film()); len(got) != phasesInPin || got[0] != "3" {
			t.Errorf("without a change between: %v", got)
		}
	})
	t.Run("bytes", func(t *testing.T) {
		d := newDay(t, 3*4<<10) // a pin counts 4 KB at least
		for i := range 5 {
			d.write(fmt.Sprint("key", i))
			d.begin(fmt.Sprint(i))
		}
		if got := phaseIDs(d.film()); !slices.Equal(got, []string{"2", "3", "4"}) {
			t.Errorf("phases %v", got)
		}
	})
}

// TestAChangeOfPhaseIsInTheHistory goes by HTTP, across two instances on Redis: the
// phase is named in the film, in the list of moments, and boards nobody wrote on
// have no past.
func TestAChangeOfPhaseIsInTheHistory(t *testing.T) {
	for name, start := range map[string]func() (*program, *program){
		"embedded":               func() (*program, *program) { p := startProgram(t, nil); return p, p },
		"two instances on Redis": func() (*program, *program) { return twoInstances(t) },
	} {
		t.Run(name, func(t *testing.T) {
			a, b := start()
			w := a.written("first")
			root := "/api/workshops/" + w.Workshop.ID
			var agenda struct {
				Workshop struct {
					Phases []struct {
						ID   string
						Name workshop.Text
					}
				}
			}
			a.must(200, "PUT", root+"/agenda", w.Tokens.Facilitator, "*", map[string]any{"phases": []map[string]any{
				{"kind": "break", "name": map[string]string{"pl": "Przerwa kawowa", "en": "Coffee"}, "minutes": 10},
			}}, &agenda)
			a.must(200, "POST", root+"/phase", w.Tokens.Facilitator, "*", map[string]any{"action": "skip"}, nil)
			a.must(200, "POST", root+"/phase", w.Tokens.Facilitator, "*", map[string]any{"action": "pause"}, nil)
			path := root + "/groups/" + w.Workshop.Groups[0].ID + "/history"
			var f struct {
				Phases []struct {
					At   int64
					Name workshop.Text
				}
			}
			eventually(t, "the phase is in the film", func() bool {
				b.must(200, "GET", path+"/film", w.anna.Token, "", nil, &f)
				return len(f.Phases) > 0
			})
			if len(f.Phases) != 1 || f.Phases[0].Name.EN != "Coffee" || f.Phases[0].At == 0 {
				t.Errorf("%+v", f.Phases)
			}
			f.Phases = nil
			b.must(200, "GET", path, w.anna.Token, "", nil, &f)
			if len(f.Phases) != 1 {
				t.Errorf("the list of moments has %+v", f.Phases)
			}
			a.must(200, "GET", root+"/groups/"+w.Workshop.Groups[1].ID+"/history/film", w.Tokens.Facilitator, "", nil, &f)
			if len(f.Phases) != 0 {
				t.Errorf("a board nobody wrote on has %+v", f.Phases)
			}
		})
	}
}
