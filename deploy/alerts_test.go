//go:build deploycheck

package deploy

import (
	"os/exec"
	"testing"
)

// TestAlertRules has promtool judge the rules and play their cases.
func TestAlertRules(t *testing.T) {
	for _, args := range [][]string{
		{"check", "config", "prometheus.yml"}, {"check", "rules", "pathboard.rules.yml"}, {"test", "rules", "pathboard.rules.test.yml"},
	} {
		cmd := exec.CommandContext(t.Context(), "promtool", args...)
		cmd.Dir = "prometheus"
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("promtool %v: %v\n%s", args, err, out)
		}
	}
}
