package httpapi

import (
	"context"
	"encoding/json"
	"io"
	"mime"
	"net/http"

	"github.com/pathboard/pathboard/server/auth"
	"github.com/pathboard/pathboard/server/workshop"
)

// File is an exported document.
type File struct {
	Name        string
	ContentType string
	Body        []byte
}

// Boards reads and fills the boards of groups.
type Boards interface {
	// Export returns a board in a format, or CodeUnsupportedFormat.
	Export(ctx context.Context, w *workshop.Workshop, g workshop.Group, format string, l workshop.Language) (File, error)
	// Import fills an empty board from its JSON, or fails with
	// CodeBoardNotEmpty or CodeInvalidInput.
	Import(ctx context.Context, w *workshop.Workshop, g workshop.Group, body []byte) error
}

// LibraryQuery selects entries of the library; empty fields select all.
type LibraryQuery struct{ Area, Stage, Kind, Lang, Text string }

// rawBody is a JSON object whose form another package defines.
type rawBody = json.RawMessage

func targetOf(s workshop.Session) auth.Target { return auth.Target{Workshop: s.Workshop} }

func (a *api) getBoard(c *call) error {
	g, err := c.workshop.Group(c.group())
	if err != nil {
		return err
	}
	file, err := a.Boards.Export(c.ctx, c.workshop, g, "json", c.lang)
	if err != nil {
		return err
	}
	return c.Blob(http.StatusOK, "application/json", file.Body)
}

func (a *api) exportBoard(c *call) error {
	g, err := c.workshop.Group(c.group())
	if err != nil {
		return err
	}
	lang := workshop.Language(c.QueryParam("lang"))
	if !lang.Valid() {
		lang = c.workshop.Language
	}
	file, err := a.Boards.Export(c.ctx, c.workshop, g, c.QueryParam("format"), lang)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": file.Name}))
	return c.Blob(http.StatusOK, file.ContentType, file.Body)
}

func (a *api) importBoard(c *call) error {
	g, err := c.workshop.Group(c.group())
	if err != nil {
		return err
	}
	body, err := io.ReadAll(c.Request().Body)
	if err != nil {
		return err
	}
	if !json.Valid(body) {
		return workshop.Fail(codeBadJSON)
	}
	if err := a.Boards.Import(c.ctx, c.workshop, g, body); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

func (a *api) library(c *call) error {
	q := LibraryQuery{Area: c.QueryParam("area"), Stage: c.QueryParam("stage"), Kind: c.QueryParam("kind"), Lang: c.QueryParam("lang"), Text: c.QueryParam("q")}
	if q.Lang == "" {
		q.Lang = string(c.lang)
	}
	return c.answer(http.StatusOK, a.Library(q))
}
