package httpapi

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/store/filestore"
	"github.com/pathboard/pathboard/server/workshop"
)

// keysOf are the keys of all records that hold the text.
func keysOf(t *testing.T, s *filestore.Store, text string) (keys []string) {
	t.Helper()
	err := s.List(context.Background(), "", func(r store.Record) error {
		if strings.Contains(r.Key+string(r.Value), text) {
			keys = append(keys, r.Key)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// TestDeleteLeavesAReceiptOnly: after a deletion the store knows nothing of the
// workshop but that it was deleted.
func TestDeleteLeavesAReceiptOnly(t *testing.T) {
	const in = "/api/workshops/{w}"
	e := newEdge(t)
	for _, s := range []scenario{
		{actor: "anna", method: "PUT", path: in + "/feedback/mine", body: `{"scale":{"useful":5},"text":"Tak"}`, status: 200},
		{actor: "facilitator", method: "POST", path: in + "/join-code", status: 200},
		{actor: "facilitator", method: "POST", path: in + "/delete", body: `{"title":"Inny"}`, status: 422, contains: []string{`"mismatch"`}},
		{actor: "anna", method: "POST", path: in + "/delete", body: `{"title":"Warsztat"}`, status: 403},
		{method: "GET", path: "/api/receipts/{w}", status: 404},
		{actor: "facilitator", method: "POST", path: in + "/delete", body: `{"title":" warsztat "}`, status: 200, contains: []string{`"participants":2`, `"reason":"facilitator"`}},
		{method: "GET", path: "/api/receipts/{w}", status: 200, contains: []string{`"groups":2`}, lacks: []string{"Warsztat", "Anna"}},
		{actor: "facilitator", method: "GET", path: in, status: 401},
		{actor: "anna", method: "GET", path: in, status: 401},
		{method: "POST", path: "/api/join", body: `{"code":"{code}","name":"Jan"}`, status: 404},
		{actor: "stranger", method: "GET", path: "/api/workshops/" + string(e.other.Workshop.ID), status: 200},
	} {
		e.play(t, s)
	}
	id := string(e.created.Workshop.ID)
	if keys := keysOf(t, e.store, id); len(keys) != 1 || keys[0] != "receipt/"+id {
		t.Errorf("records that know the workshop: %v", keys)
	}
	if keys := keysOf(t, e.store, "Anna"); len(keys) != 0 {
		t.Errorf("records that know Anna: %v", keys)
	}
}

// TestTidy: workshops go when their time has come, on whichever instance looks;
// audit lines grow old; a restored backup forgets again.
func TestTidy(t *testing.T) {
	const in = "/api/workshops/{w}"
	e := newEdge(t)
	tidy := func(at time.Time) {
		t.Helper()
		s := *e.service
		s.Now = func() time.Time { return at }
		for range 2 { // again is no error
			if err := s.Tidy(t.Context(), false, func(id workshop.WorkshopID, err error) { t.Errorf("%s: %v", id, err) }); err != nil {
				t.Fatal(err)
			}
		}
	}
	e.play(t, scenario{actor: "facilitator", method: "PATCH", path: in, ifMatch: "now", body: `{"status":"closed","retentionDays":30}`, status: 200, contains: []string{`"retentionDays":30`}})
	backup := map[string][]byte{}
	if err := e.store.List(t.Context(), "", func(r store.Record) error { backup[r.Key] = r.Value; return nil }); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	tidy(now.AddDate(0, 0, 29))
	e.play(t, scenario{actor: "facilitator", method: "GET", path: in, status: 200})
	tidy(now.AddDate(0, 0, 31))
	e.play(t, scenario{actor: "facilitator", method: "GET", path: in, status: 401})
	e.play(t, scenario{method: "GET", path: "/api/receipts/{w}", status: 200, contains: []string{`"retention"`}})
	e.play(t, scenario{actor: "stranger", method: "GET", path: "/api/workshops/" + string(e.other.Workshop.ID) + "/audit", status: 200, contains: []string{`"create"`}})
	for key, value := range backup {
		if rec, err := e.store.Get(t.Context(), key); err != nil {
			if _, err := e.store.Put(t.Context(), key, rec.Version, value); err != nil {
				t.Fatal(err)
			}
		}
	}
	e.play(t, scenario{actor: "facilitator", method: "GET", path: in, status: 200})
	tidy(now.AddDate(0, 0, 100))
	if keys := keysOf(t, e.store, string(e.created.Workshop.ID)); len(keys) != 1 {
		t.Errorf("after a restored backup: %v", keys)
	}
	e.play(t, scenario{actor: "stranger", method: "GET", path: "/api/workshops/" + string(e.other.Workshop.ID) + "/audit", status: 200, lacks: []string{`"create"`}})
}

func TestPathwayOverHTTP(t *testing.T) {
	const in = "/api/workshops/{w}"
	e := newEdge(t)
	stage := `{"stages":[{"id":"problem","name":{"pl":"Nasz problem","en":""},"purpose":{"pl":"","en":""},"questions":[{"pl":"Czyj?","en":"Whose?"}],"kinds":["problem"],"done":{"pl":"","en":""},"minutes":15}]}`
	for _, s := range []scenario{
		{actor: "facilitator", method: "PUT", path: in + "/stages", ifMatch: "now", body: stage, status: 200, contains: []string{"Nasz problem"}},
		{actor: "facilitator", method: "PUT", path: in + "/stages", ifMatch: "now", body: `{"stages":[]}`, status: 422, contains: []string{`"stages"`}},
		{actor: "anna", method: "PUT", path: in + "/stages", ifMatch: "now", body: stage, status: 403},
		{actor: "facilitator", method: "PUT", path: in + "/areas", ifMatch: "now", body: `{"areas":[{"id":"economy","name":{"pl":"Gospodarka","en":"Economy"}}]}`, status: 200, contains: []string{"Gospodarka"}},
		{actor: "facilitator", method: "PUT", path: in + "/areas", ifMatch: "now", body: `{"areas":[{"id":"x","name":{"pl":"X","en":"X"}}]}`, status: 422, contains: []string{`"in-use"`}},
		{actor: "projector", method: "GET", path: in + "/pathway", status: 403},
	} {
		e.play(t, s)
	}
	saved := e.play(t, scenario{actor: "facilitator", method: "GET", path: in + "/pathway", status: 200, contains: []string{"Nasz problem", "departments"}, lacks: []string{"Anna", "{A}", "{code}"}})
	res := e.do(t, http.MethodPost, "/api/workshops", `{"title":"Kopia","city":"Łódź","pathway":`+saved.Body.String()+`,"groups":[{"name":"A","area":"economy"}]}`, nil)
	if res.Code != http.StatusCreated || !strings.Contains(res.Body.String(), "Nasz problem") {
		t.Errorf("created from a file: %d %.300s", res.Code, res.Body)
	}
	res = e.do(t, http.MethodPost, "/api/workshops", `{"title":"Kopia","city":"Łódź","pathway":{"id":"x","name":{"pl":"X","en":"X"},"stages":[],"areas":[]}}`, nil)
	if res.Code != http.StatusUnprocessableEntity || !strings.Contains(res.Body.String(), "pathway.stages") {
		t.Errorf("created from a damaged file: %d %.300s", res.Code, res.Body)
	}
}

// TestPersonalData: everybody gets a copy of their own, nobody else's, and an
// erasure leaves no trace but the list of erasures.
func TestPersonalData(t *testing.T) {
	const in = "/api/workshops/{w}"
	e := newEdge(t)
	for _, s := range []scenario{
		{method: "GET", path: "/api/privacy", status: 200, contains: []string{`"retentionDays":90`, `"controller"`}},
		{actor: "anna", method: "PUT", path: in + "/feedback/mine", body: `{"scale":{"useful":5},"text":"Bardzo tak"}`, status: 200},
		{actor: "anna", method: "POST", path: in + "/help", body: `{"text":"Tu Anna, pomocy"}`, status: 200},
		{actor: "anna", method: "GET", path: in + "/me/data", status: 200, contains: []string{"Anna", "Bardzo tak", "Tu Anna", "kartka", `"join"`, `"sessions"`}, lacks: []string{"Bea", "{bea}"}},
		{actor: "bea", method: "GET", path: in + "/participants/{anna}/data", status: 403},
		{actor: "stranger", method: "GET", path: in + "/participants/{anna}/data", status: 403},
		{actor: "facilitator", method: "GET", path: in + "/participants/{anna}/data", status: 200, contains: []string{"Bardzo tak"}},
		{actor: "facilitator", method: "GET", path: in + "/participants/nobody/data", status: 404},
		{actor: "bea", method: "DELETE", path: in + "/participants/{anna}/data", status: 403},
		{actor: "facilitator", method: "DELETE", path: in + "/participants/{anna}/data", status: 200, lacks: []string{"Anna"}},
		{actor: "anna", method: "GET", path: "/api/session", status: 401},
		{actor: "facilitator", method: "POST", path: in + "/groups/{A}/board/forget", status: 409, contains: []string{`"board-open"`}},
		{actor: "facilitator", method: "PATCH", path: in + "/groups/{A}", ifMatch: "now", body: `{"frozen":true}`, status: 200},
		{actor: "facilitator", method: "POST", path: in + "/groups/{A}/board/forget", status: 204},
		{actor: "facilitator", method: "POST", path: in + "/groups/{Z}/board/forget", status: 404},
		{actor: "bea", method: "POST", path: in + "/groups/{A}/board/forget", status: 403},
		{actor: "bea", method: "DELETE", path: in + "/me/data?last=1", status: 204},
		{actor: "bea", method: "GET", path: "/api/session", status: 401},
		{actor: "facilitator", method: "GET", path: in + "/audit", status: 200, contains: []string{`"erased"`, `"erase"`}, lacks: []string{"{anna}", "{bea}"}},
	} {
		e.play(t, s)
	}
	for _, gone := range []string{"Anna", "Bea", "Bardzo tak", e.fill("{anna}"), e.fill("{bea}")} {
		for _, key := range keysOf(t, e.store, gone) {
			if !strings.HasPrefix(key, "erasure/") {
				t.Errorf("%s is still in %s", gone, key)
			}
		}
	}
}
