package httpapi

import (
	"net/http"
	"testing"
)

// TestJoiningTellsOfOthersOnlyWhereWanted: a browser that joins wants its own part
// of the workshop, other clients get all of it as ever.
func TestJoiningTellsOfOthersOnlyWhereWanted(t *testing.T) {
	e := newEdge(t)
	for _, prefer := range []string{"", preferMinimal, "return=representation"} {
		body := e.fill(`{"code":"{code}","name":"Cyryl","groupId":"{B}"}`)
		res := e.do(t, http.MethodPost, "/api/join", body, map[string]string{"Prefer": prefer})
		if res.Code != http.StatusCreated {
			t.Fatalf("%q: %d %s", prefer, res.Code, res.Body)
		}
		joined := decodeAs[joinedBody](t, res.Body.String())
		people, groups := joined.Workshop.Participants, joined.Workshop.Groups
		minimal := prefer == preferMinimal
		if minimal != (len(people) == 1) || minimal != (len(groups) == 1) || minimal != (res.Header().Get("Preference-Applied") == preferMinimal) {
			t.Errorf("%q: %d people, %d groups", prefer, len(people), len(groups))
		}
		if own := people[len(people)-1]; own.ID != joined.Participant.ID || groups[len(groups)-1].Name != "B" {
			t.Errorf("%q: %+v, %+v", prefer, own, groups)
		}
	}
}
