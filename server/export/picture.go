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
	faintColor = pdf.Color{74, 85, 99}
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
		lowest = max(lowest, l.column(s, r, g, at, &next[at], x, y, column, first))
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
func (l *layout) column(s *sheet, r *Report, g *GroupPart, at int, next *int, x, y, width float64, first bool) float64 {
	stage := &g.Stages[at]
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
		c := l.face(r, g, stage.Cards[*next], inner)
		if l.height > 0 && y+c.height+pad > l.bottom(s) {
			if drawn > 0 {
				break
			}
			l.over = true
		}
		l.card(s, c, x, y, width)
		y += c.height + pad*0.7
		*next++
	}
	return y
}

// cardFace is a card as it is drawn, broken into lines.
type cardFace struct {
	kind                  string
	heading, text, beside []string
	shown                 *photo
	wide, high, height    float64
}

// Sizes of what stands on a card, of that of its text.
const (
	kindSize   = 0.8
	besideSize = 0.85
)

// face breaks what a card says into lines for a column of a width.
func (l *layout) face(r *Report, g *GroupPart, c CardPart, inner float64) cardFace {
	pad := l.size * 0.6
	f := cardFace{kind: c.Kind, heading: l.measure.Fold(c.KindName, true, l.size*kindSize, inner-pad)}
	text := strings.TrimSpace(c.Text)
	if c.Picture != nil {
		if f.shown = l.photos[c.Picture.ID]; f.shown == nil {
			text = strings.TrimSpace(text + "\n" + strings.TrimSpace(r.inWords(c.Picture).Text))
		} else {
			f.wide, f.high = f.shown.within(inner-2*pad, l.size*mostPicture)
		}
	} else if text == "" {
		text = say(r.Language, "notext")
	}
	if text != "" {
		f.text = l.measure.Fold(text, false, l.size, inner-2*pad)
	}
	for _, line := range r.beside(g, c) {
		f.beside = append(f.beside, l.measure.Fold(line, false, l.size*besideSize, inner-2*pad)...)
	}
	lines := float64(len(f.heading))*kindSize + float64(len(f.text)) + float64(len(f.beside))*besideSize
	f.height = lines*l.size*lineStep + f.high + 1.4*pad
	return f
}

// card draws a card with its upper left corner at x and y in a column.
func (l *layout) card(s *sheet, c cardFace, x, y, width float64) {
	pad := l.size * 0.6
	s.shapes = append(s.shapes, shape{x: x + pad/2, y: y, width: width - pad, height: c.height, color: paperColor},
		shape{x: x + pad/2, y: y, width: l.size * 0.3, height: c.height, color: kindColors[c.kind]})
	at := y + pad*0.6
	at += l.say(s, "P", c.heading, true, l.size*kindSize, x+1.5*pad, at, kindColors[c.kind])
	if len(c.text) > 0 {
		at += l.say(s, "P", c.text, false, l.size, x+1.5*pad, at, inkColor)
	}
	if len(c.beside) > 0 {
		at += l.say(s, "P", c.beside, false, l.size*besideSize, x+1.5*pad, at, faintColor)
	}
	if c.shown != nil {
		s.shapes = append(s.shapes, shape{kind: "Figure", x: x + 1.5*pad, y: at + pad*0.3, width: c.wide, height: c.high, photo: c.shown})
	}
}

const (
	// mostLinks is how many links a card on a picture says; others are counted.
	mostLinks = 4
	// mostTarget is how much of the text of the card at its other end, in letters.
	mostTarget = 48
)

// beside is what a card on a picture says under its text, a line each: what was
// noted on it, its source, and where its links lead.
func (r *Report) beside(g *GroupPart, c CardPart) []string {
	var out []string
	if more := c.details(r.Language); len(more) > 0 {
		out = append(out, strings.Join(more, ", "))
	}
	if c.Reference != nil {
		out = append(out, say(r.Language, "source")+": "+c.Reference.Name)
	}
	links := 0
	for _, link := range g.Links {
		if link.FromID != c.ID {
			continue
		}
		if links++; links > mostLinks {
			continue
		}
		line := "→ " + shortened(link.To, mostTarget)
		if link.Label != "" {
			line += " (" + link.Label + ")"
		}
		out = append(out, line)
	}
	if links > mostLinks {
		out = append(out, fmt.Sprintf("→ … (+%d)", links-mostLinks))
	}
	return out
}

// shortened is the beginning of a text on one line, cut behind a word where it is
// longer than so many letters.
func shortened(s string, most int) string {
	letters := []rune(strings.Join(strings.Fields(s), " "))
	if len(letters) <= most {
		return string(letters)
	}
	head := string(letters[:most])
	if at := strings.LastIndexByte(head, ' '); at > len(head)/2 {
		head = head[:at]
	}
	return strings.TrimRight(head, " ,;:.-") + "…"
}

// say puts lines whose top is at y and returns their height.
func (l *layout) say(s *sheet, kind string, lines []string, bold bool, size, x, y float64, color pdf.Color) float64 {
	s.shapes = append(s.shapes, shape{kind: kind, x: x, y: y, color: color, lines: lines, bold: bold, size: size})
	return float64(len(lines)) * size * lineStep
}
