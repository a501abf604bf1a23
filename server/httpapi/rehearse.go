package httpapi

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"

	"github.com/pathboard/pathboard/server/workshop"
)

// Rehearsal is a filled-in workshop to try things out on.
type Rehearsal struct {
	Workshop workshop.WorkshopID
	// Facilitator, Projector and Join are links, the first two with secrets in
	// their fragments.
	Facilitator, Projector, Join string
	Recovery                     string
}

// Rehearse fills in a workshop by this very interface, which client speaks to
// whatever the host is. The language is one we speak.
type Rehearse func(ctx context.Context, client *http.Client, l workshop.Language) (Rehearsal, error)

type rehearseBody struct {
	Language workshop.Language `json:"language,omitempty"`
}

// rehearseRoutes are those by which a day is tried out.
func rehearseRoutes() []route {
	return []route{
		{method: http.MethodPost, path: "/api/demo", id: "rehearse", summary: "Fill in the demonstration workshop, to rehearse a day with; who may create a workshop may do so", public: true, body: rehearseBody{}, status: 201, result: createdBody{}, problems: []workshop.Code{workshop.CodeUnauthenticated, workshop.CodeForbidden}, handle: (*api).rehearse},
	}
}

func (a *api) rehearse(c *call) error {
	if _, err := a.mayCreate(c); err != nil {
		return err
	}
	var body rehearseBody
	if err := c.decode(&body); err != nil {
		return err
	}
	if body.Language == "" {
		body.Language = c.lang
	}
	if !body.Language.Valid() {
		return &workshop.Error{Code: workshop.CodeInvalidInput, Fields: []workshop.FieldError{{Field: "language", Code: workshop.FieldChoice}}}
	}
	made, err := a.Rehearse(c.ctx, &http.Client{Transport: inside{a.self, c.Request()}}, body.Language)
	if err != nil {
		return err
	}
	w, err := a.Service.Repository.Load(c.ctx, made.Workshop)
	if err != nil {
		return err
	}
	_, facilitator, _ := strings.Cut(made.Facilitator, "#")
	_, projector, _ := strings.Cut(made.Projector, "#")
	return c.answerWorkshop(http.StatusCreated, w, createdBody{
		Workshop: w.View(workshop.Facilitator), Version: w.Version, JoinCode: w.JoinCode,
		Tokens: tokensBody{Facilitator: facilitator, Projector: projector}, RecoveryCode: made.Recovery,
		Links: linksBody{Join: made.Join, Facilitator: made.Facilitator, Projector: made.Projector},
	})
}

// inside carries requests to the handler itself, as if whoever sent the request
// had sent them too: links begin the same, and who may create may create.
type inside struct {
	handler http.Handler
	from    *http.Request
}

// RoundTrip implements http.RoundTripper.
func (t inside) RoundTrip(r *http.Request) (*http.Response, error) {
	in := r.Clone(r.Context())
	in.Host, in.RemoteAddr, in.TLS, in.RequestURI = t.from.Host, t.from.RemoteAddr, t.from.TLS, r.URL.RequestURI()
	for name, values := range t.from.Header {
		if name != "Content-Length" && name != "Content-Type" && in.Header[name] == nil {
			in.Header[name] = values
		}
	}
	if in.Body == nil {
		in.Body = http.NoBody
	}
	w := &written{header: http.Header{}, status: http.StatusOK}
	t.handler.ServeHTTP(w, in)
	return &http.Response{
		Status: http.StatusText(w.status), StatusCode: w.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.header, Body: io.NopCloser(&w.body), ContentLength: int64(w.body.Len()), Request: r,
	}, nil
}

// written is an answer that is kept.
type written struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (w *written) Header() http.Header         { return w.header }
func (w *written) WriteHeader(status int)      { w.status = status }
func (w *written) Write(p []byte) (int, error) { return w.body.Write(p) }
