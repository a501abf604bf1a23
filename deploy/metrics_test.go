package deploy

import (
	"context"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/pathboard/pathboard/hub"
	"github.com/pathboard/pathboard/hub/bus/localbus"
	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/store/filestore"
	"github.com/pathboard/pathboard/server/obs"
)

type nobody struct{}

func (nobody) Authorize(context.Context, store.DocName, string) (hub.Grant, error) {
	return hub.Grant{}, hub.ErrDenied
}

// knownMetrics are the names and labels that the program can report.
func knownMetrics(t *testing.T) (names map[string]bool, labels []string) {
	t.Helper()
	files, err := filestore.Open(t.Context(), filestore.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	metrics := obs.NewMetrics()
	bus := localbus.New(files)
	h, err := hub.Open(t.Context(), hub.Options{Store: files, Bus: bus, Authorizer: nobody{}, Registerer: metrics.Registry})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { h.Close(context.Background()); bus.Close(); files.Close() }()
	described := make(chan *prometheus.Desc, 1000)
	metrics.Registry.Describe(described)
	close(described)
	names = map[string]bool{"up": true}
	for d := range described {
		m := regexp.MustCompile(`fqName: "([^"]+)".*variableLabels: \{([^}]*)\}`).FindStringSubmatch(d.String())
		if m == nil {
			t.Fatalf("%s", d)
		}
		for _, suffix := range []string{"", "_bucket", "_count", "_sum"} {
			names[m[1]+suffix] = true
		}
		if strings.HasPrefix(m[1], "pathboard_") && m[2] != "" {
			labels = append(labels, strings.Split(m[2], ",")...)
		}
	}
	return names, labels
}

// TestDashboardAndAlertsNameWhatExists, and no label of ours can name a person,
// a workshop or a document.
func TestDashboardAndAlertsNameWhatExists(t *testing.T) {
	known, labels := knownMetrics(t)
	bounded := []string{"method", "route", "status", "code", "limit", "check", "outcome"}
	for _, l := range labels {
		if !slices.Contains(bounded, l) {
			t.Errorf("label %q is not known to be bounded", l)
		}
	}
	name := regexp.MustCompile(`\b(up|(?:pathboard|process|go)_\w+)\b`)
	for _, file := range []string{"grafana/pathboard.json", "prometheus/pathboard.rules.yml"} {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		expressions := regexp.MustCompile(`"?expr"?: (.*)`).FindAllStringSubmatch(string(b), -1)
		if len(expressions) < 8 {
			t.Errorf("%s has %d expressions", file, len(expressions))
		}
		for _, e := range expressions {
			for _, m := range name.FindAllString(e[1], -1) {
				if !known[m] {
					t.Errorf("%s asks for %s, which the program does not report", file, m)
				}
			}
		}
	}
	var dashboard struct {
		Panels []struct {
			ID      int
			Title   string
			GridPos struct{ X, Y, W, H int }
		}
	}
	b, _ := os.ReadFile("grafana/pathboard.json")
	if err := json.Unmarshal(b, &dashboard); err != nil || len(dashboard.Panels) < 10 {
		t.Errorf("dashboard: %d panels, %v", len(dashboard.Panels), err)
	}
}
