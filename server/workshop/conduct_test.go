package workshop

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// bench is a service whose store, pages and boards are in memory. Changes of
// the workshop are copies, as with a real store.
type bench struct {
	*Service
	w     *Workshop
	pages map[string]json.RawMessage
	cards map[GroupID]map[string]NewCard
	// during runs before the next page is written, as somebody else would.
	during func()
	fail   error // of boards
	began  []PhaseID
}

func (b *bench) Create(context.Context, *Workshop) error { return nil }

func (b *bench) Load(context.Context, WorkshopID) (*Workshop, error) { w := *b.w; return &w, nil }

func (b *bench) Update(ctx context.Context, id WorkshopID, expect uint64, change func(*Workshop) error) (*Workshop, error) {
	w, _ := b.Load(ctx, id)
	if expect != 0 && expect != w.Version {
		return nil, Fail(CodeVersionConflict)
	}
	if err := change(w); err != nil {
		return nil, err
	}
	w.Version++
	b.w = w
	return w, nil
}

func (b *bench) Write(_ context.Context, _ WorkshopID, sheet string, p ParticipantID, page any) error {
	if f := b.during; f != nil {
		b.during = nil
		f()
	}
	raw, err := json.Marshal(page)
	b.pages[sheet+"/"+string(p)] = raw
	return err
}

func (b *bench) Change(ctx context.Context, id WorkshopID, sheet string, p ParticipantID, f func(func(any) error) (any, error)) error {
	page, err := f(func(into any) error {
		_, err := b.Read(ctx, id, sheet, p, into)
		return err
	})
	if err != nil {
		return err
	}
	return b.Write(ctx, id, sheet, p, page)
}

func (b *bench) Read(_ context.Context, _ WorkshopID, sheet string, p ParticipantID, into any) (bool, error) {
	raw, ok := b.pages[sheet+"/"+string(p)]
	if !ok {
		return false, nil
	}
	return true, json.Unmarshal(raw, into)
}

func (b *bench) Each(_ context.Context, _ WorkshopID, sheet string, f func(ParticipantID, func(any) error) error) error {
	for key, raw := range b.pages {
		if p, ok := strings.CutPrefix(key, sheet+"/"); ok {
			if err := f(ParticipantID(p), func(into any) error { return json.Unmarshal(raw, into) }); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *bench) Erase(context.Context, WorkshopID, ParticipantID) error { return nil }

func (b *bench) Texts(_ context.Context, _ *Workshop, g GroupID) (map[string]string, error) {
	texts := map[string]string{}
	for id, c := range b.cards[g] {
		texts[id] = c.Text
	}
	return texts, nil
}

func (b *bench) AddCards(_ context.Context, _ *Workshop, g GroupID, cards []NewCard) error {
	if b.fail != nil {
		return b.fail
	}
	for _, c := range cards {
		if _, there := b.cards[g][c.ID]; !there {
			b.cards[g][c.ID] = c
		}
	}
	return nil
}

func (b *bench) SetActionState(context.Context, *Workshop, GroupID, string, string) error {
	return b.fail
}

func (b *bench) AddComment(context.Context, *Workshop, GroupID, string, string, string, string) error {
	return nil
}

func (b *bench) Remove(context.Context, WorkshopID) error { return nil }

func (b *bench) All(context.Context, func(*Workshop) error) error { return nil }

func (b *bench) Rebuild(context.Context, *Workshop, GroupID) error { return nil }

func (b *bench) Drop(context.Context, GroupID) error { return nil }

func (b *bench) PhaseBegan(_ *Workshop, p Phase) { b.began = append(b.began, p.ID) }

func (b *bench) Authored(context.Context, *Workshop, GroupID, ParticipantID) (AuthoredOnBoard, error) {
	return AuthoredOnBoard{}, nil
}

func (b *bench) ForgetPast(context.Context, GroupID, ParticipantID) error { return nil }

func (b *bench) SessionsEnded(context.Context, []SessionID) {}

func (b *bench) WorkshopChanged(context.Context, WorkshopID, uint64) {}

// newBench has groups id-2 (anna, bob) and id-3 (cyd), each with cards x and y.
func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{w: lodz(t), pages: map[string]json.RawMessage{}, cards: map[GroupID]map[string]NewCard{}}
	b.w.Version = 1
	b.w.Stages = []Stage{{ID: "problem", Kinds: []string{"problem", "note"}}}
	for id, g := range map[ParticipantID]GroupID{"bob": "id-2", "cyd": "id-3", "dan": ""} {
		if _, err := b.w.Join(id, JoinInput{Name: string(id), Group: g}, start); err != nil {
			t.Fatal(err)
		}
	}
	for _, g := range []GroupID{"id-2", "id-3"} {
		b.cards[g] = map[string]NewCard{"x": {ID: "x", Text: "iks"}, "y": {ID: "y", Text: "igrek"}}
	}
	n := 0
	b.Service = &Service{
		Repository: b, Announcer: b, Private: b, Boards: b, Now: func() time.Time { return start },
		NewID: func() string { n++; return fmt.Sprint("made-", n) },
	}
	return b
}

func TestHelp(t *testing.T) {
	w := lodz(t)
	if err := w.AskHelp("h", "anna", "Jak połączyć\ndane?", start); err != nil {
		t.Fatal(err)
	}
	if err := w.AskHelp("h2", "anna", "", start); err != nil || len(w.Help) != 1 || w.Help[0].Text != "Jak połączyć dane?" {
		t.Fatalf("a raised hand made another request: %v %+v", err, w.Help)
	}
	if err := w.AnswerHelp("h", "Przez TERYT", false, start); err != nil {
		t.Fatal(err)
	}
	anna, other := Session{Workshop: w.ID, Role: Member, Participant: "anna"}, Session{Workshop: w.ID, Role: Projector}
	if c := w.ConcernOf(anna); len(c.Help) != 1 || c.Help[0].Answer != "Przez TERYT" {
		t.Errorf("the group does not see its answer: %+v", c)
	}
	if c := w.ConcernOf(other); len(c.Help) != 0 {
		t.Errorf("the projector sees a private answer: %+v", c)
	}
	if err := w.WithdrawHelp("anna", start); err != nil || w.Help[0].DoneAt.IsZero() {
		t.Errorf("withdraw: %v", err)
	}
	for name, err := range map[string]error{
		"again": w.WithdrawHelp("anna", start), "nobody": w.AskHelp("x", "nobody", "", start), "unknown": w.AnswerHelp("x", "a", true, start),
	} {
		if CodeOf(err) != CodeNotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := w.AskHelp("h3", "anna", strings.Repeat("x", MaxHelpText+1), start); CodeOf(err) != CodeInvalidInput {
		t.Errorf("long text: %v", err)
	}
	for i := range MaxHelp + 5 {
		_ = w.AskHelp(HelpID(fmt.Sprint(i)), "anna", "", start)
		_ = w.WithdrawHelp("anna", start)
	}
	if len(w.Help) > MaxHelp {
		t.Errorf("%d requests are kept", len(w.Help))
	}
}

func TestAnnounce(t *testing.T) {
	w := lodz(t)
	for i := range MaxAnnouncements + 3 {
		if err := w.Announce(fmt.Sprint(i), "Przerwa", nil, start); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Announce("b", "Tylko B", []GroupID{"id-3"}, start); err != nil || len(w.Announcements) != MaxAnnouncements {
		t.Fatalf("%v, %d kept", err, len(w.Announcements))
	}
	anna := w.ConcernOf(Session{Workshop: w.ID, Role: Member, Participant: "anna"})
	if slices.ContainsFunc(anna.Announcements, func(a Announcement) bool { return a.ID == "b" }) || len(anna.Announcements) != MaxAnnouncements-1 {
		t.Errorf("a member of A hears %+v", anna.Announcements)
	}
	if err := w.Announce("c", "", nil, start); CodeOf(err) != CodeInvalidInput {
		t.Errorf("empty: %v", err)
	}
	if err := w.Announce("c", "x", []GroupID{"gone"}, start); CodeOf(err) != CodeUnknownGroup {
		t.Errorf("unknown group: %v", err)
	}
}

func TestBallots(t *testing.T) {
	for name, tc := range map[string]struct {
		across bool
		by     ParticipantID
		dots   []Dots
		code   Code
	}{
		"OK":            {by: "anna", dots: []Dots{{"id-2", "x", 2}, {"id-2", "y", 1}}},
		"OKNothing":     {by: "anna"},
		"OKRevealed":    {by: "anna", dots: []Dots{{"id-2", strings.Repeat("x", 3*36+2), 1}}},
		"OKAcross":      {across: true, by: "anna", dots: []Dots{{"id-3", "x", 2}}},
		"ErrOther":      {by: "anna", dots: []Dots{{"id-3", "x", 1}}, code: CodeUnknownGroup},
		"ErrNoGroup":    {by: "dan", dots: []Dots{{"id-3", "x", 1}}, code: CodeUnknownGroup},
		"ErrBudget":     {by: "anna", dots: []Dots{{"id-2", "x", 2}, {"id-2", "y", 2}}, code: CodeOverBudget},
		"ErrPerCard":    {by: "anna", dots: []Dots{{"id-2", "x", 3}}, code: CodeInvalidInput},
		"ErrTwice":      {by: "anna", dots: []Dots{{"id-2", "x", 1}, {"id-2", "x", 1}}, code: CodeInvalidInput},
		"ErrNegative":   {by: "anna", dots: []Dots{{"id-2", "x", -5}}, code: CodeInvalidInput},
		"ErrNobody":     {by: "gone", code: CodeNotFound},
		"ErrLongCardID": {by: "anna", dots: []Dots{{"id-2", strings.Repeat("x", MaxCardID+1), 1}}, code: CodeInvalidInput},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			w, err := b.OpenPoll(t.Context(), b.w.ID, 1, Poll{Across: tc.across, Dots: 3, PerCard: 2})
			if err != nil {
				t.Fatal(err)
			}
			if err := b.Vote(t.Context(), w, w.Polls[0].ID, tc.by, tc.dots); CodeOf(err) != tc.code {
				t.Errorf("got %v, want %q", err, tc.code)
			}
		})
	}
}

func TestOpenPollRefuses(t *testing.T) {
	for name, tc := range map[string]struct {
		poll Poll
		code Code
	}{
		"NoDots":    {Poll{Dots: 0, PerCard: 1}, CodeInvalidInput},
		"TooMany":   {Poll{Dots: MaxDots + 1, PerCard: 1}, CodeInvalidInput},
		"PerCard":   {Poll{Dots: 2, PerCard: 3}, CodeInvalidInput},
		"Stage":     {Poll{Dots: 2, PerCard: 1, Stage: "x"}, CodeInvalidInput},
		"SecondOne": {Poll{Dots: 2, PerCard: 1}, CodePollOpen},
	} {
		w := lodz(t)
		if name == "SecondOne" {
			_ = w.OpenPoll(Poll{ID: "a", Dots: 1, PerCard: 1}, start)
		}
		if err := w.OpenPoll(tc.poll, start); CodeOf(err) != tc.code {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestVotesAreCountedOnce: the last ballot of each person counts, those of
// people who are gone and dots on cards that are gone do not.
func TestVotesAreCountedOnce(t *testing.T) {
	b := newBench(t)
	w, _ := b.OpenPoll(t.Context(), b.w.ID, 0, Poll{Across: true, Dots: 3, PerCard: 3})
	id := w.Polls[0].ID
	vote := func(by ParticipantID, dots ...Dots) {
		t.Helper()
		if err := b.Vote(t.Context(), b.w, id, by, dots); err != nil {
			t.Fatal(err)
		}
	}
	vote("anna", Dots{"id-2", "x", 3})
	vote("anna", Dots{"id-2", "x", 1}, Dots{"id-3", "y", 1})
	vote("bob", Dots{"id-3", "y", 2})
	vote("cyd", Dots{"id-2", "x", 3})
	vote("dan", Dots{"id-2", "gone", 3})
	if err := b.w.RemoveParticipant("cyd"); err != nil {
		t.Fatal(err)
	}
	if raw, _ := json.Marshal(b.w.View(Member)); strings.Contains(string(raw), `"dots":[`) || b.w.Polls[0].Results != nil {
		t.Error("an open vote shows something of its ballots")
	}
	w, err := b.ClosePoll(t.Context(), b.w.ID, id)
	want := []PollResult{{"id-3", "y", "igrek", 3}, {"id-2", "x", "iks", 1}}
	if err != nil || !slices.Equal(w.Polls[0].Results, want) || w.Polls[0].Voters != 3 {
		t.Fatalf("%+v %v", w.Polls[0], err)
	}
	if _, err := b.ClosePoll(t.Context(), b.w.ID, id); CodeOf(err) != CodePollClosed {
		t.Errorf("closed twice: %v", err)
	}
	if err := b.Vote(t.Context(), b.w, id, "anna", nil); CodeOf(err) != CodePollClosed {
		t.Errorf("a vote after the end: %v", err)
	}
}

// TestNoVoteIsAcceptedAndNotCounted: a vote that closes while a ballot is on
// its way refuses the ballot rather than dropping it.
func TestNoVoteIsAcceptedAndNotCounted(t *testing.T) {
	b := newBench(t)
	w, _ := b.OpenPoll(t.Context(), b.w.ID, 0, Poll{Dots: 1, PerCard: 1})
	id := w.Polls[0].ID
	b.during = func() { _, _ = b.ClosePoll(t.Context(), w.ID, id) }
	if err := b.Vote(t.Context(), w, id, "anna", []Dots{{"id-2", "x", 1}}); CodeOf(err) != CodePollClosed {
		t.Errorf("got %v", err)
	}
}

// TestNotesOfTwoDevices: both read the same, both write; what came first is
// not lost by what came second, and a note taken away stays away.
func TestNotesOfTwoDevices(t *testing.T) {
	b := newBench(t)
	w, err := b.BeginWriting(t.Context(), b.w.ID, 0, Writing{Stage: "problem"})
	if err != nil {
		t.Fatal(err)
	}
	keep := func(notes, base []Note) []Note {
		t.Helper()
		kept, err := b.KeepNotes(t.Context(), w, w.Writing.ID, "anna", notes, &base)
		if err != nil {
			t.Fatal(err)
		}
		return kept
	}
	base := keep([]Note{{"1", "korki"}, {"2", "hałas"}}, nil)
	keep([]Note{{"1", "korki na moście"}, {"2", "hałas"}, {"p", "z telefonu"}}, base)
	got := keep([]Note{{"1", "korki"}, {"l", "z laptopa"}}, base)
	want := []Note{{"1", "korki na moście"}, {"l", "z laptopa"}, {"p", "z telefonu"}}
	if !slices.Equal(got, want) {
		t.Errorf("kept %v, want %v", got, want)
	}
	full := make([]Note, MaxNotes)
	for i := range full {
		full[i] = Note{fmt.Sprint("n", i), "x"}
	}
	if _, err := b.KeepNotes(t.Context(), w, w.Writing.ID, "anna", full, &[]Note{}); CodeOf(err) != CodeInvalidInput {
		t.Errorf("more notes than may be: %v", err)
	}
}

func TestWritingStaysPrivateAndIsLostByNobody(t *testing.T) {
	b := newBench(t)
	w, err := b.BeginWriting(t.Context(), b.w.ID, 0, Writing{Stage: "problem"})
	if err != nil || w.Writing.Kind != "problem" {
		t.Fatal(err)
	}
	id := w.Writing.ID
	if _, err := b.KeepNotes(t.Context(), b.w, id, "anna", []Note{{"1", "korki\nna moście"}, {"2", " "}}, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := b.KeepNotes(t.Context(), b.w, id, "cyd", []Note{{"1", "hałas"}}, nil); err != nil {
		t.Fatal(err)
	}
	for _, role := range []Role{Member, Projector, Facilitator} {
		if raw, _ := json.Marshal(b.w.View(role)); strings.Contains(string(raw), "korki") {
			t.Errorf("%s sees private writing", role)
		}
	}
	// The store fails in the middle; doing it again brings everything, once.
	b.fail = fmt.Errorf("away")
	if _, err := b.RevealWriting(t.Context(), b.w.ID, id); err == nil {
		t.Fatal("no error")
	}
	b.fail = nil
	for range 2 {
		_, err = b.RevealWriting(t.Context(), b.w.ID, id)
	}
	if CodeOf(err) != CodeWritingOver || len(b.cards["id-2"]) != 3 || len(b.cards["id-3"]) != 3 {
		t.Errorf("%v, %d and %d cards", err, len(b.cards["id-2"]), len(b.cards["id-3"]))
	}
	card := b.cards["id-2"][string(id)+".anna.1"]
	if card.Text != "korki na moście" || card.Stage != "problem" || card.Author != "anna" {
		t.Errorf("%+v", card)
	}
	if _, err := b.KeepNotes(t.Context(), b.w, id, "anna", nil, nil); CodeOf(err) != CodeWritingOver {
		t.Errorf("after the end: %v", err)
	}
}

func TestNotesRefused(t *testing.T) {
	for name, tc := range map[string]struct {
		by    ParticipantID
		notes []Note
		code  Code
	}{
		"TooMany": {"anna", make([]Note, MaxNotes+1), CodeInvalidInput},
		"TooLong": {"anna", []Note{{"1", strings.Repeat("x", MaxNoteText+1)}}, CodeInvalidInput},
		"Twice":   {"anna", []Note{{"1", "a"}, {"1", "b"}}, CodeInvalidInput},
		"NoGroup": {"dan", nil, CodeUnknownGroup},
		"Nobody":  {"gone", nil, CodeNotFound},
	} {
		b := newBench(t)
		w, _ := b.BeginWriting(t.Context(), b.w.ID, 0, Writing{Stage: "problem"})
		if _, err := b.KeepNotes(t.Context(), w, w.Writing.ID, tc.by, tc.notes, nil); CodeOf(err) != tc.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	w := newBench(t).w
	for name, tc := range map[string]struct {
		round Writing
		code  Code
	}{"Stage": {Writing{Stage: "x"}, CodeInvalidInput}, "Kind": {Writing{Stage: "problem", Kind: "tool"}, CodeInvalidInput}} {
		if err := w.BeginWriting(tc.round, start); CodeOf(err) != tc.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	_ = w.BeginWriting(Writing{ID: "a", Stage: "problem"}, start)
	if err := w.BeginWriting(Writing{ID: "b", Stage: "problem"}, start); CodeOf(err) != CodeWritingOn {
		t.Errorf("two at once: %v", err)
	}
}

// TestGalleryRota: over all rounds each group visits each other board once,
// and no board has two visitors in a round.
func TestGalleryRota(t *testing.T) {
	for n := 2; n <= 9; n++ {
		w := &Workshop{Status: Open}
		for i := range n {
			w.Groups = append(w.Groups, Group{ID: GroupID(fmt.Sprint(i))})
		}
		seen := map[[2]GroupID]int{}
		rounds := 0
		for err := w.MoveGallery(GalleryCommand{Action: "start"}, start); w.Gallery.Round > 0; err = w.MoveGallery(GalleryCommand{Action: "next"}, start) {
			if err != nil {
				t.Fatal(err)
			}
			rounds++
			visitors := map[GroupID]int{}
			for _, g := range w.Groups {
				visitors[w.visited(g.ID)]++
				seen[[2]GroupID{g.ID, w.visited(g.ID)}]++
			}
			if len(visitors) != n || visitors[""] > 0 {
				t.Fatalf("%d groups, round %d: %v", n, rounds, visitors)
			}
		}
		if rounds != n-1 || len(seen) != n*(n-1) {
			t.Errorf("%d groups: %d rounds, %d visits", n, rounds, len(seen))
		}
	}
	w := lodz(t)
	if err := w.MoveGallery(GalleryCommand{Action: "dance"}, start); CodeOf(err) != CodeInvalidInput {
		t.Errorf("odd action: %v", err)
	}
	w.Groups = w.Groups[:1]
	if err := w.MoveGallery(GalleryCommand{Action: "start"}, start); CodeOf(err) != CodeUnknownGroup {
		t.Errorf("a walk of one: %v", err)
	}
}

// TestGalleryRounds: each round has its own end, and none is left behind.
func TestGalleryRounds(t *testing.T) {
	w := lodz(t)
	w.Groups = append(w.Groups, Group{ID: "id-9"})
	do := func(action string, minutes int, after time.Duration) Gallery {
		t.Helper()
		if err := w.MoveGallery(GalleryCommand{action, minutes}, start.Add(after)); err != nil {
			t.Fatal(err)
		}
		return w.Gallery
	}
	if g := do("start", 5, 0); !g.EndsAt.Equal(start.Add(5*time.Minute)) || g.Round != 1 {
		t.Errorf("started: %+v", g)
	}
	if g := do("next", 0, 7*time.Minute); !g.EndsAt.Equal(start.Add(12*time.Minute)) || g.Round != 2 {
		t.Errorf("next: %+v", g)
	}
	if g := do("next", 0, 9*time.Minute); g != (Gallery{}) {
		t.Errorf("after the last round: %+v", g)
	}
	if g := do("start", 0, 0); !g.EndsAt.IsZero() {
		t.Errorf("without minutes: %+v", g)
	}
	for _, minutes := range []int{-1, MaxRoundMinutes + 1} {
		if err := w.MoveGallery(GalleryCommand{"start", minutes}, start); CodeOf(err) != CodeInvalidInput {
			t.Errorf("%d minutes: %v", minutes, err)
		}
	}
}

func TestWarmup(t *testing.T) {
	b := newBench(t)
	ctx := t.Context()
	if _, err := b.AnswerWarmup(ctx, b.w, "anna", "x"); CodeOf(err) != CodeNotFound {
		t.Errorf("before a question: %v", err)
	}
	if _, err := b.AskWarmup(ctx, b.w.ID, 0, "Jakie dane\nma wydział?"); err != nil || b.w.Warmup.Question != "Jakie dane ma wydział?" {
		t.Fatalf("%v %+v", err, b.w.Warmup)
	}
	b.w.Participants[0].Department = "Informatyka"
	for by, text := range map[ParticipantID]string{"anna": " Rejestr zgłoszeń ", "bob": "Drzewa", "cyd": "Spam"} {
		if _, err := b.AnswerWarmup(ctx, b.w, by, text); err != nil {
			t.Fatal(err)
		}
	}
	if mine, err := b.MyWarmup(ctx, b.w, "anna"); err != nil || mine != "Rejestr zgłoszeń" {
		t.Errorf("mine: %q %v", mine, err)
	}
	if err := b.HideWarmup(ctx, b.w, "cyd"); err != nil {
		t.Fatal(err)
	}
	if err := b.w.RemoveParticipant("bob"); err != nil {
		t.Fatal(err)
	}
	all, err := b.WarmupAnswers(ctx, b.w)
	if want := []WarmupAnswer{{"anna", "Informatyka", "Rejestr zgłoszeń"}}; err != nil || !slices.Equal(all, want) {
		t.Errorf("got %+v %v", all, err)
	}
	if _, err := b.CloseWarmup(ctx, b.w.ID, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := b.AnswerWarmup(ctx, b.w, "anna", "late"); CodeOf(err) != CodeNotFound {
		t.Errorf("after the end: %v", err)
	}
	if _, err := b.AskWarmup(ctx, b.w.ID, 0, " "); CodeOf(err) != CodeInvalidInput {
		t.Errorf("no question: %v", err)
	}
	if _, err := b.AskWarmup(ctx, b.w.ID, 0, "Druga?"); err != nil {
		t.Fatal(err)
	}
	if all, err := b.WarmupAnswers(ctx, b.w); err != nil || len(all) != 0 {
		t.Errorf("a new question has old answers: %+v %v", all, err)
	}
}

func TestFeedback(t *testing.T) {
	b := newBench(t)
	for by, f := range map[ParticipantID]Feedback{
		"anna": {Scale: map[string]int{"useful": 5, "clear": 4}, Text: "Więcej\nprzerw"}, "bob": {Scale: map[string]int{"useful": 5}}, "cyd": {Text: "Dobrze"},
	} {
		if _, err := b.GiveFeedback(t.Context(), b.w, by, f); err != nil {
			t.Fatal(err)
		}
	}
	r, err := b.FeedbackResults(t.Context(), b.w.ID)
	if err != nil || r.Answers != 3 || !slices.Equal(r.Counts["useful"], []int{0, 0, 0, 0, 2}) || !slices.Equal(r.Texts, []string{"Dobrze", "Więcej przerw"}) {
		t.Errorf("%+v %v", r, err)
	}
	for name, f := range map[string]Feedback{
		"empty": {}, "question": {Scale: map[string]int{"tasty": 3}}, "range": {Scale: map[string]int{"useful": 6}}, "long": {Text: strings.Repeat("x", MaxFeedbackText+1)},
	} {
		if _, err := b.w.CheckFeedback(f); CodeOf(err) != CodeInvalidInput {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDropCardAndComment(t *testing.T) {
	b := newBench(t)
	if err := b.DropCard(t.Context(), b.w, "id-2", NewCard{Stage: "problem", Kind: "data", Text: "BDL", Ref: "bdl"}); err != nil || len(b.cards["id-2"]) != 3 {
		t.Error(err)
	}
	if err := b.DropCard(t.Context(), b.w, "id-2", NewCard{Stage: "x", Kind: "", Text: ""}); len(fields(err)) != 3 {
		t.Errorf("got %v", err)
	}
	if err := b.Comment(t.Context(), b.w, "id-2", "x", "anna", " "); CodeOf(err) != CodeInvalidInput {
		t.Errorf("an empty comment: %v", err)
	}
}

// TestFacilitatorsInterleaved is a model of several facilitators on several
// instances who command under If-Match: whoever saw an old version is refused,
// so each accepted command was meant for the state it changed, and versions
// count accepted commands.
func TestFacilitatorsInterleaved(t *testing.T) {
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 9))
		b := newBench(t)
		*b.w = *day(t)
		b.w.Version = 1
		seen := []uint64{1, 1, 1} // the version on each facilitator's screen
		accepted := uint64(0)
		for range 80 {
			who := r.IntN(len(seen))
			if r.IntN(3) == 0 {
				seen[who] = b.w.Version // the push arrives
				continue
			}
			before := *b.w
			command := randomCommand(r)
			w, err := b.MovePhase(t.Context(), b.w.ID, seen[who], command)
			switch {
			case seen[who] != before.Version:
				if CodeOf(err) != CodeVersionConflict || b.w.Version != before.Version {
					t.Fatalf("seed %d: a command for version %d was taken at %d", seed, seen[who], before.Version)
				}
			case err == nil:
				accepted++
				seen[who] = w.Version
				again := before
				if err := again.MovePhase(command, start); err != nil || again.Day.Phase != w.Day.Phase || again.Total() != w.Total() {
					t.Fatalf("seed %d: the command did something else than on the state it was meant for", seed)
				}
			}
		}
		if b.w.Version != 1+accepted {
			t.Fatalf("seed %d: version %d after %d commands", seed, b.w.Version, accepted)
		}
	}
}
