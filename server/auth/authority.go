package auth

import (
	"context"

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

// Session returns who a token stands for, or CodeUnauthenticated.
func (a *Authority) Session(ctx context.Context, token string) (workshop.Session, error) {
	return a.keys.Session(ctx, token)
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
