package persist

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/store/filestore"
	"github.com/pathboard/pathboard/server/workshop"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var start = time.Date(2024, 2, 22, 9, 0, 0, 0, time.UTC)

func openStore(t *testing.T) *filestore.Store {
	t.Helper()
	s, err := filestore.Open(t.Context(), filestore.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func sample() *workshop.Workshop {
	return &workshop.Workshop{
		ID: "w1", Title: "Warsztat", City: "Łódź", Language: workshop.Polish, Status: workshop.Open,
		Visibility: workshop.VisibleToGroup, CreatedAt: start, Template: "city-data",
		Stages:        []workshop.Stage{{ID: "problem", Name: workshop.Text{PL: "Problem", EN: "Problem"}, Kinds: []string{"note"}}},
		Areas:         []workshop.Area{{ID: "economy", Name: workshop.Text{PL: "Gospodarka", EN: "Economy"}}},
		Groups:        []workshop.Group{{ID: "g1", Name: "A", Area: "economy", Capacity: 60, Frozen: true}},
		Help:          []workshop.Help{{ID: "h", Group: "g1", By: "p1", Text: "jak", At: start, Answer: "tak", AnsweredAt: start, DoneAt: start}},
		Announcements: []workshop.Announcement{{ID: "a", Text: "przerwa", Groups: []workshop.GroupID{"g1"}, At: start}},
		Polls:         []workshop.Poll{{ID: "v", Title: "t", Across: true, Dots: 3, PerCard: 1, Stage: "problem", OpenedAt: start, ClosedAt: start, Counted: true, Voters: 2, Results: []workshop.PollResult{{Group: "g1", Card: "c", Text: "x", Dots: 2}}}},
		Writing:       &workshop.Writing{ID: "n", Stage: "problem", Kind: "note", BegunAt: start, RevealedAt: start, Shown: true},
		Gallery:       workshop.Gallery{Round: 2, Minutes: 5, EndsAt: time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC)}, Warmup: &workshop.Warmup{ID: "w", Question: "?", OpenedAt: time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC)}, FeedbackOpen: true, OutcomeUntil: time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC),
		FollowUntil: time.Date(2027, 6, 2, 3, 4, 5, 0, time.UTC), Screen: workshop.Screen{Mode: workshop.ScreenPresentation, Group: "g1", Stage: "problem", Poll: "v", Slide: 3, Handed: true, HideNames: true, ShowHelp: true},
		Apart: []workshop.Pair{{"p1", "p2"}}, Formed: true,
		Agenda:   []workshop.Phase{{ID: "a", Kind: workshop.PhaseStage, Name: workshop.Text{PL: "P", EN: "P"}, Stage: "problem", Minutes: 20, Frozen: true}},
		Day:      workshop.Day{Phase: "a", Since: start, Times: []workshop.PhaseTime{{Phase: "a", Spent: 1500, Extra: -3}}, Focus: "problem", Frozen: true},
		JoinCode: "ABCD-EFGH", CodeIssuedAt: start,
		Participants: []workshop.Participant{{ID: "p1", Name: "Anna", Department: "IT", Color: "#000000", Group: "g1", JoinedAt: start, Wish: "economy", Pinned: true}, {ID: "p2", Name: "Jan", Color: "#000000"}},
	}
}

func TestWorkshopComesBackAsItWas(t *testing.T) {
	s := openStore(t)
	w := sample()
	if err := NewWorkshops(s).Create(t.Context(), w); err != nil {
		t.Fatal(err)
	}
	got, err := NewWorkshops(s).Load(t.Context(), "w1")
	if err != nil {
		t.Fatal(err)
	}
	a, _ := json.Marshal(w)
	b, _ := json.Marshal(got)
	if string(a) != string(b) || got.Version != 1 {
		t.Errorf("got  %s\nwant %s", b, a)
	}
}

func TestLoadAndUpdate(t *testing.T) {
	r := NewWorkshops(openStore(t))
	if _, err := r.Load(t.Context(), "nope"); workshop.CodeOf(err) != workshop.CodeNotFound {
		t.Errorf("unknown workshop: %v", err)
	}
	if err := r.Create(t.Context(), sample()); err != nil {
		t.Fatal(err)
	}
	retitle := func(title string) func(*workshop.Workshop) error {
		return func(w *workshop.Workshop) error { return w.Apply(workshop.Change{Title: &title}) }
	}
	w, err := r.Update(t.Context(), "w1", 1, retitle("Drugi"))
	if err != nil || w.Version != 2 || w.Title != "Drugi" {
		t.Fatalf("update: %+v %v", w, err)
	}
	if _, err := r.Update(t.Context(), "w1", 1, retitle("Trzeci")); workshop.CodeOf(err) != workshop.CodeVersionConflict {
		t.Errorf("stale version: %v", err)
	}
	if _, err := r.Update(t.Context(), "w1", 0, retitle("")); workshop.CodeOf(err) != workshop.CodeInvalidInput {
		t.Errorf("refused change: %v", err)
	}
	if w, err := r.Load(t.Context(), "w1"); err != nil || w.Title != "Drugi" || w.Version != 2 {
		t.Errorf("after refusals: %+v %v", w, err)
	}
}

// TestConcurrentJoins: two instances, many at once, into one group of sixty
// places: each gets their own, nobody is lost and the group is never over full.
func TestConcurrentJoins(t *testing.T) {
	s := openStore(t)
	instances := []*Workshops{NewWorkshops(s), NewWorkshops(s)}
	if err := instances[0].Create(t.Context(), sample()); err != nil {
		t.Fatal(err)
	}
	const tries = 80
	codes := make([]workshop.Code, tries)
	var wg sync.WaitGroup
	for i := range tries {
		wg.Go(func() {
			id := workshop.ParticipantID(fmt.Sprint("p-", i))
			_, err := instances[i%2].Update(context.Background(), "w1", 0, func(w *workshop.Workshop) error {
				_, err := w.Join(id, workshop.JoinInput{Name: "Osoba", Group: "g1"}, start)
				return err
			})
			if err != nil && workshop.CodeOf(err) == "" {
				t.Error(err)
			}
			codes[i] = workshop.CodeOf(err)
		})
	}
	wg.Wait()
	in := 0
	for _, c := range codes {
		switch c {
		case "":
			in++
		case workshop.CodeGroupFull:
		default:
			t.Errorf("unexpected %s", c)
		}
	}
	w, err := instances[0].Load(t.Context(), "w1")
	if err != nil || in != 59 || len(w.Participants) != 61 || w.Version > 60 {
		t.Errorf("%d got in, %d participants, version %d, %v", in, len(w.Participants), w.Version, err)
	}
}

// TestChangesMadeTogether: of changes that wait for the same workshop each sees
// what those before it did, one that fails leaves nothing, and one version
// holds them all.
func TestChangesMadeTogether(t *testing.T) {
	r := NewWorkshops(openStore(t))
	if err := r.Create(t.Context(), sample()); err != nil {
		t.Fatal(err)
	}
	title := func(want string, fail error) *wanted {
		return &wanted{id: "w1", change: func(w *workshop.Workshop) error {
			w.Title += want
			w.Participants = append(w.Participants, workshop.Participant{ID: workshop.ParticipantID(want)})
			return fail
		}}
	}
	before, _ := r.Load(t.Context(), "w1")
	stale := &wanted{id: "w1", expect: 99, change: func(*workshop.Workshop) error { return nil }}
	batch := []*wanted{title("A", nil), title("B", workshop.Fail(workshop.CodeForbidden)), title("C", nil), stale}
	r.make(t.Context(), batch)
	after, err := r.Load(t.Context(), "w1")
	if err != nil || after.Title != before.Title+"AC" || len(after.Participants) != len(before.Participants)+2 || after.Version != before.Version+1 {
		t.Errorf("after: %q, %d participants, version %d, %v", after.Title, len(after.Participants), after.Version, err)
	}
	for i, want := range []workshop.Code{"", workshop.CodeForbidden, "", workshop.CodeVersionConflict} {
		if workshop.CodeOf(batch[i].err) != want || (batch[i].w == nil) != (want != "") {
			t.Errorf("change %d: %v", i, batch[i].err)
		}
	}
	if again, _ := r.Load(t.Context(), "w1"); len(before.Participants) == len(again.Participants) {
		t.Error("what was read before has changed")
	}
}

// TestPagesChangedAtOnce: of many changes at the same time none is lost.
func TestPagesChangedAtOnce(t *testing.T) {
	s := NewPrivate(openStore(t))
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			err := s.Change(t.Context(), "w1", "notes/n", "p1", func(decode func(any) error) (any, error) {
				var page []int
				err := decode(&page)
				return append(page, i), err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	var page []int
	if _, err := s.Read(t.Context(), "w1", "notes/n", "p1", &page); err != nil || len(page) != 8 {
		t.Errorf("%v %v", page, err)
	}
}

func TestPrivatePages(t *testing.T) {
	s := NewPrivate(openStore(t))
	for p, text := range map[workshop.ParticipantID]string{"p1": "jeden", "p2": "dwa"} {
		for range 2 { // the later page stays
			if err := s.Write(t.Context(), "w1", "notes/n", p, []string{text}); err != nil {
				t.Fatal(err)
			}
		}
	}
	var page []string
	if ok, err := s.Read(t.Context(), "w1", "notes/n", "p1", &page); !ok || err != nil || page[0] != "jeden" {
		t.Errorf("%v %v %v", page, ok, err)
	}
	if ok, err := s.Read(t.Context(), "w1", "notes/n", "p3", &page); ok || err != nil {
		t.Errorf("a page of nobody: %v %v", ok, err)
	}
	count := func() int {
		n := 0
		if err := s.Each(t.Context(), "w1", "notes/n", func(_ workshop.ParticipantID, decode func(any) error) error {
			n++
			return decode(&page)
		}); err != nil {
			t.Error(err)
		}
		return n
	}
	for _, step := range []struct {
		erase workshop.ParticipantID
		want  int
	}{{"p9", 2}, {"p1", 1}, {"", 0}} {
		if err := s.Erase(t.Context(), "w1", step.erase); err != nil || count() != step.want {
			t.Errorf("after erasing %q: %d pages, %v", step.erase, count(), err)
		}
	}
}

func TestSecrets(t *testing.T) {
	st := openStore(t)
	s := NewSecrets(st)
	anna := workshop.Session{Workshop: "w1", Role: workshop.Member, Participant: "p1"}
	for i, session := range []workshop.Session{anna, anna, {Workshop: "w1", Role: workshop.Facilitator}} {
		if err := s.PutToken(t.Context(), Hash{byte(i)}, session, "Firefox Android", start); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := s.Token(t.Context(), Hash{0}); err != nil || got.Session != anna {
		t.Errorf("token: %+v %v", got, err)
	}
	all, err := s.Sessions(t.Context(), "w1")
	if err != nil || len(all) != 3 || all[0].Name != "Firefox Android" || all[0].Participant != "p1" {
		t.Fatalf("sessions: %+v %v", all, err)
	}
	ended, err := s.DeleteSessions(t.Context(), "w1", func(_ workshop.SessionID, s workshop.Session) bool { return s.Participant == "p1" })
	if err != nil || len(ended) != 2 {
		t.Fatalf("ended %v, %v", ended, err)
	}
	for i, want := range []workshop.Code{workshop.CodeUnauthenticated, workshop.CodeUnauthenticated, ""} {
		if _, err := s.Token(t.Context(), Hash{byte(i)}); workshop.CodeOf(err) != want {
			t.Errorf("token %d after removal: %v, want %q", i, err, want)
		}
	}
	for i, want := range []bool{true, false} {
		if free, err := s.PutCode(t.Context(), Hash{9}, "w1", start); err != nil || free != want {
			t.Errorf("code, time %d: %v %v", i, free, err)
		}
	}
	if id, err := s.Code(t.Context(), Hash{9}); err != nil || id != "w1" {
		t.Errorf("code: %s %v", id, err)
	}
	if _, err := s.Code(t.Context(), Hash{8}); workshop.CodeOf(err) != workshop.CodeUnknownCode {
		t.Errorf("unknown code: %v", err)
	}
}

func TestMigrate(t *testing.T) {
	steps := []func(map[string]json.RawMessage) error{
		func(f map[string]json.RawMessage) error { f["second"] = json.RawMessage(`1`); return nil },
		func(f map[string]json.RawMessage) error { f["third"] = f["second"]; return nil },
	}
	got, err := migrateWith([]byte(`{"schema":1,"title":"x"}`), 1, 3, steps)
	if err != nil || string(got) != `{"schema":3,"second":1,"third":1,"title":"x"}` {
		t.Errorf("forward: %s %v", got, err)
	}
	if _, err := migrate([]byte(`{"schema":99}`)); !errors.Is(err, ErrNewer) {
		t.Errorf("backward: %v", err)
	}
	for _, broken := range []string{``, `[]`, `{}`, `{"schema":0}`, `{"schema":"1"}`, `{"schema":1`} {
		if _, err := migrate([]byte(broken)); err == nil {
			t.Errorf("%q was accepted", broken)
		}
	}
}

// TestAgendaOfOldWorkshops: a workshop of schema 1 gets its stages as agenda.
func TestAgendaOfOldWorkshops(t *testing.T) {
	s := openStore(t)
	old := []byte(`{"schema":1,"id":"w1","title":"x","stages":[{"id":"problem","name":{"pl":"P","en":"Q"},"minutes":20}]}`)
	if _, err := s.Put(t.Context(), "workshop/w1", 0, old); err != nil {
		t.Fatal(err)
	}
	w, err := NewWorkshops(s).Load(t.Context(), "w1")
	want := workshop.Phase{ID: "problem", Kind: workshop.PhaseStage, Name: workshop.Text{PL: "P", EN: "Q"}, Stage: "problem", Minutes: 20}
	if err != nil || len(w.Agenda) != 1 || w.Agenda[0] != want {
		t.Fatalf("%+v %v", w, err)
	}
}

// TestNewerRecordIsLeftAlone: an old program beside a new one neither reads
// nor overwrites what it does not understand.
func TestNewerRecordIsLeftAlone(t *testing.T) {
	s := openStore(t)
	newer := []byte(`{"schema":99,"id":"w1","title":"x"}`)
	if _, err := s.Put(t.Context(), "workshop/w1", 0, newer); err != nil {
		t.Fatal(err)
	}
	r := NewWorkshops(s)
	if _, err := r.Load(t.Context(), "w1"); !errors.Is(err, ErrNewer) || !strings.Contains(err.Error(), "update this instance") {
		t.Errorf("load: %v", err)
	}
	if _, err := r.Update(t.Context(), "w1", 0, func(*workshop.Workshop) error { return nil }); !errors.Is(err, ErrNewer) {
		t.Errorf("update: %v", err)
	}
	if rec, err := s.Get(t.Context(), "workshop/w1"); err != nil || string(rec.Value) != string(newer) {
		t.Errorf("record: %s %v", rec.Value, err)
	}
}

// TestWhatOnlyNewerProgramsKnow stays in a record that this program changes: two
// releases serve the same workshop while instances are replaced.
func TestWhatOnlyNewerProgramsKnow(t *testing.T) {
	s := openStore(t)
	r := NewWorkshops(s)
	if err := r.Create(t.Context(), sample()); err != nil {
		t.Fatal(err)
	}
	rec, err := s.Get(t.Context(), "workshop/w1")
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(rec.Value, &fields); err != nil {
		t.Fatal(err)
	}
	fields["weather"] = map[string]any{"rain": json.Number("12345678901234567890")}
	fields["groups"].([]any)[0].(map[string]any)["table"] = "7"
	fields["day"].(map[string]any)["mood"] = "good"
	newer, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Put(t.Context(), "workshop/w1", rec.Version, newer); err != nil {
		t.Fatal(err)
	}
	rename := func(w *workshop.Workshop) error { w.Title += "!"; w.Groups = w.Groups[:1]; return nil }
	for range 2 { // from the record, and from what is remembered of it
		if _, err := r.Update(t.Context(), "w1", 0, rename); err != nil {
			t.Fatal(err)
		}
	}
	rec, _ = s.Get(t.Context(), "workshop/w1")
	for _, want := range []string{`"weather":{"rain":12345678901234567890}`, `"table":"7"`, `"mood":"good"`, `!!"`} {
		if !strings.Contains(string(rec.Value), want) {
			t.Errorf("%s is gone from %s", want, rec.Value)
		}
	}
	if w, err := r.Load(t.Context(), "w1"); err != nil || len(w.Groups) != 1 {
		t.Errorf("read again: %v", err)
	}
}

// TestCacheSharesNothing: what one caller does to a loaded workshop, another
// does not see.
func TestCacheSharesNothing(t *testing.T) {
	r := NewWorkshops(openStore(t))
	if err := r.Create(t.Context(), sample()); err != nil {
		t.Fatal(err)
	}
	a, _ := r.Load(t.Context(), "w1")
	b, _ := r.Load(t.Context(), "w1")
	for _, w := range []*workshop.Workshop{a, b} {
		if _, err := w.Join("p3", workshop.JoinInput{Name: "Ola"}, start); err != nil {
			t.Fatal(err)
		}
		if _, err := w.ChangeGroup("g1", workshop.GroupChange{Frozen: new(false)}); err != nil {
			t.Fatal(err)
		}
	}
	c, _ := r.Load(t.Context(), "w1")
	if len(c.Participants) != 2 || !c.Groups[0].Frozen {
		t.Errorf("a loaded workshop changed: %+v", c)
	}
}

// TestFaultsAreNamed: an unreachable store is the domain's word for it, with
// the cause kept.
func TestFaultsAreNamed(t *testing.T) {
	err := storeError("load workshop", fmt.Errorf("dial: %w", store.ErrUnavailable))
	if workshop.CodeOf(err) != workshop.CodeStoreUnavailable || !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
}
