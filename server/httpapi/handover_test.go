package httpapi

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/pathboard/pathboard/server/workshop"
)

// as asks with a token of one's own.
func (e *edge) as(t *testing.T, token, method, path, body string) (int, string) {
	t.Helper()
	header := map[string]string{"User-Agent": "Mozilla/5.0 (Android 14; Mobile) Firefox/130.0"}
	if token != "" {
		header["Authorization"] = "Bearer " + token
	}
	res := e.do(t, method, e.fill(path), e.fill(body), header)
	return res.Code, res.Body.String()
}

func decodeAs[T any](t *testing.T, body string) (v T) {
	t.Helper()
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	return v
}

func secretOf(t *testing.T, link string) string {
	t.Helper()
	_, secret, ok := strings.Cut(link, "/facilitator#")
	if !ok {
		t.Fatalf("link %q", link)
	}
	return secret
}

// TestCoFacilitators: each has a link, which is listed, replaced and taken back
// without the others'.
func TestCoFacilitators(t *testing.T) {
	const leads = "/api/workshops/{w}/facilitators"
	e := newEdge(t)
	status, body := e.as(t, e.token("facilitator"), http.MethodPost, leads, `{"name":"Ola"}`)
	if status != http.StatusCreated {
		t.Fatalf("added: %d %s", status, body)
	}
	added := decodeAs[facilitatorLinkBody](t, body)
	ola := secretOf(t, added.Link)
	one := leads + "/" + string(added.FacilitatorID)
	for _, s := range []scenario{
		{actor: "facilitator", method: "POST", path: leads, body: `{"name":"Ola"}`, status: 422, contains: []string{`"duplicate"`}},
		{actor: "facilitator", method: "POST", path: leads, body: `{"name":""}`, status: 422, contains: []string{`"required"`}},
		{actor: "anna", method: "POST", path: leads, body: `{"name":"X"}`, status: 403},
		{actor: "projector", method: "POST", path: one + "/link", status: 403},
		{actor: "stranger", method: "DELETE", path: one, status: 403},
		{actor: "facilitator", method: "PATCH", path: one, body: `{"name":"Ola Lis"}`, status: 200, contains: []string{`"facilitators":[`, "Ola Lis"}},
		{actor: "facilitator", method: "PATCH", path: leads + "/nobody", body: `{"name":"Y"}`, status: 404},
		{actor: "facilitator", method: "POST", path: leads + "/nobody/link", status: 404},
		{actor: "anna", method: "GET", path: "/api/workshops/{w}", status: 200, lacks: []string{"Ola Lis", `"facilitators"`}},
	} {
		e.play(t, s)
	}
	if status, _ := e.as(t, ola, http.MethodGet, "/api/workshops/{w}", ""); status != http.StatusOK {
		t.Fatalf("the link of the co-facilitator gives %d", status)
	}
	_, body = e.as(t, e.token("facilitator"), http.MethodPost, one+"/link", "")
	next := secretOf(t, decodeAs[facilitatorLinkBody](t, body).Link)
	for token, want := range map[string]int{ola: 401, next: 200, e.token("facilitator"): 200} {
		if status, _ := e.as(t, token, http.MethodGet, "/api/session", ""); status != want {
			t.Errorf("after the link was replaced: %d, want %d", status, want)
		}
	}
	e.play(t, scenario{actor: "facilitator", method: "DELETE", path: one, status: 200, lacks: []string{"Ola Lis"}})
	if status, _ := e.as(t, next, http.MethodGet, "/api/workshops/{w}", ""); status != http.StatusUnauthorized {
		t.Errorf("the removed facilitator gets %d", status)
	}
	founder := e.created.Workshop.Facilitators[0].ID
	e.play(t, scenario{actor: "facilitator", method: "DELETE", path: leads + "/" + string(founder), status: 422, contains: []string{`"required"`}})
}

// TestRecovery: the code from the creation gives a new link, ends the lost one,
// stays good until replaced, and guessing is slowed down like that of join codes.
func TestRecovery(t *testing.T) {
	e := newEdge(t)
	code := e.created.RecoveryCode
	if len(code) != 24 {
		t.Fatalf("recovery code %q", code)
	}
	status, body := e.as(t, "", http.MethodPost, "/api/recover", `{"code":" `+strings.ToLower(strings.ReplaceAll(code, "-", " "))+` "}`)
	if status != http.StatusCreated {
		t.Fatalf("recovered: %d %s", status, body)
	}
	got := decodeAs[recoveredBody](t, body)
	for token, want := range map[string]int{e.token("facilitator"): 401, got.Token: 200} {
		if status, _ := e.as(t, token, http.MethodGet, "/api/workshops/{w}", ""); status != want {
			t.Errorf("after recovery: %d, want %d", status, want)
		}
	}
	if len(e.notices.ended) != 1 {
		t.Errorf("ended sessions announced: %v", e.notices.ended)
	}
	status, body = e.as(t, got.Token, http.MethodPost, "/api/workshops/{w}/recovery-code", "")
	if status != http.StatusCreated {
		t.Fatalf("replaced: %d %s", status, body)
	}
	next := decodeAs[recoveryBody](t, body).RecoveryCode
	if status, _ := e.as(t, "", http.MethodPost, "/api/recover", `{"code":"`+next+`"}`); status != http.StatusCreated {
		t.Errorf("the new code gives %d", status)
	}
	if status, body := e.as(t, "", http.MethodPost, "/api/recover", `{"code":"`+code+`"}`); status != http.StatusNotFound || !strings.Contains(body, `"unknown-code"`) {
		t.Errorf("the old code gives %d %s", status, body)
	}
	for range 6 {
		status, body = e.as(t, "", http.MethodPost, "/api/recover", `{"code":"{code}"}`)
	}
	if status != http.StatusTooManyRequests {
		t.Errorf("guessing goes on: %d %s", status, body)
	}
}

func TestDevices(t *testing.T) {
	const devices = "/api/workshops/{w}/devices"
	e := newEdge(t)
	_, body := e.as(t, "", http.MethodPost, "/api/join", `{"code":"{code}","name":"Cyryl"}`)
	cyryl := decodeAs[joinedBody](t, body)
	list := func(token string) []deviceBody {
		status, body := e.as(t, token, http.MethodGet, devices, "")
		if status != http.StatusOK {
			t.Fatalf("devices: %d %s", status, body)
		}
		return decodeAs[devicesBody](t, body).Devices
	}
	own := list(cyryl.Token)
	if len(own) != 1 || !own[0].This || own[0].Name != "Firefox Android" {
		t.Fatalf("own devices: %+v", own)
	}
	all := list(e.token("facilitator"))
	if len(all) != 5 { // facilitator, projector, Anna, Bea, Cyryl
		t.Fatalf("all devices: %+v", all)
	}
	anna := list(e.token("anna"))[0].ID
	if status, _ := e.as(t, cyryl.Token, http.MethodDelete, devices+"/"+string(anna), ""); status != http.StatusNotFound {
		t.Errorf("somebody else's device: %d", status)
	}
	if status, _ := e.as(t, e.token("projector"), http.MethodGet, devices, ""); status != http.StatusForbidden {
		t.Errorf("the projector sees devices: %d", status)
	}
	if status, _ := e.as(t, e.token("facilitator"), http.MethodDelete, devices+"/"+string(anna), ""); status != http.StatusNoContent {
		t.Errorf("end: %d", status)
	}
	if status, _ := e.as(t, e.token("anna"), http.MethodGet, "/api/session", ""); status != http.StatusUnauthorized {
		t.Errorf("an ended session: %d", status)
	}
	if len(e.notices.ended) != 1 || e.notices.ended[0] != anna {
		t.Errorf("announced %v, want %s", e.notices.ended, anna)
	}
	res := e.do(t, http.MethodDelete, e.fill(devices+"/"+string(own[0].ID)+"?last=1"), "", map[string]string{"Authorization": "Bearer " + cyryl.Token})
	if res.Code != http.StatusNoContent || res.Header().Get("Clear-Site-Data") != `"storage"` {
		t.Errorf("leaving: %d %v", res.Code, res.Header())
	}
}

// TestAuditLog: who did what is there, no names are, and others may not read it.
func TestAuditLog(t *testing.T) {
	const in = "/api/workshops/{w}"
	e := newEdge(t)
	for _, s := range []scenario{
		{actor: "facilitator", method: "PATCH", path: in + "/groups/{A}", ifMatch: "now", body: `{"frozen":true}`, status: 200},
		{actor: "facilitator", method: "PATCH", path: in, ifMatch: "now", body: `{"visibility":"workshop"}`, status: 200},
		{actor: "facilitator", method: "PATCH", path: in + "/participants/{anna}", body: `{"name":"Ann"}`, status: 200},
		{actor: "facilitator", method: "PATCH", path: in + "/day", ifMatch: "now", body: `{"frozen":true}`, status: 200},
		{actor: "facilitator", method: "GET", path: in + "/export?format=md", status: 200},
		{actor: "facilitator", method: "DELETE", path: in + "/participants/{bea}", status: 200},
		{actor: "facilitator", method: "POST", path: in + "/join-code", status: 200},
		{method: "POST", path: "/api/join", body: `{"code":"{code}","name":"Late"}`, status: 410},
		{actor: "facilitator", method: "DELETE", path: in + "/participants/nope", status: 404},
		{actor: "anna", method: "GET", path: in + "/audit", status: 403},
		{actor: "projector", method: "GET", path: in + "/audit", status: 403},
	} {
		e.play(t, s)
	}
	res := e.play(t, scenario{actor: "facilitator", method: "GET", path: in + "/audit", status: 200, lacks: []string{"Anna", "Bea", "Ann\"", "{code}"}})
	var got []string
	for _, entry := range decodeAs[auditBody](t, res.Body.String()).Entries {
		who := map[string]string{"": "-", string(e.created.Workshop.Facilitators[0].ID): "lead", e.fill("{anna}"): "anna", e.fill("{bea}"): "bea", e.fill("{A}"): "A"}
		got = append(got, strings.TrimSpace(string(entry.Action)+" "+who[entry.Actor]+" "+who[entry.Target]+" "+entry.Detail))
		if entry.At.IsZero() || entry.ID == "" {
			t.Errorf("entry without time or id: %+v", entry)
		}
	}
	want := "login-failed - -|join-code lead -|remove-person lead bea|export lead - md|lock lead - all|person lead anna|visibility lead - workshop|lock lead A|join bea -|join anna -|create - -"
	if strings.Join(got, "|") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, "|"), want)
	}
	csv := e.play(t, scenario{actor: "facilitator", method: "GET", path: in + "/audit?format=csv", status: 200, contains: []string{"at,action,role,actor,target,detail,id", ",join,member,{anna},"}})
	if ct := csv.Header().Get("Content-Disposition"); !strings.Contains(ct, "pathboard-audit.csv") {
		t.Errorf("file name: %q", ct)
	}
}

// TestEveryChangeByWhoLeadsIsAudited: a new route by which a facilitator changes
// something is either in the audit log or in this list, with a reason.
func TestEveryChangeByWhoLeadsIsAudited(t *testing.T) {
	unaudited := map[string]string{
		"setAgenda": "the plan of the day", "movePhase": "the course of the day", "changeDay": "as lock and unlock",
		"moveGallery": "the course of the day", "answerHelp": "the course of the day", "announce": "the course of the day",
		"dropCard": "content of a board", "commentBoard": "content of a board", "openPoll": "the course of the day",
		"changeScreen": "the course of the day", "turnSlide": "the course of the day",
		"tickAction": "content of a board",
		"closePoll":  "the course of the day", "beginWriting": "the course of the day", "revealWriting": "the course of the day",
		"readRoster": "keeps nothing", "putImage": "content of a board", "setApart": "a preference", "renameFacilitator": "a name",
		"askWarmup": "the course of the day", "closeWarmup": "the course of the day", "hideWarmup": "the course of the day",
		"answerWarmup": "one's own",
		"signOut":      "one's own", "changeMe": "one's own", "askHelp": "one's own", "withdrawHelp": "one's own", "vote": "one's own",
		"rehearse": "its own requests are", "keepNotes": "one's own", "giveFeedback": "one's own", "previewJoin": "changes nothing",
	}
	for _, r := range routes() {
		if r.method != http.MethodGet && r.audit == "" && unaudited[r.id] == "" {
			t.Errorf("%s is not in the audit log", r.id)
		}
		if unaudited[r.id] != "" && r.audit != workshop.AuditAction("") {
			t.Errorf("%s is in the audit log: take it off the list", r.id)
		}
	}
}
