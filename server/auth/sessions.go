package auth

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/pathboard/pathboard/server/persist"
	"github.com/pathboard/pathboard/server/workshop"
)

// Defaults of Limits.
const (
	DefaultIdle     = 14 * 24 * time.Hour
	DefaultLifetime = 30 * 24 * time.Hour
	// DefaultConfirmFor is how long a browser that showed the facilitator's
	// secret is believed to be in its hands.
	DefaultConfirmFor = 15 * time.Minute
)

// Over its lifetime a session goes on for as long as it is in use, at most
// overtime, and ends once it has rested: nobody is cut off in a sentence or in
// the middle of a day.
const (
	overtime = 24 * time.Hour
	rest     = time.Hour
	// keepEnded is how long its member may return to an ended session with a join
	// code, which lives as long.
	keepEnded = 30 * 24 * time.Hour
)

// Limits of sessions: those of members, and those that a facilitator's link
// opened in a browser. Links are no sessions: they hold until they are replaced
// or their workshop ends.
type Limits struct {
	// Idle is how long a session holds without use; an open page is use.
	Idle time.Duration
	// Lifetime is how long it holds in all.
	Lifetime time.Duration
	// ConfirmFor is how long showing the secret allows what cannot be undone.
	ConfirmFor time.Duration
	// Refused is told of each refusal by a limit, "idle" or "lifetime"; nil:
	// nobody is.
	Refused func(limit string)
}

func (l Limits) withDefaults() Limits {
	l.Idle, l.Lifetime = cmp.Or(l.Idle, DefaultIdle), cmp.Or(l.Lifetime, DefaultLifetime)
	l.ConfirmFor = cmp.Or(l.ConfirmFor, DefaultConfirmFor)
	if l.Refused == nil {
		l.Refused = func(string) {}
	}
	return l
}

// over names the limit that the token is over now; "": none. Overtime counts
// from the last use, which is known to within persist.UsedEvery.
func (l Limits) over(t persist.Token, now time.Time) string {
	if t.Role != workshop.Member && !t.Opened {
		return ""
	}
	// Where the last use is not known it may have been just now: nobody is idle
	// because an older release wrote nothing down.
	var idle time.Duration
	if !t.UsedAt.IsZero() {
		idle = now.Sub(t.UsedAt)
	}
	age := now.Sub(t.IssuedAt)
	switch {
	case idle > l.Idle:
		return "idle"
	case age > l.Lifetime+overtime, age > l.Lifetime && idle > rest:
		return "lifetime"
	default:
		return ""
	}
}

// confirmed reports whether the bearer showed the facilitator's secret itself:
// with this request, or lately.
func (l Limits) confirmed(t persist.Token, now time.Time) bool {
	return t.Role == workshop.Facilitator && (!t.Opened || now.Sub(t.ConfirmedAt) <= l.ConfirmFor)
}

// Session returns who a token stands for, CodeUnauthenticated, or
// CodeSessionExpired when it is over a limit. Nothing is removed here: a clock
// that went wrong for an hour ends nothing for good.
func (k *Keys) Session(ctx context.Context, token string) (workshop.Session, error) {
	t, err := k.token(ctx, token)
	if err != nil {
		return workshop.Session{}, err
	}
	now := k.now()
	if limit := k.limits.over(t, now); limit != "" {
		k.limits.Refused(limit)
		return workshop.Session{}, workshop.Fail(workshop.CodeSessionExpired)
	}
	k.use(ctx, t, now)
	s := t.Session
	s.Confirmed = k.limits.confirmed(t, now)
	return s, nil
}

func (k *Keys) token(ctx context.Context, token string) (persist.Token, error) {
	if token == "" || len(token) > 256 {
		return persist.Token{}, workshop.Fail(workshop.CodeUnauthenticated)
	}
	return k.secrets.Token(ctx, hashSecret(token))
}

// use renews what is in use. A store that cannot note it now is asked again at
// the next use: nobody is turned away for that.
func (k *Keys) use(ctx context.Context, t persist.Token, now time.Time) {
	if t.Role != workshop.Member && !t.Opened {
		return
	}
	// A hall that joined in one minute does not write in one minute too.
	every := persist.UsedEvery/2 + time.Duration(t.Spread())*persist.UsedEvery/512
	every = min(every, k.limits.Idle/4)
	if now.Sub(t.UsedAt) >= every {
		_ = k.secrets.Used(ctx, t, now)
	}
}

// Open returns the token of a session of this browser, for who presents a
// facilitator's link; CodeForbidden for any other token.
func (k *Keys) Open(ctx context.Context, link, device string) (string, error) {
	t, err := k.token(ctx, link)
	if err != nil {
		return "", err
	}
	if t.Opened || t.Role != workshop.Facilitator {
		return "", workshop.Fail(workshop.CodeForbidden)
	}
	return k.IssueOpened(ctx, t.Session, device, k.now())
}

// IssueOpened returns the token of a session of one browser, whose bearer proved
// to be the facilitator at the time confirmed.
func (k *Keys) IssueOpened(ctx context.Context, s workshop.Session, device string, confirmed time.Time) (string, error) {
	token, err := newToken()
	if err != nil {
		return "", err
	}
	return token, k.secrets.PutOpened(ctx, hashSecret(token), s, device, k.now(), confirmed)
}

// Confirm notes that the bearer of the token showed the secret of the
// facilitator it belongs to: the link, or the recovery code. CodeUnknownCode:
// it is neither.
func (k *Keys) Confirm(ctx context.Context, token, secret string) error {
	t, err := k.token(ctx, token)
	if err != nil {
		return err
	}
	if err := k.proves(ctx, t.Session, strings.TrimSpace(secret)); err != nil {
		return err
	}
	return k.secrets.Confirmed(ctx, t, k.now())
}

func (k *Keys) proves(ctx context.Context, s workshop.Session, secret string) error {
	if _, after, link := strings.Cut(secret, "#"); link {
		secret = after
	}
	id, lead, err := k.ResolveRecovery(ctx, secret)
	if err == nil && id == s.Workshop && lead == s.Facilitator {
		return nil
	}
	if err != nil && workshop.CodeOf(err) != workshop.CodeUnknownCode {
		return err
	}
	t, err := k.token(ctx, secret)
	if err == nil && !t.Opened && t.Session == s {
		return nil
	}
	if err != nil && workshop.CodeOf(err) != workshop.CodeUnauthenticated {
		return err
	}
	return workshop.Fail(workshop.CodeUnknownCode)
}

// Ended returns who a token stands for, whether or not it is over a limit: with
// a code that opens the workshop a member may return as who they were.
func (k *Keys) Ended(ctx context.Context, token string) (workshop.Session, error) {
	t, err := k.token(ctx, token)
	return t.Session, err
}

// Expire removes the sessions that are over a limit by keepEnded, and returns
// which.
func (k *Keys) Expire(ctx context.Context) ([]workshop.SessionID, error) {
	then := k.now().Add(-keepEnded)
	return k.secrets.Expire(ctx, func(t persist.Token) bool { return k.limits.over(t, then) != "" })
}
