package httpapi

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/server/auth"
	"github.com/pathboard/pathboard/server/persist"
	"github.com/pathboard/pathboard/server/workshop"
)

// laterClock is the time of day, moved on by hand.
type laterClock struct {
	mu sync.Mutex
	by time.Duration
}

func (c *laterClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.by)
}

func (c *laterClock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.by += d
}

// newTimedEdge is an edge whose sessions live by a clock that the test moves,
// and the limits that refused.
func newTimedEdge(t *testing.T) (*edge, *laterClock, *[]string) {
	t.Helper()
	o, log := options(t)
	clock, refused := &laterClock{}, &[]string{}
	records := o.Service.Ends.(testEnds).store
	keys := auth.NewKeys(persist.NewSecrets(records), clock.now, auth.Limits{Refused: func(limit string) { *refused = append(*refused, limit) }})
	o.Authority = auth.NewAuthority(keys, persist.NewWorkshops(records))
	o.Service.Secrets = keys
	return edgeWith(t, o, log), clock, refused
}

// opened is the token of a browser that opened the facilitator's link.
func (e *edge) opened(t *testing.T) string {
	t.Helper()
	status, body := e.as(t, e.token("facilitator"), http.MethodPost, "/api/workshops/{w}/session", "")
	if status != http.StatusCreated {
		t.Fatalf("opened: %d %s", status, body)
	}
	return decodeAs[openedBody](t, body).Token
}

// TestWhatCannotBeUndoneAsksForTheSecret: the routes that remove for good or
// give leading away refuse a browser's session until the link, the recovery code
// or a new sign-in was shown; who sends the link's own secret has shown it.
func TestWhatCannotBeUndoneAsksForTheSecret(t *testing.T) {
	var asked []string
	for _, r := range routes() {
		if r.confirmed {
			asked = append(asked, r.id)
		}
	}
	slices.Sort(asked)
	want := []string{"addFacilitator", "deleteWorkshop", "erasePerson", "forgetBoard", "relinkFacilitator", "removeFacilitator", "replaceRecovery"}
	if !slices.Equal(asked, want) {
		t.Fatalf("asked for a confirmation: %v, want %v", asked, want)
	}
	e, clock, _ := newTimedEdge(t)
	browser := e.opened(t)
	clock.pass(auth.DefaultConfirmFor + time.Second)
	for _, r := range routes() {
		if !r.confirmed {
			continue
		}
		path := strings.NewReplacer("{workshopId}", "{w}", "{groupId}", "{A}", "{facilitatorId}", "nobody", "{participantId}", "nobody").Replace(r.path)
		status, body := e.as(t, browser, r.method, path, "{}")
		if status != http.StatusForbidden || !strings.Contains(body, `"confirmation-needed"`) {
			t.Errorf("%s from a browser: %d %s", r.id, status, body)
		}
		if _, body := e.as(t, e.token("anna"), r.method, path, "{}"); !strings.Contains(body, `"forbidden"`) {
			t.Errorf("%s by a member: %s", r.id, body)
		}
	}
	// Everything else goes on, exports too: they show what is on the screen anyway.
	for _, s := range []string{"/api/workshops/{w}", "/api/workshops/{w}/export?format=md", "/api/workshops/{w}/devices", "/api/workshops/{w}/audit"} {
		if status, body := e.as(t, browser, http.MethodGet, s, ""); status != http.StatusOK {
			t.Errorf("%s from a browser: %d %s", s, status, body)
		}
	}
	if status, _ := e.as(t, e.token("facilitator"), http.MethodPost, "/api/workshops/{w}/facilitators", `{"name":"Ola"}`); status != http.StatusCreated {
		t.Errorf("with the link's own secret: %d", status)
	}
}

func TestConfirmation(t *testing.T) {
	const confirm = "/api/workshops/{w}/session/confirm"
	e, clock, _ := newTimedEdge(t)
	browser := e.opened(t)
	replace := func() int {
		status, _ := e.as(t, browser, http.MethodPost, "/api/workshops/{w}/facilitators", `{"name":"`+time.Duration(clock.by).String()+`"}`)
		return status
	}
	if got := replace(); got != http.StatusCreated {
		t.Errorf("just after the link was opened: %d", got)
	}
	recovery := e.created.RecoveryCode
	for name, tc := range map[string]struct {
		secret string
		status int
	}{
		"Link":          {e.created.Links.Facilitator, 204},
		"Token":         {" " + e.token("facilitator") + `\n`, 204},
		"Recovery":      {strings.ToLower(recovery), 204},
		"ErrNothing":    {"", 422},
		"ErrOther":      {e.other.Tokens.Facilitator, 422},
		"ErrOtherCode":  {e.other.RecoveryCode, 422},
		"ErrMember":     {e.anna.Token, 422},
		"ErrTheSession": {browser, 422},
	} {
		clock.pass(2 * time.Hour) // the count of wrong tries begins anew too
		status, body := e.as(t, browser, http.MethodPost, confirm, `{"secret":"`+tc.secret+`"}`)
		if status != tc.status {
			t.Errorf("%s: %d %s", name, status, body)
		}
		if got, ok := replace(), tc.status == 204; (got == http.StatusCreated) != ok {
			t.Errorf("%s: then %d", name, got)
		}
	}
	status := 0
	for range 6 {
		status, _ = e.as(t, browser, http.MethodPost, confirm, `{"secret":"ABCD-EFGH-JKMN-PQRS-TVWX"}`)
	}
	if status != http.StatusTooManyRequests {
		t.Errorf("guessing goes on: %d", status)
	}
	if status, _ := e.as(t, browser, http.MethodPost, "/api/workshops/{w}/session", ""); status != http.StatusForbidden {
		t.Errorf("a session opens another: %d", status)
	}
}

// TestSessionsEnd: at the idle limit and at that of their lifetime, never while
// a day goes on; links hold; what is over says so in the caller's language.
func TestSessionsEnd(t *testing.T) {
	ask := func(t *testing.T, e *edge, token string) string {
		t.Helper()
		status, body := e.as(t, token, http.MethodGet, "/api/workshops/{w}", "")
		if status == http.StatusOK {
			return ""
		}
		return string(decodeAs[Problem](t, body).Code)
	}
	t.Run("Idle", func(t *testing.T) {
		e, clock, refused := newTimedEdge(t)
		browser := e.opened(t)
		clock.pass(auth.DefaultIdle - time.Hour)
		for _, token := range []string{browser, e.token("anna")} { // this use counts
			if got := ask(t, e, token); got != "" {
				t.Fatalf("before the limit: %s", got)
			}
		}
		clock.pass(auth.DefaultIdle - time.Hour)
		if got := ask(t, e, e.token("anna")); got != "" {
			t.Errorf("a session in use ended: %s", got)
		}
		// Whoever asks for a copy of what is kept of them sees that too.
		if _, body := e.as(t, e.token("anna"), http.MethodGet, "/api/workshops/{w}/me/data", ""); !strings.Contains(body, `"usedAt": "`+clock.now().UTC().Format(time.DateOnly)) {
			t.Errorf("the copy lacks the last use: %s", body)
		}
		clock.pass(2 * time.Hour)
		for token, want := range map[string]string{browser: "session-expired", e.token("bea"): "session-expired", e.token("anna"): "", e.token("facilitator"): "", e.token("projector"): ""} {
			if got := ask(t, e, token); got != want {
				t.Errorf("after the limit: %q, want %q", got, want)
			}
		}
		if !slices.Equal(*refused, []string{"idle", "idle"}) {
			t.Errorf("counted %v", *refused)
		}
		clock.pass(-3 * time.Hour) // a clock that was wrong and is set right
		if got := ask(t, e, browser); got != "" {
			t.Errorf("with the clock set right: %s", got)
		}
		e.play(t, scenario{actor: "anna", method: "GET", path: "/api/session", status: 200})
	})
	t.Run("Lifetime", func(t *testing.T) {
		e, clock, refused := newTimedEdge(t)
		inUse, resting := e.token("anna"), e.token("bea")
		for clock.by < auth.DefaultLifetime-24*time.Hour {
			clock.pass(24 * time.Hour)
			_ = ask(t, e, inUse)
			_ = ask(t, e, resting)
		}
		for range 95 { // a day of workshop and the next, half an hour by half an hour
			clock.pass(30 * time.Minute)
			if got := ask(t, e, inUse); got != "" {
				t.Fatalf("cut off at work, %v after the limit: %s", clock.by-auth.DefaultLifetime, got)
			}
		}
		if got := ask(t, e, resting); got != "session-expired" {
			t.Errorf("a session that rested is over its lifetime: %q", got)
		}
		clock.pass(time.Hour)
		if got := ask(t, e, inUse); got != "session-expired" {
			t.Errorf("a day later in any case: %q", got)
		}
		if !slices.Equal(*refused, []string{"lifetime", "lifetime"}) {
			t.Errorf("counted %v", *refused)
		}
	})
	t.Run("OfAnOlderRelease", func(t *testing.T) {
		e, clock, _ := newTimedEdge(t)
		var old []store.Record
		err := e.store.List(t.Context(), "token/", func(r store.Record) error {
			r.Value = regexp.MustCompile(`,"usedAt":"[^"]+"`).ReplaceAll(r.Value, nil)
			old = append(old, r)
			return nil
		})
		for _, r := range old {
			_, putErr := e.store.Put(t.Context(), r.Key, r.Version, r.Value)
			err = errors.Join(err, putErr)
		}
		if err != nil {
			t.Fatal(err)
		}
		clock.pass(auth.DefaultIdle + 24*time.Hour)
		if got := ask(t, e, e.token("anna")); got != "" {
			t.Errorf("whose last use nobody knows: %q", got)
		}
		clock.pass(auth.DefaultIdle - time.Hour)
		if got := ask(t, e, e.token("anna")); got != "" {
			t.Errorf("used since the upgrade: %q", got)
		}
		clock.pass(3 * 24 * time.Hour)
		if got := ask(t, e, e.token("bea")); got != "session-expired" {
			t.Errorf("never used, past its lifetime: %q", got)
		}
	})
	t.Run("Words", func(t *testing.T) {
		e, clock, _ := newTimedEdge(t)
		clock.pass(auth.DefaultIdle + time.Minute)
		e.play(t, scenario{actor: "anna", method: "GET", path: "/api/workshops/{w}", status: 401, contains: []string{"Sesja tego urządzenia się skończyła"}})
		e.play(t, scenario{actor: "anna", method: "GET", path: "/api/workshops/{w}", lang: "en", status: 401, contains: []string{"This device's session has ended"}})
	})
	t.Run("Removed", func(t *testing.T) {
		e, clock, _ := newTimedEdge(t)
		keys := e.service.Secrets.(*auth.Keys)
		clock.pass(auth.DefaultIdle + 2*time.Hour)
		if ended, err := keys.Expire(context.Background()); err != nil || len(ended) != 0 {
			t.Errorf("removed at once: %v, %v", ended, err)
		}
		clock.pass(30 * 24 * time.Hour)
		if ended, err := keys.Expire(context.Background()); err != nil || len(ended) != 2 {
			t.Errorf("removed: %v, %v; want Anna's and Bea's", ended, err)
		}
		if got := ask(t, e, e.token("anna")); got != string(workshop.CodeUnauthenticated) {
			t.Errorf("then %q", got)
		}
		if left, err := keys.Sessions(context.Background(), e.created.Workshop.ID); err != nil || len(left) != 2 {
			t.Errorf("listed: %v, %v; want the two links", left, err)
		}
	})
}

// TestReturningAfterTheSessionEnded: with the join code a member is who they
// were, with all they wrote; without it, or put out, they are not.
func TestReturningAfterTheSessionEnded(t *testing.T) {
	e, clock, _ := newTimedEdge(t)
	clock.pass(auth.DefaultIdle + time.Minute)
	for name, tc := range map[string]struct {
		token, code string
		status      int
	}{
		"ErrNoToken":       {"", "{code}", 401},
		"ErrOtherWorkshop": {e.anna.Token, e.other.JoinCode, 401},
		"ErrNoCode":        {e.anna.Token, "ZZZZ-ZZZZ", 404},
		"ErrFacilitator":   {e.token("facilitator"), "{code}", 401},
	} {
		if status, body := e.as(t, tc.token, http.MethodPost, "/api/join/return", `{"code":"`+tc.code+`"}`); status != tc.status {
			t.Errorf("%s: %d %s", name, status, body)
		}
	}
	status, body := e.as(t, e.anna.Token, http.MethodPost, "/api/join/return", `{"code":"{code}"}`)
	if status != http.StatusCreated {
		t.Fatalf("%d %s", status, body)
	}
	back := decodeAs[joinedBody](t, body)
	if back.Participant.ID != e.anna.Participant.ID || len(back.Workshop.Participants) != 2 {
		t.Errorf("came back as %v among %d", back.Participant, len(back.Workshop.Participants))
	}
	if status, _ := e.as(t, back.Token, http.MethodGet, "/api/workshops/{w}", ""); status != http.StatusOK {
		t.Errorf("the new session gives %d", status)
	}
	if status, _ := e.as(t, e.anna.Token, http.MethodPost, "/api/join/return", `{"code":"{code}"}`); status != http.StatusUnauthorized {
		t.Errorf("the old session returns once more: %d", status)
	}
	e.play(t, scenario{actor: "facilitator", method: "DELETE", path: "/api/workshops/{w}/participants/{bea}", status: 200})
	if status, _ := e.as(t, e.bea.Token, http.MethodPost, "/api/join/return", `{"code":"{code}"}`); status != http.StatusUnauthorized {
		t.Errorf("who was put out returns: %d", status)
	}
}
