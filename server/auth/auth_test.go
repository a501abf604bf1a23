package auth

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/pathboard/pathboard/hub"
	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/store/filestore"
	"github.com/pathboard/pathboard/server/persist"
	"github.com/pathboard/pathboard/server/workshop"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestCodes(t *testing.T) {
	if len(alphabet) != 30 {
		t.Fatalf("the alphabet has %d symbols", len(alphabet))
	}
	seen := map[string]bool{}
	for range 1000 {
		code, err := newCode()
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := ParseCode(code); !ok || got != code || len(code) != 9 {
			t.Fatalf("ParseCode(%q) = %q, %v", code, got, ok)
		}
		seen[code] = true
	}
	if len(seen) != 1000 {
		t.Errorf("%d different codes of 1000", len(seen))
	}
	for typed, want := range map[string]string{
		"ABCD-EFGH": "ABCD-EFGH", "abcdefgh": "ABCD-EFGH", " ab cd – ef gh ": "ABCD-EFGH", "ABCD\u2011EFGH": "ABCD-EFGH",
		"": "", "ABCD-EFG": "", "ABCD-EFGHJ": "", "ABCD-EFG0": "", "ABCD-EFGI": "", "ąbcd-efgh": "", "ABCD_EFGH": "",
		strings.Repeat(" ", 100) + "ABCDEFGH": "", "ABCDEFG\x00": "",
	} {
		if got, ok := ParseCode(typed); got != want || ok != (want != "") {
			t.Errorf("ParseCode(%q) = %q, %v; want %q", typed, got, ok, want)
		}
	}
}

func TestSameSecret(t *testing.T) {
	if !SameSecret("abc", "abc") || SameSecret("abc", "abd") || SameSecret("", "abc") {
		t.Error("secrets are compared wrongly")
	}
}

// fixture is a workshop with groups A and B, Anna in A, on a real store.
type fixture struct {
	authority *Authority
	workshops *persist.Workshops
	service   *workshop.Service
	store     *filestore.Store
	created   workshop.Created
	anna      workshop.Joined
}

type silent struct{}

func (silent) SessionsEnded(context.Context, []workshop.SessionID) {}

func (silent) WorkshopChanged(context.Context, workshop.WorkshopID, uint64) {}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	s, err := filestore.Open(t.Context(), filestore.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	n := 0
	f := &fixture{store: s, workshops: persist.NewWorkshops(s)}
	keys := NewKeys(persist.NewSecrets(s), time.Now, Limits{})
	f.authority = NewAuthority(keys, f.workshops)
	f.service = &workshop.Service{
		Repository: f.workshops, Secrets: keys, Announcer: silent{}, Now: time.Now,
		NewID:     func() string { n++; return fmt.Sprint("id-", n) },
		Templates: []workshop.Template{{ID: workshop.DefaultTemplate, Areas: []workshop.Area{{ID: "economy", Name: workshop.Text{PL: "Gospodarka", EN: "Economy"}}}}},
	}
	f.created, err = f.service.Create(t.Context(), workshop.CreateInput{Title: "T", City: "Łódź", Groups: []workshop.GroupInput{{Name: "A", Area: "economy"}, {Name: "B", Area: "economy"}}})
	if err != nil {
		t.Fatal(err)
	}
	f.anna, err = f.service.Join(t.Context(), f.created.Workshop.JoinCode, workshop.JoinInput{Name: "Anna", Group: f.created.Workshop.Groups[0].ID})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestCan(t *testing.T) {
	f := newFixture(t)
	w := f.created.Workshop
	other, err := f.service.Create(t.Context(), workshop.CreateInput{Title: "Inny", City: "Kutno"})
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		token  string
		target workshop.WorkshopID
		want   workshop.Code
	}{
		"OK":             {f.created.Facilitator, w.ID, ""},
		"ErrOtherToken":  {other.Facilitator, w.ID, workshop.CodeForbidden},
		"ErrNoSuch":      {f.created.Facilitator, "nope", workshop.CodeForbidden},
		"ErrNoToken":     {"", w.ID, workshop.CodeUnauthenticated},
		"ErrWrongToken":  {f.created.Facilitator[1:] + "x", w.ID, workshop.CodeUnauthenticated},
		"ErrLongToken":   {strings.Repeat("x", 5000), w.ID, workshop.CodeUnauthenticated},
		"ErrMember":      {f.anna.Token, w.ID, workshop.CodeForbidden},
		"ErrTheProjecor": {f.created.Projector, w.ID, workshop.CodeForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := f.authority.Session(t.Context(), tc.token)
			if err == nil {
				_, err = f.authority.Can(t.Context(), s, workshop.EditWorkshop, Target{Workshop: tc.target})
			}
			if workshop.CodeOf(err) != tc.want || (tc.want == "") != (err == nil) {
				t.Errorf("got %v, want %q", err, tc.want)
			}
		})
	}
}

// TestTokensAreStoredHashed: no secret stands in the store in the clear.
func TestTokensAreStoredHashed(t *testing.T) {
	f := newFixture(t)
	err := f.store.List(t.Context(), "", func(r store.Record) error {
		for _, secret := range []string{f.created.Facilitator, f.created.Projector, f.anna.Token} {
			if strings.Contains(r.Key, secret) || strings.Contains(string(r.Value), secret) {
				t.Errorf("%s holds a token", r.Key)
			}
		}
		if strings.HasPrefix(r.Key, "code/") && strings.Contains(r.Key, f.created.Workshop.JoinCode) {
			t.Errorf("%s shows a code", r.Key)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestGate(t *testing.T) {
	f := newFixture(t)
	w := f.created.Workshop
	gate := NewGate(f.authority, func(workshop.Language) string { return "Prowadzący" })
	own, other, ws := BoardDoc(w.Groups[0].ID), BoardDoc(w.Groups[1].ID), WorkshopDoc(w.ID)
	for name, tc := range map[string]struct {
		doc      store.DocName
		token    string
		denied   bool
		readOnly bool
		subject  string
		presence string
	}{
		"MemberOwn":        {doc: own, token: f.anna.Token, subject: string(f.anna.Participant.ID), presence: "Anna"},
		"MemberOther":      {doc: other, token: f.anna.Token, denied: true},
		"MemberWorkshop":   {doc: ws, token: f.anna.Token, readOnly: true, subject: string(f.anna.Participant.ID), presence: "Anna"},
		"Facilitator":      {doc: other, token: f.created.Facilitator, subject: "facilitator:" + string(w.ID) + ":" + string(w.Facilitators[0].ID), presence: "Prowadzący"},
		"Projector":        {doc: own, token: f.created.Projector, readOnly: true, subject: "projector:" + string(w.ID)},
		"ErrNoToken":       {doc: own, denied: true},
		"ErrUnknownBoard":  {doc: "board.nope", token: f.created.Facilitator, denied: true},
		"ErrOtherWorkshop": {doc: "workshop.nope", token: f.created.Facilitator, denied: true},
		"ErrUnknownKind":   {doc: "secrets.1", token: f.created.Facilitator, denied: true},
		"ErrEmptyName":     {doc: "", token: f.created.Facilitator, denied: true},
	} {
		t.Run(name, func(t *testing.T) {
			g, err := gate.Authorize(t.Context(), tc.doc, tc.token)
			if errors.Is(err, hub.ErrDenied) != tc.denied || (err != nil) != tc.denied {
				t.Fatalf("denied: %v, want %v", err, tc.denied)
			}
			if err != nil {
				return
			}
			name, _ := g.Presence["name"].(string)
			if g.ReadOnly != tc.readOnly || g.Subject != tc.subject || name != tc.presence || g.Session == "" || strings.Contains(tc.token, g.Session) {
				t.Errorf("grant %+v", g)
			}
			if g.Ephemeral != (tc.doc == ws) {
				t.Errorf("ephemeral %v", g.Ephemeral)
			}
		})
	}
}

// TestGateFollowsChanges: what was decided about a group holds at the next
// question.
func TestGateFollowsChanges(t *testing.T) {
	f := newFixture(t)
	w := f.created.Workshop
	gate := NewGate(f.authority, func(workshop.Language) string { return "" })
	ask := func() string {
		g, err := gate.Authorize(t.Context(), BoardDoc(w.Groups[0].ID), f.anna.Token)
		switch {
		case errors.Is(err, hub.ErrDenied):
			return "denied"
		case err != nil:
			return err.Error()
		case g.ReadOnly:
			return "read"
		default:
			return "write"
		}
	}
	steps := []struct {
		do   func() error
		want string
	}{
		{func() error { return nil }, "write"},
		{func() error {
			_, err := f.service.ChangeGroup(t.Context(), w.ID, 0, w.Groups[0].ID, workshop.GroupChange{Frozen: new(true)})
			return err
		}, "read"},
		{func() error {
			_, err := f.service.ChangeGroup(t.Context(), w.ID, 0, w.Groups[0].ID, workshop.GroupChange{Frozen: new(false)})
			return err
		}, "write"},
		{func() error {
			_, _, err := f.service.ChangeParticipant(t.Context(), w.ID, 0, f.anna.Participant.ID, workshop.MeChange{Group: &w.Groups[1].ID})
			return err
		}, "denied"},
		{func() error {
			_, err := f.service.Change(t.Context(), w.ID, 0, workshop.Change{Visibility: new(workshop.VisibleToWorkshop)})
			return err
		}, "read"},
		{func() error {
			_, err := f.service.RemoveParticipant(t.Context(), w.ID, 0, f.anna.Participant.ID)
			return err
		}, "denied"},
	}
	for i, step := range steps {
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		if got := ask(); got != step.want {
			t.Errorf("step %d: %s, want %s", i, got, step.want)
		}
	}
}

// counters counts in memory within windows of the (virtual) clock.
type counters struct {
	mu sync.Mutex
	m  map[string]*struct {
		n     int64
		until time.Time
	}
}

func (c *counters) Increment(_ context.Context, key string, window time.Duration) (int64, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.m[key]
	if e == nil || !time.Now().Before(e.until) {
		e = &struct {
			n     int64
			until time.Time
		}{until: time.Now().Add(window)}
		c.m[key] = e
	}
	e.n++
	return e.n, nil
}

func newCounters() *counters {
	return &counters{m: map[string]*struct {
		n     int64
		until time.Time
	}{}}
}

func TestGuard(t *testing.T) {
	wrong := func() error { return workshop.Fail(workshop.CodeUnknownCode) }
	right := func() error { return nil }
	try := func(t *testing.T, g *Guard, address string, look func() error, want workshop.Code) {
		t.Helper()
		if err := g.Try(context.Background(), address, look); workshop.CodeOf(err) != want {
			t.Fatalf("from %s: got %v, want %q", address, err, want)
		}
	}
	t.Run("FiveAMinute", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			shared := newCounters()
			a, b := NewGuard(shared, time.Now), NewGuard(shared, time.Now)
			for i := range wrongPerMinute {
				try(t, []*Guard{a, b}[i%2], "10.0.0.1", wrong, workshop.CodeUnknownCode)
			}
			try(t, a, "10.0.0.1", wrong, workshop.CodeTooManyTries)
			try(t, b, "::ffff:10.0.0.1", wrong, workshop.CodeTooManyTries)
			try(t, a, "10.0.0.2", wrong, workshop.CodeUnknownCode)
			time.Sleep(time.Minute)
			try(t, a, "10.0.0.1", wrong, workshop.CodeUnknownCode)
		})
	})
	t.Run("AHallSharesOneAddress", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			g := NewGuard(newCounters(), time.Now)
			for range 10 {
				_ = g.Try(context.Background(), "10.0.0.1", wrong)
			}
			for range 500 {
				try(t, g, "10.0.0.1", right, "")
			}
		})
	})
	t.Run("TwentyAnHour", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			g := NewGuard(newCounters(), time.Now)
			for range wrongPerHour {
				try(t, g, "2001:db8::1", wrong, workshop.CodeUnknownCode)
				time.Sleep(time.Minute / wrongPerMinute * 2)
			}
			try(t, g, "2001:db8::2", wrong, workshop.CodeTooManyTries) // the same customer
			try(t, g, "2001:db8:0:1::2", wrong, workshop.CodeUnknownCode)
		})
	})
	t.Run("BeyondTheHardLimitNothingIsLookedUp", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			g := NewGuard(newCounters(), time.Now)
			for range hardPerMinute + 1 {
				_ = g.Try(context.Background(), "10.0.0.1", wrong)
			}
			try(t, g, "10.0.0.1", func() error { t.Error("looked up"); return nil }, workshop.CodeTooManyTries)
			time.Sleep(time.Minute)
			try(t, g, "10.0.0.1", right, "")
		})
	})
	t.Run("ManyAddressesSlowEverybodyDown", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			g := NewGuard(newCounters(), time.Now)
			for i := range instancesPerMinute + 1 {
				_ = g.Try(context.Background(), fmt.Sprint("10.0.1.", i), wrong)
			}
			looked, began := 0, time.Now()
			for i := 0; time.Since(began) < 50*time.Second; i++ {
				_ = g.Try(context.Background(), fmt.Sprint("10.0.2.", i%250), func() error { looked++; return workshop.Fail(workshop.CodeUnknownCode) })
			}
			if looked > instancesPerMinute {
				t.Errorf("%d codes were looked up in 50 s of slow mode", looked)
			}
		})
	})
}
