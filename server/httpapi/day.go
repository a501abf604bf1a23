package httpapi

import (
	"net/http"

	"github.com/pathboard/pathboard/server/workshop"
)

// serverTime lets clients measure how far their clocks are off, so that a
// countdown is the same on every screen.
func (a *api) serverTime(c *call) error {
	return c.answer(http.StatusOK, timeBody{Now: a.Service.Now().UnixMilli()})
}

func (a *api) setAgenda(c *call) error {
	var body agendaBody
	if err := c.decode(&body); err != nil {
		return err
	}
	w, err := a.Service.SetAgenda(c.ctx, c.workshop.ID, c.expect, body.Phases)
	return a.answerState(c, http.StatusOK, w, err)
}

func (a *api) movePhase(c *call) error {
	var body phaseBody
	if err := c.decode(&body); err != nil {
		return err
	}
	command := workshop.PhaseCommand{Action: body.Action, Phase: body.PhaseID, Minutes: body.Minutes}
	w, err := a.Service.MovePhase(c.ctx, c.workshop.ID, c.expect, command)
	return a.answerState(c, http.StatusOK, w, err)
}

func (a *api) changeDay(c *call) error {
	var body dayBody
	if err := c.decode(&body); err != nil {
		return err
	}
	if body.Frozen != nil {
		c.audit, c.detail = lockAction(*body.Frozen), "all"
	}
	w, err := a.Service.ChangeDay(c.ctx, c.workshop.ID, c.expect, workshop.DayChange(body))
	return a.answerState(c, http.StatusOK, w, err)
}
