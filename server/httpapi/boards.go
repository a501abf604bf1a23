package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/pathboard/pathboard/server/auth"
	"github.com/pathboard/pathboard/server/workshop"
)

// File is an exported document. Write is called once and writes as it goes.
type File struct {
	Name, ContentType string
	Write             func(io.Writer) error
}

// ReportQuery says what a report of a workshop is to be.
type ReportQuery struct {
	Format   string
	Language workshop.Language
	// People lists the participants by department.
	People bool
	// Feedback is what people said of the day; nil leaves it out.
	Feedback *workshop.FeedbackResult
}

// Boards reads and fills the boards of groups.
type Boards interface {
	// Export returns a board in a format, or CodeUnsupportedFormat.
	Export(ctx context.Context, w *workshop.Workshop, g workshop.Group, format string, l workshop.Language) (File, error)
	// Report returns a report of the whole workshop, or CodeUnsupportedFormat.
	Report(ctx context.Context, w *workshop.Workshop, q ReportQuery) (File, error)
	// Outcome returns the report for the outcome page, as JSON to be made.
	Outcome(ctx context.Context, w *workshop.Workshop, q ReportQuery) (any, error)
	// OutcomeImage returns a picture of a card that the outcome shows, as JPEG, or
	// CodeNotFound.
	OutcomeImage(ctx context.Context, w *workshop.Workshop, g workshop.Group, id workshop.ImageID) ([]byte, error)
	// Actions returns the action plan alone, as JSON to be made.
	Actions(ctx context.Context, w *workshop.Workshop, l workshop.Language) (any, error)
	// Import fills an empty board from its JSON or from a ZIP of it and its
	// pictures, or fails with CodeBoardNotEmpty, CodeInvalidInput or what is
	// wrong with a picture.
	Import(ctx context.Context, w *workshop.Workshop, g workshop.Group, body []byte) error
	// Film returns what is kept of a board's past.
	Film(ctx context.Context, w *workshop.Workshop, g workshop.GroupID) (Film, error)
	// BoardAt returns a board as JSON as it was at a moment, or CodePastUnknown.
	BoardAt(ctx context.Context, w *workshop.Workshop, g workshop.Group, at time.Time) (File, error)
	// Restore makes a board, or one card of it when card is not "", read as it
	// was at a moment, in the name of by; or CodePastUnknown.
	Restore(ctx context.Context, g workshop.GroupID, by string, at time.Time, card string) error
}

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
	return c.file(file, false)
}

func (a *api) exportBoard(c *call) error {
	g, err := c.workshop.Group(c.group())
	if err != nil {
		return err
	}
	return a.oneOfFew(c, func() error {
		file, err := a.Boards.Export(c.ctx, c.workshop, g, c.QueryParam("format"), c.fileLanguage())
		if err != nil {
			return err
		}
		return c.file(file, true)
	})
}

const (
	// maxExports bounds the files being made at a time by one instance, and with
	// them its memory; whoever asks for one more waits for exportWait.
	maxExports = 2
	exportWait = 15 * time.Second
	// filePatience is how long a file may take on its way, to or from a slow network.
	filePatience = 3 * time.Minute
)

// oneOfFew makes a file when there is room, or fails with CodeExportsBusy.
func (a *api) oneOfFew(c *call, export func() error) error {
	wait := time.NewTimer(a.ExportWait)
	defer wait.Stop()
	select {
	case a.exports <- struct{}{}:
		defer func() { <-a.exports }()
		return export()
	case <-wait.C:
		return workshop.Fail(workshop.CodeExportsBusy)
	case <-c.ctx.Done():
		return c.ctx.Err()
	}
}

// fileLanguage is the one asked for, or the workshop's.
func (c *call) fileLanguage() workshop.Language {
	if lang := workshop.Language(c.QueryParam("lang")); lang.Valid() {
		return lang
	}
	return c.workshop.Language
}

// file sends a file as it is written. What fails after the first byte ends the
// connection, so that nobody takes half a file for a whole one.
func (c *call) file(f File, attach bool) error {
	h := c.Response().Header()
	h.Set("Content-Type", f.ContentType)
	if attach {
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	}
	// Recorders of tests have no deadline; then there is nobody to wait for.
	_ = http.NewResponseController(c.Response()).SetWriteDeadline(time.Now().Add(filePatience))
	c.Response().WriteHeader(http.StatusOK)
	if c.Request().Method == http.MethodHead {
		return nil
	}
	if err := f.Write(c.Response()); err != nil {
		panic(http.ErrAbortHandler)
	}
	return nil
}

func (a *api) importBoard(c *call) error {
	g, err := c.workshop.Group(c.group())
	if err != nil {
		return err
	}
	_ = http.NewResponseController(c.Response()).SetReadDeadline(time.Now().Add(filePatience))
	body, err := io.ReadAll(c.Request().Body)
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(body, []byte("PK\x03\x04")) {
		if len(body) > maxBoard {
			return &workshop.Error{Code: codeTooLarge, Params: workshop.Params{"max": "4 MB"}}
		}
		if !json.Valid(body) {
			return workshop.Fail(codeBadJSON)
		}
	}
	if err := a.Boards.Import(c.ctx, c.workshop, g, body); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
