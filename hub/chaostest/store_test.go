package chaostest

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// failingLoad is a way to make a load fail, and to end it.
type failingLoad struct {
	name      string
	fail, end func()
}

// TestT11LoadsThatFail: whatever Redis answers to a load, nobody is shown a
// document emptier than it is, and nothing is written over it.
func TestT11LoadsThatFail(t *testing.T) {
	g := newRig(t, 1, 20)
	g.write(1, 2, 100, 0, g.anyHub)
	g.finish(time.Minute)
	const doc = "chaos.0"
	log, snaps := "pb:{"+doc+"}:log", "pb:{"+doc+"}:snaps"
	g.until("a snapshot", time.Minute, func() bool { return g.redisDo("LLEN", snaps).(int64) > 0 })
	want, err := read(g.anyHub(), doc)
	if err != nil {
		t.Fatal(err)
	}
	newest := g.redisDo("LINDEX", snaps, 0).(string)
	cases := []failingLoad{
		{"no permission", func() { g.redisDo("ACL", "SETUSER", "default", "-xrange") }, func() { g.redisDo("ACL", "SETUSER", "default", "+xrange") }},
		{"wrong type", func() { g.redisDo("RENAME", log, log+".away"); g.redisDo("SET", log, "x") },
			func() { g.redisDo("DEL", log); g.redisDo("RENAME", log+".away", log) }},
		{"truncated snapshot", func() { g.redisDo("LSET", snaps, 0, newest[:len(newest)/2]) }, func() { g.redisDo("LSET", snaps, 0, newest) }},
		{"no snapshot", func() { g.redisDo("LSET", snaps, 0, "") }, func() { g.redisDo("LSET", snaps, 0, newest) }},
	}
	if full() { // waits for as long as a load may take
		cases = append(cases, failingLoad{"no answer", g.redis.Pause, g.redis.Resume})
	}
	for _, c := range cases {
		g.hubs[0].kill()
		g.hubs[0].up() // with nothing in memory
		c.fail()
		if b, err := read(g.anyHub(), doc); err == nil {
			t.Errorf("%s: shows %d bytes", c.name, len(b))
		}
		c.end()
		g.until("the document after "+c.name, time.Minute, func() bool {
			got, err := read(g.anyHub(), doc)
			if err == nil && string(got) != string(want) {
				t.Fatalf("%s: another document: %d and %d bytes", c.name, len(want), len(got))
			}
			return err == nil
		})
	}
	g.verify()
}

// TestT12NoEcho: each edit is appended once and nothing goes round.
func TestT12NoEcho(t *testing.T) {
	g := newRig(t, 3, 100_000)
	const edits = 60
	for i := range 3 {
		at := g.hubs[i].url()
		g.add(0, edits, func() string { return at }).pace = 5 * time.Millisecond
	}
	g.start()
	g.finish(time.Minute)
	length := func() int64 { return g.redisDo("XLEN", "pb:{chaos.0}:log").(int64) }
	n := length()
	if n > 3*edits { // what a client brings with its answer is one entry
		t.Errorf("%d entries for %d edits", n, 3*edits)
	}
	g.hold(time.Second)
	if later := length(); later != n {
		t.Errorf("%d entries more when nobody writes", later-n)
	}
	g.verify()
}

// TestT14RolledBackStore brings Redis back from an older file, under hubs that
// know more and go on writing.
func TestT14RolledBackStore(t *testing.T) {
	g := newRig(t, 2, 60)
	g.write(4, 2, size(500, 20_000), time.Millisecond, g.anyHub)
	older := filepath.Join(t.TempDir(), "older")
	files := filepath.Join(g.redis.Dir(), "appendonlydir")
	g.each(size(2, 10), func(int) {
		if err := os.RemoveAll(older); err != nil {
			t.Fatal(err)
		}
		if err := os.CopyFS(older, os.DirFS(files)); err != nil {
			t.Fatal(err)
		}
		before := g.progress()
		g.goOn(100) // they will be lost
		g.redis.Kill()
		if err := os.RemoveAll(files); err != nil {
			t.Fatal(err)
		}
		if err := os.CopyFS(files, os.DirFS(older)); err != nil {
			t.Fatal(err)
		}
		lost := g.progress() - before
		g.redis.Up()
		began := time.Now()
		g.goOn(50)
		t.Logf("at least %d acknowledged edits lost by Redis; going on after %v", lost, time.Since(began).Round(time.Millisecond))
	})
	g.finish(3 * time.Minute)
	g.verify()
}
