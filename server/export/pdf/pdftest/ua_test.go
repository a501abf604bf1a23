package pdftest_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pathboard/pathboard/server/export/pdf"
	"github.com/pathboard/pathboard/server/export/pdf/pdftest"
)

// TestViolationsAreNoticed: each fault is found by the number of its checkpoint.
func TestViolationsAreNoticed(t *testing.T) {
	made := func(write func(*pdf.Doc)) []byte {
		var b bytes.Buffer
		d, err := pdf.New(&b, pdf.Meta{Title: "T", Language: "pl-PL", Created: time.Unix(0, 0)})
		if err != nil {
			t.Fatal(err)
		}
		write(d)
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	good := func(d *pdf.Doc) {
		d.Heading(1, "Raport")
		d.Paragraph([]pdf.Span{{Text: "Zob. "}, {Text: "BDL", Link: "https://bdl.stat.gov.pl"}})
		d.Table(pdf.Table{Caption: "Tabela", Weights: []float64{1}, Head: []string{"Kolumna"}, Rows: [][]pdf.Span{{{Text: "x"}}}})
	}
	listed := func(d *pdf.Doc) {
		d.List(func(yield func(pdf.Item) bool) { yield(pdf.Item{Spans: []pdf.Span{{Text: "a"}}}) })
	}
	swap := func(from, to string) func([]byte) []byte {
		return func(raw []byte) []byte {
			if len(from) != len(to) || !bytes.Contains(raw, []byte(from)) {
				t.Fatalf("%q cannot be %q", from, to)
			}
			return bytes.ReplaceAll(raw, []byte(from), []byte(to))
		}
	}
	same := func(raw []byte) []byte { return raw }
	for name, tc := range map[string]struct {
		write func(*pdf.Doc)
		spoil func([]byte) []byte
		want  string
	}{
		"": {good, same, ""},
		"figure": {func(d *pdf.Doc) {
			d.Page(100, 100)
			d.Figure(&pdf.Picture{JPEG: []byte("x"), Width: 1, Height: 1}, 0, 0, 9, 9)
		}, same, "13"},
		"levels":        {func(d *pdf.Doc) { d.Heading(1, "a"); d.Heading(3, "b") }, same, "14"},
		"scope":         {good, swap("/Scope/Column", "/Skope/Column"), "15"},
		"nesting":       {good, swap("/S/Table/P", "/S/Tabel/P"), "09"},
		"title":         {good, swap("/DisplayDocTitle true", "/DisplayDocTitle fals"), "07"},
		"language":      {good, swap("/Lang<FEFF", "/Lagn<FEFF"), "11"},
		"link in words": {good, swap("/Contents <FEFF", "/Contemts <FEFF"), "28"},
		"tabs":          {good, swap("/Tabs/S", "/Tabs/R"), "28"},
		"identifier":    {good, swap("<pdfuaid:part>1<", "<pdfuaid:part>0<"), "06"},
		"font":          {good, swap("/FontFile2", "/FontFileX"), "31"},
		"glyphs":        {good, swap("/CIDToGIDMap", "/CIDToGIDMop"), "31"},
		"roles":         {good, swap("/ParentTreeNextKey", "/RoleMap/TreeNextK"), "02"},
		"tag":           {good, swap("/Lang<FEFF0070", "/Lang<FEFF0030"), "11"},
		"list":          {listed, swap("/ListNumbering", "/ListNombering"), "16"},
		"item":          {listed, swap("/S/Lbl/P", "/S/Lbb/P"), "09"},
		"heads":         {good, swap("/S/TH/P", "/S/TD/P"), "15"},
		"bookmark":      {good, swap("/Title <FEFF0052", "/Title <FEFF0053"), "27"},
		"owner":         {good, swap("/StructParent 1048576", "/StructParent 1048577"), "28"},
		"uneven": {func(d *pdf.Doc) {
			d.Table(pdf.Table{Caption: "T", Weights: []float64{1, 1}, Head: []string{"a", "b"}, Rows: [][]pdf.Span{{{Text: "x"}}}})
		}, same, "15"},
	} {
		f, err := pdftest.Read(tc.spoil(made(tc.write)))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		found := f.Violations()
		if tc.want == "" && len(found) > 0 || tc.want != "" && !slices.ContainsFunc(found, func(v string) bool { return strings.HasPrefix(v, tc.want+":") }) {
			t.Errorf("%s: found %q, want one of %q", name, found, tc.want)
		}
	}
}
