package httpapi

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/pathboard/pathboard/server/auth"
	"github.com/pathboard/pathboard/server/i18n"
	"github.com/pathboard/pathboard/server/workshop"
)

const (
	// maxBody is the largest request body: a filled board is far below.
	maxBody = 1 << 20
	// maxBoard is the largest board as JSON, alone or in its archive.
	maxBoard = 4 << 20
	// maxArchive is that of a board with its pictures, 80 of up to 256 KB.
	maxArchive = 24 << 20
	// patience is how long a request may wait for the store.
	patience = 20 * time.Second
)

// call is one request to a route, with what the table of routes had checked
// before the handler runs.
type call struct {
	echo.Context
	ctx     context.Context
	lang    workshop.Language
	session workshop.Session
	// workshop by which the action was allowed; nil on routes outside one.
	workshop *workshop.Workshop
	// expect is the version in If-Match; 0 when none was given.
	expect uint64
	// audit, target and detail are what the audit log is told beyond the route.
	audit          workshop.AuditAction
	target, detail string
}

func (c *call) group() workshop.GroupID { return workshop.GroupID(c.Param("groupId")) }

// run wraps a route's handler in its checks.
func (a *api) run(r route) echo.HandlerFunc {
	return func(ec echo.Context) error {
		ctx, cancel := context.WithTimeout(ec.Request().Context(), cmp.Or(r.patience, patience))
		defer cancel()
		c := &call{Context: ec, ctx: ctx, lang: language(ec)}
		if err := a.admit(c, r); err != nil {
			return err
		}
		if err := r.handle(a, c); err != nil {
			return a.withCurrent(c, err)
		}
		a.record(c, r)
		return nil
	}
}

// admit finds out who calls and whether they may.
func (a *api) admit(c *call, r route) error {
	c.Response().Header().Set("Cache-Control", "no-store")
	var err error
	if !r.public {
		if c.session, err = a.Authority.Session(c.ctx, bearer(c.Request())); err != nil {
			return err
		}
	}
	if r.action != "" {
		target := auth.Target{Workshop: workshop.WorkshopID(c.Param("workshopId")), Group: c.group()}
		if c.workshop, err = a.Authority.Can(c.ctx, c.session, r.action, target); err != nil {
			return err
		}
	}
	if r.confirmed && !c.session.Confirmed {
		return workshop.Fail(workshop.CodeConfirmFirst)
	}
	if r.ifMatch != matchNone {
		if c.expect, err = ifMatch(c.Request(), r.ifMatch == matchRequired); err != nil {
			return err
		}
	}
	return nil
}

// stale is a change meant for an older version, with the workshop as it is now.
type stale struct {
	error
	current workshopBody
}

func (s *stale) Unwrap() error { return s.error }

// withCurrent adds to a conflict of versions what the caller needs to decide
// again, so that nobody has to ask for it while a whole hall comes in.
func (a *api) withCurrent(c *call, err error) error {
	e, ok := errors.AsType[*workshop.Error](err)
	if !ok || e.Code != workshop.CodeVersionConflict || c.workshop == nil {
		return err
	}
	// The right was checked for the older state: it is asked again for this one.
	w, again := a.Authority.Can(c.ctx, c.session, workshop.ViewWorkshop, auth.Target{Workshop: c.workshop.ID})
	if again != nil {
		return err
	}
	return &stale{err, workshopBody{Workshop: w.View(c.session.Role), Version: w.Version}}
}

// bearer returns the token of a request, or "".
func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// ifMatch reads the version a change is meant for; 0 for none or any.
func ifMatch(r *http.Request, required bool) (uint64, error) {
	tag := strings.TrimSpace(r.Header.Get("If-Match"))
	switch tag {
	case "":
		if required {
			return 0, workshop.Fail(workshop.CodePrecondition)
		}
		return 0, nil
	case "*":
		return 0, nil
	}
	version, err := strconv.ParseUint(strings.Trim(strings.TrimPrefix(tag, "W/"), `"`), 10, 64)
	if err != nil || version == 0 {
		return 0, workshop.Fail(workshop.CodeVersionConflict)
	}
	return version, nil
}

// decode reads the JSON body of a request into v. A PATCH with a field that v
// does not have is refused.
func (c *call) decode(v any) error {
	raw, err := io.ReadAll(c.Request().Body)
	if err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return err
		}
		return workshop.Fail(codeBadJSON)
	}
	if c.Request().Method == http.MethodPatch {
		if err := refuseUnknown(raw, v); err != nil {
			return err
		}
	}
	if err := json.Unmarshal(raw, v); err != nil {
		if e, ok := errors.AsType[*workshop.Error](err); ok {
			return e
		}
		return workshop.Fail(codeBadJSON)
	}
	return nil
}

// answer sends v as JSON.
func (c *call) answer(status int, v any) error { return c.JSON(status, v) }

// answerWorkshop sends a body about the workshop with its version as ETag.
func (c *call) answerWorkshop(status int, w *workshop.Workshop, body any) error {
	c.Response().Header().Set("ETag", `"`+strconv.FormatUint(w.Version, 10)+`"`)
	return c.answer(status, body)
}

func language(c echo.Context) workshop.Language {
	return i18n.Negotiate(c.Request().Header.Get("Accept-Language"))
}
