package export

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pathboard/pathboard/server/board"
	"github.com/pathboard/pathboard/server/workshop"
)

// Reference is what a report says of a library entry that cards refer to.
type Reference struct{ Kind, Name, URL, Licence string }

// Source is what a report is made from.
type Source struct {
	Workshop *workshop.Workshop
	Language workshop.Language
	// Board returns a group's board. It is asked once a group, one after the
	// other, so that no more than one document need be held at a time.
	Board func(workshop.Group) (board.Board, error)
	// Lookup finds a library entry by the id a card refers to; nil: none is.
	Lookup func(id string) (Reference, bool)
	// Image returns a picture of a group's board as JPEG; nil data: it is not
	// there. It is asked while a file is written, picture by picture. A nil Image:
	// there are no pictures.
	Image func(g workshop.GroupID, id string) ([]byte, error)
	// People lists the participants by department. Without it the report holds
	// no names but those written on cards.
	People bool
	// Feedback is what people said of the day; nil: the report leaves it out.
	Feedback *workshop.FeedbackResult
	// Now stands on the files.
	Now time.Time
}

// Report is everything a workshop made, in reading order and in one language.
type Report struct {
	Language workshop.Language
	Workshop board.WorkshopHeader
	At       time.Time
	// People is how many took part.
	People      int
	Departments []Department
	Groups      []GroupPart
	Matrix      []MatrixRow
	References  []Used
	Actions     []Action
	Votes       []Vote
	Feedback    *workshop.FeedbackResult

	image func(workshop.GroupID, string) ([]byte, error)
}

// Department is a department with those who came from it.
type Department struct {
	Name   string
	People []string
}

// GroupPart is one group's pathway.
type GroupPart struct {
	ID                  workshop.GroupID
	Name, Area, Problem string
	Stages              []StagePart
	Links               []LinkPart
	// Aside are cards that were put aside: kept, and in no list.
	Aside    []CardPart
	Comments []CommentPart
	// Board is the board itself, for the formats that keep all of it.
	Board  board.Board
	Header board.GroupHeader
}

// StagePart is a stage of a pathway. Number is 0 for cards of stages that the
// workshop does not have.
type StagePart struct {
	Number  int
	Name    string
	Summary string
	Done    bool
	Cards   []CardPart
}

// CardPart is a card with its words in the report's language.
type CardPart struct {
	ID, Kind, KindName, Text, Author string
	Owner, Due                       string
	// State is in words, Status as it was written.
	State, Status string
	Tags          []string
	Created       time.Time
	Reference     *Reference
	Picture       *PicturePart
	// Stage is the name of the stage it stands in.
	Stage string
	aside bool
}

// CommentPart is a comment with the text of its card.
type CommentPart struct {
	Card, Text, Author string
	At                 time.Time
	Resolved           bool
}

// LinkPart joins two cards by their texts; its label is what somebody wrote on
// it, else its kind in words. FromID is the id of the card it leads from.
type LinkPart struct{ From, To, Label, FromID string }

// Mention is a card's text with the group it comes from.
type Mention struct{ Text, Group string }

// MatrixRow is what all groups of one area found: the table a city needs to see
// what recurs.
type MatrixRow struct {
	Area                             string
	Methods, Difficulties, Solutions []Mention
}

// Used is a library entry and the groups that used it.
type Used struct {
	Reference
	Groups []string
}

// Action is a line of the action plan.
type Action struct {
	ID, Text, Owner, Due, State, Status, Group string
	GroupID                                    workshop.GroupID
}

// Build makes the report of a workshop, or fails where a board cannot be read.
func Build(s Source) (*Report, error) {
	r := newReport(s)
	if s.People {
		r.Departments = departments(s)
	}
	for _, g := range s.Workshop.Groups {
		b, err := s.Board(g)
		if err != nil {
			return nil, fmt.Errorf("board of a group: %w", err)
		}
		r.add(s, g, b)
	}
	r.Votes, r.Feedback = votes(s.Workshop), s.Feedback
	r.finish(s.Workshop.Areas)
	return r, nil
}

// BuildGroup makes the report of one group.
func BuildGroup(s Source, g workshop.Group, b board.Board) *Report {
	r := newReport(s)
	r.add(s, g, b)
	r.finish(s.Workshop.Areas)
	return r
}

func newReport(s Source) *Report {
	w := s.Workshop
	return &Report{
		Language: s.Language, At: s.Now, People: len(w.Participants), image: s.Image,
		Workshop: board.WorkshopHeader{ID: string(w.ID), Title: w.Title, City: w.City, Language: string(w.Language)},
	}
}

func departments(s Source) []Department {
	byName := map[string]*Department{}
	var order []*Department
	for _, p := range s.Workshop.Participants {
		name := cmp.Or(strings.TrimSpace(p.Department), say(s.Language, "department.none"))
		d := byName[name]
		if d == nil {
			d = &Department{Name: name}
			byName[name] = d
			order = append(order, d)
		}
		d.People = append(d.People, p.Name)
	}
	compare := alphabet(s.Language)
	slices.SortFunc(order, func(a, b *Department) int { return compare(a.Name, b.Name) })
	out := make([]Department, len(order))
	for i, d := range order {
		slices.SortFunc(d.People, compare)
		out[i] = *d
	}
	return out
}

func (r *Report) add(s Source, g workshop.Group, b board.Board) {
	part := GroupPart{
		ID: g.ID, Name: g.Name, Area: areaName(s.Language, s.Workshop, g.Area), Problem: b.Problem, Board: b,
		Header: board.GroupHeader{ID: string(g.ID), Name: g.Name, AreaID: string(g.Area)},
	}
	cards := cardParts(s, g.ID, b)
	part.Stages, part.Aside = stageParts(s, b, cards)
	part.Comments = commentParts(s, b)
	text := map[string]string{}
	for _, c := range cards {
		if !c.aside {
			text[c.ID] = c.title(s.Language)
		}
	}
	for _, l := range b.Links {
		if text[l.From] != "" && text[l.To] != "" {
			label := cmp.Or(strings.TrimSpace(l.Label), linkName(s.Language, l.Kind))
			part.Links = append(part.Links, LinkPart{text[l.From], text[l.To], label, l.From})
		}
	}
	r.Groups = append(r.Groups, part)
}

// authors are the names of participants, where the report tells them.
func authors(s Source) map[string]string {
	who := map[string]string{}
	if s.People {
		for _, p := range s.Workshop.Participants {
			who[string(p.ID)] = p.Name
		}
	}
	return who
}

func commentParts(s Source, b board.Board) []CommentPart {
	who, texts := authors(s), map[string]string{}
	for _, c := range b.Cards {
		texts[c.ID] = c.Text
	}
	out := make([]CommentPart, len(b.Comments))
	for i, c := range b.Comments {
		out[i] = CommentPart{Card: texts[c.Card], Text: c.Text, Author: who[c.Author], Resolved: c.ResolvedAt > 0}
		if c.CreatedAt > 0 {
			out[i].At = time.UnixMilli(c.CreatedAt).UTC()
		}
	}
	return out
}

func cardParts(s Source, g workshop.GroupID, b board.Board) []CardPart {
	who := authors(s)
	out := make([]CardPart, len(b.Cards))
	for i, c := range b.Cards {
		p := CardPart{
			ID: c.ID, Kind: c.ShownKind(), KindName: say(s.Language, "kind."+c.ShownKind()), Text: c.Text, Author: who[c.Author],
			Owner: c.Owner, Due: c.Due, State: stateName(s.Language, c.Status), Status: c.Status, Tags: c.Tags,
			aside: c.Aside(),
		}
		if img, ok := c.Image(); ok {
			p.Picture = &PicturePart{img, g}
		}
		if c.CreatedAt > 0 {
			p.Created = time.UnixMilli(c.CreatedAt).UTC()
		}
		if c.Ref != "" && s.Lookup != nil {
			if ref, ok := s.Lookup(c.Ref); ok {
				p.Reference = &ref
			}
		}
		out[i] = p
	}
	return out
}

// stageParts files the cards under the workshop's stages; those of other stages
// come last and those put aside apart, so that nothing a group wrote is lost.
func stageParts(s Source, b board.Board, cards []CardPart) (parts []StagePart, aside []CardPart) {
	at := map[string]int{}
	parts = make([]StagePart, 0, len(s.Workshop.Stages)+1)
	for i, st := range s.Workshop.Stages {
		at[string(st.ID)] = i
		parts = append(parts, StagePart{Number: i + 1, Name: st.Name.In(s.Language)})
	}
	rest := StagePart{Name: say(s.Language, "stage.other")}
	for _, said := range b.Stages {
		if i, ok := at[said.ID]; ok {
			parts[i].Summary, parts[i].Done = said.Summary, said.Done
		}
	}
	for i, c := range b.Cards {
		in := &rest
		if j, ok := at[c.Stage]; ok {
			in = &parts[j]
		}
		cards[i].Stage = in.Name
		if cards[i].aside {
			aside = append(aside, cards[i])
		} else {
			in.Cards = append(in.Cards, cards[i])
		}
	}
	if len(rest.Cards) > 0 {
		parts = append(parts, rest)
	}
	return parts, aside
}

// cards calls f for each card of the report in reading order.
func (r *Report) cards(f func(*GroupPart, *StagePart, *CardPart)) {
	for g := range r.Groups {
		for s := range r.Groups[g].Stages {
			for c := range r.Groups[g].Stages[s].Cards {
				f(&r.Groups[g], &r.Groups[g].Stages[s], &r.Groups[g].Stages[s].Cards[c])
			}
		}
	}
}

// finish makes what lies across groups.
func (r *Report) finish(areas []workshop.Area) {
	rows := map[string]*MatrixRow{}
	used := map[string]*Used{}
	for _, g := range r.Groups {
		if rows[g.Area] == nil {
			rows[g.Area] = &MatrixRow{Area: g.Area}
		}
	}
	r.cards(func(g *GroupPart, _ *StagePart, c *CardPart) {
		row, mention := rows[g.Area], Mention{c.Text, g.Name}
		switch c.Kind {
		case "method":
			row.Methods = append(row.Methods, mention)
		case "difficulty":
			row.Difficulties = append(row.Difficulties, mention)
		case "solution":
			row.Solutions = append(row.Solutions, mention)
		case "action":
			r.Actions = append(r.Actions, Action{c.ID, c.Text, c.Owner, c.Due, c.State, c.Status, g.Name, g.ID})
		}
		ref := c.Reference
		if ref == nil && (c.Kind == "data" || c.Kind == "tool") {
			ref = &Reference{Kind: c.Kind, Name: c.Text}
		}
		if ref != nil {
			key := ref.Kind + "\x00" + strings.ToLower(ref.Name)
			if used[key] == nil {
				used[key] = &Used{Reference: *ref}
			}
			if u := used[key]; !slices.Contains(u.Groups, g.Name) {
				u.Groups = append(u.Groups, g.Name)
			}
		}
	})
	// Areas in the workshop's order; what has none, last.
	for _, a := range append(slices.Clone(areas), workshop.Area{}) {
		if row := rows[a.Name.In(r.Language)]; row != nil {
			r.Matrix = append(r.Matrix, *row)
			delete(rows, row.Area)
		}
	}
	for _, u := range used {
		r.References = append(r.References, *u)
	}
	compare := alphabet(r.Language)
	slices.SortFunc(r.References, func(a, b Used) int {
		return cmp.Or(strings.Compare(a.Kind, b.Kind), compare(a.Name, b.Name), strings.Compare(a.Name, b.Name))
	})
	slices.SortStableFunc(r.Actions, func(a, b Action) int {
		return compareDue(a.Due, b.Due)
	})
}

// compareDue puts the earliest date first and what has none last.
func compareDue(a, b string) int {
	switch {
	case a == b:
		return 0
	case a == "":
		return 1
	case b == "":
		return -1
	}
	return strings.Compare(a, b)
}
