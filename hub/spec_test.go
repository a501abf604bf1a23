package hub_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	ruleRow   = regexp.MustCompile(`(?m)^\| ([RW]\d+) \|.*\|(.*)\|$`)
	proofName = regexp.MustCompile("`((?:Test|Fuzz)\\w+)(?:/\\w+)?`")
	testDoc   = regexp.MustCompile(`(?m)((?:^//.*\n)*)^func ((?:Test|Fuzz)\w+)\(`)
	ruleNamed = regexp.MustCompile(`\b[RW]\d+\b`)
)

// TestRulesAreQuoted: every test that SPEC.md calls the proof of a rule quotes
// it in its comment, the simulator in its code, and no rule is without a proof.
func TestRulesAreQuoted(t *testing.T) {
	spec, err := os.ReadFile("SPEC.md")
	if err != nil {
		t.Fatal(err)
	}
	quotes, simulator := quotedRules(t)
	rules := ruleRow.FindAllStringSubmatch(string(spec), -1)
	if len(rules) < 15 {
		t.Fatalf("%d rules found", len(rules))
	}
	for _, row := range rules {
		rule, proof := row[1], row[2]
		named := proofName.FindAllStringSubmatch(proof, -1)
		if strings.Contains(proof, "simulator") {
			if !slices.Contains(simulator, rule) {
				t.Errorf("%s is proved by the simulator, which does not quote it", rule)
			}
		} else if len(named) == 0 {
			t.Errorf("%s has no proof", rule)
		}
		for _, m := range named {
			if !slices.Contains(quotes[m[1]], rule) {
				t.Errorf("%s is called a proof of %s and does not quote it", m[1], rule)
			}
		}
	}
}

// quotedRules are the rules named in the comment of each test of the module, and
// those named in the simulator.
func quotedRules(t *testing.T) (quotes map[string][]string, simulator []string) {
	t.Helper()
	quotes = map[string][]string{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git"):
			return filepath.SkipDir
		case !strings.HasSuffix(path, "_test.go"):
			return nil
		}
		b, err := os.ReadFile(path)
		if strings.HasPrefix(d.Name(), "sim_") {
			simulator = append(simulator, ruleNamed.FindAllString(string(b), -1)...)
		}
		for _, m := range testDoc.FindAllStringSubmatch(string(b), -1) {
			quotes[m[2]] = append(quotes[m[2]], ruleNamed.FindAllString(m[1], -1)...)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return quotes, simulator
}
