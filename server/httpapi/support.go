package httpapi

import (
	"net/http"

	"github.com/pathboard/pathboard/server/workshop"
)

// concern tells the caller what concerns them beyond the workshop: help,
// announcements, the board their group visits.
func (a *api) concern(c *call) error {
	return c.answerWorkshop(http.StatusOK, c.workshop, concernBody{Concern: c.workshop.ConcernOf(c.session), Version: c.workshop.Version})
}

func (a *api) askHelp(c *call) error {
	var body textBody
	if err := c.decode(&body); err != nil {
		return err
	}
	w, err := a.Service.AskHelp(c.ctx, c.workshop.ID, c.session.Participant, body.Text)
	return a.answerConcern(c, w, err)
}

func (a *api) withdrawHelp(c *call) error {
	w, err := a.Service.WithdrawHelp(c.ctx, c.workshop.ID, c.session.Participant)
	return a.answerConcern(c, w, err)
}

func (a *api) answerHelp(c *call) error {
	var body answerBody
	if err := c.decode(&body); err != nil {
		return err
	}
	w, err := a.Service.AnswerHelp(c.ctx, c.workshop.ID, workshop.HelpID(c.Param("helpId")), body.Answer, body.Done)
	return a.answerConcern(c, w, err)
}

func (a *api) announce(c *call) error {
	var body announceBody
	if err := c.decode(&body); err != nil {
		return err
	}
	w, err := a.Service.Announce(c.ctx, c.workshop.ID, body.Text, body.Groups)
	return a.answerConcern(c, w, err)
}

func (a *api) answerConcern(c *call, w *workshop.Workshop, err error) error {
	if err != nil {
		return err
	}
	c.workshop = w
	return a.concern(c)
}

// dropCard puts a hint or a library entry on a group's board.
func (a *api) dropCard(c *call) error {
	var body cardBody
	if err := c.decode(&body); err != nil {
		return err
	}
	card := workshop.NewCard{Stage: body.StageID, Kind: body.Kind, Text: body.Text, Ref: body.Ref, Author: string(c.session.Role)}
	if err := a.Service.DropCard(c.ctx, c.workshop, c.group(), card); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// commentBoard lets visitors of a gallery walk say something on a board that
// they cannot change.
func (a *api) commentBoard(c *call) error {
	var body textBody
	if err := c.decode(&body); err != nil {
		return err
	}
	author := string(c.session.Participant)
	if author == "" {
		author = string(c.session.Role)
	}
	if err := a.Service.Comment(c.ctx, c.workshop, c.group(), c.Param("cardId"), author, body.Text); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
