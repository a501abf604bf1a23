package export

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/pathboard/pathboard/server/export/pdf"
)

// A picture of a board: a column a stage, a box a card. It is laid out once as
// shapes, which SVG, PNG and the A3 page then write.

// shape is a filled box or, with a kind, lines of text or a picture.
type shape struct {
	kind                string // H1, H2, P, Figure, or "" for a box
	x, y, width, height float64
	color               pdf.Color
	lines               []string
	bold                bool
	size                float64
	photo               *photo
}

// mostPicture is how high a picture on a card is at most, in sizes of its text.
const mostPicture = 14

// lineStep is the distance of lines in sizes.
const lineStep = 1.28

// sheet is one page of a picture.
type sheet struct {
	width, height float64
	shapes        []shape
}

var (
	inkColor   = pdf.Color{28, 33, 40}
	titleColor = pdf.Color{31, 58, 95}
	doneColor  = pdf.Color{27, 108, 62}
	paperColor = pdf.Color{255, 255, 255}
	laneColor  = pdf.Color{243, 245, 249}
	kindColors = map[string]pdf.Color{
		"problem": {176, 42, 55}, "question": {125, 60, 152}, "data": {11, 92, 173}, "method": {0, 110, 110}, "tool": {84, 96, 112},
		"difficulty": {176, 92, 0}, "solution": {27, 108, 62}, "result": {40, 90, 130}, "recommendation": {120, 84, 20},
		"action": {150, 40, 100}, "example": {70, 80, 160}, "note": {100, 100, 100},
	}
)

// layout draws a group's board in text of a size, on as many sheets as it
// takes; with a height of 0 on one, as high as the board needs.
type layout struct {
	measure             *pdf.Doc
	width, height, size float64
	sheets              []sheet
	photos              map[string]*photo
	// over: a card is higher than a sheet, and is cut at its foot.
	over bool
}

func drawBoard(r *Report, g *GroupPart, photos map[string]*photo, width, height, size float64) (*layout, error) {
	measure, err := pdf.New(io.Discard, pdf.Meta{})
	if err != nil {
		return nil, fmt.Errorf("measure text: %w", err)
	}
	l := &layout{measure: measure, width: width, height: height, size: size, photos: photos}
	next := make([]int, len(g.Stages))
	all := make([]int, len(g.Stages))
	for i := range all {
		all[i] = i
	}
	l.sheet(r, g, next, all, true)
	for {
		stages := lanes(g, next)
		if len(stages) == 0 {
			return l, nil
		}
		l.sheet(r, g, next, stages, false)
	}
}

// fewestLanes a sheet is shared out in where a board goes on.
const fewestLanes = 6

// lanes are the stages whose cards a further sheet shows, side by side: each
// that has any left, several times where there is room for it.
func lanes(g *GroupPart, next []int) []int {
	var open []int
	for i, s := range g.Stages {
		if next[i] < len(s.Cards) {
			open = append(open, i)
		}
	}
	if len(open) == 0 {
		return nil
	}
	var out []int
	each := max(1, max(fewestLanes, len(g.Stages))/len(open))
	for _, i := range open {
		for range each {
			out = append(out, i)
		}
	}
	return out
}

// sheet fills one sheet with the stages side by side; next tells the first card
// of each not yet drawn.
func (l *layout) sheet(r *Report, g *GroupPart, next, stages []int, first bool) {
	s := &sheet{width: l.width, height: l.height}
	pad := l.size * 1.6
	y := pad + l.say(s, "H1", l.measure.Fold(g.Name, true, l.size*2, l.width-2*pad), true, l.size*2, pad, pad, titleColor)
	head := strings.Trim(g.Area+" · "+r.Workshop.Title+" · "+r.Workshop.City, " ·")
	y += l.say(s, "P", l.measure.Fold(head, false, l.size, l.width-2*pad), false, l.size, pad, y, inkColor)
	if first && strings.TrimSpace(g.Problem) != "" {
		y += l.say(s, "P", l.measure.Fold(g.Problem, true, l.size*1.3, l.width-2*pad), true, l.size*1.3, pad, y+l.size*0.3, inkColor) + l.size*0.3
	}
	y += l.size
	gap := l.size * 0.8
	column := (l.width - 2*pad - gap*float64(len(stages)-1)) / float64(len(stages))
	lowest := y
	lanes := make([]int, len(stages))
	for i, at := range stages {
		x := pad + float64(i)*(column+gap)
		lanes[i] = len(s.shapes)
		s.shapes = append(s.shapes, shape{x: x, y: y, width: column, color: laneColor})
		lowest = max(lowest, l.column(s, r, &g.Stages[at], &next[at], x, y, column, first))
	}
	if l.height == 0 {
		s.height = lowest + pad
	}
	for _, at := range lanes {
		s.shapes[at].height = l.bottom(s) - y
	}
	l.sheets = append(l.sheets, *s)
}

// footerRoom is kept free under what is drawn on a page, in points.
const footerRoom = 46

// bottom is how far down a sheet is drawn on.
func (l *layout) bottom(s *sheet) float64 {
	if l.height == 0 {
		return s.height - l.size*1.6
	}
	return l.height - footerRoom
}

// column draws a stage and returns where it ends.
func (l *layout) column(s *sheet, r *Report, stage *StagePart, next *int, x, y, width float64, first bool) float64 {
	pad := l.size * 0.6
	inner := width - 2*pad
	name := stage.Name
	if stage.Number > 0 {
		name = strconv.Itoa(stage.Number) + ". " + name
	}
	color := titleColor
	if stage.Done {
		name, color = name+" ("+say(r.Language, "done")+")", doneColor
	}
	y += pad
	y += l.say(s, "H2", l.measure.Fold(name, true, l.size*1.1, inner), true, l.size*1.1, x+pad, y, color)
	if first && strings.TrimSpace(stage.Summary) != "" {
		y += l.say(s, "P", l.measure.Fold(stage.Summary, true, l.size*0.95, inner), true, l.size*0.95, x+pad, y, inkColor)
	}
	y += pad
	for drawn := 0; *next < len(stage.Cards); drawn++ {
		c := stage.Cards[*next]
		kind := l.measure.Fold(c.KindName, true, l.size*0.8, inner-pad)
		text := cardText(r, c)
		var shown *photo
		wide, high := 0.0, 0.0
		if c.Picture != nil {
			if shown = l.photos[c.Picture.ID]; shown == nil {
				text += "\n" + strings.TrimSpace(r.inWords(c.Picture).Text)
			} else {
				wide, high = shown.within(inner-2*pad, l.size*mostPicture)
			}
		}
		lines := l.measure.Fold(text, false, l.size, inner-2*pad)
		textHigh := (float64(len(kind))*0.8 + float64(len(lines))) * l.size * lineStep
		height := textHigh + high + 1.4*pad
		if l.height > 0 && y+height+pad > l.bottom(s) {
			if drawn > 0 {
				break
			}
			l.over = true
		}
		s.shapes = append(s.shapes, shape{x: x + pad/2, y: y, width: width - pad, height: height, color: paperColor},
			shape{x: x + pad/2, y: y, width: l.size * 0.3, height: height, color: kindColors[c.Kind]})
		at := y + pad*0.6
		at += l.say(s, "P", kind, true, l.size*0.8, x+1.5*pad, at, kindColors[c.Kind])
		at += l.say(s, "P", lines, false, l.size, x+1.5*pad, at, inkColor)
		if shown != nil {
			s.shapes = append(s.shapes, shape{kind: "Figure", x: x + 1.5*pad, y: at + pad*0.3, width: wide, height: high, photo: shown})
		}
		y += height + pad*0.7
		*next++
	}
	return y
}

// cardText is what a card says with its owner and date.
func cardText(r *Report, c CardPart) string {
	text := c.Text
	var more []string
	if c.Owner != "" {
		more = append(more, say(r.Language, "owner")+": "+c.Owner)
	}
	if c.Due != "" {
		more = append(more, say(r.Language, "due")+": "+c.Due)
	}
	if len(more) > 0 {
		text += "\n" + strings.Join(more, ", ")
	}
	return text
}

// say puts lines whose top is at y and returns their height.
func (l *layout) say(s *sheet, kind string, lines []string, bold bool, size, x, y float64, color pdf.Color) float64 {
	s.shapes = append(s.shapes, shape{kind: kind, x: x, y: y, color: color, lines: lines, bold: bold, size: size})
	return float64(len(lines)) * size * lineStep
}

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
