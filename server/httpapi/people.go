package httpapi

import (
	"errors"
	"io"
	"net/http"

	"github.com/pathboard/pathboard/server/roster"
	"github.com/pathboard/pathboard/server/workshop"
)

// readRoster turns an uploaded or pasted list into rows, which nothing keeps:
// the facilitator looks at them before they go in.
func (a *api) readRoster(c *call) error {
	body, err := io.ReadAll(c.Request().Body)
	if err != nil {
		return err
	}
	rows, err := roster.Read(body)
	if err != nil {
		return rosterError(err)
	}
	return c.answer(http.StatusOK, rosterBody{Rows: rows})
}

// rosterError says what to do about a list that cannot be read.
func rosterError(err error) error {
	field := workshop.FieldError{Field: "file", Code: workshop.FieldUnreadable}
	switch {
	case errors.Is(err, roster.ErrTooMany):
		field.Code, field.Params = workshop.FieldTooMany, workshop.Params{"max": roster.MaxRows}
	case errors.Is(err, roster.ErrEmpty):
		field.Code = workshop.FieldRequired
	}
	return &workshop.Error{Code: workshop.CodeInvalidInput, Fields: []workshop.FieldError{field}}
}

func (a *api) addPeople(c *call) error {
	var body peopleBody
	if err := c.decode(&body); err != nil {
		return err
	}
	rows := make([]workshop.PersonInput, len(body.Rows))
	for i, r := range body.Rows {
		rows[i] = workshop.PersonInput(r)
	}
	w, err := a.Service.AddPeople(c.ctx, c.workshop.ID, c.expect, rows)
	return a.answerState(c, http.StatusOK, w, err)
}

func (a *api) changeParticipant(c *call) error {
	var body personBody
	if err := c.decode(&body); err != nil {
		return err
	}
	change := body.change()
	change.Pinned = body.Pinned
	w, _, err := a.Service.ChangeParticipant(c.ctx, c.workshop.ID, c.expect, workshop.ParticipantID(c.Param("participantId")), change)
	return a.answerState(c, http.StatusOK, w, err)
}

func (a *api) removeParticipant(c *call) error {
	w, err := a.Service.RemoveParticipant(c.ctx, c.workshop.ID, c.expect, workshop.ParticipantID(c.Param("participantId")))
	return a.answerState(c, http.StatusOK, w, err)
}

func (a *api) formGroups(c *call) error {
	var body formBody
	if err := c.decode(&body); err != nil {
		return err
	}
	w, err := a.Service.FormGroups(c.ctx, c.workshop.ID, c.expect, workshop.FormCommand(body))
	return a.answerState(c, http.StatusOK, w, err)
}

func (a *api) setApart(c *call) error {
	var body apartBody
	if err := c.decode(&body); err != nil {
		return err
	}
	w, err := a.Service.SetApart(c.ctx, c.workshop.ID, c.expect, body.Pairs)
	return a.answerState(c, http.StatusOK, w, err)
}
