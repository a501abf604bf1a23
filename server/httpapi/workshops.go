package httpapi

import (
	"net/http"

	"github.com/pathboard/pathboard/server/workshop"
)

func (a *api) templates(c *call) error {
	return c.answer(http.StatusOK, templatesBody{Templates: a.Service.Templates})
}

func (a *api) createWorkshop(c *call) error {
	creator, err := a.mayCreate(c)
	if err != nil {
		return err
	}
	var body createBody
	if err := c.decode(&body); err != nil {
		return err
	}
	in := workshop.CreateInput{Title: body.Title, City: body.City, Language: body.Language, Template: body.Template, Pathway: body.Pathway}
	for _, area := range body.Areas {
		in.Areas = append(in.Areas, workshop.AreaInput{ID: area.ID, Name: area.Name})
	}
	for _, group := range body.Groups {
		in.Groups = append(in.Groups, workshop.GroupInput{Name: group.Name, Area: group.Area})
	}
	created, err := a.Service.Create(c.ctx, in)
	if err != nil {
		return err
	}
	if creator.Key != "" {
		if err := a.SignIn.Sessions.Created(c.ctx, creator, created.Workshop.ID); err != nil {
			return err
		}
	}
	w, base := created.Workshop, a.baseURL(c.Request())
	c.workshop = w
	c.Response().Header().Set("Location", "/api/workshops/"+string(w.ID))
	return c.answerWorkshop(http.StatusCreated, w, createdBody{
		Workshop: w.View(workshop.Facilitator), Version: w.Version, JoinCode: w.JoinCode,
		Tokens:       tokensBody{Facilitator: created.Facilitator, Projector: created.Projector},
		RecoveryCode: created.Recovery,
		Links: linksBody{
			Join:        joinLink(base, w.JoinCode),
			Facilitator: facilitatorLink(base, created.Facilitator),
			Projector:   base + "/projector#" + created.Projector,
		},
	})
}

// joinLink carries the code in the fragment, which browsers send to nobody.
func joinLink(base, code string) string { return base + "/join#" + code }

func (a *api) getWorkshop(c *call) error {
	return a.answerState(c, http.StatusOK, c.workshop, nil)
}

// answerState answers a command with the workshop it left behind.
func (a *api) answerState(c *call, status int, w *workshop.Workshop, err error) error {
	if err != nil {
		return err
	}
	return c.answerWorkshop(status, w, workshopBody{Workshop: w.View(c.session.Role), Version: w.Version})
}

func (a *api) changeWorkshop(c *call) error {
	var body changeBody
	if err := c.decode(&body); err != nil {
		return err
	}
	switch {
	case body.Status != nil && *body.Status == workshop.Closed:
		c.audit = workshop.AuditArchive
	case body.Status != nil:
		c.audit = workshop.AuditReopen
	case body.RetentionDays != nil:
		c.detail = "retention"
	case body.Visibility != nil:
		c.audit, c.detail = workshop.AuditVisibility, string(*body.Visibility)
	}
	w, err := a.Service.Change(c.ctx, c.workshop.ID, c.expect, workshop.Change(body))
	return a.answerState(c, http.StatusOK, w, err)
}

func (a *api) rotateCode(c *call) error {
	w, err := a.Service.RotateCode(c.ctx, c.workshop.ID, c.expect)
	if err != nil {
		return err
	}
	return c.answerWorkshop(http.StatusOK, w, codeBody{JoinCode: w.JoinCode, Link: joinLink(a.baseURL(c.Request()), w.JoinCode), Version: w.Version})
}

func (a *api) addGroup(c *call) error {
	var body groupBody
	if err := c.decode(&body); err != nil {
		return err
	}
	w, err := a.Service.AddGroup(c.ctx, c.workshop.ID, c.expect, body.change())
	return a.answerState(c, http.StatusCreated, w, err)
}

func (a *api) changeGroup(c *call) error {
	var body groupBody
	if err := c.decode(&body); err != nil {
		return err
	}
	if body.Frozen != nil {
		c.audit = lockAction(*body.Frozen)
	}
	w, err := a.Service.ChangeGroup(c.ctx, c.workshop.ID, c.expect, c.group(), body.change())
	return a.answerState(c, http.StatusOK, w, err)
}

func lockAction(frozen bool) workshop.AuditAction {
	if frozen {
		return workshop.AuditLock
	}
	return workshop.AuditUnlock
}

func (a *api) removeGroup(c *call) error {
	w, err := a.Service.RemoveGroup(c.ctx, c.workshop.ID, c.expect, c.group())
	return a.answerState(c, http.StatusOK, w, err)
}
