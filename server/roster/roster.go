// Package roster reads lists of participants as offices keep them: a sheet
// saved as CSV by any spreadsheet program, cells copied from one, or an XLSX
// file. It knows columns and encodings, and no rules: what a name may be is the
// domain's business (package workshop).
package roster

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Limits of a list.
const (
	MaxRows    = 2000
	maxColumns = 100
)

// What can be wrong with a list as a whole.
var (
	ErrUnreadable = errors.New("roster: neither a sheet nor a list")
	ErrTooMany    = errors.New("roster: too many rows")
	ErrEmpty      = errors.New("roster: nobody in it")
)

// Row is one person, with the line of the list for messages, from 1.
type Row struct {
	Line       int    `json:"line"`
	Name       string `json:"name"`
	Department string `json:"department"`
}

// Read reads a list. Rows without a single cell are left out; all others come
// back, whatever is in them.
func Read(body []byte) ([]Row, error) {
	var cells [][]string
	var err error
	if bytes.HasPrefix(body, []byte("PK\x03\x04")) {
		cells, err = readXLSX(body)
	} else {
		cells, err = readCSV(body)
	}
	if err != nil {
		return nil, err
	}
	return people(cells)
}

// readCSV reads text in UTF-8, or in the code page of Polish Windows, with the
// separator that its first line has most of.
func readCSV(body []byte) ([][]string, error) {
	text := bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(text) {
		decoded, err := charmap.Windows1250.NewDecoder().Bytes(text)
		if err != nil {
			return nil, ErrUnreadable
		}
		text = decoded
	}
	if bytes.IndexByte(text, 0) >= 0 {
		return nil, ErrUnreadable
	}
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	text = bytes.ReplaceAll(text, []byte("\r"), []byte("\n"))
	var cells [][]string
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma, r.LazyQuotes, r.FieldsPerRecord, r.TrimLeadingSpace = separator(text), true, -1, true
	for {
		record, err := r.Read()
		if err == io.EOF {
			return cells, nil
		}
		if err != nil {
			return nil, ErrUnreadable
		}
		line, _ := r.FieldPos(0)
		for len(cells) < line-1 && len(cells) <= 2*MaxRows { // keep the numbers of lines
			cells = append(cells, nil)
		}
		cells = append(cells, record)
	}
}

func separator(text []byte) rune {
	first, _, _ := bytes.Cut(text, []byte("\n"))
	best, most := ';', 0
	for _, c := range []rune{'\t', ';', ','} {
		if n := bytes.Count(first, []byte(string(c))); n > most {
			best, most = c, n
		}
	}
	return best
}

// columns says where names and departments stand; -1: nowhere.
type columns struct{ name, surname, department int }

var headers = map[string]func(*columns, int){
	"imię i nazwisko": func(c *columns, i int) { c.name = i }, "nazwisko i imię": func(c *columns, i int) { c.name = i },
	"uczestnik": func(c *columns, i int) { c.name = i }, "osoba": func(c *columns, i int) { c.name = i },
	"name": func(c *columns, i int) { c.name = i }, "full name": func(c *columns, i int) { c.name = i }, "participant": func(c *columns, i int) { c.name = i },
	"imię": func(c *columns, i int) { c.name = i }, "first name": func(c *columns, i int) { c.name = i },
	"nazwisko": func(c *columns, i int) { c.surname = i }, "last name": func(c *columns, i int) { c.surname = i }, "surname": func(c *columns, i int) { c.surname = i },
	"wydział": func(c *columns, i int) { c.department = i }, "biuro": func(c *columns, i int) { c.department = i }, "jednostka": func(c *columns, i int) { c.department = i },
	"komórka organizacyjna": func(c *columns, i int) { c.department = i }, "wydział lub biuro": func(c *columns, i int) { c.department = i },
	"department": func(c *columns, i int) { c.department = i }, "office": func(c *columns, i int) { c.department = i }, "unit": func(c *columns, i int) { c.department = i },
}

// heading recognises a first row of titles.
func heading(row []string) (columns, bool) {
	c := columns{-1, -1, -1}
	for i, cell := range row {
		if set, ok := headers[strings.ToLower(strings.TrimSpace(cell))]; ok {
			set(&c, i)
		}
	}
	if c.name < 0 {
		c.name, c.surname = c.surname, -1
	}
	return c, c.name >= 0
}

func people(cells [][]string) ([]Row, error) {
	at, begun := columns{0, -1, 1}, false
	rows := []Row{}
	for i, row := range cells {
		if strings.TrimSpace(strings.Join(row, "")) == "" {
			continue
		}
		if !begun {
			begun = true
			if titled, ok := heading(row); ok {
				at = titled
				continue
			}
		}
		if len(rows) == MaxRows {
			return nil, ErrTooMany
		}
		name := strings.TrimSpace(cell(row, at.name) + " " + cell(row, at.surname))
		rows = append(rows, Row{Line: i + 1, Name: name, Department: cell(row, at.department)})
	}
	if len(rows) == 0 {
		return nil, ErrEmpty
	}
	return rows, nil
}

func cell(row []string, i int) string {
	if i < 0 || i >= len(row) {
		return ""
	}
	return strings.TrimSpace(row[i])
}
