package board

import (
	"fmt"
	"maps"
	"slices"

	"github.com/pathboard/pathboard/hub/ydoc"
)

// Write fills an empty document with the board. Reading it back gives an equal
// board.
func Write(x *ydoc.Txn, b Board) error {
	w := writer{x: x}
	meta := x.Root("meta", ydoc.KindMap)
	w.set(meta, "schema", Schema)
	w.text(meta, "title", b.Title)
	w.text(meta, "problem", b.Problem)
	w.extra(meta, b.Meta)
	cards := x.Root("cards", ydoc.KindMap)
	for _, c := range b.Cards {
		w.card(w.object(cards, c.ID), c)
	}
	links := x.Root("links", ydoc.KindMap)
	for _, l := range b.Links {
		m := w.object(links, l.ID)
		w.strings(m, map[string]string{"from": l.From, "to": l.To, "label": l.Label, "kind": l.Kind})
		w.extra(m, l.Extra)
	}
	stages := x.Root("stages", ydoc.KindMap)
	for _, s := range b.Stages {
		m := w.object(stages, s.ID)
		w.text(m, "summary", s.Summary)
		w.set(m, "done", s.Done)
		w.extra(m, s.Extra)
	}
	comments := x.Root("comments", ydoc.KindMap)
	for _, c := range b.Comments {
		w.comment(w.object(comments, c.ID), c)
	}
	w.roots(b.Roots)
	return w.err
}

// writer remembers the first failure.
type writer struct {
	x   *ydoc.Txn
	err error
}

func (w *writer) card(m *ydoc.Type, c Card) {
	w.strings(m, map[string]string{
		"kind": c.Kind, "stage": c.Stage, "order": c.Order, "author": c.Author, "color": c.Color,
		"ref": c.Ref, "owner": c.Owner, "due": c.Due, "state": c.Status,
	})
	w.number(m, "createdAt", c.CreatedAt)
	w.text(m, "text", c.Text)
	if len(c.Tags) > 0 {
		tags, values := w.object(m, "tags"), c.tagValues()
		for _, t := range c.Tags {
			w.set(tags, t, values[t])
		}
	}
	extra := c.Extra
	if _, list := extra["tags"].(map[string]any); list && len(c.Tags) > 0 {
		extra = maps.Clone(extra)
		delete(extra, "tags")
	}
	w.extra(m, extra)
}

func (w *writer) comment(m *ydoc.Type, c Comment) {
	w.strings(m, map[string]string{"card": c.Card, "author": c.Author, "text": c.Text, "replyTo": c.ReplyTo})
	w.number(m, "createdAt", c.CreatedAt)
	w.number(m, "resolvedAt", c.ResolvedAt)
	w.extra(m, c.Extra)
}

func (w *writer) object(parent *ydoc.Type, key string) *ydoc.Type {
	return w.child(parent, key, ydoc.KindMap)
}

func (w *writer) child(parent *ydoc.Type, key string, kind ydoc.Kind) *ydoc.Type {
	if w.err != nil {
		return nil
	}
	t, err := w.x.SetType(parent, key, kind)
	if err != nil {
		w.err = fmt.Errorf("write %s: %w", key, err)
	}
	return t
}

// text writes co-edited text; what a card or board always has is written even
// when it is empty, so that two people do not make it twice.
func (w *writer) text(parent *ydoc.Type, key, value string) {
	t := w.child(parent, key, ydoc.KindText)
	if w.err != nil || value == "" {
		return
	}
	if err := w.x.InsertText(t, 0, value); err != nil {
		w.err = fmt.Errorf("write %s: %w", key, err)
	}
}

func (w *writer) set(m *ydoc.Type, key string, value any) {
	if w.err != nil {
		return
	}
	if err := w.x.Set(m, key, value); err != nil {
		w.err = fmt.Errorf("write %s: %w", key, err)
	}
}

func (w *writer) strings(m *ydoc.Type, values map[string]string) {
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if values[key] != "" {
			w.set(m, key, values[key])
		}
	}
}

func (w *writer) number(m *ydoc.Type, key string, n int64) {
	if n != 0 {
		w.set(m, key, n)
	}
}

func (w *writer) extra(m *ydoc.Type, extra map[string]any) {
	for _, key := range slices.Sorted(maps.Keys(extra)) {
		w.set(m, key, extra[key])
	}
}

// Order returns the n-th of a list's fractional indexes, from 0: short, far
// apart, and of the form the web app goes on from.
func Order(n int) string {
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	if n < len(digits) {
		return "a" + string(digits[n])
	}
	n -= len(digits)
	return "b" + string(digits[n/len(digits)%len(digits)]) + string(digits[n%len(digits)])
}
