package httpapi

import (
	"net/http"

	"github.com/pathboard/pathboard/server/auth"
	"github.com/pathboard/pathboard/server/workshop"
)

func (a *api) previewJoin(c *call) error {
	var body previewBody
	if err := c.decode(&body); err != nil {
		return err
	}
	var preview workshop.Preview
	err := a.Guard.Try(c.ctx, a.clientAddress(c.Request()), func() (err error) {
		preview, err = a.Service.Preview(c.ctx, body.Code)
		return err
	})
	if err != nil {
		a.recordRefused(c, body.Code, err)
		return err
	}
	return c.answer(http.StatusOK, preview)
}

func (a *api) join(c *call) error {
	var body joinBody
	if err := c.decode(&body); err != nil {
		return err
	}
	in := workshop.JoinInput{Name: body.Name, Department: body.Department, Device: deviceName(c.Request())}
	if body.GroupID != nil {
		in.Group = *body.GroupID
	}
	var joined workshop.Joined
	err := a.Guard.Try(c.ctx, a.clientAddress(c.Request()), func() (err error) {
		joined, err = a.Service.Join(c.ctx, body.Code, in)
		return err
	})
	if err != nil {
		a.recordRefused(c, body.Code, err)
		return err
	}
	return a.letIn(c, joined)
}

// returnJoin lets a member whose session ended back in as who they were.
func (a *api) returnJoin(c *call) error {
	var body previewBody
	if err := c.decode(&body); err != nil {
		return err
	}
	token := bearer(c.Request())
	ended, err := a.Authority.Ended(c.ctx, token)
	if err != nil {
		return err
	}
	var joined workshop.Joined
	err = a.Guard.Try(c.ctx, a.clientAddress(c.Request()), func() (err error) {
		joined, err = a.Service.Return(c.ctx, body.Code, ended, workshop.SessionID(auth.Fingerprint(token)), deviceName(c.Request()))
		return err
	})
	if err != nil {
		a.recordRefused(c, body.Code, err)
		return err
	}
	return a.letIn(c, joined)
}

func (a *api) letIn(c *call, joined workshop.Joined) error {
	c.workshop = joined.Workshop
	c.session = workshop.Session{Workshop: joined.Workshop.ID, Role: workshop.Member, Participant: joined.Participant.ID}
	view := joined.Workshop.View(workshop.Member)
	if c.Request().Header.Get("Prefer") == preferMinimal {
		c.Response().Header().Set("Preference-Applied", preferMinimal)
		view = view.For(joined.Participant)
	}
	return c.answerWorkshop(http.StatusCreated, joined.Workshop, joinedBody{
		Token: joined.Token, Participant: joined.Participant.View(), Workshop: view, Version: joined.Workshop.Version,
	})
}

// preferMinimal (RFC 7240) asks for no more of the workshop than the person's own
// part: a hall that fills would be told of everybody who is in it, once for each.
const preferMinimal = "return=minimal"

func (a *api) changeMe(c *call) error {
	var body selfBody
	if err := c.decode(&body); err != nil {
		return err
	}
	w, me, err := a.Service.ChangeParticipant(c.ctx, c.workshop.ID, c.expect, c.session.Participant, body.change())
	if err != nil {
		return err
	}
	return c.answerWorkshop(http.StatusOK, w, meAnswer{Participant: me.View(), Workshop: w.View(c.session.Role), Version: w.Version})
}

// sessionInfo tells the bearer of a token who they are.
func (a *api) sessionInfo(c *call) error {
	// What every role may do, if not now; a reader and a follower nothing else.
	may := workshop.ReadOutcome
	if c.session.Role == workshop.Follower {
		may = workshop.FollowUp
	}
	w, err := a.Authority.Can(c.ctx, c.session, may, targetOf(c.session))
	if err != nil {
		return err
	}
	body := sessionBody{Role: c.session.Role, WorkshopID: w.ID}
	if c.session.Role == workshop.Member {
		me, err := w.Participant(c.session.Participant)
		if err != nil {
			return err
		}
		view := me.View()
		body.Participant = &view
	}
	return c.answer(http.StatusOK, body)
}
