package httpapi

import (
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

// Options of the HTTP edge. Service, Authority, Guard, Boards, Library, Socket,
// Plain, Ready, NewID and Logger are required.
type Options struct {
	Service   *workshop.Service
	Authority *auth.Authority
	Guard     *auth.Guard
	Boards    Boards
	Library   func(LibraryQuery) any
	// Web is the built web app; nil or without index.html: a plain page.
	Web fs.FS
	// Socket and Plain make the handlers of /ws and /y/{document}, which
	// accept requests for which the function holds.
	Socket func(allowOrigin func(*http.Request) bool) http.Handler
	Plain  func(allowOrigin func(*http.Request) bool, doc func(*http.Request) string) http.Handler
	Ready  func(context.Context) []Check
	// AdminToken, when set, is needed to create a workshop.
	AdminToken string
	// PublicURL begins links; empty: the address of the request.
	PublicURL      string
	TrustedProxies []netip.Prefix
	NewID          func() string
	Logger         *slog.Logger
	// Observe is told of each answered request, by pattern and never by
	// address; nil: nobody is.
	Observe func(method, pattern string, status int, took time.Duration)
}

type api struct {
	Options
	log         *slog.Logger
	web         *webApp
	description []byte
}

// New returns the handler of the whole HTTP surface.
func New(o Options) (http.Handler, error) {
	a := &api{Options: o, log: o.Logger}
	var err error
	if a.web, err = loadWebApp(o.Web); err != nil {
		return nil, err
	}
	if a.description, err = describe(routes()); err != nil {
		return nil, err
	}
	return a.router(), nil
}

func (a *api) router() *echo.Echo {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = a.fail
	e.Use(a.identify, a.secureHeaders, a.recover)
	api := e.Group("", a.observe, limitBody)
	for _, r := range routes() {
		api.Add(r.method, echoPath(r.path), a.run(r))
	}
	for _, p := range appPages {
		api.GET(p, a.page)
	}
	api.GET("/*", a.file)
	api.HEAD("/*", a.file)
	e.GET("/ws", echo.WrapHandler(a.Socket(a.allowOrigin)))
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
