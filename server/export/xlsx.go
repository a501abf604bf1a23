package export

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	spreadsheetType = "application/vnd.openxmlformats-officedocument.spreadsheetml."
	nsSheet         = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	nsRelations     = nsOffice + "relationships"

	// maxCell is what a cell holds in every spreadsheet program, in UTF-16 units.
	maxCell = 32_767
)

// Styles of cells, by their place in cellXfs of styles.xml.
const (
	styleText = iota
	styleHead
	styleDate
	styleTime
	styleLink
	styleNumber
)

const sheetStyles = `<styleSheet xmlns="` + nsSheet + `">` +
	`<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/><numFmt numFmtId="165" formatCode="yyyy\-mm\-dd\ hh:mm"/></numFmts>` +
	`<fonts count="3"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><color rgb="FFFFFFFF"/><name val="Calibri"/></font>` +
	`<font><u/><sz val="11"/><color rgb="FF0B5CAD"/><name val="Calibri"/></font></fonts>` +
	`<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>` +
	`<fill><patternFill patternType="solid"><fgColor rgb="FF1F3A5F"/><bgColor indexed="64"/></patternFill></fill></fills>` +
	`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
	`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="6">` +
	`<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>` +
	`<xf numFmtId="49" fontId="1" fillId="2" borderId="0" xfId="0" applyFont="1" applyFill="1" applyAlignment="1"><alignment vertical="center" wrapText="1"/></xf>` +
	`<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment horizontal="left" vertical="top"/></xf>` +
	`<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment horizontal="left" vertical="top"/></xf>` +
	`<xf numFmtId="49" fontId="2" fillId="0" borderId="0" xfId="0" applyFont="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>` +
	`<xf numFmtId="1" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment horizontal="right" vertical="top"/></xf>` +
	`</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`

// writeXLSX writes one sheet a table: a fixed row of headings with filters,
// dates as dates, all other cells as text that no program takes for a formula.
func writeXLSX(w io.Writer, r *Report) error {
	o := newOffice(w, r.At)
	tables := r.Sheets()
	book := []relation{}
	var sheets, filters, titles strings.Builder
	for i, t := range tables {
		name := fmt.Sprintf("worksheets/sheet%d.xml", i+1)
		links := o.sheet("xl/"+name, t)
		if len(links) > 0 {
			o.relations(fmt.Sprintf("xl/worksheets/_rels/sheet%d.xml.rels", i+1), links)
		}
		book = append(book, relation{kind: nsRelations + "/worksheet", target: name})
		fmt.Fprintf(&sheets, `<sheet name="%s" sheetId="%d" r:id="rId%d"/>`, xmlText(t.Name), i+1, i+1)
		fmt.Fprintf(&filters, `<definedName name="_xlnm._FilterDatabase" localSheetId="%d" hidden="1">'%s'!$A$1:$%s$%d</definedName>`,
			i, xmlText(t.Name), columnName(len(t.Columns)-1), len(t.Rows)+1)
		fmt.Fprintf(&titles, `<definedName name="_xlnm.Print_Titles" localSheetId="%d">'%s'!$1:$1</definedName>`, i, xmlText(t.Name))
	}
	o.begin("xl/styles.xml", spreadsheetType+"styles+xml")
	o.write(sheetStyles)
	book = append(book, relation{kind: nsRelations + "/styles", target: "styles.xml"})
	o.begin("xl/workbook.xml", spreadsheetType+"sheet.main+xml")
	o.write(`<workbook xmlns="`, nsSheet, `" xmlns:r="`, nsRelations, `"><sheets>`, sheets.String(), `</sheets><definedNames>`, filters.String(), titles.String(), `</definedNames></workbook>`)
	o.relations("xl/_rels/workbook.xml.rels", book)
	return o.finish("xl/workbook.xml", r.Workshop.Title, r.Language)
}

// sheet writes a table and returns the addresses its cells lead to.
func (o *office) sheet(name string, t Table) []relation {
	var links []relation
	var hyperlinks strings.Builder
	o.begin(name, spreadsheetType+"worksheet+xml")
	o.write(`<worksheet xmlns="`, nsSheet, `" xmlns:r="`, nsRelations, `"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView workbookViewId="0">`,
		`<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><cols>`)
	for i, c := range t.Columns {
		o.write(fmt.Sprintf(`<col min="%d" max="%d" width="%.1f" customWidth="1"/>`, i+1, i+1, c.characters()))
	}
	o.write(`</cols><sheetData><row r="1">`)
	for i, c := range t.Columns {
		o.cell(i, 1, styleHead, c.Title)
	}
	o.write(`</row>`)
	for n, row := range t.Rows {
		at := strconv.Itoa(n + 2)
		o.write(`<row r="`, at, `"`, rowHeightOf(t.Columns, row), `>`)
		for i, cell := range row {
			style := styleText
			switch t.Columns[i].Type {
			case DateColumn:
				style = styleDate
			case TimeColumn:
				style = styleTime
			case NumberColumn:
				style = styleNumber
			case LinkColumn:
				if style = styleLink; cell != "" {
					links = append(links, relation{kind: nsRelations + "/hyperlink", target: cell, external: true})
					fmt.Fprintf(&hyperlinks, `<hyperlink ref="%s%s" r:id="rId%d"/>`, columnName(i), at, len(links))
				}
			}
			o.cell(i, n+2, style, cell)
		}
		o.write(`</row>`)
	}
	o.write(`</sheetData><autoFilter ref="A1:`, columnName(len(t.Columns)-1), strconv.Itoa(len(t.Rows)+1), `"/>`)
	if len(links) > 0 {
		o.write(`<hyperlinks>`, hyperlinks.String(), `</hyperlinks>`)
	}
	o.write(`<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>`,
		`<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/><headerFooter><oddFooter>&amp;C&amp;P / &amp;N</oddFooter></headerFooter></worksheet>`)
	return links
}

// characters is the width of a column, as spreadsheets count it.
func (c Column) characters() float64 { return 8 + c.Weight*9 }

// Heights of rows in points: of a line, and the most that programs allow.
const (
	sheetLine = 15
	sheetMost = 409
)

// rowHeightOf is the attribute that makes room for the longest cell of a row,
// by an estimate; "" where one line holds it all.
// Programs that fit heights by themselves do so when the row is next edited.
func rowHeightOf(columns []Column, row []string) string {
	most := 1
	for i, cell := range row {
		if columns[i].Type == DateColumn || columns[i].Type == TimeColumn {
			continue
		}
		lines := 0
		for _, l := range strings.Split(cell, "\n") {
			// Letters are narrower than the digits that widths are counted in, and
			// words that do not fit leave a part of their line empty.
			lines += 1 + int(float64(utf8.RuneCountInString(l))/columns[i].characters())
		}
		most = max(most, lines)
	}
	if most == 1 {
		return ""
	}
	return fmt.Sprintf(` ht="%d"`, min(most*sheetLine, sheetMost))
}

func (o *office) cell(column, row, style int, text string) {
	if text == "" {
		return
	}
	ref := columnName(column) + strconv.Itoa(row)
	if n, ok := serial(style, text); ok {
		o.write(fmt.Sprintf(`<c r="%s" s="%d"><v>%s</v></c>`, ref, style, strconv.FormatFloat(n, 'f', -1, 64)))
		return
	}
	if style == styleDate || style == styleTime || style == styleNumber {
		style = styleText
	}
	o.write(fmt.Sprintf(`<c r="%s" s="%d" t="inlineStr"><is><t xml:space="preserve">`, ref, style), xmlText(clip(text)), `</t></is></c>`)
}

// serial is a number, or a date or time as spreadsheets count them: in days since
// 1899-12-30.
func serial(style int, text string) (float64, bool) {
	layout := time.DateOnly
	switch style {
	case styleTime:
		layout = time.RFC3339
	case styleDate:
	case styleNumber:
		n, err := strconv.Atoi(text)
		return float64(n), err == nil
	default:
		return 0, false
	}
	t, err := time.Parse(layout, text)
	if err != nil || t.Year() < 1901 || t.Year() > 9999 {
		return 0, false
	}
	return float64(t.Unix()-time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).Unix()) / 86_400, true
}

// clip shortens text to what a cell holds.
func clip(s string) string {
	units := 0
	for i, r := range s {
		units++
		if r > 0xffff {
			units++
		}
		if units >= maxCell {
			return s[:i] + "…"
		}
	}
	return s
}

// columnName is A for 0; tables have fewer than 26 columns.
func columnName(i int) string { return string(utf8.AppendRune(nil, rune('A'+i))) }
