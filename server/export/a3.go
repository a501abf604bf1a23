package export

import (
	"fmt"
	"io"

	"github.com/pathboard/pathboard/server/export/pdf"
)

// A3 across, in points.
const (
	a3Width  = 1190.55
	a3Height = 841.89
)

// a3Sizes are tried from the largest until the board fits one page, or else two;
// the last is the smallest that can be read on a wall, and takes more pages.
var a3Sizes = []float64{16, 14, 12.5, 11, 10, 9, 8, 7, 6.5}

func a3Sheets(r *Report, g *GroupPart, photos map[string]*photo) ([]sheet, error) {
	var last, two *layout
	for _, size := range a3Sizes {
		l, err := drawBoard(r, g, photos, a3Width, a3Height, size)
		if err != nil {
			return nil, err
		}
		if len(l.sheets) == 1 && !l.over {
			return l.sheets, nil
		}
		if len(l.sheets) == 2 && !l.over && two == nil {
			two = l
		}
		last = l
	}
	if two != nil {
		last = two
	}
	return last.sheets, nil
}

// writeA3 writes a board as a tagged A3 page to print.
func writeA3(w io.Writer, r *Report, g *GroupPart) error {
	photos, err := r.photos(g)
	if err != nil {
		return err
	}
	sheets, err := a3Sheets(r, g, photos)
	if err != nil {
		return err
	}
	d, err := pdf.New(w, r.pdfMeta(g.Name))
	if err != nil {
		return fmt.Errorf("begin pdf: %w", err)
	}
	for _, s := range sheets {
		d.Page(s.width, s.height)
		for _, p := range s.shapes {
			switch p.kind {
			case "":
				d.Rect(p.x, p.y, p.width, p.height, p.color)
			case "Figure":
				d.Figure(p.photo.pdf(), p.x, p.y, p.width, p.height)
			default:
				d.Say(p.kind, p.lines, p.bold, p.size, p.x, p.y+p.size, p.size*lineStep, p.color)
			}
		}
	}
	return d.Close()
}
