package httpapi

import "testing"

// TestScreenIsLedFromTheConsole, by a projector's keyboard, and by the group
// that holds the clicker as long as it presents.
func TestScreenIsLedFromTheConsole(t *testing.T) {
	const screen = "/api/workshops/{w}/screen"
	const slide = screen + "/slide"
	e := newEdge(t)
	for _, s := range []scenario{
		{actor: "projector", method: "GET", path: "/api/workshops/{w}", status: 200, contains: []string{`"screen":{"mode":"day"`}},
		{actor: "anna", method: "PATCH", path: screen, body: `{"mode":"blank"}`, status: 403},
		{actor: "projector", method: "PATCH", path: screen, body: `{"mode":"blank"}`, status: 403},
		{actor: "facilitator", method: "PATCH", path: screen, body: `{"mode":"film"}`, status: 422, contains: []string{`"mode"`}},
		{actor: "facilitator", method: "PATCH", path: screen, body: `{"mode":"focus","groupId":"x"}`, status: 404},
		{actor: "facilitator", method: "PATCH", path: screen, ifMatch: `"1"`, body: `{"mode":"wall"}`, status: 412},
		{actor: "facilitator", method: "PATCH", path: screen, body: `{"mode":"theory"}`, status: 200, contains: []string{`"mode":"theory"`}},
		{actor: "projector", method: "POST", path: slide, body: `{"mode":"theory","slide":2}`, status: 200, contains: []string{`"slide":2`}},
		{actor: "facilitator", method: "PATCH", path: screen, body: `{"mode":"presentation","groupId":"{A}"}`, status: 200, contains: []string{`"slide":0`}},
		{actor: "anna", method: "POST", path: slide, body: `{"mode":"presentation","groupId":"{A}","slide":1}`, status: 403},
		{actor: "facilitator", method: "PATCH", path: screen, body: `{"handed":true}`, status: 200, contains: []string{`"handed":true`}},
		{actor: "anna", method: "POST", path: slide, body: `{"mode":"presentation","groupId":"{A}","slide":1}`, status: 200, contains: []string{`"slide":1`}},
		{actor: "bea", method: "POST", path: slide, body: `{"mode":"presentation","groupId":"{A}","slide":2}`, status: 403},
		{actor: "anna", method: "POST", path: slide, body: `{"mode":"presentation","groupId":"{B}","slide":2}`, status: 409, contains: []string{`"screen-moved"`, "Zobacz, co jest na ekranie"}},
		{actor: "facilitator", method: "PATCH", path: screen, body: `{"mode":"wall"}`, status: 200},
		{actor: "projector", method: "POST", path: slide, body: `{"mode":"presentation","groupId":"{A}","slide":3}`, status: 409},
	} {
		e.play(t, s)
	}
}
