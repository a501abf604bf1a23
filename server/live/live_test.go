package live

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/pathboard/pathboard/hub"
	"github.com/pathboard/pathboard/hub/bus"
	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/server/workshop"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// recorder is a hub that notes what it is asked, with a member and a projector
// on the document of workshop w1.
type recorder struct {
	mu      sync.Mutex
	sent    map[string][]byte // role -> last payload
	rounds  int               // in which whole workshops went out
	said    string            // by the connections
	asked   []store.DocName
	members int
}

func (r *recorder) Broadcast(doc store.DocName, payload func(hub.Grant) []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	whole := false
	for _, role := range []string{"member", "projector"} {
		if doc != "workshop.w1" {
			continue
		}
		b := payload(hub.Grant{Role: role, Subject: "anna", Said: r.said})
		var head struct{ Type string }
		switch {
		case b == nil:
		case json.Unmarshal(b, &head) == nil && head.Type != "workshop":
			r.sent[role+" "+head.Type] = b
		default:
			r.sent[role] = b
			whole = true
		}
	}
	if whole {
		r.rounds++
	}
}

func (r *recorder) ReauthorizeAll(_ context.Context, match func(store.DocName, hub.Grant) bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, doc := range []store.DocName{"board.a", "board.b", "board.elsewhere", "workshop.w1"} {
		if match(doc, hub.Grant{}) {
			r.asked = append(r.asked, doc)
		}
	}
}

func (r *recorder) Members(store.DocName) []hub.Member {
	r.mu.Lock()
	defer r.mu.Unlock()
	members := make([]hub.Member, r.members)
	for i := range members {
		members[i].Said = r.said
	}
	return members
}

// take returns what was asked since the last time, without repetitions.
func (r *recorder) take() []store.DocName {
	r.mu.Lock()
	defer r.mu.Unlock()
	docs := slices.Clone(r.asked)
	slices.Sort(docs)
	r.asked = nil
	return slices.Compact(docs)
}

// loader holds workshop w1.
type loader struct {
	mu  sync.Mutex
	w   workshop.Workshop
	err error
}

func (l *loader) Load(_ context.Context, id workshop.WorkshopID) (*workshop.Workshop, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if id != l.w.ID {
		return nil, workshop.Fail(workshop.CodeNotFound)
	}
	w := l.w
	w.Groups = slices.Clone(w.Groups)
	return &w, l.err
}

func (l *loader) change(f func(*workshop.Workshop)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.w.Version++
	f(&l.w)
}

// lossyBus delivers notices to whoever subscribed, unless it is broken.
type lossyBus struct {
	bus.Bus
	mu     sync.Mutex
	f      func([]byte)
	broken bool
}

func (b *lossyBus) Publish(_ context.Context, _ string, p []byte) error {
	b.mu.Lock()
	f, broken := b.f, b.broken
	b.mu.Unlock()
	if broken {
		return errors.New("no connection")
	}
	f(p)
	return nil
}

func (b *lossyBus) Subscribe(_ string, f func([]byte)) func() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.f = f
	return func() {}
}

type fixture struct {
	*Live
	hub    *recorder
	loader *loader
	bus    *lossyBus
}

// start runs f against a Live whose w1 has one connection, in virtual time.
func start(t *testing.T, f func(*fixture)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		x := &fixture{
			hub: &recorder{sent: map[string][]byte{}, members: 1}, bus: &lossyBus{},
			loader: &loader{w: workshop.Workshop{ID: "w1", Version: 1, JoinCode: "ABCD-EFGH", Status: workshop.Open, Groups: []workshop.Group{{ID: "a"}, {ID: "b"}}}},
		}
		x.Live = New(x.loader, x.bus, slog.New(slog.DiscardHandler))
		x.Start(x.hub)
		defer x.Close()
		if got := x.Greet(t.Context(), "workshop.w1", hub.Grant{Role: "member"}); len(got) != 2 {
			t.Fatalf("greeted with %d messages", len(got))
		}
		x.settle()
		x.hub.take()
		f(x)
	})
}

// settle lets everything that is under way come to rest.
func (x *fixture) settle() {
	time.Sleep(2 * spacing)
	synctest.Wait()
}

// freeze freezes group a, as a command would.
func (x *fixture) freeze() {
	x.loader.change(func(w *workshop.Workshop) { w.Groups = []workshop.Group{{ID: "a", Frozen: true}, {ID: "b"}} })
}

func TestAChangeIsPushedToEachRole(t *testing.T) {
	start(t, func(x *fixture) {
		x.loader.change(func(w *workshop.Workshop) { w.Title = "Nowy" })
		x.WorkshopChanged(t.Context(), "w1", 2)
		x.settle()
		for role, code := range map[string]string{"member": "", "projector": "ABCD-EFGH"} {
			var m struct {
				Type     string        `json:"type"`
				Version  uint64        `json:"version"`
				Workshop workshop.View `json:"workshop"`
			}
			if err := json.Unmarshal(x.hub.sent[role], &m); err != nil || m.Type != "workshop" || m.Version != 2 || m.Workshop.Title != "Nowy" || m.Workshop.JoinCode != code {
				t.Errorf("%s got %+v, %v", role, m, err)
			}
		}
		if asked := x.hub.take(); len(asked) != 0 {
			t.Errorf("a new title made it ask about %v", asked)
		}
	})
}

// TestConcernsGoToThoseConcerned: an answer to group a is for its members.
func TestConcernsGoToThoseConcerned(t *testing.T) {
	start(t, func(x *fixture) {
		x.loader.change(func(w *workshop.Workshop) {
			w.Participants = []workshop.Participant{{ID: "anna", Group: "a"}}
			w.Help = []workshop.Help{{ID: "h", Group: "a", Text: "jak?", Answer: "tak"}, {ID: "i", Group: "b", Text: "inna"}}
			w.Day.Frozen = true
		})
		x.WorkshopChanged(t.Context(), "w1", 2)
		x.settle()
		if got := string(x.hub.sent["member concern"]); !strings.Contains(got, `"tak"`) || strings.Contains(got, "inna") {
			t.Errorf("the member of a was told %s", got)
		}
		if got := string(x.hub.sent["projector concern"]); strings.Contains(got, "jak?") {
			t.Errorf("the projector was told %s", got)
		}
		if got := string(x.hub.sent["member now"]); !strings.Contains(got, `"frozen":true`) {
			t.Errorf("no word of the freeze ahead: %s", got)
		}
	})
}

func TestFreezingAsksAboutThatBoard(t *testing.T) {
	start(t, func(x *fixture) {
		x.freeze()
		x.WorkshopChanged(t.Context(), "w1", 2)
		x.settle()
		if asked := x.hub.take(); !slices.Equal(asked, []store.DocName{"board.a"}) {
			t.Errorf("asked about %v", asked)
		}
	})
}

func TestClosingAsksAboutTheWholeWorkshopAndNoOther(t *testing.T) {
	start(t, func(x *fixture) {
		x.loader.change(func(w *workshop.Workshop) { w.Status = workshop.Closed })
		x.WorkshopChanged(t.Context(), "w1", 2)
		x.settle()
		if asked := x.hub.take(); !slices.Equal(asked, []store.DocName{"board.a", "board.b", "workshop.w1"}) {
			t.Errorf("asked about %v", asked)
		}
	})
}

func TestOwnChangesDoNotDependOnTheBus(t *testing.T) {
	start(t, func(x *fixture) {
		x.bus.broken = true
		x.freeze()
		x.WorkshopChanged(t.Context(), "w1", 2)
		x.settle()
		if asked := x.hub.take(); len(asked) != 1 {
			t.Errorf("asked about %v", asked)
		}
	})
}

func TestALostNoticeIsMadeGoodWithinAMinute(t *testing.T) {
	start(t, func(x *fixture) {
		x.freeze() // elsewhere, and the notice is lost
		time.Sleep(time.Minute)
		synctest.Wait()
		if asked := x.hub.take(); len(asked) != 4 {
			t.Errorf("asked about %v, want everything", asked)
		}
		var m struct{ Version uint64 }
		if err := json.Unmarshal(x.hub.sent["member"], &m); err != nil || m.Version != 2 {
			t.Errorf("version %d, %v", m.Version, err)
		}
	})
}

func TestAGapInTheBusMakesItLookAtOnce(t *testing.T) {
	start(t, func(x *fixture) {
		x.freeze()
		x.bus.f(nil)
		x.settle()
		if asked := x.hub.take(); len(asked) != 4 {
			t.Errorf("asked about %v, want everything", asked)
		}
	})
}

func TestManyJoiningAtOnceAreToldTogether(t *testing.T) {
	start(t, func(x *fixture) {
		before := x.hub.rounds
		for range 500 {
			x.loader.change(func(*workshop.Workshop) {})
			x.WorkshopChanged(t.Context(), "w1", 0)
			time.Sleep(time.Millisecond)
		}
		x.settle()
		if n := x.hub.rounds - before; n < 2 || n > 5 {
			t.Errorf("500 changes in half a second were pushed in %d rounds", n)
		}
		var m struct{ Version uint64 }
		if err := json.Unmarshal(x.hub.sent["member"], &m); err != nil || m.Version != 501 {
			t.Errorf("last version %d, %v", m.Version, err)
		}
	})
}

// TestWhoTakesChangesIsSentNoWholeWorkshop: the change is enough, and begins
// where the greeting left off.
func TestWhoTakesChangesIsSentNoWholeWorkshop(t *testing.T) {
	start(t, func(x *fixture) {
		x.hub.mu.Lock()
		x.hub.said, x.hub.sent = TakesChanges, map[string][]byte{}
		x.hub.mu.Unlock()
		greeted := x.Greet(t.Context(), "workshop.w1", hub.Grant{Role: "member"})
		x.freeze()
		x.WorkshopChanged(t.Context(), "w1", 2)
		x.settle()
		var first struct{ Version uint64 }
		var next struct{ From, Version uint64 }
		if err := errors.Join(json.Unmarshal(greeted[0], &first), json.Unmarshal(x.hub.sent["member change"], &next)); err != nil {
			t.Fatal(err)
		}
		if next.From != first.Version || next.Version != 2 {
			t.Errorf("greeted with %d, then told of %d to %d", first.Version, next.From, next.Version)
		}
		if got := x.hub.sent["member"]; got != nil {
			t.Errorf("sent the whole too: %s", got)
		}
	})
}

// TestALargeHallIsSentInSlices: what is small goes to everybody first, and the
// whole workshop then to a part of them at a time, in its newest form at last.
func TestALargeHallIsSentInSlices(t *testing.T) {
	start(t, func(x *fixture) {
		x.hub.mu.Lock()
		x.hub.members = 20_000
		x.hub.sent = map[string][]byte{}
		before := x.hub.rounds
		x.hub.mu.Unlock()
		x.freeze()
		x.WorkshopChanged(t.Context(), "w1", 2)
		time.Sleep(ahead / 2)
		synctest.Wait()
		if x.hub.sent["member change"] == nil || x.hub.rounds != before {
			t.Errorf("sent at once: %v, in %d rounds", x.hub.sent, x.hub.rounds-before)
		}
		x.loader.change(func(w *workshop.Workshop) { w.Title = "Nowszy" })
		x.WorkshopChanged(t.Context(), "w1", 3)
		time.Sleep(time.Minute / 4)
		synctest.Wait()
		for _, role := range []string{"member", "projector"} {
			if got := string(x.hub.sent[role]); !strings.Contains(got, `"version":3`) {
				t.Errorf("the %s was left with %s", role, got)
			}
		}
	})
}

func TestAWorkshopNobodyIsOnIsForgotten(t *testing.T) {
	start(t, func(x *fixture) {
		x.hub.mu.Lock()
		x.hub.members = 0
		x.hub.mu.Unlock()
		time.Sleep(recheck + time.Second)
		synctest.Wait()
		x.Close()
		if len(x.pushed) != 0 {
			t.Errorf("remembers %v", x.pushed)
		}
	})
}

func TestGreetOnOtherDocumentsSaysNothing(t *testing.T) {
	start(t, func(x *fixture) {
		if got := x.Greet(t.Context(), "board.a", hub.Grant{}); got != nil {
			t.Errorf("greeted with %s", got)
		}
		x.loader.err = errors.New("no disk")
		if got := x.Greet(t.Context(), "workshop.w1", hub.Grant{}); got != nil {
			t.Errorf("greeted with %s", got)
		}
	})
}
