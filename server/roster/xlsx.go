package roster

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
)

// maxPart bounds an unpacked part of an XLSX file: a list of two thousand
// people is far below, and a small file cannot grow into a large one.
const maxPart = 8 << 20

// maxDepth and maxElements bound what is in a part: a reader keeps a record of
// each element that is open, of many times its size, and a few kilobytes unpack to
// millions. A sheet is six deep; two thousand people in ten columns are 60,000.
const (
	maxDepth    = 32
	maxElements = 200_000
)

// decoder reads a part within those bounds.
func decoder(part io.Reader) *xml.Decoder {
	return xml.NewTokenDecoder(&bounded{xml: xml.NewDecoder(io.LimitReader(part, maxPart))})
}

// bounded passes XML on until it is too deep or too much.
type bounded struct {
	xml             *xml.Decoder
	depth, elements int
}

func (b *bounded) Token() (xml.Token, error) {
	token, err := b.xml.Token()
	switch token.(type) {
	case xml.StartElement:
		b.depth++
		b.elements++
	case xml.EndElement:
		b.depth--
	}
	if b.depth > maxDepth || b.elements > maxElements {
		return nil, ErrUnreadable
	}
	return token, err
}

// readXLSX reads the first sheet: texts, shared or in place, and numbers as
// written. Formulas give their last value.
func readXLSX(body []byte) ([][]string, error) {
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		return nil, ErrUnreadable
	}
	shared, err := sharedStrings(z)
	if err != nil {
		return nil, err
	}
	sheet, err := openPart(z, "xl/worksheets/sheet1.xml")
	if err != nil {
		return nil, ErrUnreadable
	}
	defer sheet.Close()
	var cells [][]string
	d := decoder(sheet)
	for {
		token, err := d.Token()
		if err == io.EOF {
			return cells, nil
		}
		if err != nil {
			return nil, ErrUnreadable
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "row" {
			continue
		}
		var row xlsxRow
		if err := d.DecodeElement(&row, &start); err != nil {
			return nil, ErrUnreadable
		}
		for len(cells) < row.Number-1 && len(cells) <= 2*MaxRows {
			cells = append(cells, nil)
		}
		if cells = append(cells, row.texts(shared)); len(cells) > 3*MaxRows {
			return nil, ErrTooMany
		}
	}
}

type xlsxRow struct {
	Number int `xml:"r,attr"`
	Cells  []struct {
		Ref    string   `xml:"r,attr"`
		Type   string   `xml:"t,attr"`
		Value  string   `xml:"v"`
		Inline xlsxText `xml:"is"`
	} `xml:"c"`
}

// xlsxText is a text, plain or in runs.
type xlsxText struct {
	Plain string `xml:"t"`
	Runs  []struct {
		Text string `xml:"t"`
	} `xml:"r"`
}

func (t xlsxText) String() string {
	s := t.Plain
	for _, r := range t.Runs {
		s += r.Text
	}
	return s
}

func (r xlsxRow) texts(shared []string) []string {
	var row []string
	for i, c := range r.Cells {
		at := column(c.Ref, i)
		if at >= maxColumns {
			continue
		}
		for len(row) <= at {
			row = append(row, "")
		}
		switch c.Type {
		case "s":
			if n, err := strconv.Atoi(c.Value); err == nil && n >= 0 && n < len(shared) {
				row[at] = shared[n]
			}
		case "inlineStr":
			row[at] = c.Inline.String()
		default:
			row[at] = c.Value
		}
	}
	return row
}

// column is the place of a cell such as "AB12", from 0.
func column(ref string, fallback int) int {
	n := 0
	for _, letter := range ref {
		if letter < 'A' || letter > 'Z' || n > maxColumns {
			break
		}
		n = n*26 + int(letter-'A') + 1
	}
	if n == 0 {
		return fallback
	}
	return n - 1
}

func sharedStrings(z *zip.Reader) ([]string, error) {
	part, err := openPart(z, "xl/sharedStrings.xml")
	if errors.Is(err, errNoPart) {
		return nil, nil
	}
	if err != nil {
		return nil, ErrUnreadable
	}
	defer part.Close()
	var table struct {
		Items []xlsxText `xml:"si"`
	}
	if err := decoder(part).Decode(&table); err != nil {
		return nil, ErrUnreadable
	}
	all := make([]string, len(table.Items))
	for i, item := range table.Items {
		all[i] = item.String()
	}
	return all, nil
}

var errNoPart = errors.New("no such part")

func openPart(z *zip.Reader, name string) (io.ReadCloser, error) {
	for _, f := range z.File {
		if strings.EqualFold(f.Name, name) {
			return f.Open()
		}
	}
	return nil, errNoPart
}
