package httpapi

import (
	"net/http"

	"github.com/pathboard/pathboard/server/workshop"
)

// outcomeRoutes are those of what a workshop leaves behind.
func outcomeRoutes() []route {
	shared := []workshop.Code{workshop.CodeOutcomeClosed}
	return []route{
		{method: http.MethodGet, path: inWorkshop + "/outcome", id: "outcome", summary: "What the workshop made, for reading; members and readers see it while it is shared", action: workshop.ReadOutcome, status: 200, query: []string{"lang"}, problems: shared, handle: (*api).outcome},
		{method: http.MethodGet, path: inWorkshop + "/outcome/groups/{groupId}/images/{imageId}", id: "outcomeImage", summary: "A picture of a card that the outcome shows, as JPEG", action: workshop.ReadOutcome, status: 200, problems: append([]workshop.Code{workshop.CodeUnknownGroup, workshop.CodeNotFound}, shared...), handle: (*api).outcomeImage},
		{method: http.MethodGet, path: inWorkshop + "/export", id: "exportWorkshop", summary: "The report of the whole workshop as a file; people=1 lists the participants, for facilitators", action: workshop.ReadOutcome, status: 200, query: []string{"format", "lang", "people"}, problems: append([]workshop.Code{workshop.CodeUnsupportedFormat, workshop.CodeExportsBusy}, shared...), patience: filePatience, audit: workshop.AuditExport, handle: (*api).exportWorkshop},
		{method: http.MethodPut, path: inWorkshop + "/outcome/share", id: "shareOutcome", summary: "Share the outcome for so many days from now; 0 ends it and its links", action: workshop.EditWorkshop, ifMatch: matchOptional, body: shareBody{}, status: 200, result: workshopBody{}, audit: workshop.AuditShare, handle: (*api).shareOutcome},
		{method: http.MethodPost, path: inWorkshop + "/outcome/links", id: "linkOutcome", summary: "A new link that opens the outcome, and nothing else, while it is shared", action: workshop.EditWorkshop, status: 201, result: outcomeLinkBody{}, problems: shared, audit: workshop.AuditLink, handle: (*api).linkOutcome},
	}
}

type shareBody struct {
	// Days is never left out: 0 ends what is shared.
	Days *int `json:"days"`
}

// shareDays reads for how many days something is shared.
func (c *call) shareDays() (int, error) {
	var body shareBody
	if err := c.decode(&body); err != nil {
		return 0, err
	}
	if body.Days == nil {
		return 0, &workshop.Error{Code: workshop.CodeInvalidInput, Fields: []workshop.FieldError{{Field: "days", Code: workshop.FieldRequired}}}
	}
	return *body.Days, nil
}

type outcomeLinkBody struct {
	Link string `json:"link"`
}

// report is what the caller asks for, as far as they may have it.
func (a *api) report(c *call) (ReportQuery, error) {
	if err := c.workshop.OutcomeOpen(c.session.Role, a.Service.Now()); err != nil {
		return ReportQuery{}, err
	}
	q := ReportQuery{Format: c.QueryParam("format"), Language: c.fileLanguage()}
	if c.session.Role != workshop.Facilitator {
		return q, nil
	}
	q.People = c.QueryParam("people") == "1"
	feedback, err := a.Service.FeedbackResults(c.ctx, c.workshop.ID)
	if err != nil {
		return q, err
	}
	if feedback.Answers > 0 {
		q.Feedback = &feedback
	}
	return q, nil
}

func (a *api) exportWorkshop(c *call) error {
	q, err := a.report(c)
	if err != nil {
		return err
	}
	return a.oneOfFew(c, func() error {
		file, err := a.Boards.Report(c.ctx, c.workshop, q)
		if err != nil {
			return err
		}
		return c.file(file, true)
	})
}

func (a *api) outcome(c *call) error {
	q, err := a.report(c)
	if err != nil {
		return err
	}
	outcome, err := a.Boards.Outcome(c.ctx, c.workshop, q)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, outcome)
}

func (a *api) outcomeImage(c *call) error {
	if err := c.workshop.OutcomeOpen(c.session.Role, a.Service.Now()); err != nil {
		return err
	}
	g, err := c.workshop.Group(c.group())
	if err != nil {
		return err
	}
	data, err := a.Boards.OutcomeImage(c.ctx, c.workshop, g, c.image())
	if err != nil {
		return err
	}
	return c.picture(data)
}

func (a *api) shareOutcome(c *call) error {
	days, err := c.shareDays()
	if err != nil {
		return err
	}
	w, err := a.Service.ShareOutcome(c.ctx, c.workshop.ID, c.expect, days)
	return a.answerState(c, http.StatusOK, w, err)
}

func (a *api) linkOutcome(c *call) error {
	token, err := a.Service.OutcomeToken(c.ctx, c.workshop)
	if err != nil {
		return err
	}
	return c.answer(http.StatusCreated, outcomeLinkBody{Link: a.baseURL(c.Request()) + "/outcome#" + token})
}
