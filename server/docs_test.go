package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// proofs are the pages that name tests.
var proofs = []string{"SECURITY.md", "hub/SPEC.md", "docs/operations.md"}

// TestProofsExist: every test that a page calls a proof is there.
func TestProofsExist(t *testing.T) {
	tests := map[string]bool{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git") {
			return filepath.SkipDir
		}
		if strings.HasSuffix(path, ".spec.ts") {
			tests[filepath.Base(path)] = true
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		b, err := os.ReadFile(path)
		for _, m := range regexp.MustCompile(`(?m)^func (Test\w+)\(`).FindAllStringSubmatch(string(b), -1) {
			tests[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile("`(Test\\w+)(?:/\\w+)?`|`([\\w-]+\\.spec\\.ts)`")
	for _, page := range proofs {
		b, err := os.ReadFile(filepath.Join("..", page))
		if err != nil {
			t.Fatal(err)
		}
		found := named.FindAllStringSubmatch(string(b), -1)
		if len(found) < 5 {
			t.Errorf("%s names %d tests", page, len(found))
		}
		for _, m := range found {
			if name := m[1] + m[2]; !tests[name] {
				t.Errorf("%s calls %s a proof; there is no such test", page, name)
			}
		}
	}
}

// TestEveryCaseHasItsCommand: each of T1 to T25 is a row of docs/reliability.md
// and of the table in scripts/chaos, whose tests are there.
func TestEveryCaseHasItsCommand(t *testing.T) {
	page, script := read(t, "../docs/reliability.md"), read(t, "../scripts/chaos")
	of := map[string]int{}
	for _, row := range regexp.MustCompile(`(?m)^(\d+) +(go|e2e) +(\S+) +(.+)$`).FindAllStringSubmatch(script, -1) {
		number, kind, where, which := row[1], row[2], row[3], row[4]
		of[number]++
		files, err := filepath.Glob(filepath.Join("..", where, "*_test.go"))
		pattern := `(?m)^func (Test\w+)\(`
		if kind == "e2e" {
			files, pattern = []string{"../frontend/e2e/" + where}, "(?m)^ *test\\([`'](.+)[`'], async"
		}
		if err != nil || len(files) == 0 {
			t.Errorf("T%s: nothing at %s: %v", number, where, err)
		}
		found, named := 0, regexp.MustCompile(which)
		for _, f := range files {
			for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(read(t, f), -1) {
				if named.MatchString(m[1]) {
					found++
				}
			}
		}
		wanted := 1
		if strings.HasSuffix(which, ")$") { // tests by their names: each must be there
			wanted += strings.Count(which, "|")
		}
		if found < wanted {
			t.Errorf("T%s: %d tests match %s in %s", number, found, which, where)
		}
	}
	for n := 1; n <= 25; n++ {
		number := strconv.Itoa(n)
		if of[number] == 0 {
			t.Errorf("scripts/chaos has no T%d", n)
		}
		if !regexp.MustCompile(`(?m)^\| T` + number + ` \| .*` + "`make chaos T=" + number + "`" + ` \|$`).MatchString(page) {
			t.Errorf("docs/reliability.md has no row of T%d with its command", n)
		}
	}
}
