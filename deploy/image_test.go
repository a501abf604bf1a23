//go:build deploycheck

package deploy

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestTheImageServes builds the last stage of the Dockerfile with buildah, which
// needs no engine, from a program built here in place of the stage before, whose
// images come from a registry; and runs it as its own user.
func TestTheImageServes(t *testing.T) {
	if _, err := exec.LookPath("buildah"); err != nil {
		t.Fatal("buildah is needed for this test: apt-get install buildah")
	}
	dir := t.TempDir()
	stage := filepath.Join(dir, "stage")
	for _, folder := range []string{"out/data", "etc/ssl/certs"} {
		if err := os.MkdirAll(filepath.Join(stage, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(stage, "etc/ssl/certs/ca-certificates.crt"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-o", filepath.Join(stage, "out/pathboard"), "../server")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	buildah := func(args ...string) *exec.Cmd {
		storage := []string{"--root", filepath.Join(dir, "root"), "--runroot", filepath.Join(dir, "run"), "--storage-driver", "vfs"}
		cmd := exec.Command("buildah", append(storage, args...)...)
		cmd.Env = append(os.Environ(), "BUILDAH_ISOLATION=chroot")
		return cmd
	}
	must := func(args ...string) string {
		t.Helper()
		out, err := buildah(args...).CombinedOutput()
		if err != nil {
			t.Fatalf("buildah %s: %v\n%s", strings.Join(args, " "), err, out)
		}
		return strings.TrimSpace(string(out))
	}
	must("bud", "--format", "docker", "--build-context", "build="+stage, "--file", "Dockerfile", "--tag", "pathboard", "..")
	container := must("from", "--pull-never", "localhost/pathboard")
	t.Cleanup(func() { must("rm", container) })
	if got := must("inspect", "--format", "{{.OCIv1.Config.User}}", container); got != "65532:65532" {
		t.Errorf("runs as %q", got)
	}
	address := "PATHBOARD_ADDR=127.0.0.1:" + strconv.Itoa(port(t))
	serving := buildah("run", "--env", address, container, "--", "/pathboard", "serve")
	if err := serving.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = serving.Process.Kill(); _ = serving.Wait() })
	var said []byte
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); {
		var err error
		if said, err = buildah("run", "--env", address, container, "--", "/pathboard", "ready").CombinedOutput(); err == nil {
			return
		}
	}
	t.Errorf("not ready: %s", said)
}
