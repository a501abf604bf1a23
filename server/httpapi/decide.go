package httpapi

import (
	"net/http"

	"github.com/pathboard/pathboard/server/workshop"
)

func (c *call) poll() workshop.PollID       { return workshop.PollID(c.Param("pollId")) }
func (c *call) writing() workshop.WritingID { return workshop.WritingID(c.Param("writingId")) }

func (a *api) openPoll(c *call) error {
	var body pollBody
	if err := c.decode(&body); err != nil {
		return err
	}
	poll := workshop.Poll{Title: body.Title, Across: body.Across, Dots: body.Dots, PerCard: body.PerCard, Stage: body.StageID}
	w, err := a.Service.OpenPoll(c.ctx, c.workshop.ID, c.expect, poll)
	return a.answerState(c, http.StatusCreated, w, err)
}

func (a *api) closePoll(c *call) error {
	w, err := a.Service.ClosePoll(c.ctx, c.workshop.ID, c.poll())
	return a.answerState(c, http.StatusOK, w, err)
}

func (a *api) myBallot(c *call) error {
	dots, err := a.Service.Ballot(c.ctx, c.workshop.ID, c.poll(), c.session.Participant)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, ballotBody{Dots: dots})
}

func (a *api) vote(c *call) error {
	var body ballotBody
	if err := c.decode(&body); err != nil {
		return err
	}
	if err := a.Service.Vote(c.ctx, c.workshop, c.poll(), c.session.Participant, body.Dots); err != nil {
		return err
	}
	return c.answer(http.StatusOK, body)
}

func (a *api) beginWriting(c *call) error {
	var body writingBody
	if err := c.decode(&body); err != nil {
		return err
	}
	w, err := a.Service.BeginWriting(c.ctx, c.workshop.ID, c.expect, workshop.Writing{Stage: body.StageID, Kind: body.Kind})
	return a.answerState(c, http.StatusCreated, w, err)
}

func (a *api) revealWriting(c *call) error {
	w, err := a.Service.RevealWriting(c.ctx, c.workshop.ID, c.writing())
	return a.answerState(c, http.StatusOK, w, err)
}

func (a *api) myNotes(c *call) error {
	notes, err := a.Service.Notes(c.ctx, c.workshop.ID, c.writing(), c.session.Participant)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, notesBody{Notes: notes})
}

func (a *api) keepNotes(c *call) error {
	var body keepNotesBody
	if err := c.decode(&body); err != nil {
		return err
	}
	kept, err := a.Service.KeepNotes(c.ctx, c.workshop, c.writing(), c.session.Participant, body.Notes, body.Base)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, notesBody{Notes: kept})
}

func (a *api) moveGallery(c *call) error {
	var body galleryBody
	if err := c.decode(&body); err != nil {
		return err
	}
	w, err := a.Service.MoveGallery(c.ctx, c.workshop.ID, c.expect, workshop.GalleryCommand(body))
	return a.answerState(c, http.StatusOK, w, err)
}

func (a *api) myFeedback(c *call) error {
	f, err := a.Service.MyFeedback(c.ctx, c.workshop.ID, c.session.Participant)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, f)
}

func (a *api) giveFeedback(c *call) error {
	var body workshop.Feedback
	if err := c.decode(&body); err != nil {
		return err
	}
	f, err := a.Service.GiveFeedback(c.ctx, c.workshop, c.session.Participant, body)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, f)
}

func (a *api) feedbackResults(c *call) error {
	r, err := a.Service.FeedbackResults(c.ctx, c.workshop.ID)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, r)
}
