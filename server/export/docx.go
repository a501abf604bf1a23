package export

import (
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
)

const (
	wordType  = "application/vnd.openxmlformats-officedocument.wordprocessingml."
	nsDrawing = "http://schemas.openxmlformats.org/drawingml/2006/"
	nsWord    = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

	// pageTwips is the width of the text on A4, in twentieths of a point.
	pageTwips = 9_638
)

// writeDOCX writes blocks with real styles, so that a word processor knows
// headings, lists and the first rows of tables, and the file can be edited on.
func writeDOCX(w io.Writer, r *Report, title string, blocks iter.Seq[Block]) error {
	o := newOffice(w, r.At)
	d := &wordDoc{office: o, report: r, links: []relation{
		{kind: nsRelations + "/styles", target: "styles.xml"}, {kind: nsRelations + "/numbering", target: "numbering.xml"},
		{kind: nsRelations + "/footer", target: "footer1.xml"}, {kind: nsRelations + "/settings", target: "settings.xml"},
	}}
	o.begin("word/document.xml", wordType+"document.main+xml")
	o.write(`<w:document xmlns:w="`, nsWord, `" xmlns:r="`, nsRelations, `" xmlns:wp="`, nsDrawing, `wordprocessingDrawing" xmlns:a="`, nsDrawing, `main" xmlns:pic="`, nsDrawing, `picture"><w:body>`)
	for block := range blocks {
		d.block(block)
	}
	o.write(`<w:sectPr><w:footerReference w:type="default" r:id="rId3"/><w:pgSz w:w="11906" w:h="16838"/>`,
		`<w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="567" w:footer="567" w:gutter="0"/></w:sectPr></w:body></w:document>`)
	o.relations("word/_rels/document.xml.rels", d.links)
	d.media()
	o.begin("word/styles.xml", wordType+"styles+xml")
	o.write(strings.ReplaceAll(wordStyles, "LANG", locale(r.Language)))
	o.begin("word/numbering.xml", wordType+"numbering+xml")
	o.write(wordNumbering)
	o.begin("word/settings.xml", wordType+"settings+xml")
	o.write(`<w:settings xmlns:w="`, nsWord, `"><w:defaultTabStop w:val="709"/><w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>`)
	o.begin("word/footer1.xml", wordType+"footer+xml")
	o.write(`<w:ftr xmlns:w="`, nsWord, `"><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr><w:r><w:t xml:space="preserve">`, xmlText(title), ` · `, say(r.Language, "page"), ` </w:t></w:r>`,
		field("PAGE"), `<w:r><w:t xml:space="preserve"> / </w:t></w:r>`, field("NUMPAGES"), `</w:p></w:ftr>`)
	return o.finish("word/document.xml", title, r.Language)
}

func field(code string) string {
	return `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> ` + code +
		` </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>`
}

// wordDoc is a document being written; links are its relationships so far.
type wordDoc struct {
	*office
	report *Report
	links  []relation
	// pictures are those the text refers to, by their number less one. Their data
	// follows the text, for a part must be closed before the next.
	pictures []*PicturePart
	// breakNext asks for a new page before the next paragraph.
	breakNext bool
}

func (d *wordDoc) block(b Block) {
	switch b := b.(type) {
	case Cover:
		d.paragraph("Heading1", `<w:pBdr><w:bottom w:val="single" w:sz="12" w:space="8" w:color="1F3A5F"/></w:pBdr><w:spacing w:before="1400" w:after="200"/>`, plain(b.Title), nil)
		d.paragraph("Subtitle", "", plain(b.Line), nil)
	case Break:
		d.breakNext = true
	case Heading:
		d.paragraph("Heading"+strconv.Itoa(b.Level), "", plain(b.Text), nil)
	case Para:
		d.paragraph("", "", b, nil)
	case List:
		for _, item := range b {
			d.paragraph("ListParagraph", `<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>`, item.Runs, item.Picture)
		}
	case Table:
		d.table(b)
	}
}

func (d *wordDoc) paragraph(style, properties string, runs []Run, picture *PicturePart) {
	d.write(`<w:p><w:pPr>`)
	if style != "" {
		d.write(`<w:pStyle w:val="`, style, `"/>`)
	}
	if d.breakNext {
		d.write(`<w:pageBreakBefore/>`)
		d.breakNext = false
	}
	d.write(properties, `</w:pPr>`)
	for _, r := range runs {
		d.run(r)
	}
	if picture != nil {
		d.picture(picture)
	}
	d.write(`</w:p>`)
}

func (d *wordDoc) run(r Run) {
	if r.Link != "" {
		d.links = append(d.links, relation{kind: nsRelations + "/hyperlink", target: r.Link, external: true})
		d.write(`<w:hyperlink r:id="rId`, strconv.Itoa(len(d.links)), `"><w:r><w:rPr><w:rStyle w:val="Hyperlink"/></w:rPr>`)
		d.text(r.Text)
		d.write(`</w:r></w:hyperlink>`)
		return
	}
	d.write(`<w:r>`)
	if r.Bold {
		d.write(`<w:rPr><w:b/></w:rPr>`)
	}
	d.text(r.Text)
	d.write(`</w:r>`)
}

func (d *wordDoc) text(s string) {
	for i, line := range strings.Split(xmlText(s), "\n") {
		if i > 0 {
			d.write(`<w:br/>`)
		}
		d.write(`<w:t xml:space="preserve">`, line, `</w:t>`)
	}
}

func (d *wordDoc) table(t Table) {
	total := 0.0
	for _, c := range t.Columns {
		total += c.Weight
	}
	widths := make([]int, len(t.Columns))
	d.write(`<w:tbl><w:tblPr><w:tblStyle w:val="Grid"/><w:tblW w:w="`, strconv.Itoa(pageTwips), `" w:type="dxa"/><w:tblLayout w:type="fixed"/>`,
		`<w:tblLook w:val="0020" w:firstRow="1"/><w:tblCaption w:val="`, xmlText(t.Caption), `"/></w:tblPr><w:tblGrid>`)
	for i, c := range t.Columns {
		widths[i] = int(c.Weight / total * pageTwips)
		d.write(fmt.Sprintf(`<w:gridCol w:w="%d"/>`, widths[i]))
	}
	d.write(`</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>`)
	for i, c := range t.Columns {
		d.cell(widths[i], []Run{{Text: c.Title, Bold: true}}, `<w:shd w:val="clear" w:color="auto" w:fill="E4EAF2"/>`)
	}
	d.write(`</w:tr>`)
	for _, row := range t.Rows {
		d.write(`<w:tr>`)
		for i, cell := range row {
			run := Run{Text: cell}
			if t.Columns[i].Type == LinkColumn {
				run.Text, run.Link = shortAddress(cell), cell
			}
			d.cell(widths[i], []Run{run}, "")
		}
		d.write(`</w:tr>`)
	}
	// A paragraph must stand between two tables.
	d.write(`</w:tbl><w:p/>`)
}

func (d *wordDoc) cell(width int, runs []Run, properties string) {
	d.write(fmt.Sprintf(`<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/>%s</w:tcPr>`, width, properties))
	d.paragraph("TableText", "", runs, nil)
	d.write(`</w:tc>`)
}

const wordStyles = `<w:styles xmlns:w="` + nsWord + `"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:cs="Calibri" w:eastAsia="Calibri"/>` +
	`<w:sz w:val="22"/><w:szCs w:val="22"/><w:lang w:val="LANG" w:eastAsia="LANG" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="120" w:line="264" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>` +
	`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>` +
	`<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:qFormat/><w:pPr><w:keepNext/><w:keepLines/><w:spacing w:before="0" w:after="160"/><w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:b/><w:color w:val="1F3A5F"/><w:sz w:val="40"/></w:rPr></w:style>` +
	`<w:style w:type="paragraph" w:styleId="Subtitle"><w:name w:val="Subtitle"/><w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:qFormat/><w:pPr><w:spacing w:after="480"/></w:pPr><w:rPr><w:color w:val="4A5563"/><w:sz w:val="26"/></w:rPr></w:style>` +
	`<w:style w:type="paragraph" w:styleId="Heading2"><w:name w:val="heading 2"/><w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:qFormat/><w:pPr><w:keepNext/><w:keepLines/><w:spacing w:before="280" w:after="120"/><w:outlineLvl w:val="1"/></w:pPr><w:rPr><w:b/><w:color w:val="1F3A5F"/><w:sz w:val="30"/></w:rPr></w:style>` +
	`<w:style w:type="paragraph" w:styleId="Heading3"><w:name w:val="heading 3"/><w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:qFormat/><w:pPr><w:keepNext/><w:keepLines/><w:spacing w:before="220" w:after="80"/><w:outlineLvl w:val="2"/></w:pPr><w:rPr><w:b/><w:color w:val="2F5D8A"/><w:sz w:val="25"/></w:rPr></w:style>` +
	`<w:style w:type="paragraph" w:styleId="ListParagraph"><w:name w:val="List Paragraph"/><w:basedOn w:val="Normal"/><w:qFormat/><w:pPr><w:spacing w:after="60"/></w:pPr></w:style>` +
	`<w:style w:type="paragraph" w:styleId="TableText"><w:name w:val="Table Text"/><w:basedOn w:val="Normal"/><w:qFormat/><w:pPr><w:spacing w:before="40" w:after="40" w:line="240" w:lineRule="auto"/></w:pPr><w:rPr><w:sz w:val="19"/></w:rPr></w:style>` +
	`<w:style w:type="paragraph" w:styleId="Footer"><w:name w:val="footer"/><w:basedOn w:val="Normal"/><w:pPr><w:spacing w:after="0"/><w:jc w:val="right"/></w:pPr><w:rPr><w:color w:val="555555"/><w:sz w:val="18"/></w:rPr></w:style>` +
	`<w:style w:type="character" w:styleId="Hyperlink"><w:name w:val="Hyperlink"/><w:rPr><w:color w:val="0B5CAD"/><w:u w:val="single"/></w:rPr></w:style>` +
	`<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:left w:w="108" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>` +
	`<w:style w:type="table" w:styleId="Grid"><w:name w:val="Table Grid"/><w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders><w:top w:val="single" w:sz="4" w:color="8A97A8"/><w:left w:val="single" w:sz="4" w:color="8A97A8"/><w:bottom w:val="single" w:sz="4" w:color="8A97A8"/><w:right w:val="single" w:sz="4" w:color="8A97A8"/><w:insideH w:val="single" w:sz="4" w:color="8A97A8"/><w:insideV w:val="single" w:sz="4" w:color="8A97A8"/></w:tblBorders></w:tblPr></w:style></w:styles>`

const wordNumbering = `<w:numbering xmlns:w="` + nsWord + `"><w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="hybridMultilevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="454" w:hanging="284"/></w:pPr></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>`
