package pdf

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/image/font/sfnt"
)

// font writes a font: the outlines, widths and Unicode values of the glyphs that
// were used. One that was not is nothing.
func (d *Doc) font(i int) {
	f := d.faces[i]
	if len(d.used[i]) == 0 && i == EmojiFace {
		d.object(fontObject+i, "null")
		return
	}
	glyphs := make([]sfnt.GlyphIndex, 0, len(d.used[i]))
	for g := range d.used[i] {
		glyphs = append(glyphs, g)
	}
	slices.Sort(glyphs)
	var widths, values bytes.Buffer
	for n, g := range glyphs {
		fmt.Fprintf(&widths, "%d[%s]", g, num(f.advance[g]))
		if n%100 == 0 {
			fmt.Fprintf(&values, "%d beginbfchar\n", min(100, len(glyphs)-n))
		}
		fmt.Fprintf(&values, "<%04X><%s\n", g, strings.TrimPrefix(text(string(d.used[i][g])), "<FEFF"))
		if n%100 == 99 || n == len(glyphs)-1 {
			values.WriteString("endbfchar\n")
		}
	}
	part, err := subset(f.file, glyphs)
	if err != nil && d.err == nil {
		d.err = fmt.Errorf("embed font %s: %w", f.name, err)
	}
	name := subsetTag(glyphs) + "+" + f.name
	cid, descriptor, file, unicode := d.alloc(), d.alloc(), d.alloc(), d.alloc()
	d.object(fontObject+i, fmt.Sprintf("<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>", name, cid, unicode))
	d.object(cid, fmt.Sprintf("<</Type/Font/Subtype/CIDFontType2/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor %d 0 R/DW 600/W[%s]/CIDToGIDMap/Identity>>",
		name, descriptor, widths.String()))
	d.object(descriptor, fmt.Sprintf("<</Type/FontDescriptor/FontName/%s/Flags 4%s/FontFile2 %d 0 R>>", name, f.metrics, file))
	d.stream(file, fmt.Sprintf("/Length1 %d", len(part)), deflate(part))
	d.stream(unicode, "", deflate([]byte("/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def /CMapName/Adobe-Identity-UCS def /CMapType 2 def\n"+
		"1 begincodespacerange\n<0000><FFFF>\nendcodespacerange\n"+values.String()+"endcmap CMapName currentdict /CMap defineresource pop end end\n")))
}
