package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRanges(t *testing.T) {
	for text, cases := range map[string]map[string]bool{
		"<5.55.7":                        {"5.55.6": true, "5.55.7": false, "5.57.3": false, "5.55.7-next.1": true},
		">=8.0.0 <8.0.5||>=7.1.0 <7.3.2": {"8.0.4": true, "8.0.5": false, "7.3.2": false, "7.1.0": true, "7.0.9": false},
		"=2.9.15 || <= 1.0.0 || > 9":     {"2.9.15": true, "1.0.0": true, "1.0.1": false, "9.0.1": true, "9.0.0": false},
		"":                               {"1.0.0": true},
	} {
		affects, err := parseRange(text)
		if err != nil {
			t.Fatal(text, err)
		}
		for version, want := range cases {
			if affects(version) != want {
				t.Errorf("%s in %q: %v", version, text, !want)
			}
		}
	}
	for _, text := range []string{"<2025.08.14", "^1.0.0", "1 - 2", "<"} {
		if _, err := parseRange(text); err == nil {
			t.Errorf("%q is understood", text)
		}
	}
}

func TestEvents(t *testing.T) {
	affects := between([]event{{Introduced: "2.0.0"}, {Introduced: "0"}, {Fixed: "1.5.0"}, {LastAffected: "2.3.0"}})
	for version, want := range map[string]bool{"0.1.0": true, "1.5.0": false, "2.0.0": true, "2.3.0": true, "2.3.1": false} {
		if affects(version) != want {
			t.Errorf("%s: %v", version, !want)
		}
	}
}

const lock = `{"packages":{"":{"version":"1.0.0"},
	"node_modules/@scope/shown":{"version":"1.2.0"},
	"node_modules/a/node_modules/tool":{"version":"3.0.0","dev":true}}}`

func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestLockFileIsJudged by advisories in both forms: what comes to the browser
// fails, tools are named, what was withdrawn or mended is not.
func TestLockFileIsJudged(t *testing.T) {
	const osvOf = `{"id":"GHSA-1","modified":"2026-07-01T00:00:00Z","summary":"one","affected":[{"package":{"ecosystem":"npm","name":"@scope/shown"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"FIXED"}]}]}]WITHDRAWN}`
	gitlab := func(pkg, affected string) string {
		return "identifier: CVE-2\npackage_slug: npm/" + pkg + "\ntitle: two\ndate: \"2026-08-02\"\naffected_range: \"" + affected + "\"\n"
	}
	osv := func(fixed, withdrawn string) string {
		return strings.NewReplacer("FIXED", fixed, "WITHDRAWN", withdrawn).Replace(osvOf)
	}
	for _, c := range []struct {
		what  string
		files map[string]string
		says  string
		fails bool
	}{
		{"shipped, OSV", map[string]string{"GHSA-1.json": osv("1.2.1", "")}, "@scope/shown@1.2.0 (in the browser): GHSA-1 one", true},
		{"mended, OSV", map[string]string{"GHSA-1.json": osv("1.2.0", "")}, "1 advisories, the newest of 2026-07-01; 2 packages", false},
		{"withdrawn, and one of a tool", map[string]string{"GHSA-1.json": osv("9.0.0", `,"withdrawn":"2026-07-02T00:00:00Z"`), "npm/tool/CVE-2.yml": gitlab("tool", "<4.0.0")}, "tool@3.0.0 (builds and tests only): CVE-2 two", false},
		{"shipped, GitLab", map[string]string{"npm/@scope/shown/CVE-2.yml": gitlab("@scope/shown", ">=1.0.0 <2.0.0")}, "CVE-2 two", true},
		{"not understood", map[string]string{"npm/@scope/shown/CVE-2.yml": gitlab("@scope/shown", "^1")}, `"^1" is not understood`, true},
		{"nothing there", map[string]string{"README.md": ""}, "", true},
		{"another ecosystem", map[string]string{"gem/x/CVE-3.yml": "package_slug: gem/x\n"}, "", true},
		{"damaged", map[string]string{"GHSA-1.json": "{"}, "", true},
	} {
		var out strings.Builder
		err := judge(&out, write(t, c.files), filepath.Join(write(t, map[string]string{"l.json": lock}), "l.json"))
		if (err != nil) != c.fails || !strings.Contains(out.String(), c.says) {
			t.Errorf("%s: %v\n%s", c.what, err, out.String())
		}
	}
}

func TestGoDatabaseIsIndexed(t *testing.T) {
	from := write(t, map[string]string{"data/osv/GO-2026-0001.json": `{"id":"GO-2026-0001","modified":"2026-08-01T00:00:00Z","affected":[{"package":{"ecosystem":"Go","name":"example.org/m"}},{"package":{"ecosystem":"Go","name":"example.org/m"}}]}`})
	to := t.TempDir()
	if err := indexGo(&strings.Builder{}, from, to); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"index/modules.json": `[{"path":"example.org/m","vulns":[{"id":"GO-2026-0001","modified":"2026-08-01T00:00:00Z"}]}]`,
		"index/db.json":      `{"modified":"2026-08-01T00:00:00Z"}`,
	} {
		if got, err := os.ReadFile(filepath.Join(to, name)); err != nil || string(got) != want {
			t.Errorf("%s: %s, %v", name, got, err)
		}
	}
	if _, err := os.Stat(filepath.Join(to, "ID", "GO-2026-0001.json")); err != nil {
		t.Error(err)
	}
	if err := indexGo(&strings.Builder{}, t.TempDir(), to); err == nil {
		t.Error("an empty folder is no database")
	}
}
