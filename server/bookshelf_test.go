package main

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/pathboard/pathboard/server/library"
	"github.com/pathboard/pathboard/server/workshop"
)

// TestTheFileOfALibraryIsReadAgain by another workshop, and by a server that is
// started with it.
func TestTheFileOfALibraryIsReadAgain(t *testing.T) {
	shipped, err := library.Load()
	if err != nil {
		t.Fatal(err)
	}
	shelf := bookshelf{shipped}
	own := []workshop.OwnEntry{{ID: "own.1", State: workshop.EntryAccepted, EntryInput: workshop.EntryInput{
		Kind: "example", Name: workshop.Text{PL: "Drzewa", EN: "Trees"}, Text: workshop.Text{PL: "Mapa drzew", EN: "A map"}, City: "Łódź", URL: "https://x.example",
		Stages: []workshop.StageID{"problem"}, Areas: []workshop.AreaID{"environment"}, Access: workshop.Text{PL: "otwarte", EN: "open"}, Checked: "2026-11-25",
	}}}
	f := shelf.Write("Łódź", own)
	var body bytes.Buffer
	if err := f.Write(&body); err != nil {
		t.Fatal(err)
	}
	if f.Name != "pathboard-lodz-biblioteka.json" {
		t.Errorf("name %q", f.Name)
	}
	back, err := shelf.Read(body.Bytes())
	if err != nil || len(back) != 1 || back[0].ID != "own.1" || !reflect.DeepEqual(back[0].EntryInput, own[0].EntryInput) {
		t.Errorf("%v %+v", err, back)
	}
	path := filepath.Join(t.TempDir(), "own.json")
	if err := os.WriteFile(path, body.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	started, err := library.LoadWith(path)
	if err != nil {
		t.Fatal(err)
	}
	if e, ok := started.Entry("own.1"); !ok || e.City != "Łódź" {
		t.Errorf("%+v", e)
	}
	if n := len(started.With(ownEntries(own)).Search(library.Query{Text: "drzewach"})); n != len(started.Search(library.Query{Text: "drzewach"})) {
		t.Error("the same entry is there twice")
	}
	for text, line := range map[string]int{"[\n{\"kind\":\"data\"},\n{\"adres\":1}]": 3, "[\n\n}": 3, "": 1} {
		_, err := shelf.Read([]byte(text))
		if workshop.CodeOf(err) != workshop.CodeInvalidInput || err.(*workshop.Error).Fields[0].Params["line"] != line {
			t.Errorf("%q: %+v, want line %d", text, err, line)
		}
	}
}
