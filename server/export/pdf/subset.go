package pdf

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"

	"golang.org/x/image/font/sfnt"
)

// errFont says that a font of the program is not of the form it must have.
var errFont = errors.New("unreadable font")

// keptTables are those that a page needs of a TrueType font, in their order.
var keptTables = []string{"cvt ", "fpgm", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "prep"}

// subset returns the font with the outlines of the glyphs alone, and of those they
// are made of; glyphs keep their numbers.
func subset(ttf []byte, glyphs []sfnt.GlyphIndex) ([]byte, error) {
	tables, err := tablesOf(ttf)
	if err != nil {
		return nil, err
	}
	starts, err := outlineStarts(tables)
	if err != nil {
		return nil, err
	}
	glyf := tables["glyf"]
	outline := func(g int) []byte { return glyf[starts[g]:starts[g+1]] }
	keep := make([]bool, len(starts)-1)
	todo := []int{0}
	for _, g := range glyphs {
		todo = append(todo, int(g))
	}
	for len(todo) > 0 {
		g := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if g >= len(keep) || keep[g] {
			continue
		}
		keep[g] = true
		todo = append(todo, parts(outline(g))...)
	}
	var outlines []byte
	loca := make([]byte, 0, 4*len(starts))
	for g, kept := range keep {
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(outlines)))
		if kept {
			outlines = append(outlines, outline(g)...)
			for len(outlines)%4 != 0 {
				outlines = append(outlines, 0)
			}
		}
	}
	loca = binary.BigEndian.AppendUint32(loca, uint32(len(outlines)))
	head := slices.Clone(tables["head"])
	binary.BigEndian.PutUint16(head[50:], 1) // long offsets in loca
	tables["glyf"], tables["loca"], tables["head"] = outlines, loca, head
	return assembled(tables), nil
}

func tablesOf(ttf []byte) (map[string][]byte, error) {
	if len(ttf) < 12 {
		return nil, errFont
	}
	out := map[string][]byte{}
	for i := range int(binary.BigEndian.Uint16(ttf[4:])) {
		at := 12 + 16*i
		if at+16 > len(ttf) {
			return nil, errFont
		}
		from, size := int(binary.BigEndian.Uint32(ttf[at+8:])), int(binary.BigEndian.Uint32(ttf[at+12:]))
		if from+size > len(ttf) {
			return nil, errFont
		}
		out[string(ttf[at:at+4])] = ttf[from : from+size]
	}
	for _, name := range []string{"glyf", "head", "hhea", "hmtx", "loca", "maxp"} {
		if len(out[name]) < 6 && name != "glyf" {
			return nil, fmt.Errorf("%w: no table %s", errFont, name)
		}
	}
	return out, nil
}

// outlineStarts are where the glyphs begin in the table of outlines, and its end.
func outlineStarts(tables map[string][]byte) ([]int, error) {
	loca, head := tables["loca"], tables["head"]
	n := int(binary.BigEndian.Uint16(tables["maxp"][4:])) + 1
	if len(head) < 54 {
		return nil, errFont
	}
	step := 2 + 2*int(binary.BigEndian.Uint16(head[50:])&1)
	if len(loca) < n*step {
		return nil, errFont
	}
	out := make([]int, n)
	for i := range out {
		if step == 2 {
			out[i] = 2 * int(binary.BigEndian.Uint16(loca[2*i:]))
		} else {
			out[i] = int(binary.BigEndian.Uint32(loca[4*i:]))
		}
		if out[i] > len(tables["glyf"]) || i > 0 && out[i] < out[i-1] {
			return nil, errFont
		}
	}
	return out, nil
}

// Flags of a part of a composite glyph.
const (
	wordArguments = 1 << 0
	oneScale      = 1 << 3
	moreParts     = 1 << 5
	twoScales     = 1 << 6
	fourScales    = 1 << 7
)

// parts are the glyphs that a composite outline is made of.
func parts(outline []byte) []int {
	if len(outline) < 10 || int16(binary.BigEndian.Uint16(outline)) >= 0 {
		return nil
	}
	var out []int
	for at := 10; at+4 <= len(outline); {
		flags := binary.BigEndian.Uint16(outline[at:])
		out = append(out, int(binary.BigEndian.Uint16(outline[at+2:])))
		at += 6
		if flags&wordArguments != 0 {
			at += 2
		}
		switch {
		case flags&oneScale != 0:
			at += 2
		case flags&twoScales != 0:
			at += 4
		case flags&fourScales != 0:
			at += 8
		}
		if flags&moreParts == 0 {
			break
		}
	}
	return out
}

// assembled is a font file of the tables that are kept.
func assembled(tables map[string][]byte) []byte {
	var names []string
	for _, name := range keptTables {
		if len(tables[name]) > 0 {
			names = append(names, name)
		}
	}
	search, power := 16, 0
	for search*2 <= 16*len(names) {
		search, power = search*2, power+1
	}
	out := binary.BigEndian.AppendUint32(nil, 0x00010000)
	for _, n := range []int{len(names), search, power, 16*len(names) - search} {
		out = binary.BigEndian.AppendUint16(out, uint16(n))
	}
	at := 12 + 16*len(names)
	for _, name := range names {
		out = append(out, name...)
		for _, n := range []uint32{checksum(tables[name]), uint32(at), uint32(len(tables[name]))} {
			out = binary.BigEndian.AppendUint32(out, n)
		}
		at += (len(tables[name]) + 3) &^ 3
	}
	for _, name := range names {
		out = append(out, tables[name]...)
		for len(out)%4 != 0 {
			out = append(out, 0)
		}
	}
	return out
}

func checksum(table []byte) uint32 {
	sum := uint32(0)
	for i := 0; i < len(table); i += 4 {
		var word [4]byte
		copy(word[:], table[i:])
		sum += binary.BigEndian.Uint32(word[:])
	}
	return sum
}

// subsetTag is the six letters that stand before the name of a font of which a
// file holds a part; the same for the same glyphs.
func subsetTag(glyphs []sfnt.GlyphIndex) string {
	h := fnv.New64a()
	for _, g := range glyphs {
		_, _ = h.Write([]byte{byte(g >> 8), byte(g)})
	}
	sum := h.Sum64()
	tag := make([]byte, 6)
	for i := range tag {
		tag[i] = byte('A' + sum%26)
		sum /= 26
	}
	return string(tag)
}
