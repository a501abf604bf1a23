package main

import (
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// TestRollingUpdateUnderLoad: instances are replaced, added and taken away while
// people write; nothing is lost, no edit needs to be made again, and an instance
// ends within ten seconds. How long people wait is judged by make rollout, on a
// machine that does nothing else.
func TestRollingUpdateUnderLoad(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "pathboard")
	if out, err := exec.Command("go", "build", "-o", binary, "..").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	f, err := run(t.Context(), options{
		binary: binary, instances: 2, people: 10, pace: 50 * time.Millisecond, between: 200 * time.Millisecond,
	})
	t.Log(f)
	if err != nil {
		t.Fatal(err)
	}
	if len(f.ended) != 4 || len(f.away) == 0 || f.edits < 100 {
		t.Errorf("it was too quiet to prove anything: %v", f)
	}
}
