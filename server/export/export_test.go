package export

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pathboard/pathboard/server/board"
	"github.com/pathboard/pathboard/server/export/pdf/pdftest"
	"github.com/pathboard/pathboard/server/workshop"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func both(pl, en string) workshop.Text { return workshop.Text{PL: pl, EN: en} }

// sample is a workshop of two groups with something of everything.
func sample(l workshop.Language) Source {
	w := &workshop.Workshop{
		ID: "w1", Title: "Zarządzanie miastem", City: "Łódź", Language: workshop.Polish,
		Stages: []workshop.Stage{{ID: "problem", Name: both("Problem", "Problem")}, {ID: "data", Name: both("Dane", "Data")}},
		Areas:  []workshop.Area{{ID: "economy", Name: both("Gospodarka", "Economy")}, {ID: "services", Name: both("Usługi", "Services")}},
		Groups: []workshop.Group{{ID: "g1", Name: "Grupa *Pustułki*", Area: "economy"}, {ID: "g2", Name: "Sikory", Area: "services"}},
		Participants: []workshop.Participant{
			{ID: "p1", Name: "Jagoda Jarzębina", Department: "Wydział Budynków i Lokali"},
			{ID: "p2", Name: "Żelisław Źdźbło", Department: "Wydział Informatyki"}, {ID: "p3", Name: "Ćma Ósma"},
		},
		Polls: []workshop.Poll{
			{ID: "v", Title: "Co najpierw?", Counted: true, Voters: 3, Results: []workshop.PollResult{{Group: "g2", Card: "y", Text: "Siatka GUS", Dots: 5}, {Group: "g1", Card: "m", Text: "Model punktowy", Dots: 2}}},
			{ID: "open", Title: "Jeszcze trwa"},
		},
	}
	boards := map[workshop.GroupID]board.Board{
		"g1": {
			Problem: "Pustostany stoją latami",
			Cards: []board.Card{
				{ID: "a", Kind: "problem", Stage: "problem", Order: "a0", Text: "Lokale niszczeją\nzimą", Author: "p1", CreatedAt: 1700000000000},
				{ID: "b", Kind: "hologram", Stage: "data", Order: "a0", Text: "=HYPERLINK(\"x\")", Tags: []string{"pilne"}},
				{ID: "m", Kind: "method", Stage: "data", Order: "a1", Text: "Model punktowy", Extra: map[string]any{"image": map[string]any{"id": imageOne, "width": 60.0, "height": 40.0, "alt": "Szkic modelu na tablicy"}}},
				{ID: "o", Kind: "solution", Stage: "data", Order: "a3", Text: "Odłożony pomysł", Extra: map[string]any{"archivedAt": 1700000000000.0, "image": map[string]any{"id": imageGone, "width": 60.0, "height": 40.0, "alt": ""}}},
				{ID: "d", Kind: "data", Stage: "data", Order: "a2", Text: "Zasób lokali", Ref: "data.gus-bdl"},
				{ID: "c", Kind: "action", Stage: "elsewhere", Order: "a0", Text: "<b>Pilotaż</b>", Owner: "Wydział; Budynków", Due: "2027-04-01", Status: "doing"},
			},
			Links:    []board.Link{{ID: "l", From: "a", To: "b", Label: "zasila"}},
			Stages:   []board.Stage{{ID: "problem", Summary: "Ustalone", Done: true}},
			Comments: []board.Comment{{ID: "k", Card: "m", Author: "p2", Text: "Czy starczy danych?", CreatedAt: 1700000500000}, {ID: "n", Card: "m", Author: "p1", Text: "Tak", CreatedAt: 1700000600000, ReplyTo: "k", ResolvedAt: 1700000700000}},
		},
		"g2": {Cards: []board.Card{
			{ID: "x", Kind: "difficulty", Stage: "data", Order: "a0", Text: "Dane meldunkowe a faktyczne 🏙️"},
			{ID: "y", Kind: "solution", Stage: "data", Order: "a1", Text: "Siatka GUS"},
			{ID: "z", Kind: "action", Stage: "data", Order: "a2", Text: "Bez terminu"},
		}},
	}
	feedback := workshop.SumUp([]workshop.Feedback{{Scale: map[string]int{"useful": 5, "clear": 4}, Text: "Więcej czasu na dane"}, {Scale: map[string]int{"useful": 4}}})
	return Source{
		Workshop: w, Feedback: &feedback, Language: l, People: true, Now: time.Date(2024, 2, 22, 15, 0, 0, 0, time.UTC),
		Board: func(g workshop.Group) (board.Board, error) { return boards[g.ID], nil },
		Image: func(_ workshop.GroupID, id string) ([]byte, error) {
			if id == imageOne {
				return sketch(), nil
			}
			return nil, nil
		},
		Lookup: func(id string) (Reference, bool) {
			return Reference{Kind: "data", Name: "Bank Danych Lokalnych", URL: "https://bdl.stat.gov.pl", Licence: "dane publiczne"}, id == "data.gus-bdl"
		},
	}
}

// Ids of a picture that is there and of one that is not.
var (
	imageOne  = strings.Repeat("1a", 32)
	imageGone = strings.Repeat("0f", 32)
)

// sketch is a small picture in two colours.
func sketch() []byte {
	img := image.NewRGBA(image.Rect(0, 0, 60, 40))
	for x := range 60 {
		for y := range 40 {
			img.Set(x, y, color.RGBA{200, uint8(4 * x), 60, 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func built(t *testing.T, s Source) *Report {
	t.Helper()
	r, err := Build(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func written(t *testing.T, f File, err error) []byte {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func group(t *testing.T, r *Report, i int, format string) []byte {
	t.Helper()
	f, err := r.Group(i, format)
	return written(t, f, err)
}

func whole(t *testing.T, r *Report, format string) []byte {
	t.Helper()
	f, err := r.Whole(format)
	return written(t, f, err)
}

// readable is a file as text that a person can compare: packed files part by
// part, PDF as its structure.
func readable(t *testing.T, format string, body []byte) string {
	t.Helper()
	switch format {
	case "docx", "xlsx":
		var b strings.Builder
		for _, part := range unzip(t, body) {
			if strings.HasSuffix(part.name, ".jpg") {
				part.body = fmt.Append(nil, len(part.body), " bytes")
			}
			fmt.Fprintf(&b, "== %s\n%s\n", part.name, strings.ReplaceAll(string(part.body), "><", ">\n<"))
		}
		return b.String()
	case "pdf", "a3":
		f, err := pdftest.Read(body)
		if err != nil {
			t.Fatal(err)
		}
		if f.Untagged != "" {
			t.Errorf("untagged text %q", f.Untagged)
		}
		for _, v := range f.Violations() {
			t.Errorf("PDF/UA: %s", v)
		}
		return f.Outline()
	case "png":
		img, err := png.Decode(bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintln(img.Bounds())
	case "zip":
		var b strings.Builder
		for _, part := range unzip(t, body) {
			b.WriteString(part.name + "\n")
		}
		return b.String()
	}
	return string(body)
}

type part struct {
	name string
	body []byte
}

func unzip(t *testing.T, body []byte) []part {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	var parts []part
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, part{f.Name, content})
	}
	return parts
}

func TestGoldens(t *testing.T) {
	for _, l := range []workshop.Language{workshop.Polish, workshop.English} {
		r := built(t, sample(l))
		for _, format := range GroupFormats {
			t.Run("group/"+string(l)+"."+format, func(t *testing.T) {
				golden(t, "group."+string(l)+"."+format, readable(t, format, group(t, r, 0, format)))
			})
		}
		for _, format := range WorkshopFormats {
			t.Run("workshop/"+string(l)+"."+format, func(t *testing.T) {
				golden(t, "workshop."+string(l)+"."+format, readable(t, format, whole(t, r, format)))
			})
		}
	}
}

// golden compares with a file of testdata; packed formats end in .txt there,
// for that is what they are.
func golden(t *testing.T, name, got string) {
	t.Helper()
	if slices.Contains([]string{".docx", ".xlsx", ".pdf", ".a3", ".png", ".zip"}, filepath.Ext(name)) {
		name += ".txt"
	}
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestUnknownFormat(t *testing.T) {
	r := built(t, sample(workshop.Polish))
	if _, err := r.Group(0, "exe"); !errors.Is(err, ErrFormat) {
		t.Errorf("got %v", err)
	}
	if _, err := r.Whole("svg"); !errors.Is(err, ErrFormat) {
		t.Errorf("got %v", err)
	}
}

func TestBoardThatCannotBeReadFailsTheReport(t *testing.T) {
	s := sample(workshop.Polish)
	broken := errors.New("away")
	s.Board = func(workshop.Group) (board.Board, error) { return board.Board{}, broken }
	if _, err := Build(s); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

func TestWithoutPeopleNobodyIsNamed(t *testing.T) {
	s := sample(workshop.Polish)
	s.People = false
	r := built(t, s)
	for _, format := range []string{"md", "csv"} {
		if text := string(whole(t, r, format)); strings.Contains(text, "Jarzębina") {
			t.Errorf("%s names a participant", format)
		}
	}
	for _, p := range append(unzip(t, whole(t, r, "docx")), unzip(t, whole(t, r, "xlsx"))...) {
		if bytes.Contains(p.body, []byte("Jarzębina")) {
			t.Errorf("%s names a participant", p.name)
		}
	}
}

func TestOfficePartsAreWellFormed(t *testing.T) {
	r := built(t, sample(workshop.English))
	for _, p := range append(unzip(t, whole(t, r, "docx")), unzip(t, whole(t, r, "xlsx"))...) {
		if !strings.HasSuffix(p.name, ".jpg") {
			checkXML(t, p.name, p.body)
		}
	}
	checkXML(t, "svg", group(t, r, 0, "svg"))
}

func checkXML(t *testing.T, name string, body []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(body))
	for {
		if _, err := d.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, body)
		}
	}
}

func TestPDFSaysWhatReadersNeed(t *testing.T) {
	f, err := pdftest.Read(whole(t, built(t, sample(workshop.Polish)), "pdf"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"/MarkInfo<</Marked true>>", "/Lang<FEFF0070006C002D0050004C>", "/DisplayDocTitle true", "/Outlines", "/Metadata"} {
		if !strings.Contains(f.Catalog, want) {
			t.Errorf("the catalog lacks %s: %s", want, f.Catalog)
		}
	}
	if !slices.Contains(f.Links, "https://bdl.stat.gov.pl") {
		t.Errorf("links: %q", f.Links)
	}
	level := 0
	for _, n := range f.Root.Kids {
		if n.Kind[0] == 'H' {
			if now := int(n.Kind[1] - '0'); now > level+1 {
				t.Errorf("heading %q skips a level", n.Text)
			} else {
				level = now
			}
		}
	}
}

func rows(t *testing.T, body []byte) [][]string {
	t.Helper()
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(body), "\uFEFF")))
	r.Comma = ';'
	out, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return out
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
