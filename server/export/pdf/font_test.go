package pdf

import (
	"io"
	"slices"
	"testing"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

func scratch(t *testing.T) *Doc {
	t.Helper()
	d, err := New(io.Discard, Meta{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestClusters: what is drawn as one sign says all that was written.
func TestClusters(t *testing.T) {
	for text, want := range map[string][]string{
		"Łódź":          {"Ł", "ó", "d", "ź"},
		"a😀b":           {"a", "😀", "b"},
		"👩🏽\u200d💻!":    {"👩🏽\u200d", "💻", "!"},
		"1\ufe0f\u20e3": {"1\ufe0f\u20e3"},
		"中文 x":          {"中文", " ", "x"},
		"\u200d":        nil,
	} {
		var got []string
		for c := range scratch(t).clusters(false, text) {
			got = append(got, c.text)
			if c.said != (c.text != string(c.shown)) {
				t.Errorf("%q: %q is shown as %q and said apart: %v", text, c.text, c.shown, c.said)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q is cut into %q, want %q", text, got, want)
		}
	}
}

func TestPartsNameTheFace(t *testing.T) {
	got := scratch(t).Parts("Park 🌳🌳 中文", true)
	want := []Part{{BoldFace, "Park "}, {EmojiFace, "🌳🌳"}, {BoldFace, " □"}}
	if !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
}

// TestSubsetKeepsOutlines of the glyphs asked for, also of those made of others
// (ą), and nothing of the rest.
func TestSubsetKeepsOutlines(t *testing.T) {
	d := scratch(t)
	for face, letters := range map[int]string{RegularFace: "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ", EmojiFace: "🌳🚲"} {
		var glyphs []sfnt.GlyphIndex
		for _, r := range letters {
			glyphs = append(glyphs, d.glyph(face, r))
		}
		part, err := subset(FaceFiles[face], glyphs)
		if err != nil {
			t.Fatal(err)
		}
		if len(part) > len(FaceFiles[face])/4 {
			t.Errorf("face %d: %d bytes are left of %d", face, len(part), len(FaceFiles[face]))
		}
		// The reader asks for tables that a page does not need.
		tables, err := tablesOf(part)
		if err != nil {
			t.Fatal(err)
		}
		starts, err := outlineStarts(tables)
		if err != nil {
			t.Fatal(err)
		}
		full, err := tablesOf(FaceFiles[face])
		if err != nil {
			t.Fatal(err)
		}
		before, err := outlineStarts(full)
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range glyphs {
			if n, want := starts[g+1]-starts[g], before[g+1]-before[g]; want == 0 || n < want || n > want+3 {
				t.Errorf("face %d: glyph %d has %d bytes, %d before", face, g, n, want)
			}
			for _, part := range parts(full["glyf"][before[g]:before[g+1]]) {
				if starts[part] == starts[part+1] && before[part] != before[part+1] {
					t.Errorf("face %d: glyph %d lost its part %d", face, g, part)
				}
			}
		}
	}
}

// TestEachFontCanBeCut, whole and to nothing, and what is no font is refused.
func TestEachFontCanBeCut(t *testing.T) {
	for i, f := range scratch(t).faces {
		all := make([]sfnt.GlyphIndex, f.sfnt.NumGlyphs())
		var buf sfnt.Buffer
		for g := range all {
			all[g] = sfnt.GlyphIndex(g)
			if _, err := f.sfnt.LoadGlyph(&buf, all[g], fixed.I(unit), nil); err != nil {
				t.Errorf("face %d: glyph %d: %v", i, g, err)
			}
		}
		for _, glyphs := range [][]sfnt.GlyphIndex{all, nil, {0xffff}} {
			if _, err := subset(FaceFiles[i], glyphs); err != nil {
				t.Errorf("face %d: %v", i, err)
			}
		}
		for _, n := range []int{0, 11, 40, len(FaceFiles[i]) / 2} {
			if _, err := subset(FaceFiles[i][:n], nil); err == nil {
				t.Errorf("face %d: %d bytes of it are a font", i, n)
			}
		}
	}
}
