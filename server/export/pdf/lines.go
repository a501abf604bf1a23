package pdf

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Span is text in one style. Link is an address or "".
type Span struct {
	Text string
	Bold bool
	Link string
}

// piece is a part of a line in one style.
type piece struct {
	Span
	width float64
}

type line []piece

// clean brings text to composed characters and drops what shows nothing or
// turns the text around it.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\u200d':
			return r
		case r == '\r', r == '\u2028', r == '\u2029', r == '\u0085':
			return '\n'
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), r == '\ufeff', r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069', r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, strings.ReplaceAll(norm.NFC.String(strings.ToValidUTF8(s, "")), "\r\n", "\n"))
}

// oneLine is text as the list of bookmarks has it.
func oneLine(s string) string { return strings.Join(strings.Fields(clean(s)), " ") }

// breakLines fills lines of the width. A word wider than a line is cut.
func (d *Doc) breakLines(spans []Span, size, width float64) []line {
	var lines []line
	var now line
	used := 0.0
	flush := func() { lines, now, used = append(lines, now), nil, 0 }
	for _, span := range spans {
		for i, row := range strings.Split(clean(span.Text), "\n") {
			if i > 0 {
				if len(now) > 0 { // whoever copies text gets words apart
					now[len(now)-1].Text += " "
				}
				flush()
			}
			for _, word := range words(row) {
				bare := d.width(span.Bold, size, strings.TrimRight(word, " "))
				if used > 0 && used+bare > width {
					flush()
				}
				for bare > width {
					head := d.fitting(span.Bold, size, word, width)
					now = append(now, piece{Span{head, span.Bold, span.Link}, d.width(span.Bold, size, head)})
					flush()
					word = word[len(head):]
					bare = d.width(span.Bold, size, strings.TrimRight(word, " "))
				}
				w := d.width(span.Bold, size, word)
				now = append(now, piece{Span{word, span.Bold, span.Link}, w})
				used += w
			}
		}
	}
	if len(now) > 0 || len(lines) == 0 {
		flush()
	}
	return lines
}

// words cuts text behind its spaces.
func words(s string) []string {
	var out []string
	start := 0
	for i := 1; i < len(s); i++ {
		if s[i-1] == ' ' && s[i] != ' ' {
			out = append(out, s[start:i])
			start = i
		}
	}
	if start < len(s) {
		out = append(out, s[start:])
	}
	return out
}

// fitting returns the longest beginning of a word that fits, at least one
// character.
func (d *Doc) fitting(bold bool, size float64, word string, width float64) string {
	sum, at := 0.0, 0
	for c := range d.clusters(bold, word) {
		sum += d.advance(c) * size / 1000
		if sum > width && at > 0 {
			return word[:at]
		}
		at += len(c.text)
	}
	return word
}

// show writes text with its baseline at y, measured from the top.
func (d *Doc) show(s string, bold bool, size, x, y float64, color Color) {
	p := d.page
	fmt.Fprintf(&p.content, "BT %s rg 1 0 0 1 %s %s Tm ", color.pdf(), num(x), num(p.height-y))
	face := -1
	var plain strings.Builder
	flush := func() {
		if plain.Len() > 0 {
			fmt.Fprintf(&p.content, "<%s>Tj ", plain.String())
			plain.Reset()
		}
	}
	for c := range d.clusters(bold, s) {
		if c.face != face {
			flush()
			face = c.face
			fmt.Fprintf(&p.content, "/F%d %s Tf ", face, num(size*d.faces[face].scale))
			p.emoji = p.emoji || face == EmojiFace
		}
		if _, seen := d.used[face][c.glyph]; !seen {
			d.used[face][c.glyph] = c.shown
		}
		if c.said {
			flush()
			// One sign is seen; whoever reads or copies gets what was written.
			fmt.Fprintf(&p.content, "/Span<</ActualText%s>>BDC <%04X>Tj EMC ", text(c.text), c.glyph)
			continue
		}
		fmt.Fprintf(&plain, "%04X", c.glyph)
	}
	flush()
	p.content.WriteString("ET ")
}

// line writes a line of pieces owned by the element, links as elements and
// areas of their own.
func (d *Doc) line(owner *tag, l line, size, x, y float64, color Color) {
	for i := 0; i < len(l); {
		// Neighbours in one style are one piece of marked content.
		text, width, first := "", 0.0, l[i]
		for i < len(l) && l[i].Bold == first.Bold && l[i].Link == first.Link {
			text += l[i].Text
			width += l[i].width
			i++
		}
		if first.Link == "" {
			d.mark(owner)
			d.show(text, first.Bold, size, x, y, color)
			d.unmark()
		} else {
			link := d.tag(owner, "Link")
			d.mark(link)
			d.show(text, first.Bold, size, x, y, linkColor)
			d.unmark()
			d.link(link, first.Link, text, x, y, width, size)
		}
		x += width
	}
}

// link makes an area that leads to an address.
func (d *Doc) link(t *tag, address, says string, x, y, width, size float64) {
	p := d.page
	n := d.alloc()
	d.object(n, fmt.Sprintf("<</Type/Annot/Subtype/Link/Rect[%s %s %s %s]/Border[0 0 0]/F 4/Contents %s/StructParent %d/A<</S/URI/URI%s>>>>",
		num(x), num(p.height-y-size*0.25), num(x+width), num(p.height-y+size*0.8), text(says), d.annotKey(len(d.annots)), literal(address)))
	p.links = append(p.links, n)
	t.kids = append(t.kids, kid{page: p.object, annot: n})
	d.annots = append(d.annots, t)
}

// literal is a byte string in hexadecimal, as addresses are written.
func literal(s string) string { return fmt.Sprintf("<%X>", s) }

// Color is red, green and blue, each 0 to 255.
type Color [3]uint8

func (c Color) pdf() string {
	return num(float64(c[0])/255) + " " + num(float64(c[1])/255) + " " + num(float64(c[2])/255)
}

var (
	ink       = Color{28, 33, 40}
	heading   = Color{31, 58, 95}
	linkColor = Color{11, 92, 173}
	faint     = Color{90, 98, 110}
	rule      = Color{138, 151, 168}
	shade     = Color{228, 234, 242}
)
