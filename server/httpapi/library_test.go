package httpapi

import (
	"encoding/json"
	"testing"

	"github.com/pathboard/pathboard/server/workshop"
)

// TestGroupsProposeAndWhoLeadsDecides: what is accepted is found by everybody,
// what waits or was refused is seen by the group alone.
func TestGroupsProposeAndWhoLeadsDecides(t *testing.T) {
	const in = "/api/workshops/{w}"
	const shelf = in + "/library"
	const propose = in + "/groups/{A}/library"
	const entry = `{"kind":"data","name":{"pl":"Rejestr lokali"},"text":{"pl":"Wszystkie lokale"},"url":"https://lokale.example","licence":{"pl":"CC0"}}`
	e := newEdge(t)
	e.play(t, scenario{actor: "anna", method: "POST", path: propose, body: entry, status: 201, contains: []string{`"proposed"`, "Rejestr lokali", "{A}"}})
	var body shelfBody
	res := e.play(t, scenario{actor: "anna", method: "GET", path: shelf, status: 200})
	if err := json.Unmarshal(res.Body.Bytes(), &body); err != nil || len(body.Proposals) != 1 {
		t.Fatalf("%v %s", err, res.Body)
	}
	one := shelf + "/" + string(body.Proposals[0].ID)
	for _, s := range []scenario{
		{actor: "anna", method: "POST", path: propose, body: `{"kind":"data","url":"ftp://x"}`, status: 422, contains: []string{`"field":"name"`, `"bad-address"`, "https://adres.pl"}},
		{actor: "bea", method: "POST", path: propose, body: entry, status: 403},
		{actor: "projector", method: "POST", path: propose, body: entry, status: 403},
		{actor: "bea", method: "GET", path: shelf, status: 200, contains: []string{`"proposals":[]`}, lacks: []string{"Rejestr"}},
		{actor: "facilitator", method: "GET", path: in, status: 200, contains: []string{`"waiting":1`}},
		{actor: "anna", method: "POST", path: one + "/decision", body: `{"accept":true}`, status: 403},
		{actor: "facilitator", method: "POST", path: one + "/decision", body: `{"accept":false,"answer":"Jest w BDL"}`, status: 200, contains: []string{`"waiting":0`, `"entries":0`}},
		{actor: "anna", method: "GET", path: shelf, status: 200, contains: []string{`"refused"`, "Jest w BDL"}},
		{actor: "facilitator", method: "POST", path: one + "/decision", body: `{"accept":true}`, status: 200, contains: []string{`"entries":1`}},
		{actor: "bea", method: "GET", path: shelf + "?q=lokali", status: 200, contains: []string{"Rejestr lokali", `"Text":"lokali"`}},
		{actor: "stranger", method: "GET", path: shelf, status: 403},
		{actor: "facilitator", method: "PUT", path: one, body: `{"kind":"data","name":{"pl":"Lokale","en":"Premises"},"text":{"pl":"t"}}`, status: 200},
		{actor: "facilitator", method: "PUT", path: shelf + "/own.none", body: entry, status: 404},
		{actor: "anna", method: "GET", path: in + "/library-file", status: 403},
		{actor: "facilitator", method: "GET", path: in + "/library-file", status: 200, contains: []string{"Łódź 1"}},
		{actor: "facilitator", method: "POST", path: in + "/library-file", body: "lodz.x", status: 200, contains: []string{`"entries":2`}},
		{actor: "facilitator", method: "POST", path: shelf, body: entry, status: 201, contains: []string{`"entries":3`}},
		{actor: "facilitator", method: "DELETE", path: one, status: 200, contains: []string{`"entries":2`}},
		{actor: "facilitator", method: "PATCH", path: in, ifMatch: "now", body: `{"status":"closed"}`, status: 200},
		{actor: "anna", method: "POST", path: propose, body: entry, status: 403},
		{actor: "facilitator", method: "POST", path: propose, body: entry, status: 409, contains: []string{`"` + string(workshop.CodeWorkshopClosed) + `"`}},
	} {
		e.play(t, s)
	}
}
