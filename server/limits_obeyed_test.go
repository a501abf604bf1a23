package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/pathboard/pathboard/hub/wire"
)

// limited is a program of its own process with limits set by its environment.
type limited struct {
	*program
	metrics string
}

// startLimited starts the built program with PATHBOARD_LIMITS and waits for its
// address.
func startLimited(t *testing.T, limits string) *limited {
	t.Helper()
	name, err := builtProgram()
	if err != nil {
		t.Fatal(err)
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	metrics := free.Addr().String()
	free.Close()
	cmd := exec.Command(name, "serve")
	cmd.Env = append(os.Environ(), "PATHBOARD_ADDR=127.0.0.1:0", "PATHBOARD_DATA="+t.TempDir(),
		"PATHBOARD_METRICS_ADDR="+metrics, "PATHBOARD_LIMITS="+limits)
	out := newLineWaiter("pathboard listening on ")
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	select {
	case base := <-out.found:
		return &limited{&program{t: t, base: base}, "http://" + metrics + "/metrics"}
	case <-time.After(patience):
		t.Fatal("the program did not start")
		return nil
	}
}

// counted fails unless the counter, "name{label="value"}", is as high.
func (p *limited) counted(series string, want float64) {
	p.t.Helper()
	res, err := http.Get(p.metrics)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	for line := range strings.Lines(string(body)) {
		if value, ok := strings.CutPrefix(line, "pathboard_"+series+" "); ok {
			if got := strings.TrimSpace(value); got != fmt.Sprint(want) {
				p.t.Errorf("%s is %s, want %v", series, got, want)
			}
			return
		}
	}
	p.t.Errorf("%s is not counted", series)
}

// refused makes a request that a limit refuses, and checks the code of the answer
// and that it has words in both languages.
func (p *limited) refused(code, method, path, token string, body []byte) {
	p.t.Helper()
	details := map[string]bool{}
	for _, language := range []string{"pl", "en"} {
		r, err := http.NewRequestWithContext(p.t.Context(), method, p.base+path, bytes.NewReader(body))
		if err != nil {
			p.t.Fatal(err)
		}
		r.Header = http.Header{"Authorization": {"Bearer " + token}, "If-Match": {"*"}, "Accept-Language": {language}}
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			p.t.Fatal(err)
		}
		var problem struct {
			Code, Detail string
			Errors       []struct{ Code, Detail string }
		}
		err = json.NewDecoder(res.Body).Decode(&problem)
		res.Body.Close()
		said, detail := problem.Code, problem.Detail
		if len(problem.Errors) > 0 {
			said, detail = problem.Errors[0].Code, problem.Errors[0].Detail
		}
		if err != nil || said != code || detail == "" || details[detail] {
			p.t.Errorf("%s %s: %d %+v %v, want %s", method, path, res.StatusCode, problem, err, code)
		}
		details[detail] = true
	}
}

// picture is a small JPEG and the name under which it is sent.
func picture(t *testing.T, shade uint8) (id string, data []byte) {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 16, 16))
	for i := range img.Pix {
		img.Pix[i] = color.Gray{Y: shade}.Y
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(b.Bytes())
	return hex.EncodeToString(sum[:]), b.Bytes()
}

// TestLimitsOfAWorkshopAreObeyed: R8. Set by the environment of the real program,
// each refuses by name, in both languages, and is counted.
func TestLimitsOfAWorkshopAreObeyed(t *testing.T) {
	t.Parallel()
	firstID, first := picture(t, 10)
	secondID, second := picture(t, 20)
	p := startLimited(t, fmt.Sprintf("Participants=2,Groups=3,Facilitators=2,Polls=1,LibraryEntries=1,BoardImages=1,ImagesBytes=%d", len(first)+10))
	c := p.create()
	lead, at := c.Tokens.Facilitator, "/api/workshops/"+c.Workshop.ID
	anna := p.join(c, "Anna", 0)
	p.join(c, "Jan", 1)
	p.refused("workshop-full", "POST", "/api/join", "", fmt.Appendf(nil, `{"code":%q,"name":"Ewa"}`, c.JoinCode))
	group := []byte(`{"name":"Czyże","areaId":"economy"}`)
	p.must(201, "POST", at+"/groups", lead, "*", json.RawMessage(group), nil)
	p.refused("too-many", "POST", at+"/groups", lead, group)
	p.must(201, "POST", at+"/facilitators", lead, "*", map[string]string{"name": "Ola"}, nil)
	p.refused("too-many", "POST", at+"/facilitators", lead, []byte(`{"name":"Ula"}`))
	entry := []byte(`{"kind":"tool","name":{"pl":"Rejestr zgłoszeń"},"text":{"pl":"Co zgłaszają mieszkańcy"}}`)
	p.must(201, "POST", at+"/library", lead, "*", json.RawMessage(entry), nil)
	p.refused("library-full", "POST", at+"/library", lead, entry)
	poll := []byte(`{"dots":3,"perCard":1}`)
	var opened struct {
		Workshop struct {
			Polls []struct{ ID string } `json:"polls"`
		} `json:"workshop"`
	}
	p.must(201, "POST", at+"/polls", lead, "*", json.RawMessage(poll), &opened)
	p.must(200, "POST", at+"/polls/"+opened.Workshop.Polls[0].ID+"/close", lead, "*", nil, nil)
	p.refused("too-many", "POST", at+"/polls", lead, poll)
	images := func(group int, id string) string {
		return at + "/groups/" + c.Workshop.Groups[group].ID + "/images/" + id
	}
	p.put(images(0, firstID), anna.Token, first)
	p.refused("images-full", "PUT", images(0, secondID), anna.Token, second)
	p.refused("images-full", "PUT", images(1, secondID), lead, second)
	for _, limit := range []string{"Participants", "Groups", "Facilitators", "LibraryEntries", "Polls", "BoardImages", "ImagesBytes"} {
		p.counted(`workshop_limits_total{limit="`+limit+`"}`, 2) // once a language
	}
}

func (p *limited) put(path, token string, body []byte) {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), http.MethodPut, p.base+path, bytes.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusNoContent {
		p.t.Fatalf("%s: %d", path, res.StatusCode)
	}
}

// TestLimitsOfTheEngineAreObeyed: R8. The same for those of connections, documents
// and the connections of a workshop.
func TestLimitsOfTheEngineAreObeyed(t *testing.T) {
	t.Parallel()
	p := startLimited(t, "UpdateBytes=1000,DocsPerConnection=2,ConnectionsPerDoc=3,ConnectionsPerWorkshop=4,BoardBytes=3000,HandshakeTimeout=2s")
	w := p.written("start") // its connection stays
	board := w.board
	open := func(doc, token string) (*peer, string) {
		a := dial(t, p.base)
		a.Open(doc, token)
		return a, a.Scope(doc, 0)
	}
	late := dial(t, p.base)
	a, _ := open(board, w.anna.Token)
	mark := a.Count()
	a.Send(wire.Sync(board, wire.SyncUpdate, bigEdit(t, 100)))
	f, _ := a.Next(mark, func(f wire.Frame) bool { return f.Type == wire.TypeStateless })
	if !strings.Contains(f.Text, `"too-large"`) {
		t.Errorf("an update of 64 KB with UpdateBytes=1000: %s", f.Text)
	}
	p.counted(`hub_refused_total{code="too-large"}`, 1)
	for n := 0; a.Write(board, 200+uint64(n), fmt.Sprint("k", n), strings.Repeat("x", 500)); n++ {
		if n > 6 {
			t.Fatal("BoardBytes=3000 bounds nothing")
		}
	}
	p.counted(`hub_refused_total{code="board-full"}`, 1)
	if _, scope := open(board, w.anna.Token); scope != "read-write" {
		t.Errorf("a second connection: %s", scope)
	}
	third, scope := open(board, w.anna.Token)
	if scope != "document-full" {
		t.Errorf("a third connection on a document: %s", scope)
	}
	workshop := "workshop." + w.Workshop.ID
	mark = third.Count()
	third.Open(workshop, w.anna.Token)
	if scope := third.Scope(workshop, mark); scope != "readonly" {
		t.Errorf("a third connection on the workshop: %s", scope)
	}
	if _, scope := open(workshop, w.Tokens.Facilitator); scope != "workshop-busy" {
		t.Errorf("a fourth connection on the workshop: %s", scope)
	}
	p.counted(`hub_denied_total{code="workshop-busy"}`, 1)
	a.Open(workshop, w.anna.Token) // one that is in already
	if scope := a.Scope(workshop, 0); scope != "readonly" {
		t.Errorf("a second document on a connection: %s", scope)
	}
	other := "board." + w.Workshop.Groups[1].ID
	a.Open(other, w.Tokens.Facilitator)
	if scope := a.Scope(other, 0); scope != "too-many-documents" {
		t.Errorf("a third document on a connection: %s", scope)
	}
	if code := late.CloseCode(); code != 4408 {
		t.Errorf("a connection without a document: closed with %d", code)
	}
}

// TestWrongLimitsAreNamed: the program does not start, and says why.
func TestWrongLimitsAreNamed(t *testing.T) {
	t.Parallel()
	name, err := builtProgram()
	if err != nil {
		t.Fatal(err)
	}
	for limits, says := range map[string]string{
		"Bytes=5":            `no limit is called "Bytes"; there are MessageBytes`,
		"Groups=none":        "limit Groups",
		"Participants=90000": "limit Participants: 90000 is more than 4000",
		"UnloadAfter=3":      "limit UnloadAfter",
	} {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		cmd := exec.CommandContext(ctx, name, "serve")
		cmd.Env = append(os.Environ(), "PATHBOARD_ADDR=127.0.0.1:0", "PATHBOARD_DATA="+t.TempDir(), "PATHBOARD_LIMITS="+limits)
		out, err := cmd.CombinedOutput()
		cancel()
		if err == nil || !strings.Contains(string(out), says) {
			t.Errorf("%s: %v %s", limits, err, out)
		}
	}
}
