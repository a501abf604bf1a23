package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/pathboard/pathboard/hub/hubtest"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m,
		// Ends within a second of Close, where a Redis was away for long.
		goleak.IgnoreAnyFunction("github.com/redis/go-redis/v9/internal/pool.(*ConnPool).tryDial"))
}

// seenWorkshop and what follows are what a client knows of the HTTP contract: they
// are written here again on purpose.
type seenWorkshop struct {
	ID      string `json:"id"`
	Title   string `json:"title"`
	Version uint64 `json:"version"`
	Groups  []struct {
		ID      string   `json:"id"`
		Frozen  bool     `json:"frozen"`
		Members []string `json:"members"`
	} `json:"groups"`
	Participants []struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"participants"`
	JoinCode string `json:"joinCode"`
}

type created struct {
	Workshop seenWorkshop `json:"workshop"`
	JoinCode string       `json:"joinCode"`
	Tokens   struct {
		Facilitator string `json:"facilitator"`
		Projector   string `json:"projector"`
	} `json:"tokens"`
	Links struct {
		Join string `json:"join"`
	} `json:"links"`
}

type joined struct {
	Token       string `json:"token"`
	Participant struct {
		ID string `json:"id"`
	} `json:"participant"`
}

// program is the whole program, run as main does.
type program struct {
	t    *testing.T
	base string
	stop context.CancelFunc
	err  chan error
}

// startProgram runs serve with the settings and waits for its address.
func startProgram(t *testing.T, env map[string]string) *program {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	p := &program{t: t, stop: cancel, err: make(chan error, 1)}
	out, logs := newLineWaiter("pathboard listening on "), &bytes.Buffer{}
	settings := map[string]string{"PATHBOARD_ADDR": "127.0.0.1:0", "PATHBOARD_DATA": filepath.Join(t.TempDir(), "data")}
	for k, v := range env {
		settings[k] = v
	}
	go func() { p.err <- run(ctx, nil, func(k string) string { return settings[k] }, out, logs) }()
	select {
	case p.base = <-out.found:
	case err := <-p.err:
		cancel()
		t.Fatalf("the program ended: %v", err)
	case <-time.After(patience):
		cancel()
		t.Fatal("the program did not start")
	}
	t.Cleanup(func() { p.end() })
	return p
}

// end stops the program as SIGTERM does; stopping twice is no error.
func (p *program) end() {
	p.t.Helper()
	p.stop()
	select {
	case err, running := <-p.err:
		if running {
			if err != nil {
				p.t.Errorf("the program ended with %v", err)
			}
			close(p.err)
		}
	case <-time.After(patience):
		p.t.Fatal("the program did not end")
	}
	http.DefaultClient.CloseIdleConnections()
}

// lineWaiter is an output that reports the rest of the line with a prefix.
type lineWaiter struct {
	prefix string
	found  chan string
	mu     sync.Mutex
	b      bytes.Buffer
}

func newLineWaiter(prefix string) *lineWaiter {
	return &lineWaiter{prefix: prefix, found: make(chan string, 1)}
}

func (w *lineWaiter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.b.Write(p)
	for line := range strings.Lines(w.b.String()) {
		if rest, ok := strings.CutPrefix(line, w.prefix); ok && strings.HasSuffix(rest, "\n") {
			select {
			case w.found <- strings.TrimSpace(rest):
			default:
			}
		}
	}
	return len(p), nil
}

// ask makes a request and reads its JSON.
func (p *program) ask(method, path, token, ifMatch string, body, into any) int {
	p.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		p.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(p.t.Context(), method, p.base+path, bytes.NewReader(raw))
	if err != nil {
		p.t.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if ifMatch != "" {
		r.Header.Set("If-Match", ifMatch)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	if into != nil && res.StatusCode < 300 {
		if err := json.Unmarshal(answer, into); err != nil {
			p.t.Fatalf("%s %s: %v in %s", method, path, err, answer)
		}
	}
	return res.StatusCode
}

func (p *program) must(want int, method, path, token, ifMatch string, body, into any) {
	p.t.Helper()
	if got := p.ask(method, path, token, ifMatch, body, into); got != want {
		p.t.Fatalf("%s %s: %d, want %d", method, path, got, want)
	}
}

// create makes a workshop with two groups.
func (p *program) create() created {
	p.t.Helper()
	var c created
	p.must(201, "POST", "/api/workshops", "", "", map[string]any{
		"title": "Zarządzanie miastem", "city": "Łódź",
		"groups": []map[string]string{{"name": "Jaskółki", "area": "economy"}, {"name": "Sikory", "area": "services"}},
	}, &c)
	return c
}

func (p *program) join(c created, name string, group int) joined {
	p.t.Helper()
	var j joined
	p.must(201, "POST", "/api/join", "", "", map[string]string{"code": c.JoinCode, "name": name, "groupId": c.Workshop.Groups[group].ID}, &j)
	return j
}

func TestProgramKeepsWhatItSaved(t *testing.T) {
	env := map[string]string{"PATHBOARD_DATA": filepath.Join(t.TempDir(), "data")}
	first := startProgram(t, env)
	c := first.create()
	anna := first.join(c, "Anna", 0)
	if !strings.HasPrefix(c.Links.Join, first.base+"/join#") {
		t.Errorf("link %s", c.Links.Join)
	}
	board := "board." + c.Workshop.Groups[0].ID
	p := dial(t, first.base)
	p.Open(board, anna.Token)
	if got := p.Scope(board, 0); got != "read-write" {
		t.Fatalf("a member's rights: %s", got)
	}
	if !p.Write(board, 7, "note", "zapamiętane") {
		t.Fatal("the edit was refused")
	}
	first.end()

	second := startProgram(t, env)
	var got struct{ Workshop seenWorkshop }
	second.must(200, "GET", "/api/workshops/"+c.Workshop.ID, anna.Token, "", nil, &got)
	if len(got.Workshop.Participants) != 1 || got.Workshop.Participants[0].Name != "Anna" || got.Workshop.JoinCode != "" {
		t.Errorf("after a restart: %+v", got.Workshop)
	}
	q := dial(t, second.base)
	q.Open(board, c.Tokens.Projector)
	if got := q.Scope(board, 0); got != "readonly" {
		t.Errorf("the projector's rights: %s", got)
	}
	q.Send(hubtest.SyncStep1(board))
	q.AwaitEdit(board, "zapamiętane")
	if q.Write(board, 8, "note", "z rzutnika") {
		t.Error("the projector could write")
	}
}

// TestRightsChangeOnOpenSockets: R9.
func TestRightsChangeOnOpenSockets(t *testing.T) {
	p := startProgram(t, nil)
	c := p.create()
	rightsChange(t, c, p, p)
}

// TestRightsChangeAcrossInstances: what one instance is told holds on another.
func TestRightsChangeAcrossInstances(t *testing.T) {
	led, live := twoInstances(t)
	rightsChange(t, led.create(), led, live)
}

// rightsChange drives a workshop on one instance while Anna and the projector
// are connected to another (or the same).
func rightsChange(t *testing.T, c created, led, live *program) {
	t.Helper()
	anna := live.join(c, "Anna", 0)
	path := "/api/workshops/" + c.Workshop.ID
	own, other, state := "board."+c.Workshop.Groups[0].ID, "board."+c.Workshop.Groups[1].ID, "workshop."+c.Workshop.ID
	a, screen := dial(t, live.base), dial(t, live.base)
	for _, doc := range []string{own, other, state} {
		a.Open(doc, anna.Token)
		screen.Open(doc, c.Tokens.Projector)
	}
	for doc, want := range map[string]string{own: "read-write", other: "forbidden", state: "readonly"} {
		if got := a.Scope(doc, 0); got != want {
			t.Errorf("Anna on %s: %s, want %s", doc, got, want)
		}
	}
	if m := a.workshop("Anna's greeting", func(pushed) bool { return true }); m.Workshop.JoinCode != "" {
		t.Error("a member was sent the join code")
	}
	if m := screen.workshop("the projector's greeting", func(pushed) bool { return true }); m.Workshop.JoinCode != c.JoinCode {
		t.Errorf("the projector was sent the code %q", m.Workshop.JoinCode)
	}

	mark := a.Count()
	led.must(200, "PATCH", path+"/groups/"+c.Workshop.Groups[0].ID, c.Tokens.Facilitator, "*", map[string]bool{"frozen": true}, nil)
	if got := a.Scope(own, mark); got != "readonly" {
		t.Errorf("frozen: %s", got)
	}
	screen.workshop("the frozen group", func(m pushed) bool { return m.Workshop.Groups[0].Frozen })
	if a.Write(own, 9, "x", "za późno") {
		t.Error("a frozen board took an edit")
	}

	led.must(201, "POST", "/api/join", "", "", map[string]string{"code": c.JoinCode, "name": "Bea"}, nil)
	a.workshop("a second participant", func(m pushed) bool { return len(m.Workshop.Participants) == 2 })

	mark = a.Count()
	led.must(200, "DELETE", path+"/participants/"+anna.Participant.ID, c.Tokens.Facilitator, "", nil, nil)
	a.AwaitEnd(mark)
	if got := live.ask("GET", path, anna.Token, "", nil, nil); got != 401 {
		t.Errorf("a removed participant's request: %d", got)
	}
	again := dial(t, live.base)
	again.Open(own, anna.Token)
	if got := again.Scope(own, 0); got != "unauthenticated" {
		t.Errorf("a removed participant's socket: %s", got)
	}
}

// TestMovingBetweenGroups: R9.
func TestMovingBetweenGroups(t *testing.T) {
	p := startProgram(t, nil)
	c := p.create()
	anna := p.join(c, "Anna", 0)
	own, other := "board."+c.Workshop.Groups[0].ID, "board."+c.Workshop.Groups[1].ID
	a := dial(t, p.base)
	a.Open(own, anna.Token)
	a.Scope(own, 0)
	mark := a.Count()
	p.must(200, "PATCH", "/api/workshops/"+c.Workshop.ID+"/me", anna.Token, "", map[string]string{"groupId": c.Workshop.Groups[1].ID}, nil)
	a.AwaitEnd(mark)
	b := dial(t, p.base)
	b.Open(other, anna.Token)
	if got := b.Scope(other, 0); got != "read-write" {
		t.Errorf("in the new group: %s", got)
	}
}

func TestForeignOriginsAreRefused(t *testing.T) {
	p := startProgram(t, nil)
	for origin, want := range map[string]int{"https://evil.example": 403, "null": 403, p.base + ".evil.example": 403, p.base: 101} {
		r, err := http.NewRequestWithContext(t.Context(), "GET", p.base+"/ws", nil)
		if err != nil {
			t.Fatal(err)
		}
		for k, v := range map[string]string{"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "MDEyMzQ1Njc4OTAxMjM0NQ==", "Origin": origin} {
			r.Header.Set(k, v)
		}
		res, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%s: %d, want %d", origin, res.StatusCode, want)
		}
	}
}

func TestBoardGoesOutAndIn(t *testing.T) {
	p := startProgram(t, nil)
	c := p.create()
	anna := p.join(c, "Anna", 0)
	first, second := c.Workshop.Groups[0].ID, c.Workshop.Groups[1].ID
	a := dial(t, p.base)
	a.Open("board."+first, anna.Token)
	a.Scope("board."+first, 0)
	a.Write("board."+first, 11, "schema", "x")
	path := "/api/workshops/" + c.Workshop.ID + "/groups/"
	var board json.RawMessage
	p.must(200, "GET", path+first+"/board", anna.Token, "", nil, &board)
	p.must(403, "GET", path+second+"/board", anna.Token, "", nil, nil)
	p.must(204, "PUT", path+second+"/board", c.Tokens.Facilitator, "", board, nil)
}

func TestMistakesAtTheStart(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	startProgram(t, map[string]string{"PATHBOARD_DATA": data})
	for name, tc := range map[string]struct {
		args   []string
		env    map[string]string
		status int
		says   string
	}{
		"FolderInUse":    {env: map[string]string{"PATHBOARD_DATA": data}, status: 1, says: "in use by another process"},
		"CheckInUse":     {args: []string{"check"}, env: map[string]string{"PATHBOARD_DATA": data}, status: 0},
		"BackupNowhere":  {args: []string{"backup"}, status: 2, says: "--file"},
		"RestoreInUse":   {args: []string{"restore", "--file", "app_test.go"}, env: map[string]string{"PATHBOARD_DATA": data}, status: 1, says: "stop the server"},
		"BadAddress":     {args: []string{"--addr", "8080"}, status: 1, says: "PATHBOARD_ADDR"},
		"NoRedis":        {env: map[string]string{"PATHBOARD_REDIS_URL": "redis://127.0.0.1:1"}, status: 1, says: "127.0.0.1:1"},
		"UnknownCommand": {args: []string{"dance"}, status: 2, says: "dance"},
		"UnknownFlag":    {args: []string{"serve", "--fast"}, status: 2, says: "--help"},
		"Help":           {args: []string{"--help"}, status: 0},
		"Version":        {args: []string{"version"}, status: 0},
		"CheckNewFolder": {args: []string{"check"}, status: 0},
	} {
		t.Run(name, func(t *testing.T) {
			settings := map[string]string{"PATHBOARD_ADDR": "127.0.0.1:0", "PATHBOARD_DATA": filepath.Join(t.TempDir(), "data")}
			for k, v := range tc.env {
				settings[k] = v
			}
			var stdout, logs, stderr bytes.Buffer
			err := run(t.Context(), tc.args, func(k string) string { return settings[k] }, &stdout, &logs)
			if got := exitCode(err, &stderr); got != tc.status {
				t.Errorf("status %d, want %d: %s", got, tc.status, &stderr)
			}
			if !strings.Contains(stderr.String(), tc.says) || strings.Count(stderr.String(), "\n") > 1 {
				t.Errorf("said %q, want one line with %q", &stderr, tc.says)
			}
		})
	}
}

// TestStoppingEndsOpenSockets: W6.
func TestStoppingEndsOpenSockets(t *testing.T) {
	p := startProgram(t, nil)
	c := p.create()
	a := dial(t, p.base)
	a.Open("workshop."+c.Workshop.ID, c.Tokens.Facilitator)
	a.workshop("greeting", func(pushed) bool { return true })
	p.end()
	if got := a.CloseCode(); got != 1012 {
		t.Errorf("closed with %d, want 1012: come back", got)
	}
}

func TestMetricsAreOnTheirOwnListener(t *testing.T) {
	p := startProgram(t, nil)
	if got := p.ask("GET", "/metrics", "", "", nil, nil); got != 404 {
		t.Errorf("/metrics on the public listener: %d", got)
	}
	q := startProgram(t, map[string]string{"PATHBOARD_METRICS_ADDR": "127.0.0.1:0"})
	if got := q.ask("GET", "/readyz", "", "", nil, nil); got != 200 {
		t.Errorf("readyz: %d", got)
	}
}

func TestLocalURL(t *testing.T) {
	for addr, want := range map[string]string{"[::]:8080": "http://localhost:8080", "0.0.0.0:80": "http://localhost:80", "127.0.0.1:9": "http://127.0.0.1:9", "[::1]:9": "http://[::1]:9"} {
		if got := localURL(tcp(addr)); got != want {
			t.Errorf("%s: %s, want %s", addr, got, want)
		}
	}
	if got := lanURL(tcp("127.0.0.1:9")); got != "" {
		t.Errorf("a loopback listener is offered to others as %s", got)
	}
}
