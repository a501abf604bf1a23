package httpapi

import (
	"net/http"

	"github.com/pathboard/pathboard/server/workshop"
)

// followRoutes are those by which actions are followed up after the workshop.
func followRoutes() []route {
	over := []workshop.Code{workshop.CodeFollowClosed}
	return []route{
		{method: http.MethodPut, path: inWorkshop + "/follow-up", id: "followActions", summary: "Let members and holders of a link say how far actions are, for so many days from now; 0 ends it and its links", action: workshop.EditWorkshop, ifMatch: matchOptional, body: shareBody{}, status: 200, result: workshopBody{}, audit: workshop.AuditShare, handle: (*api).followActions},
		{method: http.MethodPost, path: inWorkshop + "/follow-up/links", id: "linkFollowUp", summary: "A new link that opens the follow-up of actions, and nothing else, while it is open", action: workshop.EditWorkshop, status: 201, result: outcomeLinkBody{}, problems: over, audit: workshop.AuditLink, handle: (*api).linkFollowUp},
		{method: http.MethodGet, path: inWorkshop + "/follow-up", id: "followUp", summary: "The action plan and how far each action is", action: workshop.FollowUp, status: 200, result: followBody{}, query: []string{"lang"}, problems: over, handle: (*api).followUp},
		{method: http.MethodPut, path: inWorkshop + "/follow-up/groups/{groupId}/actions/{cardId}", id: "tickAction", summary: "Say how far an action is: todo, doing, blocked, done or nothing", action: workshop.FollowUp, body: tickBody{}, status: 204, problems: append([]workshop.Code{workshop.CodeUnknownGroup, workshop.CodeNotFound}, over...), handle: (*api).tickAction},
	}
}

type followBody struct {
	Title string `json:"title"`
	City  string `json:"city"`
	// HeldAt is the day from which one, three and six months are counted.
	HeldAt string `json:"heldAt"`
	// Until is the last moment of the follow-up, "" while it is not open.
	Until   string `json:"until"`
	Actions any    `json:"actions"`
}

type tickBody struct {
	State string `json:"state"`
}

func (a *api) followActions(c *call) error {
	days, err := c.shareDays()
	if err != nil {
		return err
	}
	w, err := a.Service.FollowActions(c.ctx, c.workshop.ID, c.expect, days)
	return a.answerState(c, http.StatusOK, w, err)
}

func (a *api) linkFollowUp(c *call) error {
	token, err := a.Service.FollowToken(c.ctx, c.workshop)
	if err != nil {
		return err
	}
	return c.answer(http.StatusCreated, outcomeLinkBody{Link: a.baseURL(c.Request()) + "/follow-up#" + token})
}

func (a *api) followUp(c *call) error {
	w := c.workshop
	if err := w.FollowOpen(c.session.Role, a.Service.Now()); err != nil {
		return err
	}
	actions, err := a.Boards.Actions(c.ctx, w, c.fileLanguage())
	if err != nil {
		return err
	}
	body := followBody{Title: w.Title, City: w.City, HeldAt: w.HeldOn().Format("2006-01-02"), Actions: actions}
	if !w.FollowUntil.IsZero() {
		body.Until = w.FollowUntil.Format("2006-01-02T15:04:05Z")
	}
	return c.answer(http.StatusOK, body)
}

func (a *api) tickAction(c *call) error {
	if err := c.workshop.FollowOpen(c.session.Role, a.Service.Now()); err != nil {
		return err
	}
	var body tickBody
	if err := c.decode(&body); err != nil {
		return err
	}
	g, err := c.workshop.Group(c.group())
	if err != nil {
		return err
	}
	if err := a.Service.TickAction(c.ctx, c.workshop, g.ID, c.Param("cardId"), body.State); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
