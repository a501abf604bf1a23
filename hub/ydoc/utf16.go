package ydoc

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// Yjs counts text in UTF-16 code units and sends it as UTF-8. All functions
// here expect valid UTF-8. A character takes two units when its UTF-8 form
// takes four bytes, one otherwise.

const (
	highBits = 0x8080808080808080
	lowBits  = 0x0101010101010101
)

// utf16Len returns the length in code units and whether any character takes
// two of them ("astral").
func utf16Len(b []byte) (units int, astral bool) {
	quads := 0
	for ; len(b) >= 8; b = b[8:] {
		w := binary.LittleEndian.Uint64(b)
		if w&highBits == 0 {
			units += 8
			continue
		}
		// Continuation bytes are 10xxxxxx: bit 7 set, bit 6 clear.
		units += 8 - bits.OnesCount64(w&^(w<<1)&highBits)
		// Four-byte leads are 11110xxx: the top four bits set.
		quads += bits.OnesCount64(w & (w << 1) & (w << 2) & (w << 3) & highBits)
	}
	for _, c := range b {
		if c&0xc0 != 0x80 {
			units++
		}
		if c >= 0xf0 {
			quads++
		}
	}
	return units + quads, quads > 0
}

// utf16Index returns the byte at which code unit n begins. When n lies inside
// a surrogate pair, cut is true and the byte is where the pair begins.
func utf16Index(b []byte, n int) (index int, cut bool) {
	for n >= 8 && len(b)-index >= 8 {
		w := binary.LittleEndian.Uint64(b[index:])
		units := 8
		if w&highBits != 0 {
			if w&(w<<1)&(w<<2)&(w<<3)&highBits != 0 {
				break // pairs: go on one by one
			}
			units -= bits.OnesCount64(w &^ (w << 1) & highBits)
		}
		n -= units
		index += 8
	}
	for index < len(b) && b[index]&0xc0 == 0x80 { // finish a begun character
		index++
	}
	for n > 0 && index < len(b) {
		size, units := utf8Size(b[index])
		if units > n {
			return index, true
		}
		index += size
		n -= units
	}
	return index, false
}

// utf16IndexBack is utf16Index counted from the end: rest code units lie at and
// behind the byte.
func utf16IndexBack(b []byte, rest int) (index int, cut bool) {
	index = len(b)
	for rest > 0 && index > 0 {
		index--
		for b[index]&0xc0 == 0x80 {
			index--
		}
		_, units := utf8Size(b[index])
		if units > rest {
			return index, true
		}
		rest -= units
	}
	return index, false
}

// utf8Size returns the bytes and code units of the character whose UTF-8 form
// starts with c.
func utf8Size(c byte) (size, units int) {
	switch {
	case c < 0x80:
		return 1, 1
	case c < 0xe0:
		return 2, 1
	case c < 0xf0:
		return 3, 1
	}
	return 4, 2
}

var replacement = []byte("\uFFFD")

// splitUTF16 splits text before code unit n. Like yjs it replaces both halves
// of a pair that is cut by U+FFFD; the halves then own their bytes.
func splitUTF16(b []byte, n int) (left, right []byte) {
	i, cut := utf16Index(b, n)
	if !cut {
		return b[:i:i], b[i:]
	}
	return slices.Concat(b[:i], replacement), slices.Concat(replacement, b[i+4:])
}

// tailUTF16 is the right half of splitUTF16 of a text that has length units. Of
// a long text of which little is left, what was typed last, only that is looked
// at.
func tailUTF16(b []byte, n, length int) []byte {
	if rest := length - n; rest < n/8 {
		if i, cut := utf16IndexBack(b, rest); !cut {
			return b[i:]
		}
	}
	_, right := splitUTF16(b, n)
	return right
}
