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

	"github.com/pathboard/pathboard/server/export/pdf/fonts"
)

// The fonts of the program, by their place in Doc.faces: Go Regular and Go Bold,
// which have all letters of Europe, and Noto Emoji.
const (
	RegularFace = iota
	BoldFace
	EmojiFace
	faceCount
)

// FaceFiles are the fonts as TrueType files, by face.
var FaceFiles = [faceCount][]byte{goregular.TTF, gobold.TTF, fonts.Emoji}

// EmojiScale is the size of emoji in that of the text around them: at the same
// size they are wider than a line is high.
const EmojiScale = 0.8

// face is a font of the program. It does not change after loading.
type face struct {
	name    string
	file    []byte
	sfnt    *sfnt.Font
	advance []float64 // by glyph, in thousandths of the size
	missing sfnt.GlyphIndex
	scale   float64
	// metrics is the entry of a font's descriptor about its measures.
	metrics string
}

// box stands for characters the fonts do not have.
const box = '□'

// unit is the size at which the font's own units are asked for.
const unit = 1000

var loadFaces = sync.OnceValues(func() ([faceCount]*face, error) {
	var out [faceCount]*face
	for i, name := range []string{"GoRegular", "GoBold", "NotoEmoji"} {
		f, err := loadFace(name, FaceFiles[i])
		if err != nil {
			return out, err
		}
		out[i] = f
	}
	out[EmojiFace].scale = EmojiScale
	return out, nil
})

func loadFace(name string, ttf []byte) (*face, error) {
	parsed, err := sfnt.Parse(ttf)
	if err != nil {
		return nil, fmt.Errorf("parse font %s: %w", name, err)
	}
	f := &face{name: name, file: ttf, sfnt: parsed, advance: make([]float64, parsed.NumGlyphs()), scale: 1}
	var buf sfnt.Buffer
	for g := range f.advance {
		a, err := parsed.GlyphAdvance(&buf, sfnt.GlyphIndex(g), fixed.I(unit), font.HintingNone)
		if err != nil {
			return nil, fmt.Errorf("measure font %s: %w", name, err)
		}
		f.advance[g] = float64(a) / 64
	}
	if f.missing, err = parsed.GlyphIndex(&buf, box); err != nil {
		return nil, fmt.Errorf("read font %s: %w", name, err)
	}
	if f.metrics, err = metrics(parsed); err != nil {
		return nil, fmt.Errorf("measure font %s: %w", name, err)
	}
	return f, nil
}

func metrics(parsed *sfnt.Font) (string, error) {
	var buf sfnt.Buffer
	around, err := parsed.Bounds(&buf, fixed.I(unit), font.HintingNone)
	if err != nil {
		return "", err
	}
	m, err := parsed.Metrics(&buf, fixed.I(unit), font.HintingNone)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("/FontBBox[%d %d %d %d]/ItalicAngle 0/Ascent %d/Descent %d/CapHeight %d/StemV 80",
		around.Min.X.Floor(), -around.Max.Y.Ceil(), around.Max.X.Ceil(), -around.Min.Y.Floor(), m.Ascent.Round(), -m.Descent.Round(), m.CapHeight.Round()), nil
}

func deflate(b []byte) []byte {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	// Writing to memory does not fail.
	_, _ = w.Write(b)
	_ = w.Close()
	return out.Bytes()
}

// glyph returns the glyph of a character in a face, or 0.
func (d *Doc) glyph(i int, r rune) sfnt.GlyphIndex {
	g, err := d.faces[i].sfnt.GlyphIndex(&d.buf, r)
	if err != nil {
		return 0
	}
	return g
}

func textFace(bold bool) int {
	if bold {
		return BoldFace
	}
	return RegularFace
}

// width of text in points.
func (d *Doc) width(bold bool, size float64, s string) float64 {
	sum := 0.0
	for c := range d.clusters(bold, s) {
		sum += d.advance(c)
	}
	return sum * size / 1000
}

// advance is the width of a cluster in thousandths of the size of the text.
func (d *Doc) advance(c cluster) float64 {
	return d.faces[c.face].advance[c.glyph] * d.faces[c.face].scale
}
