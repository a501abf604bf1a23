package httpapi

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
)

var update = flag.Bool("update", false, "write testdata/roles.txt anew, for somebody to read")

// actors are the columns of the matrix. "removed" is a member who was put out,
// "stranger" leads another workshop.
var actors = []string{"", "wrong", "removed", "stranger", "reader", "projector", "bea", "anna", "facilitator"}

// place is where a route is asked: in whose workshop, on whose board (seen from
// Anna), in which state.
type place struct {
	name  string
	fill  *strings.Replacer
	state []scenario
}

var (
	here     = "{workshopId}"
	inOwn    = place{name: "own workshop", fill: strings.NewReplacer(here, "{w}", "{groupId}", "{A}")}
	inOther  = place{name: "another workshop", fill: strings.NewReplacer(here, "{w2}", "{groupId}", "{Z}")}
	shared   = []scenario{{actor: "facilitator", method: "PUT", path: "/api/workshops/{w}/outcome/share", body: `{"days":7}`, status: 200}}
	unshared = []scenario{{actor: "facilitator", method: "PUT", path: "/api/workshops/{w}/outcome/share", body: `{"days":0}`, status: 200}}
	visible  = []scenario{{actor: "facilitator", method: "PATCH", path: "/api/workshops/{w}", ifMatch: "*", body: `{"visibility":"workshop"}`, status: 200}}
	shut     = []scenario{{actor: "facilitator", method: "PATCH", path: "/api/workshops/{w}", ifMatch: "*", body: `{"status":"closed"}`, status: 200}}
	onBoard  = []place{
		{name: "Anna's board", fill: strings.NewReplacer(here, "{w}", "{groupId}", "{A}")},
		{name: "Anna's, closed", fill: strings.NewReplacer(here, "{w}", "{groupId}", "{A}"), state: shut},
		{name: "Bea's board", fill: strings.NewReplacer(here, "{w}", "{groupId}", "{B}")},
		{name: "Bea's, all visible", fill: strings.NewReplacer(here, "{w}", "{groupId}", "{B}"), state: visible},
		{name: "a foreign board", fill: strings.NewReplacer(here, "{w}", "{groupId}", "{Z}")},
		inOther,
	}
	elsewhere = place{name: "anywhere", fill: strings.NewReplacer(here, "{w}")}
)

// places of a route: boards where it names a group, workshops where it is in
// one.
func (r route) places() []place {
	switch {
	case strings.Contains(r.path, "{groupId}"):
		return onBoard
	case r.action == "read-outcome":
		return []place{{name: "own, not shared", fill: inOwn.fill, state: unshared}, {name: "own, shared", fill: inOwn.fill}, inOther}
	case strings.HasPrefix(r.path, inWorkshop):
		return []place{inOwn, inOther}
	}
	return []place{elsewhere}
}

// TestRoleMatrix asks every route of the table as everybody, on own, other and
// foreign boards, and compares who is let in with testdata/roles.txt. A route
// that is missing there fails: decide who may call it, read the new row.
func TestRoleMatrix(t *testing.T) {
	head := row("route", "where")
	for _, a := range actors {
		head.cell(title(a))
	}
	lines := []*line{head}
	t.Run("rows", func(rows *testing.T) {
		read := map[string]func() (*edge, map[string]string){} // edges that reading leaves as they are
		for _, r := range routes() {
			if !r.public && r.action == "" && r.id != "session" {
				t.Errorf("%s asks for a token and for no action", r.id)
			}
			for _, p := range r.places() {
				fresh := sync.OnceValues(func() (*edge, map[string]string) { return newMatrixEdge(t, p) })
				if r.method == http.MethodGet {
					if read[p.name] == nil {
						read[p.name] = fresh
					}
					fresh = read[p.name]
				}
				l := row(r.id, p.name)
				lines = append(lines, l)
				rows.Run(r.id+" "+p.name, func(rt *testing.T) {
					rt.Parallel()
					e, tokens := fresh()
					for _, a := range actors {
						l.cell(e.admits(rt, r, p, tokens[a]))
					}
				})
			}
		}
	})
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(strings.TrimRight(l.String(), " ") + "\n")
	}
	got := b.String()
	if *update {
		if err := os.WriteFile("testdata/roles.txt", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/roles.txt")
	if err != nil {
		t.Fatal(err)
	}
	compareLines(t, string(want), got)
}

func compareLines(t *testing.T, want, got string) {
	t.Helper()
	known := map[string]bool{}
	for line := range strings.Lines(want) {
		known[line] = true
	}
	for line := range strings.Lines(got) {
		if !known[line] {
			t.Errorf("not as the table says: %s", line)
		}
		delete(known, line)
	}
	for line := range known {
		t.Errorf("only in the table: %s", line)
	}
	if t.Failed() {
		t.Log("when this is meant: go test ./server/httpapi -run TestRoleMatrix -update, and read the difference")
	}
}

// line is a row of the matrix.
type line struct{ strings.Builder }

func row(route, where string) *line {
	l := &line{}
	fmt.Fprintf(l, "%-20s %-19s", route, where)
	return l
}

func (l *line) cell(s string) { fmt.Fprintf(l, " %-11s", s) }

func title(actor string) string {
	if actor == "" {
		return "nobody"
	}
	return actor
}

// newMatrixEdge is an edge in the state of the place, with everybody's token;
// the outcome is shared, else there were no reader.
func newMatrixEdge(t *testing.T, p place) (*edge, map[string]string) {
	t.Helper()
	e := newEdge(t)
	tokens := map[string]string{}
	for _, s := range shared {
		e.play(t, s)
	}
	tokens["reader"] = e.outcomeLink(t)
	var gone joinedBody
	e.post(t, "/api/join", e.fill(`{"code":"{code}","name":"Cezary","groupId":"{A}"}`), &gone)
	e.play(t, scenario{actor: "facilitator", method: "DELETE", path: "/api/workshops/{w}/participants/" + string(gone.Participant.ID), status: 200})
	tokens["removed"] = gone.Token
	for _, a := range []string{"wrong", "stranger", "projector", "bea", "anna", "facilitator"} {
		tokens[a] = e.token(a)
	}
	for _, s := range p.state {
		e.play(t, s)
	}
	return e, tokens
}

// admits asks the route with an empty object: whoever is let in gets as far as
// the route's own rules.
func (e *edge) admits(t *testing.T, r route, p place, token string) string {
	t.Helper()
	path := strings.NewReplacer("{w2}", string(e.other.Workshop.ID), "{participantId}", "nobody", "{helpId}", "x", "{cardId}", "x", "{imageId}", "x", "{pollId}", "x", "{writingId}", "x", "{facilitatorId}", "nobody", "{sessionId}", "nothing", "{entryId}", "own.none").
		Replace(e.fill(p.fill.Replace(r.path)))
	if strings.Contains(path, "{") {
		t.Fatalf("%s: no value for a parameter of %s", r.id, path)
	}
	header := map[string]string{"If-Match": "*"}
	if token != "" {
		header["Authorization"] = "Bearer " + token
	}
	switch res := e.do(t, r.method, path, "{}", header); res.Code {
	case http.StatusUnauthorized, http.StatusForbidden:
		return fmt.Sprint(res.Code)
	case http.StatusGone:
		return "closed"
	case http.StatusNotFound:
		if strings.Contains(res.Body.String(), "unknown-group") {
			return "404"
		}
		return "yes"
	default:
		if res.Code >= 500 {
			t.Errorf("%s: %d %s", r.id, res.Code, res.Body)
		}
		return "yes"
	}
}
