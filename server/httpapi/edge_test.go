package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/uuid"
	"go.uber.org/goleak"

	"github.com/pathboard/pathboard/hub/store/filestore"
	"github.com/pathboard/pathboard/server/auth"
	"github.com/pathboard/pathboard/server/lines"
	"github.com/pathboard/pathboard/server/persist"
	"github.com/pathboard/pathboard/server/template"
	"github.com/pathboard/pathboard/server/workshop"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// edge is the HTTP surface on a real store, with a workshop of two groups of
// which Anna is in the first and Bea in the second, and another workshop.
type edge struct {
	handler http.Handler
	log     *bytes.Buffer
	notices *notices
	service *workshop.Service
	store   *filestore.Store
	created createdBody
	anna    joinedBody
	bea     joinedBody
	other   createdBody
}

// notices counts announcements.
type notices struct {
	mu    sync.Mutex
	n     int
	ended []workshop.SessionID
}

func (n *notices) WorkshopChanged(context.Context, workshop.WorkshopID, uint64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.n++
}

func (noBoards) Rebuild(context.Context, *workshop.Workshop, workshop.GroupID) error { return nil }

func (noBoards) ForgetPast(context.Context, workshop.GroupID, workshop.ParticipantID) error {
	return nil
}

// Film implements Boards: Anna's change, the facilitator's and somebody's.
func (noBoards) Film(_ context.Context, w *workshop.Workshop, _ workshop.GroupID) (Film, error) {
	f := Film{Changes: []FilmChange{{At: 1_000, Update: []byte{0, 0}}, {At: 90_000, By: string(workshop.Facilitator), Update: []byte{0, 0}}, {At: 91_000, Update: []byte{0, 0}}}}
	for _, p := range w.Participants {
		if p.Name == "Anna" {
			f.Changes[0].By = string(p.ID)
		}
	}
	return f, nil
}

// BoardAt implements Boards: nothing is known before the tenth second.
func (noBoards) BoardAt(_ context.Context, _ *workshop.Workshop, g workshop.Group, at time.Time) (File, error) {
	if at.Before(time.Unix(10, 0)) {
		return File{}, workshop.Fail(workshop.CodePastUnknown)
	}
	return jsonFile("board.json", g.ID), nil
}

func (noBoards) Restore(_ context.Context, _ workshop.GroupID, by string, at time.Time, card string) error {
	if at.Before(time.Unix(10, 0)) || card == "gone" {
		return workshop.Fail(workshop.CodePastUnknown)
	}
	if by == "" {
		return errors.New("restored by nobody")
	}
	return nil
}

// noLibrary finds what it is asked, and reads the entry that the file names.
type noLibrary struct{}

func (noLibrary) Search(q LibraryQuery) any { return q }

func (noLibrary) Write(city string, own []workshop.OwnEntry) File {
	return File{Name: "library.json", ContentType: "application/json", Write: func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "%s %d", city, len(own))
		return err
	}}
}

func (noLibrary) Read(body []byte) ([]workshop.EntryFromFile, error) {
	return []workshop.EntryFromFile{{ID: string(body), EntryInput: workshop.EntryInput{Kind: "tool", Name: workshop.Text{PL: "Z pliku"}, Text: workshop.Text{PL: "t"}}}}, nil
}

func (noBoards) PhaseBegan(*workshop.Workshop, workshop.Phase) {}

func (noBoards) Drop(context.Context, workshop.GroupID) error { return nil }

func (noBoards) Authored(_ context.Context, w *workshop.Workshop, g workshop.GroupID, p workshop.ParticipantID) (workshop.AuthoredOnBoard, error) {
	if m, err := w.Participant(p); err != nil || m.Group != g {
		return workshop.AuthoredOnBoard{}, nil
	}
	return workshop.AuthoredOnBoard{Cards: []workshop.AuthoredText{{ID: "k", Text: "kartka"}}}, nil
}

func (n *notices) SessionsEnded(_ context.Context, ended []workshop.SessionID) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.ended = append(n.ended, ended...)
}

func (noBoards) Texts(context.Context, *workshop.Workshop, workshop.GroupID) (map[string]string, error) {
	return map[string]string{"k": "kartka"}, nil
}

func (noBoards) AddCards(context.Context, *workshop.Workshop, workshop.GroupID, []workshop.NewCard) error {
	return nil
}

func (noBoards) AddComment(_ context.Context, _ *workshop.Workshop, _ workshop.GroupID, _, card, _, _ string) error {
	if card != "k" {
		return workshop.Fail(workshop.CodeNotFound)
	}
	return nil
}

// testEnds lets a test look into the store that holds everything.
type testEnds struct {
	*persist.Ends
	store *filestore.Store
}

// noBoards stands for empty boards that take anything.
type noBoards struct{}

func (noBoards) Export(_ context.Context, _ *workshop.Workshop, g workshop.Group, format string, _ workshop.Language) (File, error) {
	return emptyFile(string(g.ID), format)
}

func (noBoards) Report(_ context.Context, w *workshop.Workshop, q ReportQuery) (File, error) {
	return emptyFile(w.Title+" "+string(q.Language), q.Format)
}

// OutcomeImage implements Boards: each board shows one picture.
func (noBoards) OutcomeImage(_ context.Context, _ *workshop.Workshop, _ workshop.Group, id workshop.ImageID) ([]byte, error) {
	if id != "shown" {
		return nil, workshop.Fail(workshop.CodeNotFound)
	}
	return []byte("\xff\xd8"), nil
}

func (noBoards) Actions(_ context.Context, w *workshop.Workshop, l workshop.Language) (any, error) {
	return []string{"plan " + string(l)}, nil
}

func (noBoards) SetActionState(_ context.Context, _ *workshop.Workshop, _ workshop.GroupID, card, _ string) error {
	if card != "k" {
		return workshop.Fail(workshop.CodeNotFound)
	}
	return nil
}

func (noBoards) Outcome(_ context.Context, w *workshop.Workshop, q ReportQuery) (any, error) {
	return map[string]any{"title": w.Title, "language": q.Language, "people": q.People, "feedback": q.Feedback}, nil
}

func emptyFile(name, format string) (File, error) {
	if format != "md" && format != "json" {
		return File{}, workshop.Fail(workshop.CodeUnsupportedFormat)
	}
	return File{Name: name + "." + format, ContentType: "text/plain", Write: func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "{%q: true}", name)
		return err
	}}, nil
}

func (noBoards) Import(context.Context, *workshop.Workshop, workshop.Group, []byte) error { return nil }

func options(t *testing.T) (Options, *bytes.Buffer) {
	t.Helper()
	s, err := filestore.Open(t.Context(), filestore.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	templates, err := template.All()
	if err != nil {
		t.Fatal(err)
	}
	log := &bytes.Buffer{}
	workshops := persist.NewWorkshops(s)
	keys := auth.NewKeys(persist.NewSecrets(s), time.Now, auth.Limits{})
	socket := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	newID := func() string { return uuid.Must(uuid.NewV7()).String() }
	return Options{
		Service: &workshop.Service{
			Repository: workshops, Secrets: keys, Announcer: &notices{}, Templates: templates, NewID: newID, Now: time.Now,
			Private: persist.NewPrivate(s), Boards: noBoards{}, Audit: persist.NewAudit(s), Ends: testEnds{persist.NewEnds(s), s},
		},
		Authority: auth.NewAuthority(keys, workshops), Guard: auth.NewGuard(s, time.Now),
		Boards: noBoards{}, Images: persist.NewImages(s), Library: noLibrary{},
		Web: fstest.MapFS{
			"index.html":       {Data: []byte("<!doctype html><title>app</title>")},
			"assets/app-1a.js": {Data: bytes.Repeat([]byte("const a = 1;\n"), 200)},
			".keep":            {},
		},
		Socket: func(func(*http.Request) bool) http.Handler { return socket },
		Plain:  func(func(*http.Request) bool, func(*http.Request) string) http.Handler { return socket },
		Poll:   socket,
		Ready:  func(context.Context) []Check { return []Check{{Name: "store"}} },
		Lines:  oneLine{},
		Rehearse: func(context.Context, *http.Client, workshop.Language) (Rehearsal, error) {
			return Rehearsal{}, workshop.Fail(workshop.CodeNotFound) // server/rehearse_test.go has the real one
		},
		NewID: newID, Logger: slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}, log
}

// oneLine is a workshop where one person is connected.
type oneLine struct{}

func (oneLine) Look(context.Context, workshop.WorkshopID) lines.View {
	return lines.View{Instances: []lines.Instance{}, Lines: []lines.Line{{Role: workshop.Member, Person: "p", Connected: true, Milliseconds: 12}}}
}

func newEdge(t *testing.T) *edge {
	t.Helper()
	o, log := options(t)
	return edgeWith(t, o, log)
}

func edgeWith(t *testing.T, o Options, log *bytes.Buffer) *edge {
	t.Helper()
	h, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	e := &edge{handler: h, log: log, notices: o.Service.Announcer.(*notices), service: o.Service, store: o.Service.Ends.(testEnds).store}
	e.post(t, "/api/workshops", `{"title":"Warsztat","city":"Łódź","language":"pl","groups":[{"name":"A","area":"economy"},{"name":"B","area":"Economy and housing"}]}`, &e.created)
	e.post(t, "/api/workshops", `{"title":"Inny","city":"Kutno","groups":[{"name":"Z","area":"economy"}]}`, &e.other)
	e.post(t, "/api/join", e.fill(`{"code":"{code}","name":"Anna","department":"Wydział Informatyki","groupId":"{A}"}`), &e.anna)
	e.post(t, "/api/join", e.fill(`{"code":"{code}","name":"Bea","groupId":"{B}"}`), &e.bea)
	return e
}

func (e *edge) post(t *testing.T, path, body string, into any) {
	t.Helper()
	res := e.do(t, http.MethodPost, path, body, nil)
	if res.Code != http.StatusCreated {
		t.Fatalf("POST %s: %d %s", path, res.Code, res.Body)
	}
	if err := json.Unmarshal(res.Body.Bytes(), into); err != nil {
		t.Fatal(err)
	}
}

func (e *edge) do(t *testing.T, method, path, body string, header map[string]string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	for k, v := range header {
		r.Header.Set(k, v)
	}
	w := httptest.NewRecorder()
	e.handler.ServeHTTP(w, r)
	return w
}

// fill replaces {w}, {A}, {B}, {anna}, {bea} and {code}.
func (e *edge) fill(s string) string {
	w := e.created.Workshop
	return strings.NewReplacer("{w}", string(w.ID), "{A}", string(w.Groups[0].ID), "{B}", string(w.Groups[1].ID),
		"{Z}", string(e.other.Workshop.Groups[0].ID), "{code}", e.created.JoinCode,
		"{anna}", string(e.anna.Participant.ID), "{bea}", string(e.bea.Participant.ID)).Replace(s)
}

func (e *edge) token(actor string) string {
	return map[string]string{
		"facilitator": e.created.Tokens.Facilitator, "projector": e.created.Tokens.Projector,
		"anna": e.anna.Token, "bea": e.bea.Token, "stranger": e.other.Tokens.Facilitator, "wrong": "not-a-token",
	}[actor]
}

// scenario is one request of one actor and what must come of it. The ifMatch
// "now" stands for the workshop's present version.
type scenario struct {
	actor, method, path, body, ifMatch, lang string
	status                                   int
	contains                                 []string
	lacks                                    []string
}

func (e *edge) play(t *testing.T, s scenario) *httptest.ResponseRecorder {
	t.Helper()
	header := map[string]string{}
	if s.actor != "" {
		header["Authorization"] = "Bearer " + e.token(s.actor)
	}
	if s.ifMatch == "now" {
		res := e.do(t, http.MethodGet, e.fill("/api/workshops/{w}"), "", map[string]string{"Authorization": "Bearer " + e.token("facilitator")})
		s.ifMatch = res.Header().Get("ETag")
	}
	if s.ifMatch != "" {
		header["If-Match"] = s.ifMatch
	}
	if s.lang != "" {
		header["Accept-Language"] = s.lang
	}
	res := e.do(t, s.method, e.fill(s.path), e.fill(s.body), header)
	if res.Code != s.status {
		t.Fatalf("status %d, want %d: %s", res.Code, s.status, res.Body)
	}
	for _, want := range s.contains {
		if !strings.Contains(res.Body.String(), e.fill(want)) {
			t.Errorf("lacks %q: %.600s", want, res.Body)
		}
	}
	for _, not := range s.lacks {
		if strings.Contains(res.Body.String(), e.fill(not)) {
			t.Errorf("contains %q: %.600s", not, res.Body)
		}
	}
	if res.Code >= 400 && strings.HasPrefix(s.path, "/api/") {
		if ct := res.Header().Get("Content-Type"); ct != "application/problem+json" {
			t.Errorf("problem of type %q", ct)
		}
	}
	return res
}
