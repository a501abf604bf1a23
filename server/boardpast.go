package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/pathboard/pathboard/hub"
	"github.com/pathboard/pathboard/hub/store"
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
	out := httpapi.Film{Base: f.Base}
	if err := b.bringPhases(ctx, boardName(g), f, &out); err != nil {
		return httpapi.Film{}, past(err)
	}
	for _, ch := range f.Changes {
		out.Changes = append(out.Changes, httpapi.FilmChange{At: ch.At.UnixMilli(), By: personOf(w, ch.Subject), Update: ch.Update})
	}
	return out, nil
}

// bringPhases puts the beginnings of phases into a film, and before a film that
// does not reach back to the board's beginning how those phases found the board.
func (b boards) bringPhases(ctx context.Context, doc store.DocName, f hub.Film, out *httpapi.Film) error {
	versions, err := b.hub.Versions(ctx, doc)
	if err != nil {
		return err
	}
	began := time.Now()
	if len(f.Changes) > 0 {
		began = f.Changes[0].At
	}
	pins := phasePinsOf(versions)
	for _, p := range pins {
		out.Phases = append(out.Phases, p.phases...)
	}
	if f.Base == nil {
		return nil
	}
	n := 0
	for n < len(pins) && pins[n].From.Before(began) {
		n++
	}
	out.Base, out.Changes, err = b.phases.early(ctx, doc, f, pins[:n], began, filmBytes)
	return err
}

// pinned is the board as a phase found it that began at the moment, or
// hub.ErrPastUnknown.
func (b boards) pinned(ctx context.Context, doc store.DocName, at time.Time) (*ydoc.Doc, error) {
	versions, err := b.hub.Versions(ctx, doc)
	if err != nil {
		return nil, err
	}
	for _, p := range phasePinsOf(versions) {
		for _, phase := range p.phases {
			if phase.At == at.UnixMilli() {
				return b.hub.Pinned(ctx, doc, p.Pin)
			}
		}
	}
	return nil, hub.ErrPastUnknown
}

// then is the board as it was at a moment: by its changes as far back as they
// are kept, before that at the beginnings of phases alone.
func (b boards) then(ctx context.Context, doc store.DocName, at time.Time) (*ydoc.Doc, error) {
	d, err := b.hub.At(ctx, doc, at)
	if errors.Is(err, hub.ErrPastUnknown) {
		return b.pinned(ctx, doc, at)
	}
	return d, err
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
	d, err := b.then(ctx, boardName(g.ID), at)
	if err != nil {
		return httpapi.File{}, past(err)
	}
	s := b.source(ctx, w, w.Language)
	return asFile(export.BuildGroup(s, g, board.Read(d, stageIDs(w))).Group(0, "json"))
}

// Restore implements httpapi.Boards.
func (b boards) Restore(ctx context.Context, g workshop.GroupID, by string, at time.Time, card string) error {
	then, err := b.then(ctx, boardName(g), at)
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
