package httpapi

import (
	"encoding/json"
	"io"
	"net/http"

	"github.com/pathboard/pathboard/server/workshop"
)

// lifecycleRoutes are those of what a workshop is made of, becomes, and ends as.
func lifecycleRoutes() []route {
	return []route{
		{method: http.MethodPut, path: inWorkshop + "/stages", id: "setStages", summary: "Replace the stages; those with an id keep their cards", action: workshop.EditWorkshop, ifMatch: matchRequired, body: stagesBody{}, status: 200, result: workshopBody{}, problems: closed, audit: workshop.AuditSettings, handle: (*api).setStages},
		{method: http.MethodPut, path: inWorkshop + "/areas", id: "setAreas", summary: "Replace the areas; one that groups work in stays", action: workshop.EditWorkshop, ifMatch: matchRequired, body: areasBody{}, status: 200, result: workshopBody{}, problems: closed, audit: workshop.AuditSettings, handle: (*api).setAreas},
		{method: http.MethodGet, path: inWorkshop + "/pathway", id: "pathway", summary: "The workshop's stages, areas and agenda as a template for another", action: workshop.EditWorkshop, status: 200, result: workshop.Template{}, handle: (*api).pathway},
		{method: http.MethodPost, path: inWorkshop + "/delete", id: "deleteWorkshop", summary: "Delete the workshop for good; its title must be typed", action: workshop.DeleteWorkshop, confirmed: true, body: deleteBody{}, status: 200, result: workshop.Receipt{}, query: []string{"last"}, audit: workshop.AuditDelete, handle: (*api).deleteWorkshop},
		{method: http.MethodGet, path: "/api/receipts/{workshopId}", id: "receipt", summary: "That a workshop was deleted, and when", public: true, status: 200, result: workshop.Receipt{}, problems: []workshop.Code{workshop.CodeNotFound}, handle: (*api).receipt},
	}
}

type stagesBody struct {
	Stages []workshop.Stage `json:"stages"`
}

type areasBody struct {
	Areas []workshop.Area `json:"areas"`
}

type deleteBody struct {
	Title string `json:"title"`
}

func (a *api) setStages(c *call) error {
	var body stagesBody
	if err := c.decode(&body); err != nil {
		return err
	}
	c.note("", "stages")
	w, err := a.Service.SetStages(c.ctx, c.workshop.ID, c.expect, body.Stages)
	return a.answerState(c, http.StatusOK, w, err)
}

func (a *api) setAreas(c *call) error {
	var body areasBody
	if err := c.decode(&body); err != nil {
		return err
	}
	c.note("", "areas")
	w, err := a.Service.SetAreas(c.ctx, c.workshop.ID, c.expect, body.Areas)
	return a.answerState(c, http.StatusOK, w, err)
}

// pathway is a file to keep and to create another workshop from.
func (a *api) pathway(c *call) error {
	return c.file(jsonFile("pathboard-pathway.json", a.Service.Pathway(c.workshop)), true)
}

func jsonFile(name string, v any) File {
	return File{Name: name, ContentType: "application/json", Write: func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(v)
	}}
}

// deleteWorkshop leaves no line in the audit log, which goes with the workshop:
// the receipt and the operator's log tell of it.
func (a *api) deleteWorkshop(c *call) error {
	var body deleteBody
	if err := c.decode(&body); err != nil {
		return err
	}
	receipt, err := a.Service.Delete(c.ctx, c.workshop, body.Title)
	if err != nil {
		return err
	}
	a.log.Info("workshop deleted", "workshop", receipt.ID, "reason", string(receipt.Reason))
	c.workshop = nil
	c.forgetBrowser()
	return c.answer(http.StatusOK, receipt)
}

func (a *api) receipt(c *call) error {
	r, err := a.Service.Ends.Receipt(c.ctx, workshop.WorkshopID(c.Param("workshopId")))
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, r)
}
