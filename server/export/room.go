package export

import (
	"strings"
	"unicode/utf8"
)

// Short groups share a page of a report. How much room a group takes is
// estimated, so that all formats with pages break at the same places; where the
// estimate is wrong, a group goes on over a page.
const (
	// pageLines is how many lines of text a page is counted on to hold.
	pageLines = 50.0
	// lineLetters is how many letters fill a line.
	lineLetters = 88
	// pictureLines is the most room a picture takes.
	pictureLines = 14
)

// lines estimates the height of a group's part of the report.
func (r *Report) lines(g *GroupPart) float64 {
	sum := 0.0
	r.groupBlocks(&emitter{yield: func(b Block) bool {
		switch b := b.(type) {
		case Heading:
			sum += 2.5
		case Para:
			sum += textLines(b) + 0.5
		case List:
			for _, item := range b {
				sum += textLines(item.Runs) + 0.3
				if item.Picture != nil {
					sum += pictureLines
				}
			}
		}
		// What is longer than a page begins one of its own: no need to count on.
		return sum <= pageLines
	}}, g, 2)
	return sum
}

func textLines(runs []Run) float64 {
	var text strings.Builder
	for _, r := range runs {
		text.WriteString(r.Text)
	}
	n := 0
	for line := range strings.SplitSeq(text.String(), "\n") {
		n += 1 + utf8.RuneCountInString(line)/lineLetters
	}
	return float64(n)
}
