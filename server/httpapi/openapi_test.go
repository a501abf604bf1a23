package httpapi

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/pathboard/pathboard/server/workshop"
)

// TestDescriptionHasEveryRoute compares the OpenAPI document that is served
// with the routes that answer.
func TestDescriptionHasEveryRoute(t *testing.T) {
	o, _ := options(t)
	a := &api{Options: o, log: o.Logger, web: &webApp{}}
	var err error
	if a.description, err = describe(routes()); err != nil {
		t.Fatal(err)
	}
	var doc struct {
		OpenAPI string                               `json:"openapi"`
		Paths   map[string]map[string]map[string]any `json:"paths"`
	}
	rec := httptest.NewRecorder()
	a.router().ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/api/openapi.json", nil))
	raw, _ := io.ReadAll(rec.Body)
	if err := json.Unmarshal(raw, &doc); err != nil || doc.OpenAPI != "3.1.0" {
		t.Fatalf("%v %s", err, doc.OpenAPI)
	}
	described := map[string]bool{}
	ids := map[any]bool{}
	for path, item := range doc.Paths {
		for method, op := range item {
			described[strings.ToUpper(method)+" "+echoPath(path)] = true
			if ids[op["operationId"]] {
				t.Errorf("operation %v twice", op["operationId"])
			}
			if method == "get" { // whose HEAD says the same of it
				described["HEAD "+echoPath(path)] = true
			}
			ids[op["operationId"]] = true
		}
	}
	pages := map[string]bool{"/*": true /* files, problems */, "/ws": true, "/ws/poll": true, "/y/:document": true}
	for _, p := range appPages {
		pages[p] = true
	}
	for _, r := range a.router().Routes() {
		name := r.Method + " " + r.Path
		if !pages[r.Path] && r.Method != "echo_route_not_found" && !described[name] {
			t.Errorf("%s is not described", name)
		}
		delete(described, name)
	}
	for name := range described {
		t.Errorf("%s is described but does not answer", name)
	}
	checkReferences(t, raw)
}

// checkReferences finds each $ref.
func checkReferences(t *testing.T, raw []byte) {
	t.Helper()
	var doc map[string]any
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	schemas := doc["components"].(map[string]any)["schemas"].(map[string]any)
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if ref, ok := v["$ref"].(string); ok {
				if _, found := schemas[strings.TrimPrefix(ref, "#/components/schemas/")]; !found {
					t.Errorf("%s leads nowhere", ref)
				}
			}
			for _, x := range v {
				walk(x)
			}
		case []any:
			for _, x := range v {
				walk(x)
			}
		}
	}
	walk(doc)
}

// TestEveryCodeHasAStatus: no route may answer with a code that the table of
// statuses does not know.
func TestEveryCodeHasAStatus(t *testing.T) {
	for _, r := range routes() {
		for _, code := range r.problemCodes() {
			if statusOf[code] == 0 {
				t.Errorf("%s: %s has no status", r.id, code)
			}
		}
	}
}

// TestEveryCodeHasWords in both languages.
func TestEveryCodeHasWords(t *testing.T) {
	for code := range statusOf {
		for _, l := range []workshop.Language{workshop.Polish, workshop.English} {
			p := problemOf(&workshop.Error{Code: code}, l)
			if strings.HasPrefix(p.Title, "title.") || strings.HasPrefix(p.Detail, "detail.") {
				t.Errorf("%s has no words in %s", code, l)
			}
		}
	}
}
