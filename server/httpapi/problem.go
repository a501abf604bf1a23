package httpapi

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/pathboard/pathboard/server/i18n"
	"github.com/pathboard/pathboard/server/workshop"
)

// Codes of problems that only the edge knows.
const (
	codeBadJSON   workshop.Code = "bad-json"
	codeTooLarge  workshop.Code = "too-large"
	codeBadMethod workshop.Code = "method-not-allowed"
	codeInternal  workshop.Code = "internal"
)

// statusOf is the one table from codes to HTTP.
var statusOf = map[workshop.Code]int{
	codeBadJSON:                    http.StatusBadRequest,
	workshop.CodeUnsupportedFormat: http.StatusBadRequest,
	workshop.CodeUnauthenticated:   http.StatusUnauthorized,
	workshop.CodeSessionExpired:    http.StatusUnauthorized,
	workshop.CodeForbidden:         http.StatusForbidden,
	workshop.CodeConfirmFirst:      http.StatusForbidden,
	workshop.CodeWrongSecret:       http.StatusUnprocessableEntity,
	workshop.CodeNotFound:          http.StatusNotFound,
	workshop.CodeUnknownCode:       http.StatusNotFound,
	workshop.CodeUnknownGroup:      http.StatusNotFound,
	workshop.CodeUnknownPhase:      http.StatusNotFound,
	workshop.CodePastUnknown:       http.StatusNotFound,
	codeBadMethod:                  http.StatusMethodNotAllowed,
	workshop.CodeGroupFull:         http.StatusConflict,
	workshop.CodeWorkshopFull:      http.StatusConflict,
	workshop.CodeWorkshopClosed:    http.StatusConflict,
	workshop.CodeBoardNotEmpty:     http.StatusConflict,
	workshop.CodeBoardOpen:         http.StatusConflict,
	workshop.CodeImagesFull:        http.StatusConflict,
	workshop.CodeLibraryFull:       http.StatusConflict,
	workshop.CodePollOpen:          http.StatusConflict,
	workshop.CodePollClosed:        http.StatusConflict,
	workshop.CodeWritingOn:         http.StatusConflict,
	workshop.CodeWritingOver:       http.StatusConflict,
	workshop.CodeOverBudget:        http.StatusUnprocessableEntity,
	workshop.CodeCodeExpired:       http.StatusGone,
	workshop.CodeOutcomeClosed:     http.StatusGone,
	workshop.CodeScreenMoved:       http.StatusConflict,
	workshop.CodeFollowClosed:      http.StatusGone,
	workshop.CodeVersionConflict:   http.StatusPreconditionFailed,
	codeTooLarge:                   http.StatusRequestEntityTooLarge,
	workshop.CodeInvalidInput:      http.StatusUnprocessableEntity,
	workshop.CodeUnknownArea:       http.StatusUnprocessableEntity,
	workshop.CodeImageUnreadable:   http.StatusUnprocessableEntity,
	workshop.CodePrecondition:      http.StatusPreconditionRequired,
	workshop.CodeTooManyTries:      http.StatusTooManyRequests,
	codeInternal:                   http.StatusInternalServerError,
	workshop.CodeStoreUnavailable:  http.StatusServiceUnavailable,
	workshop.CodeExportsBusy:       http.StatusServiceUnavailable,
	workshop.CodeSignInUnavailable: http.StatusServiceUnavailable,
}

// Problem is the body of every error (RFC 9457).
type Problem struct {
	Type      string         `json:"type"`
	Title     string         `json:"title"`
	Status    int            `json:"status"`
	Code      workshop.Code  `json:"code"`
	Detail    string         `json:"detail"`
	Errors    []FieldProblem `json:"errors,omitempty"`
	RequestID string         `json:"requestId,omitempty"`
	// Current is the workshop as it is now, where a change was meant for an
	// older version and its sender may see it.
	Current *workshopBody `json:"current,omitempty"`
}

// FieldProblem says what is wrong with one field of the request.
type FieldProblem struct {
	Field  string             `json:"field"`
	Code   workshop.FieldCode `json:"code"`
	Detail string             `json:"detail"`
}

// problemOf puts a domain error into words.
func problemOf(e *workshop.Error, l workshop.Language) Problem {
	status, ok := statusOf[e.Code]
	if !ok {
		status = http.StatusInternalServerError
	}
	p := Problem{
		Type: "urn:pathboard:problem:" + string(e.Code), Title: i18n.Title(l, e.Code), Status: status,
		Code: e.Code, Detail: i18n.Detail(l, e.Code, e.Params),
	}
	for _, f := range e.Fields {
		p.Errors = append(p.Errors, FieldProblem{Field: f.Field, Code: f.Code, Detail: i18n.Field(l, f.Code, f.Params)})
	}
	return p
}

// domainError returns the domain's word for err; what is no domain error is an
// internal one, whose text stays in the log.
func domainError(err error) *workshop.Error {
	if e, ok := errors.AsType[*workshop.Error](err); ok {
		return e
	}
	if he, ok := errors.AsType[*echo.HTTPError](err); ok {
		switch he.Code {
		case http.StatusNotFound:
			return workshop.Fail(workshop.CodeNotFound)
		case http.StatusMethodNotAllowed:
			return workshop.Fail(codeBadMethod)
		case http.StatusRequestEntityTooLarge:
			return tooLarge()
		}
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return tooLarge()
	}
	return workshop.Fail(codeInternal)
}

func tooLarge() *workshop.Error {
	return &workshop.Error{Code: codeTooLarge, Params: workshop.Params{"max": "1 MB"}}
}

// fail answers a request with a problem and logs what is a fault of ours.
func (a *api) fail(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	e := domainError(err)
	p := problemOf(e, language(c))
	p.RequestID = requestID(c)
	if a.ObserveProblem != nil {
		a.ObserveProblem(string(e.Code), e.Limit)
	}
	if p.Status >= http.StatusInternalServerError && c.Request().Context().Err() == nil {
		a.log.Error("request failed", "request", p.RequestID, "route", c.Path(), "code", string(e.Code), "error", err.Error())
	}
	if s, ok := errors.AsType[*stale](err); ok {
		p.Current = &s.current
	}
	h := c.Response().Header()
	switch p.Status {
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", `Bearer realm="pathboard"`)
	case http.StatusServiceUnavailable:
		h.Set("Retry-After", "2")
	case http.StatusTooManyRequests:
		if s, ok := e.Params["seconds"].(int); ok {
			h.Set("Retry-After", strconv.Itoa(s))
		}
	}
	body, err := json.Marshal(p)
	if err != nil {
		body = []byte(`{"code":"internal"}`)
	}
	h.Set("Cache-Control", "no-store")
	if err := c.Blob(p.Status, "application/problem+json", body); err != nil {
		a.log.Debug("problem not sent", "request", p.RequestID, "error", err.Error())
	}
}
