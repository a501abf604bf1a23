package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pathboard/pathboard/hub/hubtest"
	"github.com/pathboard/pathboard/hub/store/redistest"
)

// tryCode asks for a code as somebody who claims to come from an address.
func (p *program) tryCode(code, claims string) int {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), http.MethodPost, p.base+"/api/join/preview", strings.NewReader(fmt.Sprintf(`{"code":%q}`, code)))
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("X-Forwarded-For", claims)
	r.Header.Set("Forwarded", "for="+claims)
	r.Header.Set("X-Real-IP", claims)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	res.Body.Close()
	return res.StatusCode
}

// TestGuessingIsLimitedAcrossInstances: wrong codes are counted on all instances
// together, and an address of one's own invention is not believed.
func TestGuessingIsLimitedAcrossInstances(t *testing.T) {
	env := map[string]string{"PATHBOARD_REDIS_URL": redistest.Start(t, nil).URL()}
	instances := []*program{startProgram(t, env), startProgram(t, env)}
	c := instances[0].create()
	var got []int
	for i := range 7 {
		got = append(got, instances[i%2].tryCode("ZZZZ-ZZZZ", fmt.Sprintf("198.51.100.%d", i)))
	}
	if fmt.Sprint(got) != "[404 404 404 404 404 429 429]" {
		t.Errorf("wrong codes are answered %v", got)
	}
	for _, p := range instances {
		if got := p.tryCode(c.JoinCode, "203.0.113.1"); got != 200 {
			t.Errorf("the right code of the same hall: %d", got)
		}
	}
}

// TestNothingSecretLeavesATrace: after a day with everybody in it, the log at its
// most talkative holds no name, text, code, token or address, and no header of
// an answer but the line's name a secret.
func TestNothingSecretLeavesATrace(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	logs, out, ended := &lockedBuffer{}, newLineWaiter("pathboard listening on "), make(chan error, 1)
	env := map[string]string{"PATHBOARD_ADDR": "127.0.0.1:0", "PATHBOARD_DATA": filepath.Join(t.TempDir(), "d"), "PATHBOARD_LOG_LEVEL": "debug", "PATHBOARD_ADMIN_TOKEN": "administracyjny"}
	go func() { ended <- run(ctx, nil, func(k string) string { return env[k] }, out, logs) }()
	p := &program{t: t, base: <-out.found}
	var c created
	p.must(201, "POST", "/api/workshops", "administracyjny", "", map[string]any{
		"title": "Tajny tytuł", "city": "Kutno", "groups": []map[string]string{{"name": "Skryta", "area": "economy"}},
	}, &c)
	p.must(401, "POST", "/api/workshops", "administracyjnY", "", map[string]any{}, nil)
	anna := p.join(c, "Anna Przykładowa", 0)
	board := "board." + c.Workshop.Groups[0].ID
	a := dial(t, p.base)
	a.Open(board, anna.Token)
	a.Scope(board, 0)
	a.Write(board, 3, "klucz", "poufne-slowa")
	a.Open("workshop."+c.Workshop.ID, "zly-token-gniazda")
	p.must(401, "GET", "/api/session", "zly-token", "", nil, nil)
	for _, path := range []string{"/join?code=" + c.JoinCode, "/w/" + c.Workshop.ID + "?token=" + anna.Token, "/api/library?q=poufne-pytanie", "/nie-ma-" + anna.Token} {
		p.ask("GET", path, "", "", nil, nil)
	}
	plain := hubtest.Dial(t, p.base+"/y/"+board+"?token=zly-"+anna.Token, nil)
	plain.CloseCode()
	p.must(200, "GET", "/api/workshops/"+c.Workshop.ID+"/groups/"+c.Workshop.Groups[0].ID+"/board", anna.Token, "", nil, nil)
	p.must(404, "POST", "/api/join", "", "", map[string]string{"code": "2345-6789", "name": "Ktoś"}, nil)
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	http.DefaultClient.CloseIdleConnections()
	for _, secret := range []string{
		"Tajny", "Kutno", "Skryta", "Anna", "Przykładowa", "poufne", "2345-6789", "zly-token", "administracyjn", "127.0.0.1",
		c.JoinCode, anna.Token, c.Tokens.Facilitator, c.Tokens.Projector,
	} {
		if at := strings.Index(logs.String(), secret); at >= 0 {
			t.Errorf("the log shows %q: …%.200s", secret, logs.String()[max(0, at-80):])
		}
	}
	if !strings.Contains(logs.String(), "/api/workshops/:workshopId") {
		t.Errorf("this log would show nothing anyway: %.300s", logs.String())
	}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// TestSlowAndHugeRequestsAreCut: connections that send their request by drops
// end by themselves and hold nobody up; a request that is all header is refused.
func TestSlowAndHugeRequestsAreCut(t *testing.T) {
	t.Parallel()
	p := startProgram(t, nil)
	address := strings.TrimPrefix(p.base, "http://")
	var dialer net.Dialer
	open := func(begin string) net.Conn {
		c, err := dialer.DialContext(t.Context(), "tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		if _, err := io.WriteString(c, begin); err != nil {
			t.Fatal(err)
		}
		return c
	}
	slow := make([]net.Conn, 200)
	for i := range slow {
		slow[i] = open("GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow:")
	}
	if got := p.ask("GET", "/readyz", "", "", nil, nil); got != 200 {
		t.Errorf("beside %d slow requests: %d", len(slow), got)
	}
	huge := open("GET /healthz HTTP/1.1\r\nHost: x\r\n")
	go func() { // the server stops reading in between
		for range 64 {
			if _, err := fmt.Fprintf(huge, "X-Huge: %s\r\n", strings.Repeat("x", 1<<10)); err != nil {
				return
			}
		}
		_, _ = io.WriteString(huge, "\r\n")
	}()
	if res, err := http.ReadResponse(bufio.NewReader(huge), nil); err == nil {
		res.Body.Close()
		if res.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
			t.Errorf("64 KB of header: %d", res.StatusCode)
		}
	}
	for i, c := range slow {
		_ = c.SetReadDeadline(time.Now().Add(patience))
		if _, err := io.Copy(io.Discard, c); err != nil {
			t.Fatalf("slow request %d was not cut: %v", i, err)
		}
	}
}
