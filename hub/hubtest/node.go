// Package hubtest helps to test the hub with real parts: clients that others
// wrote, and peers that misbehave on purpose.
package hubtest

import (
	"encoding/json"
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
// installing its packages if they are missing or others. It fails the test when Node.js
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
	if !installed(dir) {
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

// installed reports whether all packages that the lock names are there.
func installed(dir string) bool {
	there := locked(filepath.Join(dir, "node_modules", ".package-lock.json"))
	for path, integrity := range locked(filepath.Join(dir, "package-lock.json")) {
		if path != "" && there[path] != integrity {
			return false
		}
	}
	return there != nil
}

// locked is the integrity of each package in a lock by its path; nil when there
// is no lock.
func locked(name string) map[string]string {
	var lock struct {
		Packages map[string]struct {
			Integrity string `json:"integrity"`
			Optional  bool   `json:"optional"` // perhaps for another system
		} `json:"packages"`
	}
	b, err := os.ReadFile(name)
	if err != nil || json.Unmarshal(b, &lock) != nil {
		return nil
	}
	out := map[string]string{}
	for path, p := range lock.Packages {
		if !p.Optional {
			out[path] = p.Integrity
		}
	}
	return out
}
