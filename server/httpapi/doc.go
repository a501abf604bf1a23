// Package httpapi is the HTTP edge: routes, sessions, problems, the static web
// app and the doors to the sockets.
//
// It translates between HTTP and the domain and decides nothing itself:
// whether somebody may do something is asked of auth.Authority, before a
// handler runs, from the action named in the table of routes (routes.go). The
// same table makes the OpenAPI description. echo appears in this package only.
//
// The sockets (/ws and /y/) are mounted beside the API: no middleware that
// buffers, compresses or times out touches them.
package httpapi
