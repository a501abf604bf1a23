package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// allowed are the licences that a city may use, change and pass on without
// asking; MPL-2.0 and the others below are tools that do not come to anybody.
var allowed = []string{"MIT", "ISC", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "BlueOak-1.0.0"}

// allowedTools are further licences of what only builds and tests.
var allowedTools = []string{"MPL-2.0", "CC0-1.0", "CC-BY-4.0", "Unlicense", "Python-2.0"}

// lockFiles are all in the tree.
func lockFiles(t *testing.T) (out []string) {
	t.Helper()
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git") {
			return filepath.SkipDir
		}
		if d.Name() == "package-lock.json" {
			out = append(out, path)
		}
		return err
	})
	if err != nil || len(out) < 3 {
		t.Fatalf("%v, %v", out, err)
	}
	return out
}

// TestNoPackageRunsAScript when it is installed.
func TestNoPackageRunsAScript(t *testing.T) {
	for _, name := range lockFiles(t) {
		l, err := readLock(name)
		if err != nil {
			t.Fatal(err)
		}
		for path, p := range l.Packages {
			if p.HasInstallScript {
				t.Errorf("%s: %s runs a script when it is installed", name, path)
			}
			if path != "" && p.Integrity == "" {
				t.Errorf("%s: %s is not pinned by a hash", name, path)
			}
		}
		settings, err := os.ReadFile(filepath.Join(filepath.Dir(name), ".npmrc"))
		if err != nil || !strings.Contains(string(settings), "ignore-scripts=true") {
			t.Errorf("%s: scripts are not forbidden in the .npmrc beside it", name)
		}
	}
}

// texts tell a licence by its words.
var texts = []struct {
	id    string
	words *regexp.Regexp
}{
	{"Apache-2.0", regexp.MustCompile(`(?i)apache license\s+version 2\.0`)},
	{"MPL-2.0", regexp.MustCompile(`(?i)mozilla public license`)},
	{"GPL", regexp.MustCompile(`(?i)gnu (lesser |affero )?general public license`)},
	{"BSD-3-Clause", regexp.MustCompile(`(?i)neither the name|names of (its|the) contributors`)},
	{"BSD-2-Clause", regexp.MustCompile(`(?i)redistributions? (of|in)`)},
	{"ISC", regexp.MustCompile(`(?i)permission to use, copy, modify, and/?(or)? distribute this software for any`)},
	{"MIT", regexp.MustCompile(`(?i)permission is hereby granted, free of charge`)},
}

func licenceIn(dir string) string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "unreadable"
	}
	for _, e := range entries {
		if upper := strings.ToUpper(e.Name()); e.IsDir() || !strings.HasPrefix(upper, "LICEN") && !strings.HasPrefix(upper, "COPYING") {
			continue
		}
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return "unreadable"
		}
		words := strings.Join(strings.Fields(string(b)), " ")
		for _, text := range texts {
			if text.words.MatchString(words) {
				return text.id
			}
		}
	}
	return "unknown"
}

// TestLicencesAreOnTheList: every module of the product and of its tests, every
// package of the web app and of its tools.
func TestLicencesAreOnTheList(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "-test", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Dir}}{{end}}{{end}}", "../../...").Output()
	if err != nil {
		t.Fatal(err)
	}
	modules := map[string]string{}
	for line := range strings.Lines(string(out)) {
		if path, dir, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			modules[path] = dir
		}
	}
	if len(modules) < 20 || len(modules) > 40 {
		t.Errorf("%d modules", len(modules))
	}
	for path, dir := range modules {
		if id := licenceIn(dir); !slices.Contains(allowed, id) {
			t.Errorf("%s: licence %s", path, id)
		}
	}
	for _, name := range lockFiles(t) {
		l, err := readLock(name)
		if err != nil {
			t.Fatal(err)
		}
		for path, p := range l.Packages {
			if path == "" || slices.Contains(allowed, p.License) || slices.Contains(allowedTools, p.License) && p.Dev {
				continue
			}
			t.Errorf("%s: %s has licence %q", name, path, p.License)
		}
	}
}
