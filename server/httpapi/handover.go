package httpapi

import (
	"net/http"

	"github.com/pathboard/pathboard/server/workshop"
)

// handoverRoutes are those by which a workshop changes hands: who leads it, on
// which devices it is open, and how a lost link is got back.
func handoverRoutes() []route {
	notFound := []workshop.Code{workshop.CodeNotFound}
	const lead = inWorkshop + "/facilitators/{facilitatorId}"
	return []route{
		{method: http.MethodPost, path: "/api/recover", id: "recover", summary: "Exchange a recovery code for a new facilitator link; the lost one stops working", public: true, body: previewBody{}, status: 201, result: recoveredBody{}, problems: []workshop.Code{workshop.CodeUnknownCode, workshop.CodeTooManyTries}, audit: workshop.AuditRecover, handle: (*api).recoverLink},
		{method: http.MethodPost, path: inWorkshop + "/recovery-code", id: "replaceRecovery", summary: "A new recovery code; the one before stops working", action: workshop.ManageLeads, confirmed: true, status: 201, result: recoveryBody{}, audit: workshop.AuditRecovery, handle: (*api).replaceRecovery},

		{method: http.MethodPost, path: inWorkshop + "/facilitators", id: "addFacilitator", summary: "Let one more person lead, with a link of their own", action: workshop.ManageLeads, confirmed: true, ifMatch: matchOptional, body: nameBody{}, status: 201, result: facilitatorLinkBody{}, audit: workshop.AuditFacilitator, handle: (*api).addFacilitator},
		{method: http.MethodPatch, path: lead, id: "renameFacilitator", summary: "Change the name under which somebody leads", action: workshop.ManageLeads, ifMatch: matchOptional, body: nameBody{}, status: 200, result: workshopBody{}, problems: notFound, handle: (*api).renameFacilitator},
		{method: http.MethodPost, path: lead + "/link", id: "relinkFacilitator", summary: "Replace somebody's link; the one before stops working", action: workshop.ManageLeads, confirmed: true, status: 201, result: facilitatorLinkBody{}, problems: notFound, audit: workshop.AuditLink, handle: (*api).relinkFacilitator},
		{method: http.MethodDelete, path: lead, id: "removeFacilitator", summary: "Take the workshop from one who leads it; one remains", action: workshop.ManageLeads, confirmed: true, ifMatch: matchOptional, status: 200, result: workshopBody{}, problems: append([]workshop.Code{workshop.CodeInvalidInput}, notFound...), audit: workshop.AuditDemote, handle: (*api).removeFacilitator},

		{method: http.MethodGet, path: inWorkshop + "/devices", id: "devices", summary: "Sessions: all for facilitators, their own for members", action: workshop.ManageDevices, status: 200, result: devicesBody{}, handle: (*api).devices},
		{method: http.MethodDelete, path: inWorkshop + "/devices/{sessionId}", id: "endDevice", summary: "End a session; its connections are closed everywhere", action: workshop.ManageDevices, status: 204, query: []string{"last"}, problems: notFound, audit: workshop.AuditEndSession, handle: (*api).endDevice},
	}
}

type recoveredBody struct {
	Workshop workshop.View `json:"workshop"`
	Version  uint64        `json:"version"`
	Token    string        `json:"token"`
	Link     string        `json:"link"`
}

type recoveryBody struct {
	RecoveryCode string `json:"recoveryCode"`
}

type nameBody struct {
	Name string `json:"name"`
}

type facilitatorLinkBody struct {
	FacilitatorID workshop.FacilitatorID `json:"facilitatorId"`
	Link          string                 `json:"link"`
}

type devicesBody struct {
	Devices []deviceBody `json:"devices"`
}

type deviceBody struct {
	workshop.Device
	// This: it is the session that asks.
	This bool `json:"this"`
}

func (c *call) lead() workshop.FacilitatorID {
	return workshop.FacilitatorID(c.Param("facilitatorId"))
}

func facilitatorLink(base, token string) string { return base + "/facilitator#" + token }

func (a *api) recoverLink(c *call) error {
	var body previewBody
	if err := c.decode(&body); err != nil {
		return err
	}
	var got workshop.Recovered
	err := a.Guard.Try(c.ctx, a.clientAddress(c.Request()), func() (err error) {
		got, err = a.Service.Recover(c.ctx, body.Code)
		return err
	})
	if err != nil {
		return err
	}
	c.workshop, c.session.Role = got.Workshop, workshop.Facilitator
	return c.answerWorkshop(http.StatusCreated, got.Workshop, recoveredBody{
		Workshop: got.Workshop.View(workshop.Facilitator), Version: got.Workshop.Version,
		Token: got.Facilitator, Link: facilitatorLink(a.baseURL(c.Request()), got.Facilitator),
	})
}

func (a *api) replaceRecovery(c *call) error {
	code, err := a.Service.ReplaceRecovery(c.ctx, c.workshop, c.session.Facilitator)
	if err != nil {
		return err
	}
	return c.answer(http.StatusCreated, recoveryBody{RecoveryCode: code})
}

func (a *api) addFacilitator(c *call) error {
	var body nameBody
	if err := c.decode(&body); err != nil {
		return err
	}
	w, lead, token, err := a.Service.AddFacilitator(c.ctx, c.workshop.ID, c.expect, body.Name)
	if err != nil {
		return err
	}
	c.note(string(lead.ID), "")
	return c.answerWorkshop(http.StatusCreated, w, facilitatorLinkBody{FacilitatorID: lead.ID, Link: facilitatorLink(a.baseURL(c.Request()), token)})
}

func (a *api) renameFacilitator(c *call) error {
	var body nameBody
	if err := c.decode(&body); err != nil {
		return err
	}
	w, err := a.Service.RenameFacilitator(c.ctx, c.workshop.ID, c.expect, c.lead(), body.Name)
	return a.answerState(c, http.StatusOK, w, err)
}

func (a *api) relinkFacilitator(c *call) error {
	token, err := a.Service.RelinkFacilitator(c.ctx, c.workshop, c.lead())
	if err != nil {
		return err
	}
	return c.answer(http.StatusCreated, facilitatorLinkBody{FacilitatorID: c.lead(), Link: facilitatorLink(a.baseURL(c.Request()), token)})
}

func (a *api) removeFacilitator(c *call) error {
	w, err := a.Service.RemoveFacilitator(c.ctx, c.workshop.ID, c.expect, c.lead())
	return a.answerState(c, http.StatusOK, w, err)
}

func (a *api) devices(c *call) error {
	seen, err := a.Service.Devices(c.ctx, c.session)
	if err != nil {
		return err
	}
	body := devicesBody{Devices: make([]deviceBody, len(seen))}
	for i, d := range seen {
		body.Devices[i] = deviceBody{Device: d, This: string(d.ID) == a.fingerprint(c)}
	}
	return c.answer(http.StatusOK, body)
}

func (a *api) endDevice(c *call) error {
	ended, err := a.Service.EndDevice(c.ctx, c.session, workshop.SessionID(c.Param("sessionId")))
	if err != nil {
		return err
	}
	c.note(string(ended.Participant)+string(ended.Facilitator), string(ended.Role))
	if string(ended.ID) == a.fingerprint(c) {
		c.forgetBrowser()
	}
	return c.NoContent(http.StatusNoContent)
}
