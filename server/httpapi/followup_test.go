package httpapi

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// TestActionsAreFollowedUp by members and whoever has the link, after the
// workshop was closed, until a day of its own.
func TestActionsAreFollowedUp(t *testing.T) {
	const in = "/api/workshops/{w}"
	const follow = in + "/follow-up"
	const tick = follow + "/groups/{A}/actions/k"
	e := newEdge(t)
	for _, s := range []scenario{
		{actor: "anna", method: "GET", path: follow, status: 410, contains: []string{`"follow-up-closed"`, "nowy link"}},
		{actor: "anna", method: "PUT", path: tick, body: `{"state":"done"}`, status: 410},
		{actor: "facilitator", method: "POST", path: follow + "/links", status: 410},
		{actor: "anna", method: "PUT", path: follow, body: `{"days":190}`, status: 403},
		{actor: "facilitator", method: "PUT", path: follow, body: `{"days":401}`, status: 422},
		{actor: "facilitator", method: "PUT", path: follow, body: `{"months":6}`, status: 422, contains: []string{`"days"`}},
		{actor: "facilitator", method: "PUT", path: follow, body: `{"days":190}`, status: 200, contains: []string{`"followUntil":"2`}},
		{actor: "facilitator", method: "PATCH", path: in, ifMatch: "now", body: `{"status":"closed"}`, status: 200},
		{actor: "anna", method: "GET", path: follow + "?lang=en", status: 200, contains: []string{"plan en", `"heldAt":"2`, `"until":"2`}},
		{actor: "anna", method: "PUT", path: tick, body: `{"state":"done"}`, status: 204},
		{actor: "anna", method: "PUT", path: tick, body: `{"state":"perhaps"}`, status: 422},
		{actor: "anna", method: "PUT", path: follow + "/groups/{A}/actions/gone", body: `{"state":"done"}`, status: 404},
		{actor: "projector", method: "GET", path: follow, status: 403},
		{actor: "stranger", method: "GET", path: follow, status: 403},
	} {
		e.play(t, s)
	}
	var body outcomeLinkBody
	res := e.play(t, scenario{actor: "facilitator", method: "POST", path: follow + "/links", status: 201})
	if err := json.Unmarshal(res.Body.Bytes(), &body); err != nil {
		t.Fatal(err)
	}
	_, secret, ok := strings.Cut(body.Link, "/follow-up#")
	if !ok {
		t.Fatalf("link %q", body.Link)
	}
	ask := func(method, path, body string) int {
		return e.do(t, method, e.fill(path), body, map[string]string{"Authorization": "Bearer " + secret}).Code
	}
	for path, want := range map[string]int{follow: 200, "/api/session": 200, in: 403, in + "/outcome": 403, in + "/groups/{A}/board": 403} {
		if got := ask(http.MethodGet, path, ""); got != want {
			t.Errorf("a follower gets %d at %s, want %d", got, path, want)
		}
	}
	if got := ask(http.MethodPut, tick, `{"state":"done"}`); got != http.StatusNoContent {
		t.Errorf("a follower ticks: %d", got)
	}
	e.play(t, scenario{actor: "facilitator", method: "PUT", path: follow, body: `{"days":0}`, status: 200, contains: []string{`"followUntil":null`}})
	if got := ask(http.MethodGet, follow, ""); got != http.StatusUnauthorized {
		t.Errorf("a link from before gets %d", got)
	}
}
