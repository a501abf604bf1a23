package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/pathboard/pathboard/hub/hubtest"
	"github.com/pathboard/pathboard/hub/wire"
	"github.com/pathboard/pathboard/hub/ydoc"
)

var update = flag.Bool("update", false, "write testdata/socket-roles.txt anew, for somebody to read")

// socketDocs are the documents everybody tries to open, with the change of the
// workshop that comes before.
var socketDocs = []struct {
	name   string
	board  int // of the group; -1: the workshop's own document
	change map[string]any
	walk   bool // Anna's group visits the next one
}{
	{name: "Anna's board", board: 0},
	{name: "Anna's, all frozen", board: 0, change: map[string]any{"frozen": true}},
	{name: "Bea's board", board: 1},
	{name: "Bea's, all visible", board: 1, change: map[string]any{"visibility": "workshop"}},
	{name: "Bea's, in a walk", board: 1, walk: true},
	{name: "the workshop", board: -1},
	{name: "a foreign board", board: -2},
}

// TestSocketRoleMatrix sends every kind of message in every role to every kind
// of document, and compares what comes of it with testdata/socket-roles.txt.
func TestSocketRoleMatrix(t *testing.T) {
	var b strings.Builder
	fmt.Fprintf(&b, "%-19s %-12s %-16s %-8s %-8s %-8s %-9s %s\n", "document", "role", "opens", "reads", "update", "step 2", "presence", "asks")
	for _, d := range socketDocs {
		p := startProgram(t, nil)
		w := p.written("tresc")
		tokens := p.everybody(w)
		board := w.Workshop.Groups[0].ID
		doc := "workshop." + w.Workshop.ID
		switch {
		case d.board >= 0:
			board = w.Workshop.Groups[d.board].ID
			doc = "board." + board
		case d.board == -2:
			doc = "board." + p.create().Workshop.Groups[0].ID
		}
		lead := w.Tokens.Facilitator
		witness := dial(t, p.base)
		witness.Open(doc, lead)
		if d.board >= 0 {
			witness.Scope(doc, 0)
			witness.Write(doc, 90, "tresc", "tresc")
		}
		path := "/api/workshops/" + w.Workshop.ID
		if d.change["frozen"] != nil {
			p.must(200, "PATCH", path+"/day", lead, "*", d.change, nil)
		} else if d.change != nil {
			p.must(200, "PATCH", path, lead, "*", d.change, nil)
		}
		if d.walk {
			p.must(200, "POST", path+"/gallery", lead, "*", map[string]any{"action": "start", "minutes": 10}, nil)
		}
		for i, role := range socketRoles {
			s := socketProbe{p: dial(t, p.base), witness: witness, doc: doc, client: uint64(1000 + 10*i)}
			fmt.Fprintf(&b, "%-19s %-12s %s\n", d.name, role, s.row(t, tokens[role], d.board == -2))
		}
		p.end()
	}
	if *update {
		if err := os.WriteFile("testdata/socket-roles.txt", []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/socket-roles.txt")
	if err != nil {
		t.Fatal(err)
	}
	if got := b.String(); got != string(want) {
		t.Errorf("the table says otherwise (go test ./server -run TestSocketRoleMatrix -update when this is meant); got\n%s", got)
	}
}

var socketRoles = []string{"nobody", "removed", "stranger", "reader", "projector", "bea", "anna", "facilitator"}

// everybody returns a token of each role.
func (p *program) everybody(w written) map[string]string {
	p.t.Helper()
	path, lead := "/api/workshops/"+w.Workshop.ID, w.Tokens.Facilitator
	gone := p.join(w.created, "Cezary", 0)
	p.must(200, "DELETE", path+"/participants/"+gone.Participant.ID, lead, "", nil, nil)
	p.must(200, "PUT", path+"/outcome/share", lead, "", map[string]int{"days": 1}, nil)
	var link struct{ Link string }
	p.must(201, "POST", path+"/outcome/links", lead, "", nil, &link)
	return map[string]string{
		"nobody": "guess", "removed": gone.Token, "stranger": p.create().Tokens.Facilitator, "reader": secret(link.Link),
		"projector": w.Tokens.Projector, "bea": p.join(w.created, "Bea", 1).Token, "anna": w.anna.Token, "facilitator": lead,
	}
}

// socketProbe is one connection that tries everything on one document.
type socketProbe struct {
	p, witness *peer
	doc        string
	client     uint64
}

func (s socketProbe) row(t *testing.T, token string, foreign bool) string {
	t.Helper()
	s.p.Open(s.doc, token)
	opens := s.p.Scope(s.doc, 0)
	shown := s.shows(t, foreign)
	return fmt.Sprintf("%-16s %-8s %-8s %-8s %-9s %s", opens, s.reads(), s.writes(t, wire.SyncUpdate), s.writes(t, wire.SyncStep2), shown, s.asks())
}

// answer waits for a frame of the document that holds; for a document that is
// not open nothing comes before the pong.
func (s socketProbe) answer(send []byte, holds func(wire.Frame) bool) (wire.Frame, bool) {
	mark := s.p.Count()
	s.p.Send(send)
	var scope string
	s.p.Await("rights", 0, func(f wire.Frame) bool { scope = f.Text; return f.Doc == s.doc && f.Type == wire.TypeAuth })
	open := scope == wire.ScopeReadOnly || scope == wire.ScopeReadWrite
	if !open {
		s.p.Send(wire.Ping)
	}
	f := s.p.Await("an answer", mark, func(f wire.Frame) bool { return f.Type == wire.TypePong || f.Doc == s.doc && holds(f) })
	return f, f.Type != wire.TypePong
}

func (s socketProbe) reads() string {
	f, ok := s.answer(hubtest.SyncStep1(s.doc), func(f wire.Frame) bool {
		return (f.Type == wire.TypeSync || f.Type == wire.TypeSyncReply) && f.Sync == wire.SyncStep2
	})
	switch {
	case !ok:
		return "-"
	case strings.Contains(string(f.Payload), "tresc"):
		return "content"
	}
	return "empty"
}

func (s socketProbe) writes(t *testing.T, kind wire.SyncKind) string {
	t.Helper()
	change, err := ydoc.New(ydoc.Options{}).Transact(s.client+uint64(kind), func(x *ydoc.Txn) error {
		return x.Set(x.Root("meta", ydoc.KindMap), fmt.Sprint("k", s.client, kind), "v")
	})
	if err != nil {
		t.Fatal(err)
	}
	f, ok := s.answer(wire.Sync(s.doc, kind, change), func(f wire.Frame) bool { return f.Type == wire.TypeSyncStatus })
	switch {
	case !ok:
		return "-"
	case f.Saved:
		return "saved"
	}
	return "refused"
}

// shows says what the witness knows of somebody's presence.
func (s socketProbe) shows(t *testing.T, foreign bool) string {
	t.Helper()
	state := []wire.AwarenessState{{Client: s.client, Clock: 1, JSON: json.RawMessage(`{"user":{"name":"forged"},"here":true}`)}}
	s.p.Send(wire.Awareness(s.doc, wire.EncodeAwareness(state)))
	s.reads() // the room has taken what came before
	if foreign {
		return "-"
	}
	mark := s.witness.Count()
	s.witness.Send(wire.QueryAwareness(s.doc))
	shown := "-"
	s.witness.Await("the room's presence", mark, func(f wire.Frame) bool {
		states, err := wire.ParseAwareness(f.Payload)
		if f.Type != wire.TypeAwareness || err != nil || len(f.Payload) == 1 && len(states) == 0 && shown != "-" {
			return false
		}
		for _, st := range states {
			if st.Client == s.client {
				shown = "shown"
				if strings.Contains(string(st.JSON), "forged") {
					t.Errorf("a name of one's own choice is shown: %s", st.JSON)
				}
			}
		}
		return true
	})
	return shown
}

func (s socketProbe) asks() string {
	if _, ok := s.answer(wire.QueryAwareness(s.doc), func(f wire.Frame) bool { return f.Type == wire.TypeAwareness }); !ok {
		return "-"
	}
	return "told"
}

// TestWhatNoClientMaySay ends the connection in every role: messages of the
// server, and broadcasts.
func TestWhatNoClientMaySay(t *testing.T) {
	p := startProgram(t, nil)
	w := p.written("tresc")
	tokens := p.everybody(w)
	for _, role := range socketRoles {
		for name, message := range map[string][]byte{
			"Broadcast":     nil,
			"Authenticated": wire.Authenticated(w.board, "read-write"),
			"Denied":        wire.Denied(w.board, "x"),
			"Unknown":       append([]byte{1, 'x'}, 99),
			"Garbage":       {0xff, 0xff, 0xff},
		} {
			if name == "Broadcast" {
				message = append([]byte{byte(len(w.board))}, append([]byte(w.board), byte(wire.TypeBroadcastStateless), 1, 'x')...)
			}
			a := dial(t, p.base)
			a.Open(w.board, tokens[role])
			a.Scope(w.board, 0)
			a.TrySend(message)
			if code := a.CloseCode(); code != 4403 && code != 1002 {
				t.Errorf("%s in role %s: closed with %d", name, role, code)
			}
		}
	}
}
