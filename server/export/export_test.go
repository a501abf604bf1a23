package export

import (
	"encoding/csv"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pathboard/pathboard/server/board"
	"github.com/pathboard/pathboard/server/workshop"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func sample() Data {
	w := &workshop.Workshop{
		ID: "w1", Title: "Zarządzanie miastem", City: "Łódź", Language: workshop.Polish,
		Stages: []workshop.Stage{
			{ID: "problem", Name: workshop.Text{PL: "Problem", EN: "Problem"}},
			{ID: "data", Name: workshop.Text{PL: "Dane", EN: "Data"}},
		},
		Areas:        []workshop.Area{{ID: "economy", Name: workshop.Text{PL: "Gospodarka", EN: "Economy"}}},
		Participants: []workshop.Participant{{ID: "p1", Name: "Jagoda Jarzębina"}},
	}
	return Data{
		Workshop: w, Group: workshop.Group{ID: "g1", Name: "Grupa *Pustułki*", Area: "economy"}, Now: time.Unix(0, 0),
		Board: board.Board{
			Problem: "Pustostany stoją latami",
			Cards: []board.Card{
				{ID: "a", Kind: "problem", Stage: "problem", Order: "a0", Text: "Lokale niszczeją\nzimą", Author: "p1", CreatedAt: 1700000000000},
				{ID: "b", Kind: "hologram", Stage: "data", Order: "a0", Text: "=HYPERLINK(\"x\")", Tags: []string{"pilne"}},
				{ID: "c", Kind: "action", Stage: "elsewhere", Order: "a0", Text: "<b>Pilotaż</b>", Owner: "Wydział", Due: "2027-04-01"},
			},
			Links:  []board.Link{{ID: "l", From: "a", To: "b", Label: "zasila"}},
			Stages: []board.Stage{{ID: "problem", Summary: "Ustalone", Done: true}},
		},
	}
}

func TestGoldens(t *testing.T) {
	for _, format := range Formats {
		for _, l := range []workshop.Language{workshop.Polish, workshop.English} {
			name := string(l) + "." + format
			t.Run(name, func(t *testing.T) {
				got, err := Group(format, l, sample())
				if err != nil {
					t.Fatal(err)
				}
				path := filepath.Join("testdata", name)
				if *update {
					if err := os.WriteFile(path, got.Body, 0o600); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if string(got.Body) != string(want) {
					t.Errorf("got\n%s\nwant\n%s", got.Body, want)
				}
			})
		}
	}
}

func TestUnknownFormat(t *testing.T) {
	if _, err := Group("exe", workshop.Polish, sample()); !errors.Is(err, ErrFormat) {
		t.Errorf("got %v", err)
	}
}

func TestHostileTextIsHarmless(t *testing.T) {
	for _, s := range []string{"=1+1", "+1", "-1", "@x", "\t=1", "\r=1", " =1", "＝1", "|calc", "%0", "a\x00b", "\u3000=1"} {
		d := sample()
		d.Board.Cards = []board.Card{{ID: "a", Kind: "note", Stage: "data", Text: s, Owner: s}}
		file, err := Group("csv", workshop.Polish, d)
		if err != nil {
			t.Fatal(err)
		}
		r := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(file.Body), "\uFEFF")))
		r.Comma = ';'
		rows, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, cell := range rows[1] {
			if trimmed := strings.TrimLeft(cell, " \t\n\u3000"); trimmed != "" && strings.ContainsAny(trimmed[:1], "=+-@|%") {
				t.Errorf("%q gives cell %q", s, cell)
			}
		}
	}
	md := string(markdown(workshop.Polish, sample()))
	if strings.Contains(md, "<b>") {
		t.Error("markup survives in Markdown")
	}
}

func TestEveryTextIsThereInBothLanguages(t *testing.T) {
	for key, text := range texts {
		if text.PL == "" || text.EN == "" {
			t.Errorf("%s is missing in one language", key)
		}
	}
	for _, kind := range board.Kinds {
		if _, ok := texts["kind."+kind]; !ok {
			t.Errorf("kind %s has no name", kind)
		}
	}
}
