package main

import (
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/store/redisstore"
	"github.com/pathboard/pathboard/hub/store/redistest"
	"github.com/pathboard/pathboard/hub/wire"
	"github.com/pathboard/pathboard/server/config"
)

// TestTwoInstancesOnACluster runs a workshop on a Redis Cluster: what is written
// on one instance is read on the other, also after the master of the board has
// died; backups lead out of the cluster and into it; the doctor sees what is
// missing.
func TestTwoInstancesOnACluster(t *testing.T) {
	t.Parallel()
	cluster := redistest.StartCluster(t, 3, 1, nil)
	env := map[string]string{"PATHBOARD_REDIS_URL": cluster.URL()}
	a, b := startProgram(t, env), startProgram(t, env)
	a.awaitReady(200)
	b.awaitReady(200)
	w := a.written("z-klastra")
	w.reads(b, "z-klastra")
	examine := func() string {
		f := examineRedis(t.Context(), config.Config{RedisURL: cluster.URL()}, slog.New(slog.DiscardHandler))
		return f.Wrong + f.Detail
	}
	if got := examine(); !strings.Contains(got, "settings are durable") {
		t.Errorf("the doctor says %q of a sound cluster", got)
	}

	old, _ := cluster.MasterOf(redisstore.LogKey(store.DocName(w.board)))
	old.Kill()
	cluster.Until("another master of the board", func() bool {
		m, _ := cluster.MasterOf(redisstore.LogKey(store.DocName(w.board)))
		return m != nil && m != old
	})
	for _, p := range []*program{a, b} {
		cluster.Until("the board", func() bool {
			return p.ask("GET", "/api/workshops/"+w.Workshop.ID+"/groups/"+w.Workshop.Groups[0].ID+"/board", w.Tokens.Facilitator, "", nil, nil) == 200
		})
	}
	// Until a board's new master is known, its lines are told to come again.
	for _, p := range []*program{a, b} {
		cluster.Until("a line to the board", func() bool {
			line := dial(t, p.base)
			line.Open(w.board, w.anna.Token)
			_, open := line.Next(0, func(f wire.Frame) bool { return f.Doc == w.board && f.Type == wire.TypeAuth })
			return open
		})
	}
	w.write(b, 8, "po-awarii")
	w.reads(a, "po-awarii")
	w.reads(a, "z-klastra")
	if got := examine(); !strings.Contains(got, "has no replica") {
		t.Errorf("the doctor says %q of a master without replica", got)
	}

	dir := t.TempDir()
	file := filepath.Join(dir, "all.tar.gz")
	if out := mustCommand(t, env, "check"); !strings.Contains(out, "no damage found; workshops: 1,") {
		t.Errorf("check beside the instances: %s", out)
	}
	mustCommand(t, env, "backup", "--file", file)
	w.write(a, 7, "po-kopii")
	mustCommand(t, env, "restore", "--file", file, "--replace")
	w.reads(b, "po-awarii")
	folder := map[string]string{"PATHBOARD_DATA": filepath.Join(dir, "moved")}
	mustCommand(t, folder, "restore", "--file", file)
	w.reads(startProgram(t, folder), "po-awarii")
}
