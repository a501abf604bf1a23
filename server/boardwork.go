package main

import (
	"context"
	"fmt"
	"time"

	"github.com/pathboard/pathboard/hub/ydoc"
	"github.com/pathboard/pathboard/server/board"
	"github.com/pathboard/pathboard/server/workshop"
)

var _ workshop.Boards = boards{}

// helper owns what the server puts on boards for people: nobody's browser has
// this name.
const helper = "server:helper"

// Texts implements workshop.Boards.
func (b boards) Texts(ctx context.Context, w *workshop.Workshop, g workshop.GroupID) (map[string]string, error) {
	texts := map[string]string{}
	err := b.hub.View(ctx, boardName(g), func(d *ydoc.Doc) error {
		for _, c := range board.Read(d, stageIDs(w)).Cards {
			texts[c.ID] = c.Text
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read cards: %w", err)
	}
	return texts, nil
}

// AddCards implements workshop.Boards.
func (b boards) AddCards(ctx context.Context, w *workshop.Workshop, g workshop.GroupID, cards []workshop.NewCard) error {
	now := time.Now().UnixMilli()
	err := b.hub.Edit(ctx, boardName(g), helper, func(x *ydoc.Txn) error {
		present := board.Read(x.Doc(), stageIDs(w))
		there := make(map[string]bool, len(present.Cards))
		for _, c := range present.Cards {
			there[c.ID] = true
		}
		var missing []board.Card
		for _, c := range cards {
			if !there[c.ID] {
				missing = append(missing, board.Card{
					ID: c.ID, Kind: c.Kind, Stage: string(c.Stage), Text: c.Text, Author: c.Author, Ref: c.Ref, CreatedAt: now,
				})
			}
		}
		return board.AddCards(x, present, missing)
	})
	if err != nil {
		return fmt.Errorf("add cards: %w", err)
	}
	return nil
}

// PhaseBegan implements workshop.Boards.
func (b boards) PhaseBegan(w *workshop.Workshop, p workshop.Phase) { b.phases.began(w, p) }

// AddComment implements workshop.Boards.
func (b boards) AddComment(ctx context.Context, w *workshop.Workshop, g workshop.GroupID, id, card, author, text string) error {
	err := b.hub.Edit(ctx, boardName(g), helper, func(x *ydoc.Txn) error {
		for _, c := range board.Read(x.Doc(), stageIDs(w)).Cards {
			if c.ID == card {
				return board.AddComment(x, board.Comment{ID: id, Card: card, Author: author, Text: text, CreatedAt: time.Now().UnixMilli()})
			}
		}
		return workshop.Fail(workshop.CodeNotFound)
	})
	if err != nil {
		return fmt.Errorf("add comment: %w", err)
	}
	return nil
}

// Drop implements workshop.Boards: everywhere and for good.
func (b boards) Drop(ctx context.Context, g workshop.GroupID) error {
	if err := b.hub.Drop(ctx, boardName(g)); err != nil {
		return fmt.Errorf("drop board: %w", err)
	}
	return b.images.Drop(ctx, g)
}

// Authored implements workshop.Boards.
func (b boards) Authored(ctx context.Context, w *workshop.Workshop, g workshop.GroupID, p workshop.ParticipantID) (workshop.AuthoredOnBoard, error) {
	out := workshop.AuthoredOnBoard{Cards: []workshop.AuthoredText{}, Comments: []workshop.AuthoredText{}}
	err := b.hub.View(ctx, boardName(g), func(d *ydoc.Doc) error {
		content := board.Read(d, stageIDs(w))
		for _, c := range content.Cards {
			if c.Author == string(p) {
				out.Cards = append(out.Cards, workshop.AuthoredText{ID: c.ID, Text: c.Text, CreatedAt: time.UnixMilli(c.CreatedAt).UTC()})
			}
		}
		for _, c := range content.Comments {
			if c.Author == string(p) {
				out.Comments = append(out.Comments, workshop.AuthoredText{ID: c.ID, Text: c.Text, CreatedAt: time.UnixMilli(c.CreatedAt).UTC()})
			}
		}
		return nil
	})
	if err != nil {
		return out, fmt.Errorf("read what a person wrote: %w", err)
	}
	return out, nil
}

// Rebuild implements workshop.Boards.
func (b boards) Rebuild(ctx context.Context, w *workshop.Workshop, g workshop.GroupID) error {
	err := b.hub.Rebuild(ctx, boardName(g), helper, func(old *ydoc.Doc, x *ydoc.Txn) error {
		return board.Write(x, board.Read(old, stageIDs(w)))
	})
	if err != nil {
		return fmt.Errorf("rebuild board: %w", err)
	}
	return nil
}

// SetActionState implements workshop.Boards.
func (b boards) SetActionState(ctx context.Context, w *workshop.Workshop, g workshop.GroupID, card, state string) error {
	err := b.hub.Edit(ctx, boardName(g), helper, func(x *ydoc.Txn) error {
		for _, c := range board.Read(x.Doc(), stageIDs(w)).Cards {
			if c.ID == card && c.Kind == "action" {
				return board.SetState(x, card, state)
			}
		}
		return workshop.Fail(workshop.CodeNotFound)
	})
	if err != nil {
		return fmt.Errorf("set state of an action: %w", err)
	}
	return nil
}
