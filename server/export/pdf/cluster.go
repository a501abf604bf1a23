package pdf

import (
	"iter"
	"strings"

	"golang.org/x/image/font/sfnt"
)

// cluster is a piece of text that is drawn as one glyph.
type cluster struct {
	text  string // as it was written
	face  int
	glyph sfnt.GlyphIndex
	shown rune // whose glyph it is
	// said: the text is more or other than what is shown, and is said apart.
	said bool
}

// silent characters change how their neighbours look and show nothing themselves:
// joiners, variants, colours of skin, the key around a digit, tags of flags.
func silent(r rune) bool {
	return r == '\u200d' || r >= 0xfe00 && r <= 0xfe0f || r >= 0x1f3fb && r <= 0x1f3ff || r == 0x20e3 || r >= 0xe0000 && r <= 0xe007f
}

// clusters cuts text into what is drawn as one. Characters that no font has are a
// box, neighbours of them together.
func (d *Doc) clusters(bold bool, s string) iter.Seq[cluster] {
	return func(yield func(cluster) bool) {
		var now cluster
		open, lost := false, false
		for _, r := range s {
			if silent(r) {
				if open {
					now.text, now.said = now.text+string(r), true
				}
				continue
			}
			next, known := d.drawn(bold, r)
			if !known && open && lost {
				now.text += string(r)
				continue
			}
			if open && !yield(now) {
				return
			}
			now, open, lost = next, true, !known
		}
		if open {
			yield(now)
		}
	}
}

// drawn is a character in the first face that has it, or a box.
func (d *Doc) drawn(bold bool, r rune) (cluster, bool) {
	for _, i := range []int{textFace(bold), EmojiFace} {
		if g := d.glyph(i, r); g != 0 {
			return cluster{text: string(r), face: i, glyph: g, shown: r}, true
		}
	}
	i := textFace(bold)
	return cluster{text: string(r), face: i, glyph: d.faces[i].missing, shown: box, said: true}, false
}

// Part is a piece of a line that is drawn with one face.
type Part struct {
	Face int
	Text string
}

// Parts cuts a line as Fold returns them into what each face draws, a box in the
// place of what none has.
func (d *Doc) Parts(s string, bold bool) []Part {
	var out []Part
	var b strings.Builder
	face := textFace(bold)
	flush := func() {
		if b.Len() > 0 {
			out = append(out, Part{face, b.String()})
			b.Reset()
		}
	}
	for c := range d.clusters(bold, s) {
		if c.face != face {
			flush()
			face = c.face
		}
		b.WriteRune(c.shown)
	}
	flush()
	return out
}
