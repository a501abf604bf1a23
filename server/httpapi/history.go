package httpapi

import (
	"compress/gzip"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/pathboard/pathboard/server/workshop"
)

// Film is a board's past as a Yjs client plays it: the base, then each change.
// Times are in milliseconds since 1970.
type Film struct {
	// Base is the board before the first change, as a Yjs update (V1); empty
	// where it begins empty.
	Base []byte `json:"base"`
	// Changes are in their order.
	Changes []FilmChange `json:"changes"`
	// Phases are those that began while the board was there, in their order.
	Phases []FilmPhase `json:"phases"`
}

// FilmPhase is the beginning of a phase; a board is kept as it was then.
type FilmPhase struct {
	At   int64         `json:"at"`
	ID   string        `json:"id"`
	Name workshop.Text `json:"name"`
}

// ByGroup is who made a change of a film that several people's work came into:
// what is known of it is only how the board was when a phase began.
const ByGroup = "group"

// FilmChange is one change of a board.
type FilmChange struct {
	At int64 `json:"at"`
	// By is the participant, "facilitator", "group" (ByGroup), or "" for the
	// program itself and for people who are no longer in the workshop.
	By string `json:"by"`
	// Update is a Yjs update (V1).
	Update []byte `json:"update"`
}

// Moments that follow one another within pause, by one person, are one, but for
// those that would last longer than longest; in milliseconds.
const (
	momentPause   = 30_000
	momentLongest = 60_000
)

type momentBody struct {
	From    int64  `json:"from"`
	Until   int64  `json:"until"`
	By      string `json:"by"`
	Changes int    `json:"changes"`
}

type momentsBody struct {
	Moments []momentBody `json:"moments"`
	Phases  []FilmPhase  `json:"phases"`
}

type restoreBody struct {
	// At is the moment, in milliseconds since 1970.
	At int64 `json:"at"`
	// CardID restores this card alone.
	CardID string `json:"cardId,omitempty"`
}

// historyRoutes are those of a board's past.
func historyRoutes() []route {
	const path = inWorkshop + "/groups/{groupId}/history"
	unknown := []workshop.Code{workshop.CodeUnknownGroup, workshop.CodePastUnknown}
	return []route{
		{method: http.MethodGet, path: path, id: "history", summary: "Who changed a board when, the oldest first", action: workshop.ReadHistory, status: 200, result: momentsBody{}, problems: unknown, handle: (*api).history},
		{method: http.MethodGet, path: path + "/film", id: "film", summary: "A board's past for a Yjs client to play: a base and all changes after it; of what is older than 3 MB, the board as each phase found it", action: workshop.ReadHistory, status: 200, result: Film{}, problems: unknown, handle: (*api).film},
		{method: http.MethodGet, path: path + "/board", id: "boardAt", summary: "A board as JSON as it was at a moment, in milliseconds since 1970", action: workshop.ReadHistory, status: 200, query: []string{"at"}, problems: append([]workshop.Code{workshop.CodeInvalidInput}, unknown...), handle: (*api).boardAt},
		{method: http.MethodPost, path: path + "/restore", id: "restoreBoard", summary: "Make a board, or one card, read as at a moment: a new change; newer cards are put aside, newer comments stay", action: workshop.RestoreBoard, body: restoreBody{}, status: 204, problems: unknown, audit: workshop.AuditRestore, handle: (*api).restoreBoard},
	}
}

func (a *api) history(c *call) error {
	f, err := a.Boards.Film(c.ctx, c.workshop, c.group())
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, momentsBody{Moments: moments(f.Changes), Phases: phasesOf(f)})
}

// phasesOf is never null in JSON.
func phasesOf(f Film) []FilmPhase {
	if f.Phases == nil {
		return []FilmPhase{}
	}
	return f.Phases
}

// moments gathers what one person did at a stretch.
func moments(changes []FilmChange) []momentBody {
	out := []momentBody{}
	for _, ch := range changes {
		if n := len(out) - 1; n >= 0 && out[n].By == ch.By && ch.At-out[n].Until <= momentPause && ch.At-out[n].From <= momentLongest {
			out[n].Until = max(out[n].Until, ch.At)
			out[n].Changes++
			continue
		}
		out = append(out, momentBody{From: ch.At, Until: ch.At, By: ch.By, Changes: 1})
	}
	return out
}

// film sends the film, compressed where that is understood: it is the largest
// answer there is.
func (a *api) film(c *call) error {
	f, err := a.Boards.Film(c.ctx, c.workshop, c.group())
	if err != nil {
		return err
	}
	if f.Changes == nil {
		f.Changes = []FilmChange{}
	}
	f.Phases = phasesOf(f)
	h := c.Response().Header()
	h.Add("Vary", "Accept-Encoding")
	if !strings.Contains(c.Request().Header.Get("Accept-Encoding"), "gzip") {
		return c.answer(http.StatusOK, f)
	}
	h.Set("Content-Type", "application/json")
	h.Set("Content-Encoding", "gzip")
	c.Response().WriteHeader(http.StatusOK)
	z := gzip.NewWriter(c.Response())
	err = json.NewEncoder(z).Encode(f)
	if end := z.Close(); err != nil || end != nil {
		panic(http.ErrAbortHandler) // half a film is none
	}
	return nil
}

func (a *api) boardAt(c *call) error {
	ms, err := strconv.ParseInt(c.QueryParam("at"), 10, 64)
	if err != nil {
		ms = 0
	}
	at, err := moment(ms)
	if err != nil {
		return err
	}
	g, err := c.workshop.Group(c.group())
	if err != nil {
		return err
	}
	file, err := a.Boards.BoardAt(c.ctx, c.workshop, g, at)
	if err != nil {
		return err
	}
	return c.file(file, false)
}

func (a *api) restoreBoard(c *call) error {
	var body restoreBody
	if err := c.decode(&body); err != nil {
		return err
	}
	at, err := moment(body.At)
	if err != nil {
		return err
	}
	if err := a.Boards.Restore(c.ctx, c.group(), c.subject(), at, body.CardID); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// subject is in whose name the caller changes a board.
func (c *call) subject() string {
	if c.session.Participant != "" {
		return string(c.session.Participant)
	}
	return string(c.session.Role) + ":" + string(c.session.Workshop)
}

// moment reads milliseconds since 1970.
func moment(ms int64) (time.Time, error) {
	if ms <= 0 {
		return time.Time{}, &workshop.Error{Code: workshop.CodeInvalidInput, Fields: []workshop.FieldError{{Field: "at", Code: workshop.FieldRequired}}}
	}
	return time.UnixMilli(ms), nil
}
