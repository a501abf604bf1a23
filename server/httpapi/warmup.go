package httpapi

import (
	"net/http"

	"github.com/pathboard/pathboard/server/workshop"
)

func (a *api) askWarmup(c *call) error {
	var body questionBody
	if err := c.decode(&body); err != nil {
		return err
	}
	w, err := a.Service.AskWarmup(c.ctx, c.workshop.ID, c.expect, body.Question)
	return a.answerState(c, http.StatusOK, w, err)
}

func (a *api) closeWarmup(c *call) error {
	w, err := a.Service.CloseWarmup(c.ctx, c.workshop.ID, c.expect)
	return a.answerState(c, http.StatusOK, w, err)
}

func (a *api) warmupAnswers(c *call) error {
	answers, err := a.Service.WarmupAnswers(c.ctx, c.workshop)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, warmupBody{Answers: answers})
}

func (a *api) hideWarmup(c *call) error {
	if err := a.Service.HideWarmup(c.ctx, c.workshop, workshop.ParticipantID(c.Param("participantId"))); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

func (a *api) myWarmup(c *call) error {
	text, err := a.Service.MyWarmup(c.ctx, c.workshop, c.session.Participant)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, textBody{Text: text})
}

func (a *api) answerWarmup(c *call) error {
	var body textBody
	if err := c.decode(&body); err != nil {
		return err
	}
	text, err := a.Service.AnswerWarmup(c.ctx, c.workshop, c.session.Participant, body.Text)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, textBody{Text: text})
}

// addDevice gives a member a link of their own. Its secret is a new one, so
// that a device can be put out without the others.
func (a *api) addDevice(c *call) error {
	token, err := a.Service.AddDevice(c.ctx, c.workshop.ID, c.session.Participant)
	if err != nil {
		return err
	}
	return c.answer(http.StatusCreated, myLinkBody{Token: token, Link: a.baseURL(c.Request()) + "/member#" + token})
}
