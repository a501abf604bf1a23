package httpapi

import (
	"cmp"
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/pathboard/pathboard/server/auth"
	"github.com/pathboard/pathboard/server/workshop"
)

// Options of the HTTP edge. Service, Authority, Guard, Boards, Images, Library, Socket,
// Plain, Poll, Ready, Lines, Rehearse, NewID and Logger are required.
type Options struct {
	Service   *workshop.Service
	Authority *auth.Authority
	Guard     *auth.Guard
	Boards    Boards
	Images    Images
	// ExportWait is how long one more file waits for others to be made; 0: 15 s.
	ExportWait time.Duration
	Library    Library
	// Web is the built web app; nil or without index.html: a plain page.
	Web fs.FS
	// Socket and Plain make the handlers of /ws and /y/{document}, which
	// accept requests for which the function holds.
	Socket func(allowOrigin func(*http.Request) bool) http.Handler
	Plain  func(allowOrigin func(*http.Request) bool, doc func(*http.Request) string) http.Handler
	// Poll carries the messages of sockets over plain requests, on /ws/poll.
	Poll  http.Handler
	Ready func(context.Context) []Check
	// Lines says how people are connected.
	Lines Lines
	// AdminToken, when set, is needed to create a workshop.
	AdminToken string
	// SignIn, when set, is needed to create a workshop, or else the admin token.
	SignIn *SignIn
	// Controller answers for personal data on this server.
	Controller Controller
	// Rehearse fills in the demonstration workshop.
	Rehearse Rehearse
	// PublicURL begins links; empty: the address of the request.
	PublicURL      string
	TrustedProxies []netip.Prefix
	NewID          func() string
	Logger         *slog.Logger
	// Observe is told of each answered request, by pattern and never by
	// address; nil: nobody is.
	Observe func(method, pattern string, status int, took time.Duration)
	// ObserveProblem is told of the code of each refusal, and of the limit of the
	// workshop that refused, if one did; nil: nobody is.
	ObserveProblem func(code, limit string)
	// Trace begins a span for each request; nil: none.
	Trace func(ctx context.Context, span string, facts ...any) (_ context.Context, end func(err error, facts ...any))
	// ObserveImage is told of each picture that was sent, by what became of it
	// and with the bytes it added; nil: nobody is.
	ObserveImage func(outcome string, size int)
}

type api struct {
	Options
	log         *slog.Logger
	web         *webApp
	description []byte
	self        http.Handler  // what New returns
	exports     chan struct{} // holds one for each file being made
}

// New returns the handler of the whole HTTP surface.
func New(o Options) (http.Handler, error) {
	a := &api{Options: o, log: o.Logger, exports: make(chan struct{}, maxExports)}
	a.ExportWait = cmp.Or(o.ExportWait, exportWait)
	var err error
	if a.web, err = loadWebApp(o.Web); err != nil {
		return nil, err
	}
	if a.description, err = describe(routes()); err != nil {
		return nil, err
	}
	a.self = a.router()
	return a.self, nil
}

func (a *api) router() *echo.Echo {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = a.fail
	e.Use(a.identify, a.secureHeaders, endChunked, a.recover, a.ownPages)
	for _, r := range routes() {
		methods := []string{r.method}
		if r.method == http.MethodGet { // RFC 9110, 9.1: both are there
			methods = append(methods, http.MethodHead)
		}
		e.Match(methods, echoPath(r.path), a.run(r), a.observe, limitBody(cmp.Or(r.most, maxBody)))
	}
	for _, p := range appPages {
		e.Match([]string{http.MethodGet, http.MethodHead}, p, a.page, a.observe)
	}
	e.RouteNotFound("/*", a.elsewhere, a.observe)
	e.GET("/ws", echo.WrapHandler(a.Socket(a.allowOrigin)))
	e.Match([]string{http.MethodGet, http.MethodPost, http.MethodDelete}, "/ws/poll", echo.WrapHandler(a.Poll))
	e.GET("/y/:document", echo.WrapHandler(a.Plain(a.allowOrigin, func(r *http.Request) string {
		return strings.TrimPrefix(r.URL.Path, "/y/")
	})))
	return e
}

func (a *api) openapi(c *call) error {
	return c.Blob(http.StatusOK, "application/json", a.description)
}

// echoPath turns /a/{b} into /a/:b.
func echoPath(p string) string {
	return strings.NewReplacer("{", ":", "}", "").Replace(p)
}

// elsewhere answers what no route does: files of the web app, wrong methods,
// and addresses that do not exist.
func (a *api) elsewhere(c echo.Context) error {
	asked := c.Request().URL.Path
	var allowed []string
	for _, r := range routes() {
		if matches(r.path, asked) {
			allowed = append(allowed, r.method)
		}
	}
	switch {
	case allowed != nil:
		c.Response().Header().Set("Allow", strings.Join(allowed, ", "))
		return workshop.Fail(codeBadMethod)
	case strings.HasPrefix(asked, "/api/"):
		return workshop.Fail(workshop.CodeNotFound)
	default:
		return a.file(c)
	}
}

// matches reports whether a path fits a pattern with {parameters}.
func matches(pattern, path string) bool {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return false
	}
	for i, part := range want {
		if part != got[i] && !strings.HasPrefix(part, "{") {
			return false
		}
	}
	return true
}
