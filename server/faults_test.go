package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/redis/go-redis/v9"

	"github.com/pathboard/pathboard/hub/hubtest"
	"github.com/pathboard/pathboard/hub/store/redistest"
	"github.com/pathboard/pathboard/hub/wire"
	"github.com/pathboard/pathboard/hub/ydoc"
)

// builtProgram is the program as a file, built once.
var builtProgram = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "pathboard-test-*")
	if err != nil {
		return "", err
	}
	name := filepath.Join(dir, "pathboard")
	out, err := exec.Command("go", "build", "-o", name, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return name, nil
})

// onSmallDisk runs the program with its data on a disk of its own, mounted with
// the options, and returns a path to that disk from outside.
func onSmallDisk(t *testing.T, options string) (cmd *exec.Cmd, out *lineWaiter, disk func() string) {
	t.Helper()
	name, err := builtProgram()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	script := fmt.Sprintf("mount -t tmpfs -o %s none %s && exec %s serve", options, dir, name)
	cmd = exec.Command("unshare", "--map-root-user", "--mount", "sh", "-c", script)
	cmd.Env = append(os.Environ(), "PATHBOARD_ADDR=127.0.0.1:0", "PATHBOARD_DATA="+dir)
	out = newLineWaiter("pathboard listening on ")
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	return cmd, out, func() string { return fmt.Sprintf("/proc/%d/root%s", cmd.Process.Pid, dir) }
}

// bigEdit is a change of 64 KB that cannot be packed.
func bigEdit(t *testing.T, client uint64) []byte {
	t.Helper()
	u, err := ydoc.New(ydoc.Options{Limits: ydoc.DefaultLimits()}).Transact(client, func(x *ydoc.Txn) error {
		return x.Set(x.Root("meta", ydoc.KindMap), fmt.Sprint("k", client), fmt.Sprintf("edit-%d-", client)+strings.Repeat("x", 64<<10))
	})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// untilUnsaved writes until an edit is not acknowledged, and returns how many
// were. An edit that is not saved is refused or ends the connection; it is never
// called saved.
func (w written) untilUnsaved(t *testing.T, p *program) (acked int) {
	t.Helper()
	a := dial(t, p.base)
	a.Open(w.board, w.anna.Token)
	a.Scope(w.board, 0)
	for client := uint64(100); client < 400; client++ {
		mark := a.Count()
		a.Send(wire.Sync(w.board, wire.SyncUpdate, bigEdit(t, client)))
		if !a.verdict(w.board, mark) {
			return acked
		}
		acked++
	}
	t.Fatal("the disk never gets full")
	return 0
}

// verdict waits for the answer to an edit, or the end of the connection.
func (p *peer) verdict(doc string, mark int) (saved bool) {
	f, open := p.Next(mark, func(f wire.Frame) bool { return f.Doc == doc && f.Type == wire.TypeSyncStatus })
	return open && f.Saved
}

// hasAll checks that every acknowledged edit is on the board.
func (w written) hasAll(t *testing.T, p *program, acked int) {
	t.Helper()
	board := w.read(t, p)
	for i := range acked {
		if !bytes.Contains(board, fmt.Appendf(nil, "edit-%d-", 100+i)) {
			t.Errorf("acknowledged edit %d is lost", i)
		}
	}
}

// read is the board as somebody sees it who knows nothing. Whoever meets it while
// it is given up for want of a store is told to come again, and does.
func (w written) read(t *testing.T, p *program) []byte {
	t.Helper()
	for end := time.Now().Add(patience); ; {
		a := dial(t, p.base)
		a.Open(w.board, w.anna.Token)
		a.TrySend(hubtest.SyncStep1(w.board))
		f, open := a.Next(0, func(f wire.Frame) bool {
			return f.Type == wire.TypeSync && f.Sync == wire.SyncStep2 || f.Type == wire.TypeSyncReply && f.Sync == wire.SyncStep2
		})
		if open {
			return f.Payload
		}
		if a.CloseCode() != websocket.CloseTryAgainLater || time.Now().After(end) {
			t.Fatalf("the board cannot be read: closed with %d", a.CloseCode())
		}
		<-time.After(100 * time.Millisecond)
	}
}

// awaitReady asks until the server says that it can save.
func (p *program) awaitReady(want int) {
	p.t.Helper()
	for end := time.Now().Add(patience); ; {
		got := p.ask("GET", "/readyz", "", "", nil, nil)
		if got == want {
			return
		}
		if time.Now().After(end) {
			p.t.Fatalf("readyz answers %d, want %d", got, want)
		}
		<-time.After(100 * time.Millisecond) // it looks once a second
	}
}

// TestDiskFull: nothing is called saved that is not on disk, the server stays up
// and says that it cannot save, and goes on when there is space.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	_, out, disk := onSmallDisk(t, "size=16m")
	p := &program{t: t, base: <-out.found}
	w := p.written("przed")
	filler := filepath.Join(disk(), "filler")
	if err := os.WriteFile(filler, make([]byte, room(t, disk())-256<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	acked := w.untilUnsaved(t, p)
	if acked == 0 {
		t.Error("nothing was saved at all")
	}
	if got := p.ask("GET", "/healthz", "", "", nil, nil); got != 200 {
		t.Errorf("healthz: %d", got)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	p.awaitReady(200)
	w.hasAll(t, p, acked)
	w.write(p, 99, "po-wszystkim")
}

// room is how many bytes the disk has left.
func room(t *testing.T, folder string) int64 {
	t.Helper()
	var disk syscall.Statfs_t
	if err := syscall.Statfs(folder, &disk); err != nil {
		t.Fatal(err)
	}
	return int64(disk.Bavail) * disk.Bsize
}

// TestReadOnlyDisk: the server does not start and says why.
func TestReadOnlyDisk(t *testing.T) {
	cmd, out, _ := onSmallDisk(t, "ro")
	if err := cmd.Wait(); err == nil {
		t.Fatal("it serves from a disk it cannot write")
	}
	out.mu.Lock()
	defer out.mu.Unlock()
	if said := out.b.String(); !strings.Contains(said, "read-only") && !strings.Contains(said, "readonly") {
		t.Errorf("it says %q", said)
	}
}

// TestRedisOutOfMemory: the same with a Redis that takes nothing more; when it
// may have more, all goes on.
func TestRedisOutOfMemory(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t, map[string]string{"maxmemory": "6mb"})
	p := startProgram(t, map[string]string{"PATHBOARD_REDIS_URL": server.URL()})
	w := p.written("przed")
	acked := w.untilUnsaved(t, p)
	p.awaitReady(503)
	client := redis.NewClient(&redis.Options{Addr: server.Address()})
	defer client.Close()
	if err := client.ConfigSet(t.Context(), "maxmemory", "256mb").Err(); err != nil {
		t.Fatal(err)
	}
	p.awaitReady(200)
	w.hasAll(t, p, acked)
	w.write(p, 99, "po-wszystkim")
}
