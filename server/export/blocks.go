package export

import (
	"cmp"
	"iter"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pathboard/pathboard/server/workshop"
)

// Run is a piece of text in one style. Link is an https address or "".
type Run struct {
	Text string
	Bold bool
	Link string
}

// Block is a Cover, Heading, Para, List, Table or Break.
type Block any

// Cover begins a report: its title, a heading of level 1, and the line under it.
type Cover struct{ Title, Line string }

// Heading begins a section; levels go from 1 and skip none.
type Heading struct {
	Level int
	Text  string
}

// Para is a paragraph.
type Para []Run

// Item is an item of a list, with the picture that belongs to it or nil.
type Item struct {
	Runs    []Run
	Picture *PicturePart
}

// List is a list of items without order.
type List []Item

// Break begins a new page where the format has pages.
type Break struct{}

// Column is a column of a table.
type Column struct {
	Title string
	// Weight is the column's share of the width.
	Weight float64
	Type   ColumnType
}

// ColumnType says what the cells of a column are, where a format has types.
type ColumnType int

// Types of columns. Cells of dates are YYYY-MM-DD, of times RFC 3339, of numbers
// whole; others in such a column stay text.
const (
	TextColumn ColumnType = iota
	DateColumn
	TimeColumn
	LinkColumn
	NumberColumn
)

// Table is a table with a row of headings.
type Table struct {
	// Name is that of the sheet or file; Caption says what the table shows.
	Name, Caption string
	Columns       []Column
	Rows          [][]string
}

func plain(s string) []Run { return []Run{{Text: s}} }

// mostAddress is how much of an address a page says, in letters.
const mostAddress = 36

// shortAddress is an address as a page says it; the link leads to all of it.
func shortAddress(address string) string {
	short := strings.TrimSuffix(strings.TrimPrefix(address, "https://"), "/")
	if utf8.RuneCountInString(short) <= mostAddress {
		return short
	}
	host, _, _ := strings.Cut(short, "/")
	return host + "/…"
}

// labelled is "Label: text".
func labelled(label, text string) []Run {
	return []Run{{Text: label + ":", Bold: true}, {Text: " " + text}}
}

// Blocks are what the report says, in order.
func (r *Report) Blocks() iter.Seq[Block] {
	return func(yield func(Block) bool) {
		out := &emitter{yield: yield}
		l := r.Language
		out.put(Cover{r.Workshop.Title, say(l, "report") + " · " + r.Workshop.City + " · " + say(l, "made") + " " + r.At.UTC().Format("2006-01-02")})
		out.put(r.figures())
		if len(r.Groups) > 0 {
			out.put(Heading{2, say(l, "overview")})
			out.put(r.groupsTable())
		}
		if len(r.Departments) > 0 {
			out.put(Break{})
			out.put(Heading{2, say(l, "people")})
			items := List{}
			for _, d := range r.Departments {
				items = append(items, Item{Runs: labelled(d.Name, strings.Join(d.People, ", "))})
			}
			out.put(items)
		}
		left := 0.0
		for i := range r.Groups {
			if need := r.lines(&r.Groups[i]); i == 0 || need > left {
				out.put(Break{})
				left = pageLines - need
			} else {
				left -= need
			}
			r.groupBlocks(out, &r.Groups[i], 2)
		}
		out.put(Break{})
		out.put(Heading{2, say(l, "matrix")})
		r.tableOr(out, "nogroups", r.matrixTable())
		out.put(Heading{2, say(l, "sources")})
		r.tableOr(out, "nosources", r.sourcesTable(mostGroups))
		if len(r.Votes) > 0 {
			out.put(Heading{2, say(l, "votes")})
			out.put(r.votesTable())
		}
		out.put(Heading{2, say(l, "plan")})
		r.tableOr(out, "noplan", r.planTable())
		r.feedbackBlocks(out)
	}
}

// mostGroups is how many groups a page names at a source that many used.
const mostGroups = 8

// tableOr puts a table, or says why there is nothing in it.
func (r *Report) tableOr(out *emitter, empty string, t Table) {
	if len(t.Rows) == 0 {
		out.put(Para(plain(say(r.Language, empty))))
		return
	}
	out.put(t)
}

// figures say in numbers what the workshop made.
func (r *Report) figures() List {
	kinds := map[string]int{}
	all := 0
	r.cards(func(_ *GroupPart, _ *StagePart, c *CardPart) {
		kinds[c.Kind]++
		all++
	})
	var out List
	for _, f := range []struct {
		name string
		n    int
	}{
		{"sheet.groups", len(r.Groups)}, {"people", r.People}, {"cards", all}, {"col.methods", kinds["method"]},
		{"col.difficulties", kinds["difficulty"]}, {"col.solutions", kinds["solution"]}, {"actions", kinds["action"]},
	} {
		out = append(out, Item{Runs: labelled(say(r.Language, f.name), strconv.Itoa(f.n))})
	}
	return out
}

// GroupBlocks tell the pathway of the report's first group alone.
func (r *Report) GroupBlocks() iter.Seq[Block] {
	return func(yield func(Block) bool) {
		out := &emitter{yield: yield}
		r.groupBlocks(out, &r.Groups[0], 1)
		if len(r.Actions) > 0 {
			out.put(Heading{2, say(r.Language, "plan")})
			out.put(r.planTable())
		}
	}
}

// emitter yields until nobody listens.
type emitter struct {
	yield func(Block) bool
	over  bool
}

func (e *emitter) put(b Block) {
	if !e.over {
		e.over = !e.yield(b)
	}
}

func (r *Report) groupBlocks(out *emitter, g *GroupPart, level int) {
	l := r.Language
	out.put(Heading{level, g.Name})
	if level == 1 {
		out.put(Para(plain(r.Workshop.Title + " · " + r.Workshop.City)))
	}
	if g.Area != "" {
		out.put(Para(labelled(say(l, "area"), g.Area)))
	}
	out.put(Para(labelled(say(l, "problem"), cmp.Or(strings.TrimSpace(g.Problem), say(l, "noproblem")))))
	var empty []string
	for _, s := range g.Stages {
		name := s.Name
		if s.Number > 0 {
			name = strconv.Itoa(s.Number) + ". " + name
		}
		if s.untouched() {
			empty = append(empty, name)
			continue
		}
		if s.Done {
			name += " (" + say(l, "done") + ")"
		}
		out.put(Heading{level + 1, name})
		if strings.TrimSpace(s.Summary) != "" {
			out.put(Para(labelled(say(l, "summary"), s.Summary)))
		}
		if len(s.Cards) == 0 {
			out.put(Para(plain(say(l, "nothing"))))
			continue
		}
		out.put(r.cardItems(s.Cards))
	}
	switch {
	case len(empty) == len(g.Stages):
		out.put(Para(plain(say(l, "nocards"))))
	case len(empty) > 0:
		out.put(Para(labelled(say(l, "stages.empty"), strings.Join(empty, ", "))))
	}
	if len(g.Aside) > 0 {
		out.put(Heading{level + 1, say(l, "aside")})
		out.put(r.cardItems(g.Aside))
	}
	r.linkBlocks(out, g, level)
}

// untouched reports whether nobody has put anything in a stage.
func (s StagePart) untouched() bool {
	return len(s.Cards) == 0 && strings.TrimSpace(s.Summary) == "" && !s.Done
}

func (r *Report) linkBlocks(out *emitter, g *GroupPart, level int) {
	if len(g.Links) == 0 {
		return
	}
	out.put(Heading{level + 1, say(r.Language, "links")})
	items := make(List, len(g.Links))
	for i, link := range g.Links {
		text := link.From + " → " + link.To
		if link.Label != "" {
			text += " (" + link.Label + ")"
		}
		items[i] = Item{Runs: plain(text)}
	}
	out.put(items)
}

func (r *Report) cardItems(cards []CardPart) List {
	items := make(List, len(cards))
	for i, c := range cards {
		items[i] = Item{r.cardRuns(c), c.Picture}
	}
	return items
}

// cardRuns says a card with all that was noted on it.
func (r *Report) cardRuns(c CardPart) []Run {
	l := r.Language
	text := strings.TrimSpace(c.Text)
	if text == "" && c.Picture == nil {
		text = say(l, "notext")
	}
	runs := labelled(c.KindName, text)
	if more := c.details(l); len(more) > 0 {
		runs = append(runs, Run{Text: " (" + strings.Join(more, ", ") + ")"})
	}
	if c.Reference != nil {
		runs = append(runs, Run{Text: " [" + say(l, "source") + ": "}, Run{Text: c.Reference.Name, Link: c.Reference.URL}, Run{Text: "]"})
	}
	return runs
}

// details are what was noted on a card beside its text.
func (c CardPart) details(l workshop.Language) []string {
	var more []string
	for _, m := range [][2]string{{"owner", c.Owner}, {"due", c.Due}, {"state", c.State}, {"tags", strings.Join(c.Tags, ", ")}} {
		if m[1] != "" {
			more = append(more, say(l, m[0])+": "+m[1])
		}
	}
	return more
}
