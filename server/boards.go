package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/pathboard/pathboard/hub"
	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/ydoc"
	"github.com/pathboard/pathboard/server/board"
	"github.com/pathboard/pathboard/server/export"
	"github.com/pathboard/pathboard/server/httpapi"
	"github.com/pathboard/pathboard/server/library"
	"github.com/pathboard/pathboard/server/workshop"
)

// boards reads and fills boards through the hub, where they live.
type boards struct{ hub *hub.Hub }

var _ httpapi.Boards = boards{}

// importer owns the changes of an import: nobody's browser has this name.
const importer = "server:import"

func boardName(g workshop.GroupID) store.DocName { return store.DocName("board." + string(g)) }

func stageIDs(w *workshop.Workshop) []string {
	ids := make([]string, len(w.Stages))
	for i, s := range w.Stages {
		ids[i] = string(s.ID)
	}
	return ids
}

// Export implements httpapi.Boards.
func (b boards) Export(ctx context.Context, w *workshop.Workshop, g workshop.Group, format string, l workshop.Language) (httpapi.File, error) {
	var content board.Board
	err := b.hub.View(ctx, boardName(g.ID), func(d *ydoc.Doc) error {
		content = board.Read(d, stageIDs(w))
		return nil
	})
	if err != nil {
		return httpapi.File{}, fmt.Errorf("read board: %w", err)
	}
	f, err := export.Group(format, l, export.Data{Workshop: w, Group: g, Board: content, Now: time.Now()})
	if errors.Is(err, export.ErrFormat) {
		return httpapi.File{}, workshop.Fail(workshop.CodeUnsupportedFormat)
	}
	if err != nil {
		return httpapi.File{}, fmt.Errorf("export board: %w", err)
	}
	return httpapi.File(f), nil
}

// errNotEmpty ends an import's transaction without a change.
var errNotEmpty = errors.New("board not empty")

// Import implements httpapi.Boards.
func (b boards) Import(ctx context.Context, w *workshop.Workshop, g workshop.Group, body []byte) error {
	content, err := board.Decode(body)
	if err != nil {
		return &workshop.Error{
			Code:   workshop.CodeInvalidInput,
			Fields: []workshop.FieldError{{Field: "board", Code: workshop.FieldChoice}},
		}
	}
	err = b.hub.Edit(ctx, boardName(g.ID), importer, func(x *ydoc.Txn) error {
		if !board.Read(x.Doc(), stageIDs(w)).Empty() {
			return errNotEmpty
		}
		return board.Write(x, content)
	})
	if errors.Is(err, errNotEmpty) {
		return workshop.Fail(workshop.CodeBoardNotEmpty)
	}
	if err != nil {
		return fmt.Errorf("import board: %w", err)
	}
	return nil
}

// searchIn answers library queries over HTTP.
func searchIn(l *library.Library) func(httpapi.LibraryQuery) any {
	return func(q httpapi.LibraryQuery) any {
		return map[string]any{"entries": l.Search(library.Query{Area: q.Area, Stage: q.Stage, Kind: q.Kind, Text: q.Text})}
	}
}
