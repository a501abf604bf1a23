package pdf

import (
	"fmt"
	"iter"
	"strings"
	"time"
)

// A4 with margins of 2 cm, in points.
const (
	a4Width  = 595.28
	a4Height = 841.89
	margin   = 56.7
	bottom   = a4Height - margin - 14

	bodySize  = 10.5
	tableSize = 9
	leading   = 1.35 // of the size, from line to line
)

// headingSizes by level.
var headingSizes = []float64{22, 16, 13, 11.5}

// room makes sure that height fits on the page and begins another where not.
func (d *Doc) room(height float64) {
	if d.page == nil || d.page.y+height > bottom {
		d.begin(a4Width, a4Height)
		d.page.y = margin
	}
}

// PageBreak lets what follows begin on a new page.
func (d *Doc) PageBreak() {
	d.above(0)
	if d.page != nil && d.page.y > margin {
		d.begin(a4Width, a4Height)
		d.page.y = margin
	}
}

const (
	coverSize = 30.0
	coverLine = 12.5
	// coverTop is where the title of a report begins.
	coverTop = margin + 70
)

// Cover begins a page with the title of a report, a heading of level 1, and the
// line under it.
func (d *Doc) Cover(title, line string) {
	d.begin(a4Width, a4Height)
	d.page.y = coverTop
	d.headings = append(d.headings, bookmark{1, d.page.object, oneLine(title), d.page.height - d.page.y})
	t := d.tag(d.root, "H1")
	for _, l := range d.breakLines([]Span{{Text: title, Bold: true}}, coverSize, a4Width-2*margin) {
		d.room(coverSize * 1.2)
		d.page.y += coverSize * 1.2
		d.line(t, l, coverSize, margin, d.page.y-coverSize*0.25, heading)
	}
	d.room(4 * coverLine)
	d.Rect(margin, d.page.y+8, a4Width-2*margin, 1.5, heading)
	d.page.y += 20
	t = d.tag(d.root, "P")
	for _, l := range d.breakLines([]Span{{Text: line}}, coverLine, a4Width-2*margin) {
		d.room(coverLine * leading)
		d.page.y += coverLine * leading
		d.line(t, l, coverLine, margin, d.page.y-coverLine*0.3, faint)
	}
	d.page.y += 22
}

// waiting is a heading that is drawn with what it stands above.
type waiting struct {
	level int
	lines []line
	title string
}

func (h waiting) size() float64 { return headingSizes[min(h.level, len(headingSizes))-1] }

// height with the room above and below it.
func (h waiting) height() float64 { return h.size() * (float64(len(h.lines))*1.2 + 1.2) }

// Heading writes a heading of a level from 1. It stands on the page on which
// what follows begins, be that another heading or the first row of a table.
func (d *Doc) Heading(level int, s string) {
	h := waiting{level: level, title: oneLine(s)}
	h.lines = d.breakLines([]Span{{Text: s, Bold: true}}, h.size(), a4Width-2*margin)
	d.waiting = append(d.waiting, h)
}

// above draws the headings that wait, on a page where need fits under them.
func (d *Doc) above(need float64) {
	for _, h := range d.waiting {
		need += h.height()
	}
	if len(d.waiting) > 0 {
		d.room(min(need, bottom-margin))
	}
	for _, h := range d.waiting {
		if d.page.y > margin {
			d.page.y += h.size() * 0.8
		}
		d.headings = append(d.headings, bookmark{h.level, d.page.object, h.title, d.page.height - d.page.y})
		t := d.tag(d.root, fmt.Sprintf("H%d", h.level))
		for _, l := range h.lines {
			d.room(h.size() * 1.2)
			d.page.y += h.size() * 1.2
			d.line(t, l, h.size(), margin, d.page.y-h.size()*0.25, heading)
		}
		d.page.y += h.size() * 0.4
	}
	d.waiting = nil
}

// few is the height of the lines that a heading is never without.
const few = 3 * bodySize * leading

// Paragraph writes a paragraph.
func (d *Doc) Paragraph(spans []Span) {
	d.above(few)
	d.flow(d.tag(d.root, "P"), spans, margin, 6)
}

// flow writes lines down the page, over as many pages as it takes.
func (d *Doc) flow(t *tag, spans []Span, left, after float64) {
	lines := d.breakLines(spans, bodySize, a4Width-margin-left)
	for i, l := range lines {
		d.room(float64(together(i, len(lines))) * bodySize * leading)
		d.page.y += bodySize * leading
		d.line(t, l, bodySize, left, d.page.y-bodySize*0.3, ink)
	}
	d.page.y += after
}

// together is how many lines from line i of n must stand on one page: no line of
// a paragraph stands alone at the foot or the head of a page.
func together(i, n int) int {
	switch {
	case i == 0 && n <= 3:
		return n
	case i == 0 || i == n-2:
		return 2
	}
	return 1
}

// Item is an item of a list, with a picture under its text or without.
type Item struct {
	Spans   []Span
	Picture *Picture
}

// List writes items with bullets, each before the next is asked for.
func (d *Doc) List(items iter.Seq[Item]) {
	d.above(few)
	list := d.tag(d.root, "L")
	list.attrs = "/A<</O/List/ListNumbering/Disc>>"
	for one := range items {
		d.room(bodySize * leading)
		item := d.tag(list, "LI")
		label := d.tag(item, "Lbl")
		d.mark(label)
		d.show("•", false, bodySize, margin+4, d.page.y+bodySize*(leading-0.3), heading)
		d.unmark()
		body := d.tag(item, "LBody")
		d.flow(body, one.Spans, margin+16, 3)
		if one.Picture != nil {
			d.inFlow(body, one.Picture, margin+16)
		}
	}
	d.page.y += 5
}

// Table is a table whose first row is its headings; Weights share out the width.
type Table struct {
	Caption string
	Weights []float64
	Head    []string
	Rows    [][]Span // one span a cell, cells in order
}

const cellPad = 4.0

// Table writes a table. Rows break between pages, long ones inside; on each page
// the headings are repeated for the eye.
func (d *Doc) Table(t Table) {
	sum := 0.0
	for _, w := range t.Weights {
		sum += w
	}
	widths := make([]float64, len(t.Weights))
	for i, w := range t.Weights {
		widths[i] = w / sum * (a4Width - 2*margin)
	}
	head := make([]Span, len(t.Head))
	for i, h := range t.Head {
		head[i] = Span{Text: h, Bold: true}
	}
	heads := d.cells(head, widths)
	start := rowHeight(heads)
	if len(t.Rows) > 0 {
		start += begins(rowHeight(d.cells(t.Rows[0], widths)))
	}
	d.above(start)
	d.room(start)
	table := d.tag(d.root, "Table")
	table.attrs = "/A<</O/Table/Summary" + text(t.Caption) + ">>"
	d.row(d.tag(table, "TR"), "TH", heads, widths)
	for _, row := range t.Rows {
		cells := d.cells(row, widths)
		tr := d.tag(table, "TR")
		tags := make([]*tag, len(cells))
		for i := range cells {
			tags[i] = d.tag(tr, "TD")
		}
		for first := true; first || rowHeight(cells) > 2*cellPad; first = false {
			fit := d.fit(rowHeight(cells), heads, widths)
			d.drawRow(tags, cut(cells, fit), widths, false)
			cells = rest(cells, fit)
		}
	}
	d.page.y += 8
}

// cells breaks the texts of a row into lines.
func (d *Doc) cells(row []Span, widths []float64) [][]line {
	out := make([][]line, len(row))
	for i, s := range row {
		out[i] = d.breakLines([]Span{s}, tableSize, widths[i]-2*cellPad)
	}
	return out
}

func rowHeight(cells [][]line) float64 {
	most := 0
	for _, c := range cells {
		most = max(most, len(c))
	}
	return float64(most)*tableSize*leading + 2*cellPad
}

// begins is how much of a row of the height must go on the page it begins on:
// all of a short one, three lines of a long one.
func begins(height float64) float64 {
	if height < (bottom-margin)/3 {
		return height
	}
	return min(height, 3*tableSize*leading+2*cellPad)
}

// fit returns how many lines of a row of the height go on this page, or on a new
// one with the headings repeated where not enough of it does.
func (d *Doc) fit(height float64, heads [][]line, widths []float64) int {
	if d.page.y+begins(height) > bottom {
		d.begin(a4Width, a4Height)
		d.page.y = margin
		d.drawRow(nil, heads, widths, true)
	}
	return max(int((bottom-d.page.y-2*cellPad)/(tableSize*leading)), 1)
}

func cut(cells [][]line, n int) [][]line {
	out := make([][]line, len(cells))
	for i, c := range cells {
		out[i] = c[:min(n, len(c))]
	}
	return out
}

func rest(cells [][]line, n int) [][]line {
	out := make([][]line, len(cells))
	for i, c := range cells {
		out[i] = c[min(n, len(c)):]
	}
	return out
}

func (d *Doc) row(tr *tag, kind string, cells [][]line, widths []float64) {
	tags := make([]*tag, len(cells))
	for i := range cells {
		tags[i] = d.tag(tr, kind)
		tags[i].attrs = "/A<</O/Table/Scope/Column>>"
	}
	d.drawRow(tags, cells, widths, true)
}

// drawRow draws cells; without tags they are a repetition, which readers skip.
func (d *Doc) drawRow(tags []*tag, cells [][]line, widths []float64, head bool) {
	height, x := rowHeight(cells), margin
	d.artifact()
	if head {
		d.rect(x, d.page.y, a4Width-2*margin, height, shade)
	}
	d.rect(x, d.page.y+height-0.25, a4Width-2*margin, 0.5, rule)
	d.unmark()
	for i, lines := range cells {
		for n, l := range lines {
			y := d.page.y + cellPad + (float64(n)+0.8)*tableSize*leading
			if tags == nil {
				d.artifact()
				for at, j := x+cellPad, 0; j < len(l); j++ {
					d.show(l[j].Text, true, tableSize, at, y, ink)
					at += l[j].width
				}
				d.unmark()
				continue
			}
			d.line(tags[i], l, tableSize, x+cellPad, y, ink)
		}
		x += widths[i]
	}
	d.page.y += height
}

func (d *Doc) rect(x, y, width, height float64, fill Color) {
	fmt.Fprintf(&d.page.content, "%s rg %s %s %s %s re f ", fill.pdf(), num(x), num(d.page.height-y-height), num(width), num(height))
}

// footer writes the line under a page.
func (d *Doc) footer(s string) {
	p := d.page
	p.content.WriteString("/Artifact<</Type/Pagination/Subtype/Footer>>BDC ")
	s = clean(s)
	size := 8.5
	d.show(s, false, size, p.width-margin-d.width(false, size, s), p.height-margin/2, faint)
	d.unmark()
}

// Rect draws decoration on a page begun by Page.
func (d *Doc) Rect(x, y, width, height float64, fill Color) {
	d.artifact()
	d.rect(x, y, width, height, fill)
	d.unmark()
}

// Page begins a page of its own to draw on.
func (d *Doc) Page(width, height float64) { d.begin(width, height) }

// Say writes lines on a page begun by Page, as one element of the kind (H1, P);
// y is the first baseline.
func (d *Doc) Say(kind string, lines []string, bold bool, size, x, y, step float64, color Color) {
	t := d.tag(d.root, kind)
	for i, l := range lines {
		d.mark(t)
		d.show(l, bold, size, x, y+float64(i)*step, color)
		d.unmark()
	}
	if len(lines) > 0 && kind[0] == 'H' {
		d.headings = append(d.headings, bookmark{int(kind[1] - '0'), d.page.object, oneLine(strings.Join(lines, "")), d.page.height - y + size})
	}
}

// Fold breaks text into lines of a width, as Say takes them.
func (d *Doc) Fold(s string, bold bool, size, width float64) []string {
	lines := d.breakLines([]Span{{Text: s, Bold: bold}}, size, width)
	out := make([]string, len(lines))
	for i, l := range lines {
		for _, p := range l {
			out[i] += p.Text
		}
	}
	return out
}

// xmp states title, language and that the file follows PDF/UA-1.
func (d *Doc) xmp(at time.Time) string {
	when := at.Format(time.RFC3339)
	return `<?xpacket begin="` + "\ufeff" + `" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` +
		`<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">` +
		`<dc:title><rdf:Alt><rdf:li xml:lang="x-default">` + xmlEscape(d.meta.Title) + `</rdf:li></rdf:Alt></dc:title><dc:language><rdf:Bag><rdf:li>` + xmlEscape(d.meta.Language) +
		`</rdf:li></rdf:Bag></dc:language><xmp:CreateDate>` + when + `</xmp:CreateDate><pdfuaid:part>1</pdfuaid:part></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>`
}
