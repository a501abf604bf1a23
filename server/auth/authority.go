package auth

import (
	"context"
	"time"

	"github.com/pathboard/pathboard/server/workshop"
)

// Target is what somebody wants to act on: a workshop, and for boards one of
// its groups.
type Target struct {
	Workshop workshop.WorkshopID
	Group    workshop.GroupID
}

// Loader returns a workshop as it is now.
type Loader interface {
	Load(ctx context.Context, id workshop.WorkshopID) (*workshop.Workshop, error)
}

// Authority is the one authoriser of the program.
type Authority struct {
	keys      *Keys
	workshops Loader
}

// NewAuthority returns an authority over the workshops.
func NewAuthority(keys *Keys, workshops Loader) *Authority {
	return &Authority{keys: keys, workshops: workshops}
}

// Session returns who a token stands for, CodeUnauthenticated, or
// CodeSessionExpired.
func (a *Authority) Session(ctx context.Context, token string) (workshop.Session, error) {
	return a.keys.Session(ctx, token)
}

// Ended returns who a token stands for, also when its session is over a limit.
func (a *Authority) Ended(ctx context.Context, token string) (workshop.Session, error) {
	return a.keys.Ended(ctx, token)
}

// Open exchanges a facilitator's link for a session of one browser.
func (a *Authority) Open(ctx context.Context, link, device string) (string, error) {
	return a.keys.Open(ctx, link, device)
}

// OpenFor does the same for a facilitator who proved who they are in another
// way, at the time confirmed.
func (a *Authority) OpenFor(ctx context.Context, s workshop.Session, device string, confirmed time.Time) (string, error) {
	return a.keys.IssueOpened(ctx, s, device, confirmed)
}

// Confirm notes that the session's bearer showed the facilitator's secret, or
// fails with CodeUnknownCode.
func (a *Authority) Confirm(ctx context.Context, token, secret string) error {
	return a.keys.Confirm(ctx, token, secret)
}

// Can reports whether the session may do the action on the target. It returns
// the workshop by which it judged, or a domain error: CodeForbidden also for
// workshops that are not the session's own, whether they exist or not.
func (a *Authority) Can(ctx context.Context, s workshop.Session, action workshop.Action, t Target) (*workshop.Workshop, error) {
	if s.Workshop == "" {
		return nil, workshop.Fail(workshop.CodeUnauthenticated)
	}
	if s.Workshop != t.Workshop {
		return nil, workshop.Fail(workshop.CodeForbidden)
	}
	w, err := a.workshops.Load(ctx, t.Workshop)
	if workshop.CodeOf(err) == workshop.CodeNotFound {
		return nil, workshop.Fail(workshop.CodeUnauthenticated)
	}
	if err != nil {
		return nil, err
	}
	if err := w.Can(s, action, t.Group); err != nil {
		return nil, err
	}
	return w, nil
}
