package export

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
)

// writeCSV writes a table for spreadsheets: UTF-8 with a byte order mark,
// semicolons (what Polish and most European settings expect).
func writeCSV(out io.Writer, t Table) error {
	if _, err := io.WriteString(out, "\uFEFF"); err != nil {
		return fmt.Errorf("write csv: %w", err)
	}
	w := csv.NewWriter(out)
	w.Comma = ';'
	w.UseCRLF = true
	row := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		row[i] = c.Title
	}
	rows := append([][]string{row}, t.Rows...)
	for _, cells := range rows {
		row = row[:0:0]
		for _, cell := range cells {
			row = append(row, harmless(cell))
		}
		if err := w.Write(row); err != nil {
			return fmt.Errorf("write csv: %w", err)
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return fmt.Errorf("write csv: %w", err)
	}
	return nil
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
	lead := strings.TrimLeft(s, " \t\n\u00a0\u3000\ufeff\u200b")
	if lead != "" && strings.ContainsRune("=+-@\uff1d\uff0b\uff0d\uff20|%", []rune(lead)[0]) || s != "" && (s[0] == '\t' || s[0] == '\n') {
		return "'" + s
	}
	return s
}
