// Package hubtest helps to test the hub with real parts: clients that others
// wrote, and peers that misbehave on purpose.
package hubtest

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

var install sync.Mutex

// Node returns the command for a script in hub/hubtest/providers, after
// installing its packages if they are missing. It fails the test when Node.js
// is not there.
func Node(t *testing.T, script string, args ...string) *exec.Cmd {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	dir := filepath.Join(filepath.Dir(here), "providers")
	if _, err := exec.LookPath("node"); err != nil {
		t.Fatal("Node.js 20 or newer is needed for this test: https://nodejs.org")
	}
	install.Lock()
	defer install.Unlock()
	if _, err := os.Stat(filepath.Join(dir, "node_modules", ".package-lock.json")); err != nil {
		cmd := exec.CommandContext(t.Context(), "npm", "ci", "--no-audit", "--no-fund", "--loglevel=error")
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("npm ci in %s: %v\n%s", dir, err, strings.TrimSpace(string(out)))
		}
	}
	cmd := exec.CommandContext(t.Context(), "node", append([]string{filepath.Join(dir, script)}, args...)...)
	cmd.Dir = dir
	return cmd
}
