package main

import (
	"testing"

	"github.com/pathboard/pathboard/hub/store/redistest"
)

// twoInstances are two programs on one Redis.
func twoInstances(t *testing.T) (*program, *program) {
	t.Helper()
	env := map[string]string{"PATHBOARD_REDIS_URL": redistest.Start(t, nil).URL()}
	return startProgram(t, env), startProgram(t, env)
}

// TestEndedSessionsCloseEverywhere: a session ended at one instance loses its
// sockets at another, and so does a facilitator whose link was taken back.
func TestEndedSessionsCloseEverywhere(t *testing.T) {
	live, led := twoInstances(t)
	c := led.create()
	anna := led.join(c, "Anna", 0)
	path := "/api/workshops/" + c.Workshop.ID
	var seen struct {
		Devices []struct {
			ID            string `json:"id"`
			ParticipantID string `json:"participantId"`
		} `json:"devices"`
	}
	led.must(200, "GET", path+"/devices", c.Tokens.Facilitator, "", nil, &seen)
	var device string
	for _, d := range seen.Devices {
		if d.ParticipantID == anna.Participant.ID {
			device = d.ID
		}
	}
	own := "board." + c.Workshop.Groups[0].ID
	a := dial(t, live.base)
	a.Open(own, anna.Token)
	a.Scope(own, 0)
	mark := a.Count()
	led.must(204, "DELETE", path+"/devices/"+device, c.Tokens.Facilitator, "", nil, nil)
	a.AwaitEnd(mark)

	var added struct {
		FacilitatorID string `json:"facilitatorId"`
		Link          string `json:"link"`
	}
	led.must(201, "POST", path+"/facilitators", c.Tokens.Facilitator, "", map[string]string{"name": "Ola"}, &added)
	ola := dial(t, live.base)
	ola.Open(own, added.Link[len(led.base+"/facilitator#"):])
	if got := ola.Scope(own, 0); got != "read-write" {
		t.Fatalf("the co-facilitator's board: %s", got)
	}
	mark = ola.Count()
	led.must(200, "DELETE", path+"/facilitators/"+added.FacilitatorID, c.Tokens.Facilitator, "", nil, nil)
	ola.AwaitEnd(mark)
}
