package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/pathboard/pathboard/hub"
	"github.com/pathboard/pathboard/hub/ydoc"
	"github.com/pathboard/pathboard/server/board"
	"github.com/pathboard/pathboard/server/export"
	"github.com/pathboard/pathboard/server/httpapi"
	"github.com/pathboard/pathboard/server/workshop"
)

const (
	// filmBytes bounds the changes of one film; older ones are in its base.
	filmBytes = 3 << 20
	// filmsAtOnce bounds how many films are put together at a time: each holds a
	// whole past in memory.
	filmsAtOnce = 2
)

// Film implements httpapi.Boards.
func (b boards) Film(ctx context.Context, w *workshop.Workshop, g workshop.GroupID) (httpapi.Film, error) {
	select {
	case b.films <- struct{}{}:
		defer func() { <-b.films }()
	case <-ctx.Done():
		return httpapi.Film{}, fmt.Errorf("wait for a film: %w", ctx.Err())
	}
	f, err := b.hub.Film(ctx, boardName(g), filmBytes)
	if err != nil {
		return httpapi.Film{}, past(err)
	}
	out := httpapi.Film{Base: f.Base, Changes: make([]httpapi.FilmChange, len(f.Changes))}
	for i, ch := range f.Changes {
		out.Changes[i] = httpapi.FilmChange{At: ch.At.UnixMilli(), By: personOf(w, ch.Subject), Update: ch.Update}
	}
	return out, nil
}

// personOf is who a subject of the hub is in the workshop; "" for nobody in it.
func personOf(w *workshop.Workshop, subject string) string {
	if strings.HasPrefix(subject, string(workshop.Facilitator)+":") {
		return string(workshop.Facilitator)
	}
	if p, err := w.Participant(workshop.ParticipantID(subject)); err == nil {
		return string(p.ID)
	}
	return ""
}

// BoardAt implements httpapi.Boards.
func (b boards) BoardAt(ctx context.Context, w *workshop.Workshop, g workshop.Group, at time.Time) (httpapi.File, error) {
	d, err := b.hub.At(ctx, boardName(g.ID), at)
	if err != nil {
		return httpapi.File{}, past(err)
	}
	s := b.source(ctx, w, w.Language)
	return asFile(export.BuildGroup(s, g, board.Read(d, stageIDs(w))).Group(0, "json"))
}

// Restore implements httpapi.Boards.
func (b boards) Restore(ctx context.Context, g workshop.GroupID, by string, at time.Time, card string) error {
	then, err := b.hub.At(ctx, boardName(g), at)
	if err != nil {
		return past(err)
	}
	now := time.Now().UnixMilli()
	err = b.hub.Edit(ctx, boardName(g), by, func(x *ydoc.Txn) error {
		if card != "" {
			return board.RestoreCard(x, then, card, now)
		}
		return board.Restore(x, then, now)
	})
	if err != nil {
		return fmt.Errorf("restore board: %w", err)
	}
	return nil
}

// ForgetPast implements workshop.Boards.
func (b boards) ForgetPast(ctx context.Context, g workshop.GroupID, p workshop.ParticipantID) error {
	return b.hub.ForgetPastOf(ctx, boardName(g), string(p))
}

// past puts the hub's word for an unknown past into the domain's.
func past(err error) error {
	if errors.Is(err, hub.ErrPastUnknown) {
		return workshop.Fail(workshop.CodePastUnknown)
	}
	return fmt.Errorf("read the past of a board: %w", err)
}
