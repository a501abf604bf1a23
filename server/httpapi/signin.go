package httpapi

import (
	"net/http"
	"net/url"
	"time"

	"github.com/pathboard/pathboard/server/auth"
	"github.com/pathboard/pathboard/server/signin"
	"github.com/pathboard/pathboard/server/workshop"
)

// SignIn is how facilitators sign in where the operator has set a provider.
type SignIn struct {
	Provider *signin.Provider
	Sessions *signin.Sessions
}

// signInRoutes are those of signing in. Without a provider they say so.
func signInRoutes() []route {
	refusals := []workshop.Code{workshop.CodeNotFound, workshop.CodeUnauthenticated, workshop.CodeForbidden, workshop.CodeSignInUnavailable}
	return []route{
		{method: http.MethodGet, path: "/api/signin", id: "signInState", summary: "Whether one can sign in here, who is signed in, and which workshops they created", public: true, status: 200, result: signInBody{}, handle: (*api).signInState},
		{method: http.MethodGet, path: "/api/signin/begin", id: "signInBegin", summary: "Leave for the sign-in provider", public: true, status: 303, problems: refusals, handle: (*api).signInBegin},
		{method: http.MethodGet, path: "/api/signin/callback", id: "signInFinish", summary: "Come back from the sign-in provider", public: true, status: 303, query: []string{"code", "state"}, problems: refusals, handle: (*api).signInFinish},
		{method: http.MethodDelete, path: "/api/signin", id: "signOut", summary: "Sign out", public: true, status: 204, problems: refusals, handle: (*api).signOut},
		{method: http.MethodPost, path: "/api/signin/workshops/{workshopId}/open", id: "openCreated", summary: "Open a workshop that one created, as a session of this browser", public: true, status: 201, result: facilitatorLinkBody{}, problems: refusals, audit: workshop.AuditLink, handle: (*api).openCreated},
	}
}

type signInBody struct {
	Enabled   bool          `json:"enabled"`
	Name      *string       `json:"name"`
	Workshops []createdLine `json:"workshops"`
}

type createdLine struct {
	ID        workshop.WorkshopID `json:"id"`
	Title     string              `json:"title"`
	City      string              `json:"city"`
	Status    workshop.Status     `json:"status"`
	CreatedAt time.Time           `json:"createdAt"`
}

// Names of the cookies; over TLS they begin with __Host-, which ties them to
// this host alone.
const (
	signInCookie  = "pathboard-signin"
	attemptCookie = "pathboard-signin-state"
	hostPrefix    = "__Host-"
)

func (a *api) setCookie(c *call, name, value string, life time.Duration) {
	cookie := &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: int(life / time.Second), HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
	if a.secure(c.Request()) {
		cookie.Name, cookie.Secure = hostPrefix+name, true
	}
	if value == "" {
		cookie.MaxAge = -1
	}
	c.SetCookie(cookie)
}

func (a *api) cookie(c *call, name string) string {
	if a.secure(c.Request()) {
		name = hostPrefix + name
	}
	cookie, err := c.Cookie(name)
	if err != nil {
		return ""
	}
	return cookie.Value
}

// signedIn returns who the cookie says is here, or CodeUnauthenticated. That a
// request which changes something comes from a page of ours, ownPages sees to.
func (a *api) signedIn(c *call) (signin.Person, error) {
	if a.SignIn == nil {
		return signin.Person{}, workshop.Fail(workshop.CodeUnauthenticated)
	}
	return a.SignIn.Sessions.Person(c.ctx, a.cookie(c, signInCookie))
}

func (a *api) signInState(c *call) error {
	body := signInBody{Enabled: a.SignIn != nil, Workshops: []createdLine{}}
	p, err := a.signedIn(c)
	if workshop.CodeOf(err) == workshop.CodeUnauthenticated {
		return c.answer(http.StatusOK, body)
	}
	if err != nil {
		return err
	}
	body.Name = &p.Name
	ids, err := a.SignIn.Sessions.Workshops(c.ctx, p)
	if err != nil {
		return err
	}
	for _, id := range ids {
		w, err := a.Service.Repository.Load(c.ctx, id)
		if workshop.CodeOf(err) == workshop.CodeNotFound {
			if err := a.SignIn.Sessions.Forget(c.ctx, p, id); err != nil {
				return err
			}
			continue
		}
		if err != nil {
			return err
		}
		body.Workshops = append(body.Workshops, createdLine{ID: w.ID, Title: w.Title, City: w.City, Status: w.Status, CreatedAt: w.CreatedAt})
	}
	return c.answer(http.StatusOK, body)
}

func (a *api) signInBegin(c *call) error {
	if a.SignIn == nil {
		return workshop.Fail(workshop.CodeNotFound)
	}
	address, attempt, err := a.SignIn.Provider.Begin(c.ctx, a.baseURL(c.Request())+"/api/signin/callback", a.Service.Now())
	if err != nil {
		return err
	}
	if err := a.SignIn.Sessions.Remember(c.ctx, attempt); err != nil {
		return err
	}
	a.setCookie(c, attemptCookie, attempt.State, 10*time.Minute)
	return c.Redirect(http.StatusSeeOther, address)
}

// signInFinish ends where a workshop is created; what went wrong is said there.
func (a *api) signInFinish(c *call) error {
	if a.SignIn == nil {
		return workshop.Fail(workshop.CodeNotFound)
	}
	token, err := a.finishSignIn(c)
	a.setCookie(c, attemptCookie, "", 0)
	if code := workshop.CodeOf(err); code == workshop.CodeUnauthenticated || code == workshop.CodeForbidden {
		a.log.Warn("sign-in refused", "request", requestID(c), "code", string(code), "error", err.Error())
		return c.Redirect(http.StatusSeeOther, "/create#signin="+url.QueryEscape(string(code)))
	}
	if err != nil {
		return err
	}
	a.setCookie(c, signInCookie, token, signin.Lifetime)
	return c.Redirect(http.StatusSeeOther, "/create")
}

func (a *api) finishSignIn(c *call) (string, error) {
	state := c.QueryParam("state")
	if state == "" || !auth.SameSecret(state, a.cookie(c, attemptCookie)) {
		return "", workshop.Fail(workshop.CodeUnauthenticated) // not the browser that began
	}
	attempt, err := a.SignIn.Sessions.Recall(c.ctx, state)
	if err != nil {
		return "", err
	}
	identity, err := a.SignIn.Provider.Finish(c.ctx, c.QueryParam("code"), attempt)
	if err != nil {
		return "", err
	}
	return a.SignIn.Sessions.Start(c.ctx, identity)
}

func (a *api) signOut(c *call) error {
	if _, err := a.signedIn(c); err != nil {
		return err
	}
	if err := a.SignIn.Sessions.End(c.ctx, a.cookie(c, signInCookie)); err != nil {
		return err
	}
	a.setCookie(c, signInCookie, "", 0)
	return c.NoContent(http.StatusNoContent)
}

// openCreated lets somebody who created a workshop lead it in this browser. What
// cannot be undone needs a sign-in of the last minutes: signing in again is a
// confirmation.
func (a *api) openCreated(c *call) error {
	p, err := a.signedIn(c)
	if err != nil {
		return err
	}
	ids, err := a.SignIn.Sessions.Workshops(c.ctx, p)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if string(id) != c.Param("workshopId") {
			continue
		}
		w, err := a.Service.Repository.Load(c.ctx, id)
		if err != nil {
			return err
		}
		if len(w.Facilitators) == 0 {
			return workshop.Fail(workshop.CodeNotFound)
		}
		lead := w.Facilitators[0].ID
		session := workshop.Session{Workshop: w.ID, Role: workshop.Facilitator, Facilitator: lead}
		token, err := a.Authority.OpenFor(c.ctx, session, deviceName(c.Request()), p.At)
		if err != nil {
			return err
		}
		c.workshop, c.session.Role, c.session.Facilitator = w, workshop.Facilitator, lead
		return c.answer(http.StatusCreated, facilitatorLinkBody{FacilitatorID: lead, Link: facilitatorLink(a.baseURL(c.Request()), token)})
	}
	return workshop.Fail(workshop.CodeNotFound)
}

// mayCreate reports whether the caller may create a workshop: with the admin
// token, or signed in, where the operator asks for either. It returns who is
// signed in; nobody where that is not needed.
func (a *api) mayCreate(c *call) (signin.Person, error) {
	token := bearer(c.Request())
	if a.AdminToken != "" && token != "" && auth.SameSecret(token, a.AdminToken) {
		return signin.Person{}, nil
	}
	if a.SignIn != nil {
		return a.signedIn(c)
	}
	if a.AdminToken != "" {
		return signin.Person{}, workshop.Fail(workshop.CodeUnauthenticated)
	}
	return signin.Person{}, nil
}
