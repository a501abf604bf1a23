package demo

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/pathboard/pathboard/server/board"
	"github.com/pathboard/pathboard/server/template"
)

// checkText wants both languages.
func checkText(t *testing.T, what string, s text) {
	t.Helper()
	if len(s) != 2 || s["pl"] == "" || s["en"] == "" {
		t.Errorf("%s: %v, want pl and en", what, s)
	}
}

func TestContentIsWhole(t *testing.T) {
	all, err := read()
	if err != nil {
		t.Fatal(err)
	}
	templates, err := template.All()
	if err != nil {
		t.Fatal(err)
	}
	var stages, areas []string
	for _, s := range templates[0].Stages {
		stages = append(stages, string(s.ID))
	}
	for _, a := range templates[0].Areas {
		areas = append(areas, string(a.ID))
	}
	checkText(t, "title", all.Title)
	people := 0
	for _, g := range all.Groups {
		people += len(g.Members)
		if !slices.Contains(areas, g.Area) {
			t.Errorf("area %q", g.Area)
		}
		checkText(t, "group", g.Group)
		checkText(t, "problem", g.Problem)
		checkGroup(t, g, stages)
	}
	if people != 23 || len(all.Groups) != 4 {
		t.Errorf("%d people in %d groups, want 23 in 4", people, len(all.Groups))
	}
}

func checkGroup(t *testing.T, g groupEntry, stages []string) {
	t.Helper()
	if n := len(g.Cards); n < 15 || n > 30 {
		t.Errorf("%s: %d cards, want 15 to 30", g.Area, n)
	}
	cards := map[string]bool{}
	used := map[string]bool{}
	for _, c := range g.Cards {
		checkText(t, c.ID, c.Text)
		if cards[c.ID] || !slices.Contains(stages, c.Stage) || !slices.Contains(board.Kinds, c.Kind) {
			t.Errorf("card %q of %s on %s", c.ID, c.Kind, c.Stage)
		}
		cards[c.ID], used[c.Stage] = true, true
		if c.Due != "" {
			if _, err := time.Parse(time.DateOnly, c.Due); err != nil {
				t.Errorf("%s: %v", c.ID, err)
			}
			checkText(t, c.ID+" owner", c.Owner)
		}
	}
	if len(used) != len(stages) {
		t.Errorf("%s: %d stages of %d have cards", g.Area, len(used), len(stages))
	}
	for _, l := range g.Links {
		if !cards[l.From] || !cards[l.To] || l.Kind == "" {
			t.Errorf("link %+v", l)
		}
	}
	for _, c := range g.Comments {
		if !cards[c.Card] || c.Author >= len(g.Members) {
			t.Errorf("comment on %q by %d", c.Card, c.Author)
		}
		checkText(t, "comment on "+c.Card, c.Text)
	}
	for _, m := range g.Members {
		checkText(t, m.Name, m.Department)
	}
}

// TestBoardsAreImportable has the reader of imports judge what Fill will send.
func TestBoardsAreImportable(t *testing.T) {
	all, err := read()
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range all.Groups {
		for _, language := range []string{"pl", "en"} {
			sent, err := json.Marshal(g.board(language, []string{"p1", "p2"}, time.Now()))
			if err != nil {
				t.Fatal(err)
			}
			b, err := board.Decode(sent)
			if err != nil {
				t.Fatal(err)
			}
			if len(b.Cards) != len(g.Cards) || len(b.Links) != len(g.Links) || b.Problem != g.Problem[language] {
				t.Errorf("%s: %d cards and %d links arrive", g.Area, len(b.Cards), len(b.Links))
			}
		}
	}
}
