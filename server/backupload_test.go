package main

import (
	"path/filepath"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/pathboard/pathboard/hub/hubtest"
	"github.com/pathboard/pathboard/hub/store/redistest"
	"github.com/pathboard/pathboard/hub/wire"
	"github.com/pathboard/pathboard/hub/ydoc"
)

// TestBackupsWhileEverybodyWrites, on both stores: each of a row of backups is
// whole, and has every edit that was acknowledged before it began.
func TestBackupsWhileEverybodyWrites(t *testing.T) {
	for name, env := range map[string]map[string]string{
		"folder": {"PATHBOARD_DATA": t.TempDir()},
		"redis":  {"PATHBOARD_REDIS_URL": redistest.Start(t, nil).URL()},
	} {
		t.Run(name, func(t *testing.T) {
			first := startProgram(t, env)
			w := first.written("na-początku")
			var acknowledged atomic.Int64
			writing, stop := make(chan struct{}), make(chan struct{})
			go func() {
				defer close(writing)
				w.writesOn(first, &acknowledged, stop)
			}()
			dir := t.TempDir()
			var floors []int64
			for n := range 3 {
				hubtest.Until(t, "edits between the backups", func() bool { return acknowledged.Load() >= int64(20*(n+1)) }, acknowledged.Load)
				floors = append(floors, acknowledged.Load())
				mustCommand(t, env, "backup", "--file", filepath.Join(dir, strconv.Itoa(n)))
			}
			close(stop)
			<-writing
			for n, floor := range floors {
				file := filepath.Join(dir, strconv.Itoa(n))
				mustCommand(t, env, "check", "--file", file)
				elsewhere := map[string]string{"PATHBOARD_DATA": t.TempDir()}
				mustCommand(t, elsewhere, "restore", "--file", file)
				mustCommand(t, elsewhere, "check")
				p := startProgram(t, elsewhere)
				got := w.edits(p)
				for edit := range floor {
					if !slices.Contains(got, strconv.FormatInt(edit, 10)) {
						t.Fatalf("backup %d has %d edits, and not the %dth, acknowledged before it began", n, len(got), edit)
					}
				}
				p.end()
			}
		})
	}
}

// writesOn writes numbered edits, one after the other, until stop.
func (w written) writesOn(p *program, acknowledged *atomic.Int64, stop <-chan struct{}) {
	a := dial(p.t, p.base)
	a.Open(w.board, w.anna.Token)
	if a.Scope(w.board, 0) != "read-write" {
		p.t.Error("Anna may not write")
		return
	}
	for n := uint64(0); n < 1500; n++ { // each has a client id of its own, of which a board has 2,000
		select {
		case <-stop:
			return
		default:
		}
		if !a.Write(w.board, 100+n, "n"+strconv.FormatUint(n, 10), "") {
			p.t.Errorf("edit %d was refused", n)
			return
		}
		acknowledged.Add(1)
	}
}

// edits are the numbers of the edits that are on the board.
func (w written) edits(p *program) (numbers []string) {
	p.t.Helper()
	a := dial(p.t, p.base)
	a.Open(w.board, w.anna.Token)
	a.Scope(w.board, 0)
	a.Send(hubtest.SyncStep1(w.board))
	f := a.Await("the board", 0, func(f wire.Frame) bool {
		return f.Doc == w.board && f.Type == wire.TypeSync && f.Sync == wire.SyncStep2
	})
	d := ydoc.New(ydoc.Options{})
	if _, err := d.Apply(f.Payload); err != nil {
		p.t.Fatal(err)
	}
	meta, ok := d.Root("meta", ydoc.KindMap).JSON().(map[string]any)
	if !ok {
		p.t.Fatal("the board has no such map")
	}
	for key := range meta {
		numbers = append(numbers, key[1:])
	}
	return numbers
}
