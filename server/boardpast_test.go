package main

import (
	"slices"
	"strconv"
	"testing"

	"github.com/pathboard/pathboard/hub/ydoc"
)

type seenFilm struct {
	Base    []byte `json:"base"`
	Changes []struct {
		At     int64  `json:"at"`
		By     string `json:"by"`
		Update []byte `json:"update"`
	} `json:"changes"`
}

// shows plays the film up to its nth change and returns the keys of the root
// that peers write to.
func (f seenFilm) shows(t *testing.T, n int) []string {
	t.Helper()
	d := ydoc.New(ydoc.Options{})
	for i, u := range append([][]byte{f.Base}, updates(f)[:n]...) {
		if len(u) == 0 {
			continue
		}
		if _, err := d.Apply(u); err != nil {
			t.Fatalf("update %d: %v", i, err)
		}
	}
	return d.Root("meta", ydoc.KindMap).Keys()
}

func updates(f seenFilm) [][]byte {
	out := make([][]byte, len(f.Changes))
	for i, ch := range f.Changes {
		out[i] = ch.Update
	}
	return out
}

func (p *program) film(path, token string) seenFilm {
	p.t.Helper()
	var f seenFilm
	p.must(200, "GET", path+"/film", token, "", nil, &f)
	return f
}

// TestHistoryAndErasure goes by HTTP through what people do with a board's past,
// on the embedded store and across two instances on Redis: what one wrote is
// shown by the other, a restore is a new change with its author, and when a
// person is erased no earlier moment of the board is shown any more.
func TestHistoryAndErasure(t *testing.T) {
	for name, start := range map[string]func() (*program, *program){
		"embedded":               func() (*program, *program) { p := startProgram(t, nil); return p, p },
		"two instances on Redis": func() (*program, *program) { return twoInstances(t) },
	} {
		t.Run(name, func(t *testing.T) {
			a, b := start()
			w := a.written("first")
			bea := b.join(w.created, "Bea", 0)
			path := "/api/workshops/" + w.Workshop.ID + "/groups/" + w.Workshop.Groups[0].ID + "/history"
			f := b.film(path, bea.Token)
			if len(f.Changes) == 0 || f.Changes[0].By != w.anna.Participant.ID {
				t.Fatalf("the film is %+v", f)
			}
			n, at := len(f.Changes), f.Changes[len(f.Changes)-1].At
			peer := dial(t, b.base)
			peer.Open(w.board, bea.Token)
			peer.Scope(w.board, 0)
			if !peer.Write(w.board, 9, "second", "second") {
				t.Fatal("not written")
			}
			f = a.film(path, w.anna.Token)
			if len(f.Changes) != n+1 || f.Changes[n].By != bea.Participant.ID {
				t.Fatalf("the film is %+v", f)
			}
			var moments struct {
				Moments []struct{ By string }
			}
			a.must(200, "GET", path, w.anna.Token, "", nil, &moments)
			if k := len(moments.Moments); k != 2 || moments.Moments[1].By != bea.Participant.ID {
				t.Errorf("moments %+v", moments)
			}
			if got := f.shows(t, n); !slices.Equal(got, []string{"first"}) {
				t.Errorf("before Bea wrote the film shows %v", got)
			}
			var then struct{ Meta map[string]any }
			b.must(200, "GET", path+"/board?at="+strconv.FormatInt(at, 10), bea.Token, "", nil, &then)
			if then.Meta["first"] == nil || then.Meta["second"] != nil {
				t.Errorf("the board then: %v", then.Meta)
			}
			b.must(204, "POST", path+"/restore", bea.Token, "", map[string]any{"at": at}, nil)
			now := a.film(path, w.Tokens.Facilitator)
			if k := len(now.Changes); k != n+2 || now.Changes[k-1].By != bea.Participant.ID || !slices.Equal(now.shows(t, k), []string{"first"}) {
				t.Errorf("restored, the film has %d changes and ends in %v", k, now.shows(t, k))
			}

			member := "/api/workshops/" + w.Workshop.ID + "/participants/" + w.anna.Participant.ID
			a.must(200, "DELETE", member+"/data", w.Tokens.Facilitator, "*", nil, nil)
			for _, p := range []*program{a, b} {
				f = p.film(path, bea.Token)
				if len(f.Changes) != 0 || !slices.Equal(f.shows(t, 0), []string{"first"}) {
					t.Errorf("after the erasure %d changes are shown", len(f.Changes))
				}
				if got := p.ask("GET", path+"/board?at="+strconv.FormatInt(at, 10), bea.Token, "", nil, nil); got != 404 {
					t.Errorf("a moment before the erasure: %d", got)
				}
			}
		})
	}
}
