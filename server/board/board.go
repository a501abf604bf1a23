package board

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/pathboard/pathboard/hub/ydoc"
)

// Schema is the version of the document schema this package writes.
const Schema = 1

// Kinds are the kinds of cards, the contract's and in its order.
var Kinds = []string{
	"problem", "question", "data", "method", "tool", "difficulty",
	"solution", "result", "recommendation", "action", "example", "note",
}

// fallbackKind is what an unknown kind is shown as.
const fallbackKind = "note"

// Card is a card as anybody may show it. Extra keeps what the schema does not
// know, and values of unexpected type.
type Card struct {
	ID, Kind, Stage, Order, Text, Author string
	// CreatedAt is in milliseconds since 1970.
	CreatedAt                      int64
	Color, Ref, Owner, Due, Status string
	Tags                           []string
	Extra                          map[string]any
}

// ShownKind is the card's kind, or note where this program does not know it.
func (c Card) ShownKind() string {
	if slices.Contains(Kinds, c.Kind) {
		return c.Kind
	}
	return fallbackKind
}

// Link joins two cards.
type Link struct {
	ID, From, To, Label, Kind string
	Extra                     map[string]any
}

// Stage is what a group says of a stage as a whole.
type Stage struct {
	ID, Summary string
	Done        bool
	Extra       map[string]any
}

// Comment is a remark on a card.
type Comment struct {
	ID, Card, Author, Text, ReplyTo string
	CreatedAt, ResolvedAt           int64
	Extra                           map[string]any
}

// Board is the content of a board document.
type Board struct {
	Title, Problem string
	Cards          []Card // in reading order
	Links          []Link
	Stages         []Stage
	Comments       []Comment
	// Meta keeps unknown keys of the meta root, Roots the roots that the schema
	// does not know, as plain values by their names.
	Meta, Roots map[string]any
}

// Empty reports whether nobody has put anything on the board.
func (b Board) Empty() bool {
	return b.Title == "" && b.Problem == "" && len(b.Cards) == 0 && len(b.Links) == 0 &&
		len(b.Stages) == 0 && len(b.Comments) == 0
}

// Read reads a board document. stages gives the reading order of cards; it
// never fails: what cannot be read is kept aside or left out.
func Read(doc *ydoc.Doc, stages []string) Board {
	root := func(name string) map[string]any {
		m, _ := doc.Root(name, ydoc.KindMap).JSON().(map[string]any)
		return m
	}
	var b Board
	meta := fields(root("meta"))
	b.Title, b.Problem = meta.text("title"), meta.text("problem")
	meta.number("schema")
	b.Meta = meta.rest()
	for id, v := range root("cards") {
		if m, ok := v.(map[string]any); ok {
			b.Cards = append(b.Cards, readCard(id, fields(m)))
		}
	}
	for id, v := range root("links") {
		if m, ok := v.(map[string]any); ok {
			b.Links = append(b.Links, readLink(id, fields(m)))
		}
	}
	for id, v := range root("stages") {
		if m, ok := v.(map[string]any); ok {
			b.Stages = append(b.Stages, readStage(id, fields(m)))
		}
	}
	for id, v := range root("comments") {
		if m, ok := v.(map[string]any); ok {
			b.Comments = append(b.Comments, readComment(id, fields(m)))
		}
	}
	b.Roots = foreignRoots(doc)
	b.sort(stages)
	return b
}

// sort brings everything into reading order, so that equal boards read equal.
func (b *Board) sort(stages []string) {
	at := func(stage string) int {
		if i := slices.Index(stages, stage); i >= 0 {
			return i
		}
		return len(stages)
	}
	slices.SortFunc(b.Cards, func(x, y Card) int {
		return cmp.Or(cmp.Compare(at(x.Stage), at(y.Stage)), strings.Compare(x.Order, y.Order), strings.Compare(x.ID, y.ID))
	})
	slices.SortFunc(b.Links, func(x, y Link) int { return strings.Compare(x.ID, y.ID) })
	slices.SortFunc(b.Stages, func(x, y Stage) int {
		return cmp.Or(cmp.Compare(at(x.ID), at(y.ID)), strings.Compare(x.ID, y.ID))
	})
	slices.SortFunc(b.Comments, func(x, y Comment) int {
		return cmp.Or(cmp.Compare(x.CreatedAt, y.CreatedAt), strings.Compare(x.ID, y.ID))
	})
}

func readCard(id string, f fields) Card {
	c := Card{
		ID: id, Kind: f.text("kind"), Stage: f.text("stage"), Order: f.text("order"), Text: f.text("text"),
		Author: f.text("author"), CreatedAt: f.number("createdAt"), Color: f.text("color"), Ref: f.text("ref"),
		Owner: f.text("owner"), Due: f.text("due"), Status: f.text("state"),
	}
	if tags, ok := f["tags"].(map[string]any); ok {
		delete(f, "tags")
		for tag := range tags {
			c.Tags = append(c.Tags, tag)
		}
		slices.Sort(c.Tags)
		if odd := oddTags(tags); odd != nil {
			f["tags"] = odd
		}
	}
	c.Extra = f.rest()
	return c
}

func readLink(id string, f fields) Link {
	l := Link{ID: id, From: f.text("from"), To: f.text("to"), Label: f.text("label"), Kind: f.text("kind")}
	l.Extra = f.rest()
	return l
}

func readStage(id string, f fields) Stage {
	s := Stage{ID: id, Summary: f.text("summary"), Done: f.flag("done")}
	s.Extra = f.rest()
	return s
}

func readComment(id string, f fields) Comment {
	c := Comment{
		ID: id, Card: f.text("card"), Author: f.text("author"), Text: f.text("text"), ReplyTo: f.text("replyTo"),
		CreatedAt: f.number("createdAt"), ResolvedAt: f.number("resolvedAt"),
	}
	c.Extra = f.rest()
	return c
}

// fields takes known keys out of an object; what is left is kept as it is.
type fields map[string]any

func (f fields) text(key string) string {
	s, ok := f[key].(string)
	if ok {
		delete(f, key)
	}
	return s
}

func (f fields) number(key string) int64 {
	switch n := f[key].(type) {
	case float64:
		if n != math.Trunc(n) || math.Abs(n) > 1<<53 {
			return 0 // kept as it is
		}
		delete(f, key)
		return int64(n)
	case int64:
		delete(f, key)
		return n
	}
	return 0
}

func (f fields) flag(key string) bool {
	b, ok := f[key].(bool)
	if ok {
		delete(f, key)
	}
	return b
}

func (f fields) rest() map[string]any {
	if len(f) == 0 {
		return nil
	}
	return f
}
