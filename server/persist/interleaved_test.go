package persist

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/store/redisstore"
	"github.com/pathboard/pathboard/hub/store/redistest"
	"github.com/pathboard/pathboard/server/workshop"
)

// command is one press of a button: what it asks for, and what that does in the
// domain alone.
type command struct {
	name string
	do   func(*workshop.Workshop) error
}

// press draws a command of the day, with everything chance decides already
// drawn, so that it does the same again.
func press(r *rand.Rand) command {
	minutes, seed, at := r.IntN(40)-10, r.Uint64(), start.Add(time.Duration(r.IntN(600))*time.Minute)
	action := []string{"start", "pause", "resume", "extend", "skip", "back"}[r.IntN(6)]
	frozen, person := r.IntN(2) == 0, workshop.ParticipantID(fmt.Sprint("p", 1+r.IntN(9)))
	group, round := workshop.GroupID(fmt.Sprint("g", 1+r.IntN(3))), []string{"start", "next", "stop"}[r.IntN(3)]
	ids := func() workshop.NewID {
		n := 0
		return func() string { n++; return fmt.Sprint("new-", seed, "-", n) }
	}
	commands := []command{
		{"phase", func(w *workshop.Workshop) error {
			return w.MovePhase(workshop.PhaseCommand{Action: action, Phase: "b", Minutes: &minutes}, at)
		}},
		{"freeze", func(w *workshop.Workshop) error { return w.ChangeDay(workshop.DayChange{Frozen: &frozen}) }},
		{"form", func(w *workshop.Workshop) error {
			return w.FormGroups(workshop.FormCommand{Groups: len(w.Groups), Seed: seed}, ids())
		}},
		{"move", func(w *workshop.Workshop) error {
			_, err := w.ChangeParticipant(person, workshop.MeChange{Group: &group, Pinned: &frozen})
			return err
		}},
		{"kick", func(w *workshop.Workshop) error { return w.RemoveParticipant(person) }},
		{"rename", func(w *workshop.Workshop) error {
			_, err := w.ChangeGroup(group, workshop.GroupChange{Name: new(fmt.Sprint("Grupa ", seed))})
			return err
		}},
		{"poll", func(w *workshop.Workshop) error {
			if len(w.Polls) > 0 && w.Polls[len(w.Polls)-1].ClosedAt.IsZero() {
				return w.ClosePoll(w.Polls[len(w.Polls)-1].ID, at)
			}
			return w.OpenPoll(workshop.Poll{ID: workshop.PollID(fmt.Sprint(seed)), Dots: 3, PerCard: 1}, at)
		}},
		{"gallery", func(w *workshop.Workshop) error {
			return w.MoveGallery(workshop.GalleryCommand{Action: round, Minutes: 5}, at)
		}},
		{"announce", func(w *workshop.Workshop) error { return w.Announce(fmt.Sprint(seed), "przerwa", nil, at) }},
	}
	return commands[r.IntN(len(commands))]
}

// accepted is a command that went through: on what its sender saw, and to what.
type accepted struct {
	command
	seen, left *workshop.Workshop
}

// lead presses buttons on one instance until enough of them went through. Whoever
// is refused takes the current state and decides anew.
func lead(t *testing.T, r *Workshops, seed uint64, enough int) (done []accepted, conflicts int) {
	draw := rand.New(rand.NewPCG(seed, 11))
	seen, err := r.Load(t.Context(), "w1")
	for err == nil && len(done) < enough {
		c := press(draw)
		var w *workshop.Workshop
		w, err = r.Update(t.Context(), "w1", seen.Version, c.do)
		switch workshop.CodeOf(err) {
		case "":
			if err == nil {
				done, seen = append(done, accepted{c, seen, w}), w
			}
			continue
		case workshop.CodeVersionConflict:
			conflicts++
		}
		seen, err = r.Load(t.Context(), "w1")
	}
	if err != nil {
		t.Error(err)
	}
	return done, conflicts
}

// hall is a day with groups, an agenda and people on the list.
func hall() *workshop.Workshop {
	w := sample()
	w.Groups = nil
	for i := range 3 {
		w.Groups = append(w.Groups, workshop.Group{ID: workshop.GroupID(fmt.Sprint("g", i+1)), Name: fmt.Sprint("Grupa ", i+1), Area: "economy", Capacity: 60})
	}
	w.Participants, w.Apart, w.Polls, w.Writing, w.Day, w.Screen, w.Gallery = nil, nil, nil, nil, workshop.Day{}, workshop.Screen{}, workshop.Gallery{}
	for i := range 9 {
		w.Participants = append(w.Participants, workshop.Participant{ID: workshop.ParticipantID(fmt.Sprint("p", i+1)), Name: fmt.Sprint("Osoba ", i+1), Department: fmt.Sprint("D", i%4), Color: "#000000", JoinedAt: start})
	}
	name := workshop.Text{PL: "F", EN: "F"}
	w.Agenda = []workshop.Phase{
		{ID: "a", Kind: workshop.PhaseLobby, Name: name, Minutes: 15}, {ID: "b", Kind: workshop.PhaseStage, Name: name, Stage: "problem", Minutes: 20},
		{ID: "c", Kind: workshop.PhaseWrapUp, Name: name, Minutes: 10},
	}
	return w
}

// TestFacilitatorsOnSeveralInstances is a model of four who lead from two
// instances at once, while people come in: each accepted command did to the
// state that its sender saw what the domain alone does to it, no two were meant
// for the same state, and nothing of any of them was lost.
func TestFacilitatorsOnSeveralInstances(t *testing.T) {
	for name, open := range map[string]func(*testing.T) [2]store.Records{
		"EmbeddedStore": func(t *testing.T) [2]store.Records { s := openStore(t); return [2]store.Records{s, s} },
		"Redis": func(t *testing.T) (out [2]store.Records) {
			url := redistest.Start(t, nil).URL()
			for i := range out {
				s, err := redisstore.Open(t.Context(), redisstore.Options{URL: url})
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = s.Close() })
				out[i] = s
			}
			return out
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			records := open(t)
			instances := [2]*Workshops{NewWorkshops(records[0]), NewWorkshops(records[1])}
			if err := instances[0].Create(t.Context(), hall()); err != nil {
				t.Fatal(err)
			}
			const leads, each, joins = 4, 30, 20
			var mu sync.Mutex
			var all []accepted
			met := 0
			var wg sync.WaitGroup
			for i := range leads {
				wg.Go(func() {
					done, conflicts := lead(t, instances[i%2], uint64(i), each)
					mu.Lock()
					defer mu.Unlock()
					all, met = append(all, done...), met+conflicts
				})
			}
			wg.Go(func() {
				for i := range joins {
					_, err := instances[i%2].Update(t.Context(), "w1", 0, func(w *workshop.Workshop) error {
						_, err := w.Join(workshop.ParticipantID(fmt.Sprint("late", i)), workshop.JoinInput{Name: fmt.Sprint("Gość ", i)}, start)
						return err
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
			wg.Wait()
			end, err := instances[1].Load(t.Context(), "w1")
			if err != nil || end.Version != 1+leads*each+joins {
				t.Fatalf("version %d after %d commands and %d who joined: %v", end.Version, len(all), joins, err)
			}
			late := 0
			for _, p := range end.Participants {
				if bytes.HasPrefix([]byte(p.ID), []byte("late")) {
					late++
				}
			}
			if late != joins || met == 0 {
				t.Errorf("%d of %d who joined are there; %d commands met another", late, joins, met)
			}
			checkModel(t, all)
		})
	}
}

// checkModel does each accepted command again on what its sender saw.
func checkModel(t *testing.T, all []accepted) {
	t.Helper()
	meant := map[uint64]bool{}
	for _, a := range all {
		if meant[a.seen.Version] || a.left.Version != a.seen.Version+1 {
			t.Fatalf("%s for version %d gave %d; another was meant for the same: %v", a.name, a.seen.Version, a.left.Version, meant[a.seen.Version])
		}
		meant[a.seen.Version] = true
		raw, err := encodeWorkshop(a.seen)
		if err != nil {
			t.Fatal(err)
		}
		model, err := decodeWorkshop(raw)
		if err != nil {
			t.Fatal(err)
		}
		if err := a.do(model); err != nil {
			t.Fatalf("%s was accepted and the domain refuses it: %v", a.name, err)
		}
		want, _ := encodeWorkshop(model)
		got, _ := encodeWorkshop(a.left)
		if !bytes.Equal(got, want) {
			t.Fatalf("%s at version %d\ngot  %s\nwant %s", a.name, a.seen.Version, got, want)
		}
	}
}
