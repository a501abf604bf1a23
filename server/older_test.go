package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/pathboard/pathboard/hub"
	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/server/config"
	"github.com/pathboard/pathboard/server/persist"
	"github.com/pathboard/pathboard/server/workshop"
)

// nobody lets nobody in.
type nobody struct{}

func (nobody) Authorize(context.Context, store.DocName, string) (hub.Grant, error) {
	return hub.Grant{}, hub.ErrDenied
}

// TestWhatAnOlderProgramWrote is read as it was: testdata/older holds a backup
// of the demonstration workshop, written by the program of commit 3e0347c, and
// what that program showed of it.
func TestWhatAnOlderProgramWrote(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("testdata", "older", "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		Workshop             workshop.WorkshopID
		Participants, Agenda int
		Boards               map[workshop.GroupID]map[string]string
	}
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"PATHBOARD_DATA": t.TempDir()}
	mustCommand(t, env, "restore", "--file", filepath.Join("testdata", "older", "backup.tar.gz"))
	mustCommand(t, env, "check")
	c := config.Default()
	c.Data = env["PATHBOARD_DATA"]
	st, err := openStorage(t.Context(), c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := st.close(); err != nil {
			t.Error(err)
		}
	}()
	w, err := persist.NewWorkshops(st.store).Load(t.Context(), want.Workshop)
	if err != nil || len(w.Participants) != want.Participants || len(w.Agenda) != want.Agenda || len(w.Groups) != len(want.Boards) {
		t.Fatalf("the workshop: %+v %v", w, err)
	}
	h, err := hub.Open(t.Context(), hub.Options{Store: st.store, Bus: st.bus, Authorizer: nobody{}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := h.Close(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	for _, g := range w.Groups {
		content, err := boards{hub: h}.read(t.Context(), w, g)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for _, card := range content.Cards {
			got[card.ID] = card.Text
		}
		for id, text := range want.Boards[g.ID] {
			if got[id] != text {
				t.Errorf("card %s of %s is %q, was %q", id, g.Name, got[id], text)
			}
		}
		if len(got) != len(want.Boards[g.ID]) {
			t.Errorf("%s has %d cards, had %d", g.Name, len(got), len(want.Boards[g.ID]))
		}
	}
}
