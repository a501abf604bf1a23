package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"slices"
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
type boards struct {
	hub    *hub.Hub
	shelf  *library.Library
	images interface {
		Get(context.Context, workshop.GroupID, workshop.ImageID) ([]byte, error)
		Put(context.Context, *workshop.Workshop, workshop.GroupID, workshop.ImageID, []byte) (bool, error)
		Drop(context.Context, workshop.GroupID) error
	}
	// films has a place for each film that may be in the making.
	films  chan struct{}
	phases *phaseKeeper
}

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
	content, err := b.read(ctx, w, g)
	if err != nil {
		return httpapi.File{}, err
	}
	s := b.source(ctx, w, l)
	s.People = true
	return asFile(export.BuildGroup(s, g, content).Group(0, format))
}

// Report implements httpapi.Boards. All boards are read before the first byte
// is written, so that a failure is an answer and not half a file.
func (b boards) Report(ctx context.Context, w *workshop.Workshop, q httpapi.ReportQuery) (httpapi.File, error) {
	r, err := b.report(ctx, w, q)
	if err != nil {
		return httpapi.File{}, err
	}
	return asFile(r.Whole(q.Format))
}

// Outcome implements httpapi.Boards.
func (b boards) Outcome(ctx context.Context, w *workshop.Workshop, q httpapi.ReportQuery) (any, error) {
	r, err := b.report(ctx, w, q)
	if err != nil {
		return nil, err
	}
	o := r.Outcome()
	o.Until = w.OutcomeUntil
	return o, nil
}

// OutcomeImage implements httpapi.Boards. What was put aside or taken off its
// card is not in the outcome, and neither is its picture.
func (b boards) OutcomeImage(ctx context.Context, w *workshop.Workshop, g workshop.Group, id workshop.ImageID) ([]byte, error) {
	content, err := b.read(ctx, w, g)
	if err != nil {
		return nil, err
	}
	shown := slices.ContainsFunc(content.Cards, func(c board.Card) bool {
		image, ok := c.Image()
		return ok && !c.Aside() && image.ID == string(id)
	})
	if !shown {
		return nil, workshop.Fail(workshop.CodeNotFound)
	}
	return b.images.Get(ctx, g.ID, id)
}

// Actions implements httpapi.Boards.
func (b boards) Actions(ctx context.Context, w *workshop.Workshop, l workshop.Language) (any, error) {
	r, err := b.report(ctx, w, httpapi.ReportQuery{Language: l})
	if err != nil {
		return nil, err
	}
	return r.Outcome().Actions, nil
}

func (b boards) report(ctx context.Context, w *workshop.Workshop, q httpapi.ReportQuery) (*export.Report, error) {
	s := b.source(ctx, w, q.Language)
	s.People, s.Feedback = q.People, q.Feedback
	return export.Build(s)
}

func (b boards) read(ctx context.Context, w *workshop.Workshop, g workshop.Group) (content board.Board, err error) {
	err = b.hub.View(ctx, boardName(g.ID), func(d *ydoc.Doc) error {
		content = board.Read(d, stageIDs(w))
		return nil
	})
	if err != nil {
		return board.Board{}, fmt.Errorf("read board: %w", err)
	}
	return content, nil
}

func (b boards) source(ctx context.Context, w *workshop.Workshop, l workshop.Language) export.Source {
	all := b.shelf.With(ownEntries(w.Library.Entries))
	return export.Source{
		Workshop: w, Language: l, Now: time.Now(),
		Board: func(g workshop.Group) (board.Board, error) { return b.read(ctx, w, g) },
		Image: func(g workshop.GroupID, id string) ([]byte, error) {
			data, err := b.images.Get(ctx, g, workshop.ImageID(id))
			if workshop.CodeOf(err) == workshop.CodeNotFound {
				return nil, nil // its author has had no network since
			}
			return data, err
		},
		Lookup: func(id string) (export.Reference, bool) {
			e, ok := all.Entry(id)
			ref := export.Reference{Kind: e.Kind, Name: e.Name.In(l), URL: e.URL}
			if e.Licence != nil {
				ref.Licence = e.Licence.In(l)
			}
			return ref, ok
		},
	}
}

func asFile(f export.File, err error) (httpapi.File, error) {
	if errors.Is(err, export.ErrFormat) {
		return httpapi.File{}, workshop.Fail(workshop.CodeUnsupportedFormat)
	}
	return httpapi.File(f), err
}

// decodeBoard reads a board from its JSON, or from the ZIP with its pictures.
func decodeBoard(body []byte) (board.Board, map[string][]byte, error) {
	if board.IsArchive(body) {
		return board.DecodeArchive(body)
	}
	content, err := board.Decode(body)
	return content, nil, err
}

// keepPictures stores the pictures of a board that comes. Their ids follow from
// what is stored: one that was sent with what a camera wrote into it has another
// than it had.
func (b boards) keepPictures(ctx context.Context, w *workshop.Workshop, g workshop.GroupID, content board.Board, pictures map[string][]byte) error {
	names := map[string]string{}
	for _, old := range slices.Sorted(maps.Keys(pictures)) {
		id := fmt.Sprintf("%x", sha256.Sum256(pictures[old]))
		bare, err := workshop.CheckImage(workshop.ImageID(id), pictures[old])
		if err != nil {
			return err
		}
		if _, err := b.images.Put(ctx, w, g, workshop.ImageID(id), bare); err != nil {
			return err
		}
		names[old] = id
	}
	content.RenameImages(names)
	return nil
}

// errNotEmpty ends an import's transaction without a change.
var errNotEmpty = errors.New("board not empty")

// Import implements httpapi.Boards.
func (b boards) Import(ctx context.Context, w *workshop.Workshop, g workshop.Group, body []byte) error {
	unfit := &workshop.Error{Code: workshop.CodeInvalidInput, Fields: []workshop.FieldError{{Field: "board", Code: workshop.FieldBoard}}}
	content, pictures, err := decodeBoard(body)
	if err != nil {
		return unfit
	}
	if here, err := b.read(ctx, w, g); err != nil || !here.Empty() {
		return cmp.Or(err, error(workshop.Fail(workshop.CodeBoardNotEmpty)))
	}
	if err := b.keepPictures(ctx, w, g.ID, content, pictures); err != nil {
		return err
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
	if errors.Is(err, ydoc.ErrLimit) { // such as values in values without end
		return unfit
	}
	if err != nil {
		return fmt.Errorf("import board: %w", err)
	}
	return nil
}
