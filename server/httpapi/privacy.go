package httpapi

import (
	"net/http"

	"github.com/pathboard/pathboard/server/workshop"
)

// Controller is who answers for personal data on this server, as the notice at
// joining names them; empty where the operator has not said.
type Controller struct {
	Name    string `json:"name"`
	Contact string `json:"contact"`
}

// privacyRoutes are those of personal data: the notice, the copy, the erasure.
func privacyRoutes() []route {
	notFound := []workshop.Code{workshop.CodeNotFound}
	const person = inWorkshop + "/participants/{participantId}/data"
	return []route{
		{method: http.MethodGet, path: "/api/privacy", id: "privacy", summary: "Who answers for personal data on this server, and how long it is kept", public: true, status: 200, result: privacyBody{}, handle: (*api).privacy},
		{method: http.MethodGet, path: inWorkshop + "/me/data", id: "myData", summary: "A copy of all that is kept of oneself", action: workshop.OwnData, status: 200, result: workshop.PersonalData{}, audit: workshop.AuditDataExport, handle: (*api).myData},
		{method: http.MethodDelete, path: inWorkshop + "/me/data", id: "eraseMe", summary: "Leave, and have all that is kept of oneself erased; cards stay without an author", action: workshop.OwnData, status: 204, query: []string{"last"}, audit: workshop.AuditErase, handle: (*api).eraseMe},
		{method: http.MethodGet, path: person, id: "personData", summary: "A copy of all that is kept of one person", action: workshop.ManageData, status: 200, result: workshop.PersonalData{}, problems: notFound, audit: workshop.AuditDataExport, handle: (*api).personData},
		{method: http.MethodPost, path: inWorkshop + "/groups/{groupId}/board/forget", id: "forgetBoard", summary: "Clear a board's history: what was deleted from it is gone for good; the board must be frozen", action: workshop.ManageData, confirmed: true, status: 204, problems: []workshop.Code{workshop.CodeUnknownGroup, workshop.CodeBoardOpen}, audit: workshop.AuditRedact, handle: (*api).forgetBoard},
		{method: http.MethodDelete, path: person, id: "erasePerson", summary: "Erase all that is kept of one person; cards stay without an author", action: workshop.ManageData, confirmed: true, ifMatch: matchOptional, status: 200, result: workshopBody{}, problems: notFound, audit: workshop.AuditErase, handle: (*api).erasePerson},
	}
}

type privacyBody struct {
	Controller    Controller `json:"controller"`
	RetentionDays int        `json:"retentionDays"`
}

func (a *api) privacy(c *call) error {
	return c.answer(http.StatusOK, privacyBody{Controller: a.Controller, RetentionDays: workshop.DefaultRetentionDays})
}

func (a *api) giveData(c *call, p workshop.ParticipantID) error {
	d, err := a.Service.Data(c.ctx, c.workshop, p)
	if err != nil {
		return err
	}
	c.note(string(p), "")
	return c.file(jsonFile("pathboard-data.json", d), true)
}

func (a *api) myData(c *call) error { return a.giveData(c, c.session.Participant) }

func (a *api) personData(c *call) error {
	return a.giveData(c, workshop.ParticipantID(c.Param("participantId")))
}

func (a *api) eraseMe(c *call) error {
	if _, err := a.Service.ErasePerson(c.ctx, c.workshop.ID, 0, c.session.Participant); err != nil {
		return err
	}
	c.session.Participant = ""
	c.note(workshop.Erased, "")
	c.forgetBrowser()
	return c.NoContent(http.StatusNoContent)
}

func (a *api) forgetBoard(c *call) error {
	if err := a.Service.ForgetBoard(c.ctx, c.workshop, c.group()); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

func (a *api) erasePerson(c *call) error {
	w, err := a.Service.ErasePerson(c.ctx, c.workshop.ID, c.expect, workshop.ParticipantID(c.Param("participantId")))
	c.note(workshop.Erased, "")
	return a.answerState(c, http.StatusOK, w, err)
}
