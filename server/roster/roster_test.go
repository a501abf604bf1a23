package roster

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
)

// workbook makes an XLSX file of its first sheet and shared texts.
func workbook(t testing.TB, sheet, shared string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, body := range map[string]string{"xl/worksheets/sheet1.xml": sheet, "xl/sharedStrings.xml": shared} {
		if body == "" {
			continue
		}
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(w, body)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestRead(t *testing.T) {
	windows, _ := charmap.Windows1250.NewEncoder().String("imię;wydział\nŻaneta;Budżet\n")
	two := []Row{{1, "Ewa Zmyślona", "Wydział Budżetu"}, {2, "Jan Wzorcowy", ""}}
	below := []Row{{2, "Ewa Zmyślona", "Wydział Budżetu"}, {3, "Jan Wzorcowy", ""}}
	for name, tc := range map[string]struct {
		body string
		want []Row
		err  error
	}{
		"Semicolons":    {body: "Ewa Zmyślona;Wydział Budżetu\nJan Wzorcowy;\n", want: two},
		"Commas":        {body: "Ewa Zmyślona,Wydział Budżetu\r\nJan Wzorcowy\r\n", want: two},
		"PastedCells":   {body: "Ewa Zmyślona\tWydział Budżetu\nJan Wzorcowy\t", want: two},
		"OldMac":        {body: "Ewa Zmyślona;Wydział Budżetu\rJan Wzorcowy;", want: two},
		"Mark":          {body: "\xef\xbb\xbfEwa Zmyślona;Wydział Budżetu\nJan Wzorcowy", want: two},
		"Titles":        {body: "Imię i nazwisko;Wydział\nEwa Zmyślona;Wydział Budżetu\nJan Wzorcowy;\n", want: below},
		"TitlesSwapped": {body: "Department,Name\nWydział Budżetu,Ewa Zmyślona\n,Jan Wzorcowy\n", want: below},
		"TwoNames":      {body: "Lp.;Imię;Nazwisko;Wydział\n1;Ewa;Zmyślona;Wydział Budżetu\n2;Jan;Wzorcowy;\n", want: below},
		"Quotes":        {body: "\"Zmyślona, Ewa\",\"Wydział \"\"B\"\"\"\n", want: []Row{{1, "Zmyślona, Ewa", `Wydział "B"`}}},
		"EmptyLines":    {body: "\n;\nEwa;A\n\n\nJan;B\n", want: []Row{{3, "Ewa", "A"}, {6, "Jan", "B"}}},
		"Windows":       {body: windows, want: []Row{{2, "Żaneta", "Budżet"}}},
		"OnlyNames":     {body: "Ewa\nJan", want: []Row{{1, "Ewa", ""}, {2, "Jan", ""}}},
		"NoNameStays":   {body: "Ewa;A\n;B\n", want: []Row{{1, "Ewa", "A"}, {2, "", "B"}}},
		"ErrEmpty":      {body: " \n\n", err: ErrEmpty},
		"ErrTitlesOnly": {body: "Imię;Wydział\n", err: ErrEmpty},
		"ErrBinary":     {body: "a\x00b", err: ErrUnreadable},
		"ErrBrokenZip":  {body: "PK\x03\x04rest", err: ErrUnreadable},
		"ErrTooMany":    {body: strings.Repeat("Ewa;A\n", MaxRows+1), err: ErrTooMany},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Read([]byte(tc.body))
			if !errors.Is(err, tc.err) || !slices.Equal(got, tc.want) {
				t.Errorf("got %+v %v, want %+v %v", got, err, tc.want, tc.err)
			}
		})
	}
}

func TestReadXLSX(t *testing.T) {
	const shared = `<sst><si><t>Imię i nazwisko</t></si><si><t>Wydział</t></si><si><r><t>Ewa </t></r><r><t>Zmyślona</t></r></si></sst>`
	const sheet = `<worksheet><sheetData>
		<row r="1"><c r="B1" t="s"><v>0</v></c><c r="D1" t="s"><v>1</v></c></row>
		<row r="3"><c r="B3" t="s"><v>2</v></c><c r="D3" t="inlineStr"><is><t>Budżet</t></is></c></row>
		<row r="4"><c r="A4"><v>7</v></c><c r="B4" t="str"><v>Jan</v></c><c r="D4" t="s"><v>99</v></c><c r="ZZZ4"><v>far</v></c></row>
	</sheetData></worksheet>`
	got, err := Read(workbook(t, sheet, shared))
	want := []Row{{3, "Ewa Zmyślona", "Budżet"}, {4, "Jan", ""}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %+v %v", got, err)
	}
	for name, body := range map[string][]byte{
		"no sheet": workbook(t, "", shared), "broken sheet": workbook(t, "<row", ""), "broken texts": workbook(t, sheet, "<sst><si>"),
		"a bomb": workbook(t, "<sheetData>"+strings.Repeat(" ", maxPart)+"</sheetData>", ""),
	} {
		if rows, err := Read(body); err == nil {
			t.Errorf("%s gave %v", name, rows)
		}
	}
}

// TestSmallFilesStaySmall: a few kilobytes that unpack to millions of elements
// are refused before much is held for them.
func TestSmallFilesStaySmall(t *testing.T) {
	deep, wide := strings.Repeat("<a>", maxPart/3), strings.Repeat("<a/>", maxPart/4)
	items := "<sst>" + strings.Repeat("<si><t>x</t></si>", maxPart/18) + "</sst>"
	for name, body := range map[string][]byte{
		"deep": workbook(t, "<sheetData>"+deep, ""), "wide": workbook(t, "<sheetData>"+wide, ""),
		"deep in a row": workbook(t, `<sheetData><row r="1"><c>`+deep, ""),
		"many texts":    workbook(t, `<sheetData></sheetData>`, items),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := Read(body)
		runtime.ReadMemStats(&after)
		if used := (after.TotalAlloc - before.TotalAlloc) >> 20; !errors.Is(err, ErrUnreadable) || used > 150 {
			t.Errorf("%s, %d bytes: %v, %d MB", name, len(body), err, used)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("Imię;Wydział\nEwa;\"B\n"))
	f.Add(workbook(f, `<sheetData><row r="-1"><c r="A1" t="s"><v>-1</v></c></row><row r="99999999"/></sheetData>`, ""))
	f.Fuzz(func(t *testing.T, body []byte) {
		if rows, err := Read(body); err == nil && (len(rows) == 0 || len(rows) > MaxRows) {
			t.Errorf("%d rows", len(rows))
		}
	})
}
