package filestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/store/storetest"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv("FILESTORE_WRITER"); dir != "" {
		writeForever(dir)
		return
	}
	goleak.VerifyTestMain(m)
}

func open(t *testing.T, dir string) *Store {
	t.Helper()
	s, err := Open(t.Context(), Options{Dir: dir, TrimGrace: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestConformance(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store { return open(t, t.TempDir()) })
}

func TestASecondProcessIsRefused(t *testing.T) {
	dir := t.TempDir()
	open(t, dir)
	_, err := Open(t.Context(), Options{Dir: dir})
	if !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), dir) {
		t.Errorf("got %v", err)
	}
}

func TestReopenedStoreHasEverything(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(t.Context(), Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	s.Append(t.Context(), []store.AppendRequest{{Doc: "d", Data: []byte("kept")}})
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if r := s.Append(t.Context(), []store.AppendRequest{{Doc: "d"}}); !errors.Is(r[0].Err, store.ErrUnavailable) {
		t.Errorf("append after close: %v", r[0].Err)
	}
	l, err := open(t, dir).Load(t.Context(), "d")
	if err != nil || len(l.Tail) != 1 || string(l.Tail[0].Data) != "kept" {
		t.Errorf("got %+v, %v", l, err)
	}
}

func TestGraceKeepsTheLogReadable(t *testing.T) {
	s, err := Open(t.Context(), Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	r := s.Append(t.Context(), []store.AppendRequest{{Doc: "d", Data: []byte("young")}})
	if err := s.PutSnapshot(t.Context(), "d", 0, 0, store.Snapshot{Upto: r[0].Position, Data: []byte("s")}); err != nil {
		t.Fatal(err)
	}
	if e, err := s.Read(t.Context(), "d", store.Position{}, 9); err != nil || len(e) != 1 {
		t.Errorf("a follower one entry behind: %v, %v", e, err)
	}
	if l, err := s.Load(t.Context(), "d"); err != nil || len(l.Tail) != 0 {
		t.Errorf("load repeats what the snapshot holds: %+v, %v", l, err)
	}
}

func TestListenersHearCommittedEntriesInOrder(t *testing.T) {
	s := open(t, t.TempDir())
	var heard []string
	s.OnAppend(func(doc store.DocName, entries []store.Entry) {
		for _, e := range entries {
			heard = append(heard, fmt.Sprintf("%s:%s", doc, e.Data))
		}
	})
	s.Append(t.Context(), []store.AppendRequest{{Doc: "a", Data: []byte("1")}, {Doc: "a", Data: []byte("2")}, {Doc: "b", Data: []byte("3")}})
	if got := strings.Join(heard, " "); got != "a:1 a:2 b:3" {
		t.Errorf("heard %q", got)
	}
}

// TestADamagedDatabaseIsNamed: R5.
func TestADamagedDatabaseIsNamed(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "pathboard.db"), []byte(strings.Repeat("not a database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), Options{Dir: dir}); !errors.Is(err, ErrDamaged) {
		t.Errorf("got %v", err)
	}
}

// TestKilledWriterLosesNothingAcknowledged kills a process in the middle of
// writing; what it had reported as durable is there.
// Proves R1 of hub/SPEC.md.
func TestKilledWriterLosesNothingAcknowledged(t *testing.T) {
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), "FILESTORE_WRITER="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	acked := 0
	for acked < 500 {
		var n int
		if _, err := fmt.Fscan(out, &n); err != nil {
			t.Fatal(err)
		}
		acked = n
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for { // what it said before it died counts too
		var n int
		if _, err := fmt.Fscan(out, &n); err != nil {
			break
		}
		acked = n
	}
	_ = cmd.Wait()
	l, err := open(t, dir).Load(t.Context(), "d")
	if err != nil || len(l.Tail) < acked {
		t.Errorf("%d entries of %d acknowledged, %v", len(l.Tail), acked, err)
	}
}

func writeForever(dir string) {
	s, err := Open(context.Background(), Options{Dir: dir})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for i := 1; ; i++ {
		r := s.Append(context.Background(), []store.AppendRequest{{Doc: "d", Data: []byte(fmt.Sprint(i))}})
		if r[0].Err != nil {
			os.Exit(1)
		}
		fmt.Println(i)
	}
}

// TestLayout1IsBroughtUpToDate: a folder of the first layout keeps its content.
func TestLayout1IsBroughtUpToDate(t *testing.T) {
	dir := t.TempDir()
	db, err := sql.Open("sqlite", filepath.Join(dir, "pathboard.db"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.ExecContext(t.Context(), `
CREATE TABLE docs (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, epoch INTEGER NOT NULL DEFAULT 0, seq INTEGER NOT NULL DEFAULT 0,
  trimmed INTEGER NOT NULL DEFAULT 0, live INTEGER NOT NULL DEFAULT 1);
CREATE TABLE log (doc INTEGER NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (doc, seq)) WITHOUT ROWID;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO meta VALUES ('schema', '1');
INSERT INTO docs (id, name, seq) VALUES (1, 'old', 2);
INSERT INTO log VALUES (1, 1, 0, 'one'), (1, 2, 0, 'two');`)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for _, more := range []string{"three", "four"} { // the second time nothing is left to do
		s := open(t, dir)
		if r := s.Append(t.Context(), []store.AppendRequest{{Doc: "old", Data: []byte(more)}}); r[0].Err != nil {
			t.Fatal(r[0].Err)
		}
		l, err := s.Load(t.Context(), "old")
		if err != nil || len(l.Tail) < 3 || string(l.Tail[0].Data) != "one" || string(l.Tail[len(l.Tail)-1].Data) != more {
			t.Errorf("after the upgrade: %v, %v", l.Tail, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
