package httpapi

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/pathboard/pathboard/server/workshop"
)

// TestDayRoutes plays parts of a day: each step is a request of somebody.
func TestDayRoutes(t *testing.T) {
	const in = "/api/workshops/{w}"
	for name, steps := range map[string][]scenario{
		"HelpIsPrivate": {
			{actor: "anna", method: "POST", path: in + "/help", body: `{"text":"Skąd dane?"}`, status: 200, contains: []string{"Skąd dane?"}},
			{actor: "facilitator", method: "GET", path: in + "/concern", status: 200, contains: []string{"Skąd dane?"}},
			{actor: "bea", method: "GET", path: in + "/concern", status: 200, lacks: []string{"Skąd dane?"}},
			{actor: "projector", method: "GET", path: in + "/concern", status: 200, lacks: []string{"Skąd dane?"}},
			{actor: "bea", method: "GET", path: in, status: 200, lacks: []string{"Skąd dane?"}},
			{actor: "bea", method: "PATCH", path: in + "/help/x", body: `{"answer":"a"}`, status: 403},
			{actor: "facilitator", method: "PATCH", path: in + "/help/x", body: `{"answer":"a"}`, status: 404},
			{actor: "bea", method: "DELETE", path: in + "/help", status: 404},
			{actor: "anna", method: "DELETE", path: in + "/help", status: 200, contains: []string{`"doneAt"`}},
			{actor: "projector", method: "POST", path: in + "/help", body: `{}`, status: 403},
		},
		"Announcements": {
			{actor: "facilitator", method: "POST", path: in + "/announcements", body: `{"text":"Tylko dla B","groups":["{B}"]}`, status: 200},
			{actor: "facilitator", method: "POST", path: in + "/announcements", body: `{"text":"Przerwa"}`, status: 200},
			{actor: "anna", method: "GET", path: in + "/concern", status: 200, contains: []string{"Przerwa"}, lacks: []string{"Tylko dla B"}},
			{actor: "bea", method: "GET", path: in + "/concern", status: 200, contains: []string{"Tylko dla B"}},
			{actor: "anna", method: "POST", path: in + "/announcements", body: `{"text":"x"}`, status: 403},
			{actor: "facilitator", method: "POST", path: in + "/announcements", body: `{"text":""}`, status: 422},
		},
		"Hints": {
			{actor: "facilitator", method: "POST", path: in + "/groups/{A}/cards", body: `{"stageId":"data","kind":"data","text":"BDL","ref":"bdl"}`, status: 204},
			{actor: "facilitator", method: "POST", path: in + "/groups/{A}/cards", body: `{"stageId":"x","kind":"data","text":"BDL"}`, status: 422, contains: []string{`"stageId"`}},
			{actor: "anna", method: "POST", path: in + "/groups/{A}/cards", body: `{"stageId":"data","kind":"data","text":"BDL"}`, status: 403},
		},
		"Gallery": {
			{actor: "bea", method: "GET", path: in + "/groups/{A}/board", status: 403},
			{actor: "bea", method: "POST", path: in + "/groups/{A}/cards/k/comments", body: `{"text":"Dobre"}`, status: 403},
			{actor: "bea", method: "POST", path: in + "/gallery", ifMatch: "now", body: `{"action":"start"}`, status: 403},
			{actor: "facilitator", method: "POST", path: in + "/gallery", ifMatch: "now", body: `{"action":"start"}`, status: 200, contains: []string{`"gallery":{"round":1}`}},
			{actor: "bea", method: "GET", path: in + "/concern", status: 200, contains: []string{`"visits":"{A}"`}},
			{actor: "bea", method: "GET", path: in + "/groups/{A}/board", status: 200},
			{actor: "bea", method: "POST", path: in + "/groups/{A}/cards/k/comments", body: `{"text":"Dobre"}`, status: 204},
			{actor: "bea", method: "POST", path: in + "/groups/{A}/cards/gone/comments", body: `{"text":"Dobre"}`, status: 404},
		},
		"Warmup": {
			{actor: "anna", method: "PUT", path: in + "/warmup", ifMatch: "now", body: `{"question":"Jakie dane?"}`, status: 403},
			{actor: "facilitator", method: "PUT", path: in + "/warmup", body: `{"question":"Jakie dane?"}`, status: 428},
			{actor: "facilitator", method: "PUT", path: in + "/warmup", ifMatch: "now", body: `{"question":"Jakie dane?"}`, status: 200, contains: []string{"Jakie dane?"}},
			{actor: "projector", method: "PUT", path: in + "/warmup/mine", body: `{"text":"x"}`, status: 403},
			{actor: "anna", method: "PUT", path: in + "/warmup/mine", body: `{"text":"Zgłoszenia"}`, status: 200},
			{actor: "anna", method: "GET", path: in + "/warmup/mine", status: 200, contains: []string{"Zgłoszenia"}},
			{actor: "bea", method: "GET", path: in + "/warmup/mine", status: 200, lacks: []string{"Zgłoszenia"}},
			{actor: "projector", method: "GET", path: in + "/warmup/answers", status: 200, contains: []string{"Zgłoszenia"}, lacks: []string{"Anna"}},
			{actor: "anna", method: "DELETE", path: in + "/warmup/answers/x", status: 403},
			{actor: "facilitator", method: "POST", path: in + "/warmup/close", ifMatch: "now", status: 200, contains: []string{`"closedAt"`}},
			{actor: "anna", method: "PUT", path: in + "/warmup/mine", body: `{"text":"x"}`, status: 404},
		},
		"Devices": {
			{actor: "anna", method: "POST", path: in + "/me/devices", status: 201, contains: []string{"/member#"}},
			{actor: "facilitator", method: "POST", path: in + "/me/devices", status: 403},
		},
		"Feedback": {
			{actor: "anna", method: "PUT", path: in + "/feedback/mine", body: `{"scale":{"useful":5},"text":"Tak"}`, status: 200},
			{actor: "anna", method: "GET", path: in + "/feedback/mine", status: 200, contains: []string{"Tak"}},
			{actor: "bea", method: "GET", path: in + "/feedback/mine", status: 200, lacks: []string{"Tak"}},
			{actor: "bea", method: "GET", path: in + "/feedback", status: 403},
			{actor: "facilitator", method: "GET", path: in + "/feedback", status: 200, contains: []string{`"answers":1`, "Tak"}, lacks: []string{"Anna"}},
			{actor: "anna", method: "PUT", path: in + "/feedback/mine", body: `{"scale":{"useful":9}}`, status: 422},
		},
		"Votes": {
			{actor: "facilitator", method: "POST", path: in + "/polls", ifMatch: "now", body: `{"dots":0,"perCard":1}`, status: 422},
			{actor: "anna", method: "POST", path: in + "/polls", ifMatch: "now", body: `{"dots":3,"perCard":1}`, status: 403},
			{actor: "anna", method: "PUT", path: in + "/polls/x/ballot", body: `{"dots":[]}`, status: 409, contains: []string{`"poll-closed"`}},
			{actor: "facilitator", method: "POST", path: in + "/polls/x/close", status: 404},
			{actor: "facilitator", method: "PUT", path: in + "/polls/x/ballot", body: `{"dots":[]}`, status: 403},
		},
		"Writing": {
			{actor: "facilitator", method: "POST", path: in + "/writings", ifMatch: "now", body: `{"stageId":"x"}`, status: 422},
			{actor: "anna", method: "PUT", path: in + "/writings/x/notes", body: `{"notes":[]}`, status: 409, contains: []string{`"writing-over"`}},
			{actor: "projector", method: "GET", path: in + "/writings/x/notes", status: 403},
			{actor: "anna", method: "POST", path: in + "/writings/x/reveal", status: 403},
		},
	} {
		t.Run(name, func(t *testing.T) {
			e := newEdge(t)
			for _, s := range steps {
				e.play(t, s)
			}
		})
	}
}

// TestVoteAndWritingFromBeginToEnd follows what needs the ids of what was made.
func TestVoteAndWritingFromBeginToEnd(t *testing.T) {
	const in = "/api/workshops/{w}"
	e := newEdge(t)
	state := func(s scenario) workshop.View {
		t.Helper()
		var body workshopBody
		if err := json.Unmarshal(e.play(t, s).Body.Bytes(), &body); err != nil {
			t.Fatal(err)
		}
		return body.Workshop
	}
	poll := string(state(scenario{actor: "facilitator", method: "POST", path: in + "/polls", ifMatch: "now", body: `{"dots":2,"perCard":2}`, status: 201}).Polls[0].ID)
	ballot := in + "/polls/" + poll + "/ballot"
	e.play(t, scenario{actor: "anna", method: "PUT", path: ballot, body: `{"dots":[{"groupId":"{A}","card":"k","dots":3}]}`, status: 422})
	e.play(t, scenario{actor: "anna", method: "PUT", path: ballot, body: `{"dots":[{"groupId":"{A}","card":"k","dots":2}]}`, status: 200})
	e.play(t, scenario{actor: "anna", method: "GET", path: ballot, status: 200, contains: []string{`"card":"k"`}})
	e.play(t, scenario{actor: "bea", method: "GET", path: ballot, status: 200, lacks: []string{`"card":"k"`}})
	closed := state(scenario{actor: "facilitator", method: "POST", path: in + "/polls/" + poll + "/close", status: 200}).Polls[0]
	if len(closed.Results) != 1 || closed.Results[0].Dots != 2 || closed.Results[0].Text != "kartka" || closed.Voters != 1 {
		t.Errorf("%+v", closed)
	}
	round := string(state(scenario{actor: "facilitator", method: "POST", path: in + "/writings", ifMatch: "now", body: `{"stageId":"problem"}`, status: 201}).Writing.ID)
	notes := in + "/writings/" + round + "/notes"
	e.play(t, scenario{actor: "anna", method: "PUT", path: notes, body: `{"notes":[{"id":"1","text":"tajne"}]}`, status: 200})
	e.play(t, scenario{actor: "anna", method: "GET", path: notes, status: 200, contains: []string{"tajne"}})
	for _, actor := range []string{"bea", "facilitator", "projector"} {
		e.play(t, scenario{actor: actor, method: "GET", path: in, status: 200, lacks: []string{"tajne"}})
	}
	e.play(t, scenario{actor: "bea", method: "GET", path: notes, status: 200, lacks: []string{"tajne"}})
	if w := state(scenario{actor: "facilitator", method: "POST", path: in + "/writings/" + round + "/reveal", status: 200}); !w.Writing.Shown {
		t.Error("the notes are not shown")
	}
	if strings.Contains(e.log.String(), "tajne") {
		t.Error("the log shows what somebody wrote")
	}
}
