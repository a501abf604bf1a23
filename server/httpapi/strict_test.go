package httpapi

import (
	"net/http"
	"strings"
	"testing"
)

// TestNoChangeIsPassedOver: a PATCH either does all it says or is refused, and
// a field at the wrong address is told the right one.
func TestNoChangeIsPassedOver(t *testing.T) {
	const in = "/api/workshops/{w}"
	for name, s := range map[string]scenario{
		"FreezeAtTheWorkshop": {actor: "facilitator", path: in, body: `{"frozen":true}`, status: 422, contains: []string{`"field":"frozen"`, `"field-elsewhere"`, "PATCH /api/workshops/{workshopId}/day", "PATCH /api/workshops/{workshopId}/groups/{groupId}"}},
		"WithWhatIsKnown":     {actor: "facilitator", path: in, body: `{"title":"Nowy","frozen":true}`, status: 422, contains: []string{`"frozen"`}, lacks: []string{"Nowy"}},
		"PhaseAtTheWorkshop":  {actor: "facilitator", path: in, body: `{"phase":"theory"}`, status: 422, contains: []string{"POST /api/workshops/{workshopId}/phase"}},
		"StagesAtTheWorkshop": {actor: "facilitator", path: in, body: `{"stages":[]}`, status: 422, contains: []string{"PUT /api/workshops/{workshopId}/stages"}},
		"NobodyKnows":         {actor: "facilitator", path: in, body: `{"titel":"Nowy"}`, lang: "en", status: 422, contains: []string{`"unknown-field"`, "knows no such field"}},
		"AllAreNamed":         {actor: "facilitator", path: in, body: `{"a":1,"b":2}`, status: 422, contains: []string{`"field":"a"`, `"field":"b"`}},
		"AnyCase":             {actor: "facilitator", path: in, body: `{"Title":"Nowy"}`, status: 200, contains: []string{`"title":"Nowy"`}},
		"Nothing":             {actor: "facilitator", path: in, body: `{}`, status: 200},
		"NoObject":            {actor: "facilitator", path: in, body: `[]`, status: 400, contains: []string{`"bad-json"`}},
		"Day":                 {actor: "facilitator", path: in + "/day", body: `{"freeze":true}`, status: 422},
		"DayOnlyWhat":         {actor: "facilitator", path: in + "/day", body: `{"only":["{A}"]}`, status: 422, contains: []string{`"field":"frozen"`}},
		"Group":               {actor: "facilitator", path: in + "/groups/{A}", body: `{"area":"economy"}`, status: 422, contains: []string{`"area"`}},
		"Person":              {actor: "facilitator", path: in + "/participants/{anna}", body: `{"group":"{B}"}`, status: 422, contains: []string{`"group"`}},
		"Screen":              {actor: "facilitator", path: in + "/screen", body: `{"group":"{A}"}`, status: 422},
		"Help":                {actor: "facilitator", path: in + "/help/x", body: `{"text":"a"}`, status: 422},
		"Me":                  {actor: "anna", path: in + "/me", body: `{"group":"{B}"}`, status: 422},
	} {
		t.Run(name, func(t *testing.T) {
			e := newEdge(t)
			s.method = http.MethodPatch
			if !strings.HasSuffix(s.path, "/me") {
				s.ifMatch = "now"
			}
			e.play(t, s)
			if s.status != http.StatusOK {
				e.play(t, scenario{actor: "facilitator", method: "GET", path: in, status: 200, contains: []string{`"version":3`}})
			}
		})
	}
}

// TestEveryPatchKnowsItsFields: there is no PATCH that takes what it does not know.
func TestEveryPatchKnowsItsFields(t *testing.T) {
	for _, r := range routes() {
		if r.method == http.MethodPatch && refuseUnknown([]byte(`{"nowhere":1}`), r.body) == nil {
			t.Errorf("%s takes a field that it does not know", r.id)
		}
	}
}
