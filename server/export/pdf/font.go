package pdf

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// face is a font of the program: Go Regular or Go Bold, which have all letters
// of Europe. It does not change after loading.
type face struct {
	name    string
	file    []byte // as it is embedded: compressed
	size    int    // of the uncompressed file
	sfnt    *sfnt.Font
	advance []float64 // by glyph, in thousandths of the size
	missing sfnt.GlyphIndex
}

// box stands for characters the font does not have.
const box = '□'

// unit is the size at which the font's own units are asked for.
const unit = 1000

var loadFaces = sync.OnceValues(func() ([2]*face, error) {
	regular, err := loadFace("GoRegular", goregular.TTF)
	if err != nil {
		return [2]*face{}, err
	}
	bold, err := loadFace("GoBold", gobold.TTF)
	return [2]*face{regular, bold}, err
})

func loadFace(name string, ttf []byte) (*face, error) {
	parsed, err := sfnt.Parse(ttf)
	if err != nil {
		return nil, fmt.Errorf("parse font %s: %w", name, err)
	}
	f := &face{name: name, file: deflate(ttf), size: len(ttf), sfnt: parsed, advance: make([]float64, parsed.NumGlyphs())}
	var buf sfnt.Buffer
	for g := range f.advance {
		a, err := parsed.GlyphAdvance(&buf, sfnt.GlyphIndex(g), fixed.I(unit), font.HintingNone)
		if err != nil {
			return nil, fmt.Errorf("measure font %s: %w", name, err)
		}
		f.advance[g] = float64(a) / 64
	}
	f.missing, err = parsed.GlyphIndex(&buf, box)
	if err != nil {
		return nil, fmt.Errorf("read font %s: %w", name, err)
	}
	return f, nil
}

func deflate(b []byte) []byte {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	// Writing to memory does not fail.
	_, _ = w.Write(b)
	_ = w.Close()
	return out.Bytes()
}

// glyph returns the glyph of a character; false: the font has none.
func (d *Doc) glyph(f *face, r rune) (sfnt.GlyphIndex, bool) {
	g, err := f.sfnt.GlyphIndex(&d.buf, r)
	if err != nil || g == 0 {
		return f.missing, false
	}
	return g, true
}

// width of text in points. Neighbours that the font has no glyph for are one box.
func (d *Doc) width(bold bool, size float64, s string) float64 {
	f, sum, lost := d.face(bold), 0.0, false
	for _, r := range s {
		g, ok := d.glyph(f, r)
		if ok || !lost {
			sum += f.advance[g]
		}
		lost = !ok
	}
	return sum * size / 1000
}

func (d *Doc) face(bold bool) *face {
	if bold {
		return d.faces[1]
	}
	return d.faces[0]
}
