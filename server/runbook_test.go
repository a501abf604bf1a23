package main

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// systemctl is what the page's commands find in its place: it starts and stops
// the program with the same settings, and waits as systemd does.
const systemctl = `#!/bin/bash
set -eu
stop() { if [ -e pid ]; then kill "$(cat pid)"; while kill -0 "$(cat pid)" 2>/dev/null; do sleep 0.05; done; rm pid; fi; }
start() {
  setsid pathboard serve >serve.log 2>&1 </dev/null & echo $! >pid
  for _ in $(seq 600); do grep -q "listening on" serve.log && return; sleep 0.05; done
  cat serve.log; exit 1
}
case $1 in start) start;; stop) stop;; restart) stop; start;; esac
`

// TestRunbook runs the commands of docs/operations.md that it calls tested, on
// the real program, with a workshop in it.
func TestRunbook(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)\\*\\(tested\\)\\*\n\n```sh\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	if len(blocks) != strings.Count(string(page), "*(tested)*\n\n") || len(blocks) < 4 {
		t.Fatalf("%d blocks", len(blocks))
	}
	dir := t.TempDir()
	bin := filepath.Join(dir, "bin")
	for _, d := range []string{bin, filepath.Join(dir, "backups")} {
		if err := os.Mkdir(d, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	built, err := builtProgram()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(built, filepath.Join(bin, "pathboard")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(bin, "systemctl"), []byte(systemctl), 0o700); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	env := append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"), "PATHBOARD_ADDR="+address, "PATHBOARD_DATA="+filepath.Join(dir, "data"))
	bash := func(script string) string {
		t.Helper()
		cmd := exec.CommandContext(context.WithoutCancel(t.Context()), "bash", "-euc", script)
		cmd.Dir, cmd.Env = dir, env
		out, err := cmd.CombinedOutput()
		if err != nil {
			log, _ := os.ReadFile(filepath.Join(dir, "serve.log"))
			t.Fatalf("%s\n%v\n%s\n%s", script, err, out, log)
		}
		return string(out)
	}
	t.Cleanup(func() { bash("systemctl stop") })
	paths := strings.NewReplacer("/var/lib/pathboard", filepath.Join(dir, "data"), "/var/backups/pathboard", filepath.Join(dir, "backups"))
	p := &program{t: t, base: "http://" + address}
	var w written
	var ewa joined
	for i, block := range blocks {
		erasing := strings.Contains(block[1], "--erasures")
		if erasing { // she is in the backup of the night
			p.must(204, "DELETE", "/api/workshops/"+w.Workshop.ID+"/me/data", ewa.Token, "", nil, nil)
		}
		out := bash(paths.Replace(block[1]))
		if i == 0 {
			w = p.written("z-instrukcji")
			ewa = p.join(w.created, "Ewa", 1)
			continue
		}
		if erasing {
			w.forgets(p, ewa.Token)
		}
		w.reads(p, "z-instrukcji")
		if !strings.Contains(out, "records:") {
			t.Errorf("block %d says %s", i, out)
		}
	}
}
