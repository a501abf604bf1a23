package httpapi

import (
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/pathboard/pathboard/server/workshop"
)

const requestIDKey = "pathboard.request"

// identify gives each request a number that its problem and its log line share.
func (a *api) identify(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		id := a.NewID()
		c.Set(requestIDKey, id)
		c.Response().Header().Set("X-Request-Id", id)
		return next(c)
	}
}

func requestID(c echo.Context) string {
	id, _ := c.Get(requestIDKey).(string)
	return id
}

// secureHeaders lets the page load from here only, run nothing inline and be
// framed by nobody; see docs on security. Svelte makes its templates through
// the one trusted-types policy named here, the service worker through the
// other.
func (a *api) secureHeaders(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r, h := c.Request(), c.Response().Header()
		connect := "'self'"
		if validHost(r.Host) {
			// Older browsers do not count ws: of the same host as 'self'.
			connect += " ws://" + r.Host + " wss://" + r.Host
		}
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "+
			"font-src 'self'; connect-src "+connect+"; manifest-src 'self'; worker-src 'self'; frame-ancestors 'none'; "+
			"base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'; trusted-types svelte-trusted-html pathboard-worker")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(self), microphone=(), geolocation=(), payment=(), usb=()")
		if a.secure(r) {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		return next(c)
	}
}

// recover turns a panic of a handler into an internal problem and a log line.
func (a *api) recover(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			if r := recover(); r != nil {
				if r == http.ErrAbortHandler {
					panic(r)
				}
				a.log.Error("handler panicked", "request", requestID(c), "route", c.Path(), "panic", fmt.Sprint(r), "stack", string(debug.Stack()))
				err = fmt.Errorf("handler panicked")
			}
		}()
		return next(c)
	}
}

// observe writes the access log: the pattern of the route, never the address
// with its ids and query, and nothing of the body.
func (a *api) observe(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		began := time.Now()
		end := a.trace(c)
		err := next(c)
		if err != nil {
			c.Error(err)
		}
		took, status := time.Since(began), c.Response().Status
		end(status)
		a.log.Debug("request", "request", requestID(c), "method", c.Request().Method, "route", c.Path(), "status", status, "ms", took.Milliseconds())
		if a.Observe != nil {
			a.Observe(c.Request().Method, c.Path(), status, took)
		}
		return nil
	}
}

// trace begins the request's span, named by the pattern of the route; end takes
// the status.
func (a *api) trace(c echo.Context) (end func(status int)) {
	if a.Trace == nil {
		return func(int) {}
	}
	r := c.Request()
	ctx, done := a.Trace(r.Context(), r.Method+" "+c.Path(), "http.request.method", r.Method, "http.route", c.Path())
	c.SetRequest(r.WithContext(ctx))
	return func(status int) {
		var err error
		if status >= http.StatusInternalServerError {
			err = errServer
		}
		done(err, "http.response.status_code", status, "pathboard.request", requestID(c))
	}
}

var errServer = errors.New("the server failed")

// ownPages refuses what a page of somebody else's would change through a visitor's
// browser: it needs no secret to make workshops where they are open to all, to try
// codes from many addresses, or to ride on a sign-in of the same domain. Programs
// send no Origin.
func (a *api) ownPages(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		switch r := c.Request(); r.Method {
		case http.MethodGet, http.MethodHead, http.MethodOptions:
		default:
			if !a.allowOrigin(r) {
				return workshop.Fail(workshop.CodeForbidden)
			}
		}
		return next(c)
	}
}

// endChunked closes the connection after a request whose body came in chunks. Of
// one that announced a length as well only the chunks were read, and what follows
// may be what somebody hid from a proxy (RFC 9112, 6.3). Browsers send no chunks.
func endChunked(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if len(c.Request().TransferEncoding) > 0 {
			c.Response().Header().Set("Connection", "close")
		}
		return next(c)
	}
}

// limitBody refuses bodies of more bytes, early when the length is announced.
func limitBody(most int64) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			r := c.Request()
			if r.ContentLength > most {
				return tooLarge()
			}
			r.Body = http.MaxBytesReader(c.Response(), r.Body, most)
			return next(c)
		}
	}
}
