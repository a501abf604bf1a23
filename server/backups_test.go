package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pathboard/pathboard/hub/hubtest"
	"github.com/pathboard/pathboard/hub/store/redistest"
)

// command runs one command of the program to its end and returns its output.
func command(t *testing.T, env map[string]string, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := run(t.Context(), args, func(k string) string { return env[k] }, &out, &out)
	return out.String(), err
}

func mustCommand(t *testing.T, env map[string]string, args ...string) string {
	t.Helper()
	out, err := command(t, env, args...)
	if err != nil {
		t.Fatalf("pathboard %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

// written is a workshop in which Anna has written on a board.
type written struct {
	created
	anna  joined
	board string
}

func (p *program) written(text string) written {
	p.t.Helper()
	w := written{created: p.create()}
	w.anna = p.join(w.created, "Anna", 0)
	w.board = "board." + w.Workshop.Groups[0].ID
	w.write(p, 7, text)
	return w
}

func (w written) write(p *program, client uint64, text string) {
	p.t.Helper()
	a := dial(p.t, p.base)
	a.Open(w.board, w.anna.Token)
	if a.Scope(w.board, 0) != "read-write" || !a.Write(w.board, client, text, text) {
		p.t.Fatalf("%q was not written", text)
	}
}

// reads checks that Anna finds the text on the board, as herself.
func (w written) reads(p *program, text string) {
	p.t.Helper()
	a := dial(p.t, p.base)
	a.Open(w.board, w.anna.Token)
	if got := a.Scope(w.board, 0); got != "read-write" {
		p.t.Fatalf("Anna's rights: %s", got)
	}
	a.Send(hubtest.SyncStep1(w.board))
	a.AwaitEdit(w.board, text)
}

// TestRestoreDrill moves everything from a folder into Redis and one workshop
// back into another folder, each time from a backup made while the server ran:
// people keep their places, texts and client ids.
func TestRestoreDrill(t *testing.T) {
	dir := t.TempDir()
	folder := map[string]string{"PATHBOARD_DATA": filepath.Join(dir, "data")}
	first := startProgram(t, folder)
	w, other := first.written("z-folderu"), first.written("inny")
	if out := mustCommand(t, folder, "check"); !strings.Contains(out, "workshops: 2,") || !strings.Contains(out, "documents: 2") {
		t.Errorf("check beside the server: %s", out)
	}
	all := filepath.Join(dir, "all.tar.gz")
	mustCommand(t, folder, "backup", "--file", all)
	mustCommand(t, folder, "check", "--file", all)
	if info, err := os.Stat(all); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the backup can be read by others: %v %v", info.Mode(), err)
	}
	if _, err := command(t, folder, "backup", "--file", all); err == nil {
		t.Error("a backup was overwritten")
	}
	w.write(first, 7, "po-kopii")
	first.end()

	redis := map[string]string{"PATHBOARD_REDIS_URL": redistest.Start(t, nil).URL()}
	mustCommand(t, redis, "restore", "--file", all)
	if out := mustCommand(t, redis, "check"); !strings.Contains(out, "Redis: no damage found; workshops: 2,") {
		t.Errorf("check on Redis: %s", out)
	}
	second := startProgram(t, redis)
	w.reads(second, "z-folderu")
	other.reads(second, "inny")
	var state struct{ Version uint64 }
	second.must(200, "GET", "/api/workshops/"+w.Workshop.ID, w.Tokens.Facilitator, "", nil, &state)
	if state.Version <= 2 {
		t.Errorf("version %d does not outrun what browsers have seen", state.Version)
	}
	w.write(second, 8, "z-redisa")

	one := filepath.Join(dir, "one.tar.gz")
	mustCommand(t, redis, "backup", "--file", one, "--workshop", w.Workshop.ID)
	if _, err := command(t, redis, "backup", "--file", filepath.Join(dir, "none"), "--workshop", "nobody"); err == nil {
		t.Error("a workshop that is not there was backed up")
	}
	moved := map[string]string{"PATHBOARD_DATA": filepath.Join(dir, "moved")}
	mustCommand(t, moved, "restore", "--file", one)
	third := startProgram(t, moved)
	w.reads(third, "z-redisa")
	if got := third.ask("GET", "/api/workshops/"+other.Workshop.ID, other.Tokens.Facilitator, "", nil, nil); got != 401 {
		t.Errorf("the other workshop came along: %d", got)
	}
}

// TestNobodyErasedComesBackOnANewServer: a server is lost, and an older backup is
// restored elsewhere. Pictures come back; who was erased since does not, when the
// newest backup says who that was.
func TestNobodyErasedComesBackOnANewServer(t *testing.T) {
	for name, target := range map[string]func() map[string]string{
		"folder": func() map[string]string { return map[string]string{"PATHBOARD_DATA": t.TempDir()} },
		"redis": func() map[string]string {
			return map[string]string{"PATHBOARD_REDIS_URL": redistest.Start(t, nil).URL()}
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			lost := map[string]string{"PATHBOARD_DATA": filepath.Join(dir, "lost")}
			p := startProgram(t, lost)
			w := p.written("zostaje")
			ewa := p.join(w.created, "Ewa", 1)
			picture, path := w.picture(p)
			older, newest := filepath.Join(dir, "older.tar.gz"), filepath.Join(dir, "newest.tar.gz")
			mustCommand(t, lost, "backup", "--file", older)
			p.must(204, "DELETE", "/api/workshops/"+w.Workshop.ID+"/me/data", ewa.Token, "", nil, nil)
			mustCommand(t, lost, "backup", "--file", newest)
			p.end()

			env := target()
			if out := mustCommand(t, env, "restore", "--file", older, "--erasures", newest); !strings.Contains(out, "1 erasures and receipts are known") {
				t.Errorf("restore says %s", out)
			}
			again := startProgram(t, env)
			w.reads(again, "zostaje")
			w.forgets(again, ewa.Token)
			if got := get(t, again.base+path, w.anna.Token); got != picture {
				t.Errorf("the picture has %d bytes, had %d", len(got), len(picture))
			}
		})
	}
}

// forgets waits until Anna alone is in the workshop, and expects the other's
// token to open nothing.
func (w written) forgets(p *program, token string) {
	p.t.Helper()
	hubtest.Until(p.t, "the other is erased again", func() bool {
		var state struct{ Workshop seenWorkshop }
		p.must(200, "GET", "/api/workshops/"+w.Workshop.ID, w.Tokens.Facilitator, "", nil, &state)
		return len(state.Workshop.Participants) == 1 && state.Workshop.Participants[0].Name == "Anna"
	}, func() bool { return true })
	if got := p.ask("GET", "/api/session", token, "", nil, nil); got != 401 {
		p.t.Errorf("the erased person's token: %d", got)
	}
}

// picture keeps a picture on Anna's board and returns it and its address.
func (w written) picture(p *program) (data, path string) {
	p.t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8)), nil); err != nil {
		p.t.Fatal(err)
	}
	path = fmt.Sprintf("/api/workshops/%s/groups/%s/images/%x", w.Workshop.ID, w.Workshop.Groups[0].ID, sha256.Sum256(b.Bytes()))
	r, err := http.NewRequestWithContext(p.t.Context(), http.MethodPut, p.base+path, bytes.NewReader(b.Bytes()))
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+w.anna.Token)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusNoContent {
		p.t.Fatalf("the picture: %s", res.Status)
	}
	return b.String(), path
}

// get returns what an address answers with.
func get(t *testing.T, url, token string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %v", url, res.Status, err)
	}
	return string(body)
}

// TestRestoringUnderRunningInstances: other content is not touched unasked; when
// asked, open boards notice, what came since gives way, and people go on.
func TestRestoringUnderRunningInstances(t *testing.T) {
	env := map[string]string{"PATHBOARD_REDIS_URL": redistest.Start(t, nil).URL()}
	p := startProgram(t, env)
	w := p.written("dawno")
	file := filepath.Join(t.TempDir(), "b.tar.gz")
	mustCommand(t, env, "backup", "--file", file)
	mustCommand(t, env, "restore", "--file", file) // the same: nothing to lose
	a := dial(t, p.base)
	a.Open(w.board, w.anna.Token)
	a.Scope(w.board, 0)
	if !a.Write(w.board, 9, "pomylka", "pomylka") {
		t.Fatal("not written")
	}
	bea := p.join(w.created, "Bea", 0)
	if out, err := command(t, env, "restore", "--file", file); err == nil || !strings.Contains(err.Error(), "--replace") {
		t.Fatalf("other content was replaced unasked: %v %s", err, out)
	}
	mark := a.Count()
	mustCommand(t, env, "restore", "--file", file, "--replace")
	a.AwaitEnd(mark)
	w.reads(p, "dawno")
	w.write(p, 10, "dalej")
	if out := mustCommand(t, env, "check"); !strings.Contains(out, "documents: 1") {
		t.Error(out)
	}
	if got := p.ask("GET", "/api/session", bea.Token, "", nil, nil); got != 401 {
		t.Errorf("who came after the backup: %d", got)
	}
}
