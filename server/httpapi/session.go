package httpapi

import (
	"net/http"

	"github.com/pathboard/pathboard/server/workshop"
)

// sessionRoutes are those by which a browser that leads keeps no secret: the
// link opens a session, and what cannot be undone asks for the secret again.
func sessionRoutes() []route {
	return []route{
		{method: http.MethodPost, path: inWorkshop + "/session", id: "openSession", summary: "Exchange a facilitator's link for a session of this browser, which ends by itself and does not allow what cannot be undone", action: workshop.OpenSession, status: 201, result: openedBody{}, audit: workshop.AuditOpen, handle: (*api).openSession},
		{method: http.MethodPost, path: inWorkshop + "/session/confirm", id: "confirmSession", summary: "Show the facilitator's link or recovery code again, which for some minutes allows what cannot be undone", action: workshop.ConfirmSession, body: secretBody{}, status: 204, problems: []workshop.Code{workshop.CodeWrongSecret, workshop.CodeTooManyTries}, audit: workshop.AuditConfirm, handle: (*api).confirmSession},
	}
}

type openedBody struct {
	Token string `json:"token"`
}

type secretBody struct {
	Secret string `json:"secret"`
}

func (a *api) openSession(c *call) error {
	token, err := a.Authority.Open(c.ctx, bearer(c.Request()), deviceName(c.Request()))
	if err != nil {
		return err
	}
	return c.answer(http.StatusCreated, openedBody{Token: token})
}

// confirmSession counts wrong secrets as wrong join codes are.
func (a *api) confirmSession(c *call) error {
	var body secretBody
	if err := c.decode(&body); err != nil {
		return err
	}
	err := a.Guard.Try(c.ctx, a.clientAddress(c.Request()), func() error {
		return a.Authority.Confirm(c.ctx, bearer(c.Request()), body.Secret)
	})
	if workshop.CodeOf(err) == workshop.CodeUnknownCode {
		return workshop.Fail(workshop.CodeWrongSecret)
	}
	if err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
