package main

import (
	"encoding/json"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pathboard/pathboard/hub"
	"github.com/pathboard/pathboard/server/i18n"
	"github.com/pathboard/pathboard/server/workshop"
)

// noLimitOfPeople are fields of hub.Limits that refuse nothing to anybody.
var noLimitOfPeople = map[string]string{
	"AwarenessBytes": "a larger caret is not shown, and counted", "UnloadAfter": "memory", "AppendPatience": "how long is tried",
	"CompactEntries": "when a snapshot is made", "CompactBytes": "when a snapshot is made",
	"SampleEvery": "how often a replica is compared",
}

// limitRows are the rows of the table of limits in SECURITY.md.
func limitRows(t *testing.T, page string) [][]string {
	t.Helper()
	_, table, ok := strings.Cut(page, "| limit | default | setting | message | metric")
	if !ok {
		t.Fatal("no table of limits")
	}
	var rows [][]string
	for line := range strings.Lines(table) {
		if !strings.HasPrefix(line, "| ") {
			if len(rows) > 0 {
				break
			}
			continue
		}
		var cells []string
		for cell := range strings.SplitSeq(strings.Trim(strings.TrimSpace(line), "|"), "|") {
			cells = append(cells, strings.TrimSpace(cell))
		}
		if cells[0] != "" && !strings.HasPrefix(cells[0], "`pathboard") {
			rows = append(rows, cells)
		}
	}
	return rows
}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestEveryLimitHasItsRow: a name, a default, a setting that is there, a message
// in Polish and English, and a metric that is counted; and every limit of the hub
// is in a row.
func TestEveryLimitHasItsRow(t *testing.T) {
	security := read(t, "../SECURITY.md")
	rows := limitRows(t, security)
	if len(rows) < 20 {
		t.Fatalf("%d rows", len(rows))
	}
	words := messages(t)
	quoted := regexp.MustCompile("`([^`]+)`")
	help := read(t, "config/config.go")
	counted := read(t, "../hub/metrics.go") + read(t, "obs/obs.go")
	var settings []string
	for _, row := range rows {
		if len(row) != 5 || slices.Contains(row, "") {
			t.Errorf("%v lacks something", row)
			continue
		}
		for _, m := range quoted.FindAllStringSubmatch(row[2], -1) {
			settings = append(settings, m[1])
			if name, ok := strings.CutPrefix(m[1], "PATHBOARD_"); ok && !strings.Contains(help, `env:"`+name+`"`) {
				t.Errorf("%s: there is no setting %s", row[0], m[1])
			}
		}
		code := quoted.FindStringSubmatch(row[3])
		if code == nil || words["pl "+code[1]] == "" || words["en "+code[1]] == "" || words["pl "+code[1]] == words["en "+code[1]] {
			t.Errorf("%s: no message in both languages: %s", row[0], row[3])
		}
		metric := regexp.MustCompile("`(?:hub_|http_|workshop_)?(\\w+)").FindStringSubmatch(row[4])
		if metric == nil || !strings.Contains(counted, `"`+metric[1]+`"`) {
			t.Errorf("%s: no metric %s", row[0], row[4])
		}
	}
	settings = append(settings, "hub.Limits.Connections", "hub.Limits.ConnectionsPerAddress") // by their variables
	everyFieldIsNamed[hub.Limits](t, "hub.Limits.", settings)
	everyFieldIsNamed[workshop.Limits](t, "workshop.Limits.", settings)
}

// everyFieldIsNamed holds the settings in the table and the fields of a struct of
// limits to each other.
func everyFieldIsNamed[T any](t *testing.T, prefix string, settings []string) {
	limits, named := reflect.TypeFor[T](), map[string]bool{}
	for _, s := range settings {
		if field, ok := strings.CutPrefix(s, prefix); ok {
			named[field] = true
			if _, there := limits.FieldByName(field); !there {
				t.Errorf("there is no %s", s)
			}
		}
	}
	for f := range limits.Fields() {
		if !named[f.Name] && noLimitOfPeople[f.Name] == "" {
			t.Errorf("%s%s is in no row of SECURITY.md", prefix, f.Name)
		}
	}
}

// messages are all words for people by language and key: those of the web app,
// and the server's by the code of the problem.
func messages(t *testing.T) map[string]string {
	t.Helper()
	words := map[string]string{}
	for _, l := range []workshop.Language{"pl", "en"} {
		var texts map[string]string
		if err := json.Unmarshal([]byte(read(t, "../frontend/src/i18n/"+string(l)+".json")), &texts); err != nil {
			t.Fatal(err)
		}
		for key, text := range texts {
			words[string(l)+" "+key] = text
		}
		source := read(t, "httpapi/problem.go") + read(t, "workshop/errors.go")
		for _, m := range regexp.MustCompile(`\b(Field)?Code = "([\w-]+)"`).FindAllStringSubmatch(source, -1) {
			if m[1] == "" {
				words[string(l)+" "+m[2]] = i18n.Detail(l, workshop.Code(m[2]), nil)
			} else {
				words[string(l)+" "+m[2]] = i18n.Field(l, workshop.FieldCode(m[2]), workshop.Params{"max": 2})
			}
		}
	}
	return words
}
