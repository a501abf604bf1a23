package httpapi

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// TestOutcomeIsSharedForATime: members and the holders of a link see it while
// it is shared, and nothing beside it.
func TestOutcomeIsSharedForATime(t *testing.T) {
	const in = "/api/workshops/{w}"
	e := newEdge(t)
	for _, s := range []scenario{
		{actor: "facilitator", method: "GET", path: in + "/outcome", status: 200, contains: []string{`"language":"pl"`}},
		{actor: "projector", method: "GET", path: in + "/outcome?lang=en", status: 200, contains: []string{`"language":"en"`}},
		{actor: "anna", method: "GET", path: in + "/outcome", status: 410, contains: []string{`"outcome-closed"`, "prowadzącego"}},
		{actor: "anna", method: "GET", path: in + "/export?format=md", status: 410},
		{actor: "anna", method: "GET", path: in + "/outcome/groups/{A}/images/shown", status: 410},
		{actor: "anna", method: "PUT", path: in + "/outcome/share", body: `{"days":7}`, status: 403},
		{actor: "facilitator", method: "POST", path: in + "/outcome/links", status: 410},
		{actor: "facilitator", method: "PUT", path: in + "/outcome/share", body: `{"days":367}`, status: 422, contains: []string{"366"}},
		{actor: "facilitator", method: "PUT", path: in + "/outcome/share", body: `{"days":-1}`, status: 422},
		{actor: "facilitator", method: "PUT", path: in + "/outcome/share", body: `{}`, status: 422, contains: []string{`"days"`}},
		{actor: "facilitator", method: "PUT", path: in + "/outcome/share", ifMatch: `"1"`, body: `{"days":7}`, status: 412},
		{actor: "facilitator", method: "PUT", path: in + "/outcome/share", body: `{"days":7}`, status: 200, contains: []string{`"outcomeUntil":"2`}},
		{actor: "anna", method: "PUT", path: in + "/feedback/mine", body: `{"scale":{"useful":5},"text":"Tak"}`, status: 200},
		{actor: "anna", method: "GET", path: in + "/outcome?people=1", status: 200, contains: []string{`"people":false`, `"feedback":null`}},
		{actor: "facilitator", method: "GET", path: in + "/outcome?people=1", status: 200, contains: []string{`"people":true`, `"answers":1`}},
		{actor: "anna", method: "GET", path: in + "/export?format=md", status: 200},
		{actor: "stranger", method: "GET", path: in + "/outcome", status: 403},
		{method: "GET", path: in + "/outcome", status: 401},
	} {
		e.play(t, s)
	}
	reader := e.outcomeLink(t)
	get := func(path string) int {
		return e.do(t, http.MethodGet, e.fill(path), "", map[string]string{"Authorization": "Bearer " + reader}).Code
	}
	for path, want := range map[string]int{
		"/api/session": 200, in + "/outcome": 200, in + "/export?format=md": 200, in: 403,
		in + "/outcome/groups/{A}/images/shown": 200, in + "/outcome/groups/{A}/images/gone": 404, in + "/outcome/groups/nope/images/shown": 404,
		in + "/groups/{A}/images/shown": 403, in + "/groups/{A}/board": 403, in + "/feedback": 403, in + "/concern": 403,
	} {
		if got := get(path); got != want {
			t.Errorf("a reader gets %d at %s, want %d", got, path, want)
		}
	}
	e.play(t, scenario{actor: "facilitator", method: "PUT", path: in + "/outcome/share", body: `{"days":0}`, status: 200, contains: []string{`"outcomeUntil":null`}})
	e.play(t, scenario{actor: "anna", method: "GET", path: in + "/outcome", status: 410})
	e.play(t, scenario{actor: "facilitator", method: "PUT", path: in + "/outcome/share", body: `{"days":7}`, status: 200})
	if got := get(in + "/outcome"); got != http.StatusUnauthorized {
		t.Errorf("a link from before gets %d", got)
	}
}

// outcomeLink returns the secret of a new link.
func (e *edge) outcomeLink(t *testing.T) string {
	t.Helper()
	var body outcomeLinkBody
	res := e.play(t, scenario{actor: "facilitator", method: "POST", path: "/api/workshops/{w}/outcome/links", status: 201})
	if err := json.Unmarshal(res.Body.Bytes(), &body); err != nil {
		t.Fatal(err)
	}
	_, secret, ok := strings.Cut(body.Link, "/outcome#")
	if !ok {
		t.Fatalf("link %q", body.Link)
	}
	return secret
}
