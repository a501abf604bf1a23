package export

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"
	"time"

	"github.com/pathboard/pathboard/server/workshop"
)

// csvFile is a table of cards for spreadsheets: UTF-8 with a byte order mark,
// semicolons (what Polish and most European settings expect), one row a card.
func csvFile(l workshop.Language, d Data) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("\uFEFF")
	w := csv.NewWriter(&b)
	w.Comma = ';'
	w.UseCRLF = true
	columns := []string{"stage", "kind", "text", "author", "owner", "due", "state", "tags", "created"}
	head := make([]string, len(columns))
	for i, c := range columns {
		head[i] = say(l, "col."+c)
	}
	rows := [][]string{head}
	who := names(d.Workshop)
	for _, c := range d.Board.Cards {
		created := ""
		if c.CreatedAt > 0 {
			created = time.UnixMilli(c.CreatedAt).UTC().Format("2006-01-02 15:04")
		}
		row := []string{
			stageName(l, d.Workshop, c.Stage), say(l, "kind."+c.ShownKind()), c.Text, who[c.Author],
			c.Owner, c.Due, c.Status, strings.Join(c.Tags, ", "), created,
		}
		for i := range row {
			row[i] = harmless(row[i])
		}
		rows = append(rows, row)
	}
	if err := w.WriteAll(rows); err != nil {
		return nil, fmt.Errorf("write csv: %w", err)
	}
	return b.Bytes(), nil
}

// harmless keeps a spreadsheet from taking text for a formula (OWASP: CSV
// injection): such text gets an apostrophe in front.
func harmless(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, s)
	// Spreadsheets also look behind leading blanks and full-width forms.
	lead := strings.TrimLeft(s, " \t\n\u00a0\u3000")
	if lead != "" && strings.ContainsRune("=+-@\uff1d\uff0b\uff0d\uff20|%", []rune(lead)[0]) || s != "" && (s[0] == '\t' || s[0] == '\n') {
		return "'" + s
	}
	return s
}
