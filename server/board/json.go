package board

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Header is what the JSON form says beside the board itself.
type Header struct {
	Version    int            `json:"version"`
	ExportedAt time.Time      `json:"exportedAt"`
	Workshop   WorkshopHeader `json:"workshop"`
	Group      GroupHeader    `json:"group"`
}

// WorkshopHeader names the workshop a board comes from.
type WorkshopHeader struct {
	ID       string `json:"id"`
	Title    string `json:"title"`
	City     string `json:"city"`
	Language string `json:"language"`
}

// GroupHeader names the group.
type GroupHeader struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	AreaID string `json:"areaId"`
}

// Encode returns the board's JSON: the document's tree, cards and comments as
// lists in reading order, behind the header.
func Encode(h Header, b Board) ([]byte, error) {
	h.Version = Schema
	tree := map[string]any{
		"version": h.Version, "exportedAt": h.ExportedAt.UTC().Format(time.RFC3339), "workshop": h.Workshop, "group": h.Group,
		"meta":  with(b.Meta, map[string]any{"schema": Schema, "title": b.Title, "problem": b.Problem}),
		"cards": list(b.Cards, cardObject), "links": list(b.Links, linkObject),
		"stages": list(b.Stages, stageObject), "comments": list(b.Comments, commentObject),
	}
	for name, v := range b.Roots {
		if _, taken := tree[name]; !taken {
			tree[name] = v
		}
	}
	out, err := json.MarshalIndent(tree, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode board: %w", err)
	}
	return append(out, '\n'), nil
}

func list[T any](items []T, object func(T) map[string]any) []map[string]any {
	out := make([]map[string]any, len(items))
	for i, item := range items {
		out[i] = object(item)
	}
	return out
}

// with adds to the unknown keys the known ones that are set.
func with(extra, known map[string]any) map[string]any {
	m := make(map[string]any, len(extra)+len(known))
	for k, v := range extra {
		m[k] = plain(v)
	}
	for k, v := range known {
		switch v {
		case "", int64(0), nil:
		default:
			m[k] = v
		}
	}
	return m
}

func cardObject(c Card) map[string]any {
	m := with(c.Extra, map[string]any{
		"kind": c.Kind, "stage": c.Stage, "order": c.Order, "author": c.Author, "createdAt": c.CreatedAt,
		"color": c.Color, "ref": c.Ref, "owner": c.Owner, "due": c.Due, "state": c.Status,
	})
	m["id"], m["text"] = c.ID, c.Text
	switch {
	case c.Extra["tags"] != nil:
		m["tags"] = plain(c.tagValues())
	case len(c.Tags) > 0:
		m["tags"] = c.Tags
	}
	return m
}

func linkObject(l Link) map[string]any {
	m := with(l.Extra, map[string]any{"from": l.From, "to": l.To, "label": l.Label, "kind": l.Kind})
	m["id"] = l.ID
	return m
}

func stageObject(s Stage) map[string]any {
	m := with(s.Extra, map[string]any{"summary": s.Summary})
	m["id"], m["done"] = s.ID, s.Done
	return m
}

func commentObject(c Comment) map[string]any {
	m := with(c.Extra, map[string]any{
		"card": c.Card, "author": c.Author, "text": c.Text, "replyTo": c.ReplyTo,
		"createdAt": c.CreatedAt, "resolvedAt": c.ResolvedAt,
	})
	m["id"] = c.ID
	return m
}

// Limits of an imported board.
const (
	// MaxCards bounds a board. One adds cards up to 2,000; several who add apart
	// from each other pass it, and what a board exports comes in.
	MaxCards = 4_000
	// MaxTextRunes bounds a card's text. One person writes at most 10,000 letters
	// into a card, but those who fill it apart from each other make more of it, and
	// what a board exports comes in.
	MaxTextRunes = 100_000
	MaxIDBytes   = 128
)

// ErrInvalid is wrapped by every refusal of Decode; the text says which part.
var ErrInvalid = errors.New("not a board")

// Decode reads the JSON form.
func Decode(data []byte) (Board, error) {
	var tree struct {
		Meta     map[string]any   `json:"meta"`
		Cards    []map[string]any `json:"cards"`
		Links    []map[string]any `json:"links"`
		Stages   json.RawMessage  `json:"stages"`
		Comments []map[string]any `json:"comments"`
	}
	if err := json.Unmarshal(data, &tree); err != nil {
		return Board{}, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	if bytes.Equal(bytes.TrimSpace(data), []byte("null")) {
		return Board{}, fmt.Errorf("%w: null", ErrInvalid)
	}
	meta := fields(tree.Meta)
	b := Board{Title: meta.text("title"), Problem: meta.text("problem")}
	if err := b.decodeRoots(data); err != nil {
		return Board{}, err
	}
	meta.number("schema")
	b.Meta = meta.rest()
	if n := len(tree.Cards) + len(tree.Links) + len(tree.Comments); n > 4*MaxCards || len(tree.Cards) > MaxCards {
		return Board{}, fmt.Errorf("%w: more than %d cards", ErrInvalid, MaxCards)
	}
	stages, err := stageList(tree.Stages)
	if err != nil {
		return Board{}, err
	}
	for what, items := range map[string][]map[string]any{"cards": tree.Cards, "links": tree.Links, "stages": stages, "comments": tree.Comments} {
		if err := checkIDs(what, items); err != nil {
			return Board{}, err
		}
	}
	for i, m := range tree.Cards {
		c := decodeCard(fields(m))
		if len([]rune(c.Text)) > MaxTextRunes {
			return Board{}, fmt.Errorf("%w: cards[%d].text is longer than %d characters", ErrInvalid, i, MaxTextRunes)
		}
		b.Cards = append(b.Cards, c)
	}
	for _, m := range tree.Links {
		b.Links = append(b.Links, readLink(fields(m).text("id"), m))
	}
	for _, m := range stages {
		b.Stages = append(b.Stages, readStage(fields(m).text("id"), m))
	}
	for _, m := range tree.Comments {
		b.Comments = append(b.Comments, readComment(fields(m).text("id"), m))
	}
	return b, nil
}

// decodeCard reads a card whose tags are a list.
func decodeCard(f fields) Card {
	if tags, ok := f["tags"].([]any); ok {
		m := map[string]any{}
		for _, t := range tags {
			if s, ok := t.(string); ok {
				m[s] = true
			}
		}
		f["tags"] = m
	}
	return readCard(f.text("id"), f)
}

// stageList takes stages as a list, or as an object by id.
func stageList(raw json.RawMessage) ([]map[string]any, error) {
	var stages []map[string]any
	if len(raw) == 0 || json.Unmarshal(raw, &stages) == nil {
		return stages, nil
	}
	var byID map[string]map[string]any
	if err := json.Unmarshal(raw, &byID); err != nil {
		return nil, fmt.Errorf("%w: stages: %w", ErrInvalid, err)
	}
	for id, m := range byID {
		if m == nil {
			m = map[string]any{}
		}
		m["id"] = id
		stages = append(stages, m)
	}
	return stages, nil
}

func checkIDs(what string, items []map[string]any) error {
	seen := map[string]bool{}
	for i, m := range items {
		id, _ := m["id"].(string)
		if id == "" || len(id) > MaxIDBytes || seen[id] {
			return fmt.Errorf("%w: %s[%d].id is missing, too long or taken twice", ErrInvalid, what, i)
		}
		seen[id] = true
	}
	return nil
}
