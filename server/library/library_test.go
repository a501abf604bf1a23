package library

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/pathboard/pathboard/server/template"
	"github.com/pathboard/pathboard/server/workshop"
)

var update = flag.Bool("update", false, "rewrite docs/library-links.md")

func shipped(t *testing.T) *Library {
	t.Helper()
	l, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestShippedContentIsComplete(t *testing.T) {
	l := shipped(t)
	for kind, least := range map[string]int{Principle: 20, Data: 35, Tool: 20, Example: 20} {
		if n := len(l.Search(Query{Kind: kind})); n < least {
			t.Errorf("%d of kind %s, want at least %d", n, kind, least)
		}
	}
}

// TestStagesAndAreasExist: an entry filed under a stage nobody has would never
// be offered.
func TestStagesAndAreasExist(t *testing.T) {
	tpl, err := template.All()
	if err != nil {
		t.Fatal(err)
	}
	stages, areas := map[string]bool{}, map[string]bool{}
	for _, one := range tpl {
		for _, s := range one.Stages {
			stages[string(s.ID)] = true
		}
		for _, a := range one.Areas {
			areas[string(a.ID)] = true
		}
	}
	for _, e := range shipped(t).entries {
		for _, s := range e.Stages {
			if !stages[s] {
				t.Errorf("%s: no stage %q", e.ID, s)
			}
		}
		for _, a := range e.Areas {
			if !areas[a] {
				t.Errorf("%s: no area %q", e.ID, a)
			}
		}
	}
}

func TestSchemaRefuses(t *testing.T) {
	good := Entry{
		ID: "data.x", Kind: Data, Name: workshop.Text{PL: "a", EN: "b"}, Text: workshop.Text{PL: "c", EN: "d"}, Stages: []string{"data"},
		URL: "https://example.org", Access: &workshop.Text{PL: "e", EN: "f"}, Licence: &workshop.Text{PL: "g", EN: "h"}, Checked: "2026-11-23",
	}
	for name, spoil := range map[string]func(*Entry){
		"no English name":  func(e *Entry) { e.Name.EN = "" },
		"unknown kind":     func(e *Entry) { e.Kind = "rumour" },
		"plain http":       func(e *Entry) { e.URL = "http://example.org" },
		"script address":   func(e *Entry) { e.URL = "javascript:alert(1)" },
		"no date":          func(e *Entry) { e.Checked = "" },
		"impossible date":  func(e *Entry) { e.Checked = "2026-13-01" },
		"no licence":       func(e *Entry) { e.Licence = nil },
		"example, no city": func(e *Entry) { e.Kind = Example },
		"no stage":         func(e *Entry) { e.Stages = nil },
		"Polish topics":    func(e *Entry) { e.Topics = &workshop.Text{PL: "a"} },
	} {
		bad := good
		spoil(&bad)
		raw, err := json.Marshal([]Entry{bad})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := load(fstest.MapFS{"content/x.json": {Data: raw}}); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	twice, err := json.Marshal([]Entry{good, good})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := load(fstest.MapFS{"content/x.json": {Data: twice}}); err == nil {
		t.Error("the same id twice: accepted")
	}
	if _, err := load(fstest.MapFS{"content/x.json": {Data: []byte(`[{"colour":"red"}]`)}}); err == nil {
		t.Error("unknown field: accepted")
	}
}

func TestSearchForgives(t *testing.T) {
	l := shipped(t)
	for query, want := range map[string]string{
		"wlasciciel": "principle.owner", "Właściciele": "principle.owner", "anonimizacji": "principle.anonymise",
		"licencji": "principle.licence", "backups": "principle.backup", "kopiami zapasowymi": "principle.backup",
		"żłobków": "data.zlobki", "zlobek": "data.zlobki", "szkoły": "data.rspo", "szkole": "data.rspo", "wypadków drogowych": "data.sewik",
		"jakości powietrza": "data.gios", "zdjęć lotniczych": "data.geoportal-orto", "drzewami": "example.warszawa-drzewa",
		"Poznaniu": "example.poznan-sip", "Gdańsk": "example.gdansk-woda", "izochron": "tool.openrouteservice", "ankiet": "tool.limesurvey", "mapie": "tool.umap",
		"arkuszach": "data.pkw", "spreadsheet": "tool.calc", "surveys": "tool.limesurvey", "lasach": "data.bdl-lasy", "drodze": "data.bdot10k",
	} {
		found := ids(l.Search(Query{Text: query}))
		if !slices.Contains(found, want) {
			t.Errorf("%q does not find %s but %v", query, want, found)
		}
	}
	for query, want := range map[string]string{
		// What a city hall asks for, in any form, with and without diacritics.
		"hałasu": "data.kmzb", "halas": "data.kmzb", "odpadami": "data.gus-bdl", "śmieci": "data.smup", "bezrobocia": "data.gus-bdl", "rynku pracy": "data.gus-bdl",
		"niepelnosprawnych": "data.smup", "sciezki rowerowe": "data.strava", "dzieci w przedszkolach": "data.rspo", "tramwajami": "data.gtfs", "komunikacja miejska": "data.gtfs",
		"rozkładów jazdy": "data.gtfs", "przystankach": "data.gtfs", "zalania po deszczu": "example.bydgoszcz-retencja", "ankietowanie mieszkańców": "tool.limesurvey",
		"ceny mieszkań": "data.rcn", "pustostanów": "data.lodz-rewitalizacja", "bezpieczenstwo na drogach": "data.sewik", "przestępczości": "data.kmzb", "seniorów": "data.gus-grid",
		"osób starszych": "data.gus-bdl", "upałów": "data.landsat", "arkusz kalkulacyjny": "tool.calc", "spis powszechny": "data.gus-grid", "demografii": "data.gus-bdl",
		"fotowoltaiki": "data.ceeb", "wodociągów": "data.gesut", "parkingach": "data.osm", "korki": "example.wroclaw-kbr", "przedsiębiorców": "data.ceidg", "turyści": "data.gus-bdl",
		"sztuczną inteligencją": "tool.orange", "prognozowania": "tool.r", "czujnikami": "data.gios", "latarnie": "data.gesut", "budzetu obywatelskiego": "example.lublin-budzet",
		"unemployment": "data.gus-bdl", "noise": "data.kmzb", "cycle paths": "data.strava", "BDL": "data.gus-bdl",
		// A letter wrong, missing, too many, changed with the next.
		"pszystanki": "data.gtfs", "halsu": "data.kmzb", "rozkąłd jazdy": "data.gtfs", "bezroboccie": "data.gus-bdl", "smieic": "data.smup", "unemploymnet": "data.gus-bdl",
		// One word too many.
		"opłaty za smieci": "data.smup", "ile jest drzew w parku": "example.warszawa-drzewa",
	} {
		if found := ids(l.Search(Query{Text: query})); !slices.Contains(found, want) || len(found) > 20 {
			t.Errorf("%q does not find %s but %v", query, want, found)
		}
	}
	if first := l.Search(Query{Text: "parkowania"})[0]; first.ID == "data.geoportal-orto" {
		t.Errorf("what was typed does not come before its kin: %s", first.ID)
	}
	if n := len(l.Search(Query{Text: "xyzzy"})); n != 0 {
		t.Errorf("nonsense finds %d", n)
	}
}

func ids(entries []Entry) []string {
	out := make([]string, len(entries))
	for i, e := range entries {
		out[i] = e.ID
	}
	return out
}

func TestFormsOfOneWordMatch(t *testing.T) {
	for _, forms := range [][]string{
		{"miasto", "miasta", "mieście", "miastami", "miast"}, {"droga", "drodze", "drogach", "dróg"}, {"woda", "wodzie", "wodami"},
		{"rejestr", "rejestrze", "rejestrów"}, {"drzewo", "drzewami", "drzew"}, {"licencja", "licencji", "licencjami"},
		{"ulica", "ulic", "ulicach"}, {"rzeka", "rzece", "rzek"}, {"rower", "rowerze", "rowerami"}, {"tool", "tools"}, {"city", "citys"},
	} {
		for _, a := range forms {
			for _, b := range forms {
				if !matches(wordList(a)[0], wordList(b)[0]) {
					t.Errorf("%q is not found by %q", a, b)
				}
			}
		}
	}
	for _, pair := range [][2]string{{"dom", "droga"}, {"rower", "rowek"}, {"kot", "kosz"}, {"las", "lato"}, {"ruch", "rura"}} {
		if matches(wordList(pair[0])[0], wordList(pair[1])[0]) {
			t.Errorf("%q is found by %q", pair[0], pair[1])
		}
	}
}

func TestOneApart(t *testing.T) {
	for _, pair := range [][2]string{{"halas", "halsa"}, {"smog", "smogi"}, {"szkola", "skola"}, {"drzewo", "drzowo"}} {
		if !oneApart(pair[0], pair[1]) || !oneApart(pair[1], pair[0]) {
			t.Errorf("%v are more than a letter apart", pair)
		}
	}
	for _, pair := range [][2]string{{"halas", "halas"}, {"las", "los"}, {"drzewo", "drewno"}, {"woda", "wodociag"}, {"smog", "gosm"}, {"halas", "lahsa"}} {
		if oneApart(pair[0], pair[1]) || oneApart(pair[1], pair[0]) {
			t.Errorf("%v are a letter apart", pair)
		}
	}
}

func TestFilters(t *testing.T) {
	l := shipped(t)
	for _, e := range l.Search(Query{Area: "economy", Stage: "analysis", Kind: Example}) {
		if e.Kind != Example || !slices.Contains(e.Areas, "economy") || !slices.Contains(e.Stages, "analysis") {
			t.Errorf("%s slipped through", e.ID)
		}
	}
	if first := l.Search(Query{Text: "OpenStreetMap"}); len(first) == 0 || first[0].ID != "data.osm" {
		t.Errorf("a name does not come first: %v", ids(first))
	}
	if e, ok := l.Entry("tool.qgis"); !ok || e.Name.EN != "QGIS" {
		t.Errorf("got %+v", e)
	}
	if _, ok := l.Entry("tool.none"); ok {
		t.Error("an unknown id is found")
	}
}

// TestLinkListIsTrue: the list of links people check once in a while is that of
// the library.
func TestLinkListIsTrue(t *testing.T) {
	var b strings.Builder
	b.WriteString("# Links of the library\n\nMade from server/library/content by `go test ./server/library -update`. Look each link up once in half a year, correct the entry and set its date.\n")
	for _, kind := range []string{Data, Tool, Example} {
		fmt.Fprintf(&b, "\n## %s\n\n| entry | link | checked |\n|---|---|---|\n", kind)
		for _, e := range shipped(t).Search(Query{Kind: kind}) {
			name := e.Name.EN
			if e.City != "" {
				name = e.City + ": " + name
			}
			fmt.Fprintf(&b, "| %s | <%s> | %s |\n", name, e.URL, e.Checked)
		}
	}
	const path = "../../docs/library-links.md"
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != b.String() {
		t.Error("docs/library-links.md is not what the library says: run with -update")
	}
}

// TestACityAddsItsOwnEntries beside those shipped; one language is enough.
func TestACityAddsItsOwnEntries(t *testing.T) {
	write := func(text string) string {
		path := filepath.Join(t.TempDir(), "own.json")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	own := `{"id":"city.lokale","kind":"data","name":{"pl":"Rejestr lokali"},"text":{"pl":"Wszystkie lokale gminy."},"stages":["data"],"url":"http://intranet.example/lokale"}`
	l, err := LoadWith(write("[" + own + "]"))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(l.entries) - len(shipped(t).entries); n != 1 {
		t.Errorf("%d entries more", n)
	}
	found := l.Search(Query{Text: "rejestru lokali", Kind: Data})
	if len(found) == 0 || found[0].ID != "city.lokale" || found[0].Name.EN != "Rejestr lokali" {
		t.Errorf("%+v", found)
	}
	for name, text := range map[string]string{
		"twice":         "[" + own + "," + own + "]",
		"twice ":        `[` + strings.Replace(own, "city.lokale", shipped(t).entries[0].ID, 1) + `]`,
		"unknown kind":  "[" + strings.Replace(own, `"data","name"`, `"datum","name"`, 1) + "]",
		"web address":   "[" + strings.Replace(own, "http://intranet.example/lokale", "javascript:alert(1)", 1) + "]",
		"missing":       `[{"id":"x","kind":"tool"}]`,
		"unknown field": "[" + strings.Replace(own, `"url"`, `"adres"`, 1) + "]",
		"city":          "[" + strings.Replace(own, `"data","name"`, `"example","name"`, 1) + "]",
	} {
		if _, err := LoadWith(write(text)); err == nil || !strings.Contains(err.Error(), strings.TrimSpace(name)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := LoadWith(filepath.Join(t.TempDir(), "none.json")); err == nil {
		t.Error("a file that is not there is no library")
	}
}
