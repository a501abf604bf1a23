package ydoc

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// TestTailFromTheEnd: what is left of a text behind a code unit is the same
// whether it is looked for from the front or from the end, pairs cut included.
func TestTailFromTheEnd(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	letters := []string{"a", "ż", "€", "😀"}
	for range 2000 {
		var b []byte
		for range r.IntN(200) {
			b = append(b, letters[r.IntN(len(letters))]...)
		}
		units, _ := utf16Len(b)
		for n := range units + 1 {
			_, want := splitUTF16(b, n)
			if got := tailUTF16(b, n, units); !bytes.Equal(got, want) {
				t.Fatalf("behind unit %d of %q: %q, want %q", n, b, got, want)
			}
		}
	}
}
