package httpapi

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestBoardsAreAsDescribed: each board that is exported fits the schema in the
// description of the interface, in which whoever reads our files looks it up.
func TestBoardsAreAsDescribed(t *testing.T) {
	raw, err := describe(routes())
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Components struct {
			Schemas map[string]map[string]any `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"group.pl.json", "group.en.json"} {
		body, err := os.ReadFile(filepath.Join("..", "export", "testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		var board any
		if err := json.Unmarshal(body, &board); err != nil {
			t.Fatal(err)
		}
		for _, wrong := range unlike(doc.Components.Schemas, doc.Components.Schemas["BoardFile"], board, name) {
			t.Error(wrong)
		}
	}
}

// unlike lists where a value does not fit a schema, in as much of JSON Schema as
// the description uses; what a schema does not name is reported too.
func unlike(all map[string]map[string]any, schema map[string]any, value any, at string) []string {
	if ref, ok := schema["$ref"].(string); ok {
		schema = all[ref[strings.LastIndex(ref, "/")+1:]]
	}
	kinds, several := schema["type"].([]any)
	if !several {
		kinds = []any{schema["type"]}
	}
	if !slices.Contains(kinds, any(kindOf(value))) {
		return []string{fmt.Sprintf("%s is %v, not %v", at, value, schema["type"])}
	}
	var out []string
	switch value := value.(type) {
	case map[string]any:
		required, _ := schema["required"].([]any)
		for _, name := range required {
			if _, there := value[name.(string)]; !there {
				out = append(out, fmt.Sprintf("%s lacks %s", at, name))
			}
		}
		props, _ := schema["properties"].(map[string]any)
		for name, part := range value {
			of, known := props[name].(map[string]any)
			if !known {
				out = append(out, fmt.Sprintf("%s.%s is not described", at, name))
				continue
			}
			out = append(out, unlike(all, of, part, at+"."+name)...)
		}
	case []any:
		for i, part := range value {
			out = append(out, unlike(all, schema["items"].(map[string]any), part, fmt.Sprintf("%s[%d]", at, i))...)
		}
	}
	return out
}

func kindOf(value any) string {
	switch value := value.(type) {
	case map[string]any:
		return "object"
	case []any:
		return "array"
	case string:
		return "string"
	case bool:
		return "boolean"
	case float64:
		if value == float64(int64(value)) {
			return "integer"
		}
		return "number"
	}
	return "null"
}
