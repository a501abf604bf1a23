package httpapi

import (
	"cmp"
	"context"
	"encoding/csv"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/pathboard/pathboard/server/auth"
	"github.com/pathboard/pathboard/server/workshop"
)

// auditRoutes are those of the audit log.
func auditRoutes() []route {
	return []route{
		{method: http.MethodGet, path: inWorkshop + "/audit", id: "audit", summary: "Who did what, newest first; format=csv for a file", action: workshop.ReadAudit, status: 200, result: auditBody{}, query: []string{"format"}, handle: (*api).auditLog},
	}
}

type auditBody struct {
	Entries []workshop.AuditEntry `json:"entries"`
}

// maxAuditPage bounds what one answer holds; the CSV has everything.
const maxAuditPage = 1000

// note says more about what the audit log is to tell of this call: to whom or
// what it was done, and a word of ours.
func (c *call) note(target, detail string) { c.target, c.detail = target, detail }

// record writes the call's line to the audit log. The command has been carried
// out: a log that cannot be written now does not undo it, but is a fault that
// the operator's log shows with the same ids.
func (a *api) record(c *call, r route) {
	action := cmp.Or(c.audit, r.audit)
	if action == "" || c.workshop == nil {
		return
	}
	e := workshop.AuditEntry{
		Action: action, Role: c.session.Role, Actor: string(c.session.Participant) + string(c.session.Facilitator),
		Target: cmp.Or(c.target, c.Param("participantId"), c.Param("facilitatorId"), c.Param("groupId")),
		Detail: cmp.Or(c.detail, c.QueryParam("format")),
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.ctx), auditPatience)
	defer cancel()
	if err := a.Service.Note(ctx, c.workshop.ID, e); err != nil {
		a.log.Error("audit line lost", "workshop", c.workshop.ID, "action", string(action), "actor", e.Actor, "target", e.Target, "error", err.Error())
	}
}

// auditPatience is how long a line may take, also when its caller has gone.
const auditPatience = 5 * time.Second

// refusedPerHour bounds the lines about refused codes of one workshop, so that
// whoever has an old code cannot fill the log.
const refusedPerHour = 60

// recordRefused notes that a code which once led to a workshop was refused.
func (a *api) recordRefused(c *call, code string, cause error) {
	if workshop.CodeOf(cause) != workshop.CodeCodeExpired {
		return
	}
	id, err := a.Service.CodeOwner(c.ctx, code)
	if err != nil {
		return
	}
	if !a.Guard.Within(c.ctx, "refused/"+string(id), refusedPerHour, time.Hour) {
		return
	}
	if err := a.Service.Note(c.ctx, id, workshop.AuditEntry{Action: workshop.AuditRefused}); err != nil {
		a.log.Error("audit line lost", "workshop", id, "action", string(workshop.AuditRefused), "error", err.Error())
	}
}

func (a *api) auditLog(c *call) error {
	var all []workshop.AuditEntry
	err := a.Service.Audit.Each(c.ctx, c.workshop.ID, func(e workshop.AuditEntry) error {
		all = append(all, e)
		return nil
	})
	if err != nil {
		return err
	}
	if c.QueryParam("format") == "csv" {
		return c.file(auditFile(all), true)
	}
	body := auditBody{Entries: make([]workshop.AuditEntry, 0, min(len(all), maxAuditPage))}
	for i := len(all) - 1; i >= 0 && len(body.Entries) < maxAuditPage; i-- {
		body.Entries = append(body.Entries, all[i])
	}
	return c.answer(http.StatusOK, body)
}

// auditFile is the log as CSV. Its cells are ids and words of ours without
// spaces or line ends, so none can be taken for a formula.
func auditFile(all []workshop.AuditEntry) File {
	return File{Name: "pathboard-audit.csv", ContentType: "text/csv; charset=utf-8", Write: func(w io.Writer) error {
		out := csv.NewWriter(w)
		rows := [][]string{{"at", "action", "role", "actor", "target", "detail", "id"}}
		for _, e := range all {
			rows = append(rows, []string{e.At.UTC().Format(time.RFC3339), string(e.Action), string(e.Role), e.Actor, e.Target, e.Detail, e.ID})
		}
		return out.WriteAll(rows)
	}}
}

// fingerprint names the session of the call.
func (a *api) fingerprint(c *call) string { return auth.Fingerprint(bearer(c.Request())) }

// forgetBrowser has a browser that says it keeps nothing else of this site
// (last=1) remove all it keeps: the caller left. Otherwise the page removes what
// belongs to the workshop alone.
func (c *call) forgetBrowser() {
	if c.QueryParam("last") == "1" {
		c.Response().Header().Set("Clear-Site-Data", `"storage"`)
	}
}

// deviceName is a coarse word for the browser that asks: enough to tell one's
// own phone from one's own computer, too little to tell people apart.
func deviceName(r *http.Request) string {
	agent := r.UserAgent()
	first := func(of ...string) string {
		for _, pair := range of {
			mark, name, _ := strings.Cut(pair, "=")
			if strings.Contains(agent, mark) {
				return name
			}
		}
		return ""
	}
	browser := first("Edg=Edge", "OPR/=Opera", "Firefox/=Firefox", "Chrome/=Chrome", "Safari/=Safari")
	system := first("Android=Android", "iPhone=iPhone", "iPad=iPad", "Windows=Windows", "Mac OS=macOS", "CrOS=ChromeOS", "Linux=Linux")
	return strings.TrimSpace(browser + " " + system)
}
