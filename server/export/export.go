// Package export turns a group's board into the files that offices use. It
// knows texts in Polish and English, escapes what a program that opens the file
// might take for a formula or markup, and decides nothing about who may have it.
package export

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pathboard/pathboard/server/board"
	"github.com/pathboard/pathboard/server/workshop"
)

// ErrFormat says that there is no such format.
var ErrFormat = errors.New("unsupported format")

// Formats are the formats of Group.
var Formats = []string{"md", "csv", "json"}

// File is a finished export.
type File struct {
	Name, ContentType string
	Body              []byte
}

// Data is what an export is made from.
type Data struct {
	Workshop *workshop.Workshop
	Group    workshop.Group
	Board    board.Board
	// Now stands on the file.
	Now time.Time
}

// Group exports one group's board in a language.
func Group(format string, l workshop.Language, d Data) (File, error) {
	name := fmt.Sprintf("pathboard-%s.%s", d.Group.ID, format)
	switch format {
	case "md":
		return File{name, "text/markdown; charset=utf-8", markdown(l, d)}, nil
	case "csv":
		body, err := csvFile(l, d)
		return File{name, "text/csv; charset=utf-8", body}, err
	case "json":
		body, err := board.Encode(header(d), d.Board)
		return File{name, "application/json", body}, err
	}
	return File{}, fmt.Errorf("%w: %q", ErrFormat, format)
}

func header(d Data) board.Header {
	w := d.Workshop
	return board.Header{
		ExportedAt: d.Now,
		Workshop:   board.WorkshopHeader{ID: string(w.ID), Title: w.Title, City: w.City, Language: string(w.Language)},
		Group:      board.GroupHeader{ID: string(d.Group.ID), Name: d.Group.Name, AreaID: string(d.Group.Area)},
	}
}

// texts of the files, by key.
var texts = map[string]workshop.Text{
	"problem": {PL: "Problem miasta", EN: "The city's problem"}, "area": {PL: "Obszar", EN: "Area"},
	"summary": {PL: "Podsumowanie", EN: "Summary"}, "done": {PL: "etap gotowy", EN: "stage done"},
	"links": {PL: "Powiązania", EN: "Links"}, "nothing": {PL: "Brak kartek.", EN: "No cards."},
	"owner": {PL: "odpowiada", EN: "owner"}, "due": {PL: "termin", EN: "due"},
	"col.stage": {PL: "Etap", EN: "Stage"}, "col.kind": {PL: "Rodzaj", EN: "Kind"}, "col.text": {PL: "Treść", EN: "Text"},
	"col.author": {PL: "Autor", EN: "Author"}, "col.owner": {PL: "Odpowiada", EN: "Owner"}, "col.due": {PL: "Termin", EN: "Due"},
	"col.state": {PL: "Stan", EN: "State"}, "col.tags": {PL: "Etykiety", EN: "Tags"}, "col.created": {PL: "Utworzono", EN: "Created"},

	"kind.problem": {PL: "Problem", EN: "Problem"}, "kind.question": {PL: "Pytanie", EN: "Question"},
	"kind.data": {PL: "Dane", EN: "Data"}, "kind.method": {PL: "Metoda", EN: "Method"}, "kind.tool": {PL: "Narzędzie", EN: "Tool"},
	"kind.difficulty": {PL: "Trudność", EN: "Difficulty"}, "kind.solution": {PL: "Rozwiązanie", EN: "Solution"},
	"kind.result": {PL: "Wynik", EN: "Result"}, "kind.recommendation": {PL: "Rekomendacja", EN: "Recommendation"},
	"kind.action": {PL: "Działanie", EN: "Action"}, "kind.example": {PL: "Przykład", EN: "Example"}, "kind.note": {PL: "Notatka", EN: "Note"},
}

func say(l workshop.Language, key string) string { return in(l, texts[key]) }

func in(l workshop.Language, t workshop.Text) string {
	if l == workshop.English {
		return t.EN
	}
	return t.PL
}

// names of participants by id; unknown authors stay unnamed.
func names(w *workshop.Workshop) map[string]string {
	m := make(map[string]string, len(w.Participants))
	for _, p := range w.Participants {
		m[string(p.ID)] = p.Name
	}
	return m
}

func areaName(l workshop.Language, d Data) string {
	for _, a := range d.Workshop.Areas {
		if a.ID == d.Group.Area {
			return in(l, a.Name)
		}
	}
	return ""
}

func stageName(l workshop.Language, w *workshop.Workshop, id string) string {
	for _, s := range w.Stages {
		if string(s.ID) == id {
			return in(l, s.Name)
		}
	}
	return id
}

// markdown tells the group's pathway stage by stage.
func markdown(l workshop.Language, d Data) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s · %s\n", escape(d.Group.Name), escape(d.Workshop.Title), escape(d.Workshop.City))
	if area := areaName(l, d); area != "" {
		fmt.Fprintf(&b, "\n**%s:** %s\n", say(l, "area"), escape(area))
	}
	if d.Board.Problem != "" {
		fmt.Fprintf(&b, "\n**%s:** %s\n", say(l, "problem"), escape(d.Board.Problem))
	}
	known := map[string]bool{}
	for i, s := range d.Workshop.Stages {
		known[string(s.ID)] = true
		stageMarkdown(&b, l, d, i, s)
	}
	if others := cardsOf(d.Board, func(c board.Card) bool { return !known[c.Stage] }); len(others) > 0 {
		b.WriteString("\n## …\n\n")
		cardsMarkdown(&b, l, others)
	}
	if len(d.Board.Links) > 0 {
		fmt.Fprintf(&b, "\n## %s\n\n", say(l, "links"))
		byID := map[string]string{}
		for _, c := range d.Board.Cards {
			byID[c.ID] = c.Text
		}
		for _, link := range d.Board.Links {
			fmt.Fprintf(&b, "- %s → %s", escape(byID[link.From]), escape(byID[link.To]))
			if link.Label != "" {
				fmt.Fprintf(&b, " (%s)", escape(link.Label))
			}
			b.WriteByte('\n')
		}
	}
	return []byte(b.String())
}

func stageMarkdown(b *strings.Builder, l workshop.Language, d Data, i int, s workshop.Stage) {
	fmt.Fprintf(b, "\n## %d. %s", i+1, escape(in(l, s.Name)))
	at := slices.IndexFunc(d.Board.Stages, func(x board.Stage) bool { return x.ID == string(s.ID) })
	if at >= 0 && d.Board.Stages[at].Done {
		fmt.Fprintf(b, " (%s)", say(l, "done"))
	}
	b.WriteString("\n\n")
	cards := cardsOf(d.Board, func(c board.Card) bool { return c.Stage == string(s.ID) })
	if len(cards) == 0 {
		fmt.Fprintf(b, "%s\n", say(l, "nothing"))
	}
	cardsMarkdown(b, l, cards)
	if at >= 0 && d.Board.Stages[at].Summary != "" {
		fmt.Fprintf(b, "\n**%s:** %s\n", say(l, "summary"), escape(d.Board.Stages[at].Summary))
	}
}

func cardsOf(b board.Board, keep func(board.Card) bool) []board.Card {
	var out []board.Card
	for _, c := range b.Cards {
		if keep(c) {
			out = append(out, c)
		}
	}
	return out
}

func cardsMarkdown(b *strings.Builder, l workshop.Language, cards []board.Card) {
	for _, c := range cards {
		fmt.Fprintf(b, "- **%s:** %s", say(l, "kind."+c.ShownKind()), escape(c.Text))
		var more []string
		if c.Owner != "" {
			more = append(more, say(l, "owner")+": "+escape(c.Owner))
		}
		if c.Due != "" {
			more = append(more, say(l, "due")+": "+escape(c.Due))
		}
		if len(more) > 0 {
			fmt.Fprintf(b, " (%s)", strings.Join(more, ", "))
		}
		b.WriteByte('\n')
	}
}

// escape makes text that Markdown shows as it was written: no markup, no HTML,
// line breaks kept inside the item.
func escape(s string) string {
	var b strings.Builder
	for i, r := range strings.ReplaceAll(strings.TrimSpace(s), "\r\n", "\n") {
		switch {
		case strings.ContainsRune("\\`*_{}[]<>|~", r), i == 0 && strings.ContainsRune("#+-=", r):
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '&':
			b.WriteString("&amp;")
		case r == '\n':
			b.WriteString("  \n  ")
		case r < ' ' || r == 0x7f:
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
