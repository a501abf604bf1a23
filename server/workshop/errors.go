package workshop

import (
	"errors"
	"strings"
)

// Code names what went wrong. Codes are stable: clients and catalogues of
// messages depend on them.
type Code string

// What can go wrong in the domain.
const (
	CodeInvalidInput      Code = "invalid-input"
	CodeUnknownCode       Code = "unknown-code"
	CodeCodeExpired       Code = "code-expired"
	CodeTooManyTries      Code = "too-many-tries"
	CodeGroupFull         Code = "group-full"
	CodeWorkshopFull      Code = "workshop-full"
	CodeWorkshopClosed    Code = "workshop-closed"
	CodeUnknownGroup      Code = "unknown-group"
	CodeUnknownArea       Code = "unknown-area"
	CodeUnknownPhase      Code = "unknown-phase"
	CodePollOpen          Code = "poll-open"
	CodePollClosed        Code = "poll-closed"
	CodeOverBudget        Code = "over-budget"
	CodeWritingOn         Code = "writing-on"
	CodeWritingOver       Code = "writing-over"
	CodeUnauthenticated   Code = "unauthenticated"
	CodeForbidden         Code = "forbidden"
	CodeNotFound          Code = "not-found"
	CodeVersionConflict   Code = "version-conflict"
	CodePrecondition      Code = "precondition-required"
	CodeStoreUnavailable  Code = "store-unavailable"
	CodeUnsupportedFormat Code = "unsupported-format"
	CodeBoardNotEmpty     Code = "board-not-empty"
	CodeImageUnreadable   Code = "image-unreadable"
	CodeImagesFull        Code = "images-full"
	CodeOutcomeClosed     Code = "outcome-closed"
	CodeBoardOpen         Code = "board-open"
	CodeSignInUnavailable Code = "sign-in-unavailable"
	CodeScreenMoved       Code = "screen-moved"
	CodeFollowClosed      Code = "follow-up-closed"
	CodePastUnknown       Code = "past-unknown"
	CodeLibraryFull       Code = "library-full"
	CodeExportsBusy       Code = "exports-busy"
	CodeSessionExpired    Code = "session-expired"
	CodeConfirmFirst      Code = "confirmation-needed"
	CodeWrongSecret       Code = "wrong-secret"
)

// FieldCode names what is wrong with one field of an input.
type FieldCode string

// What can be wrong with a field.
const (
	FieldRequired   FieldCode = "required"
	FieldTooLong    FieldCode = "too-long"
	FieldCharacters FieldCode = "bad-characters"
	FieldChoice     FieldCode = "bad-choice"
	FieldRange      FieldCode = "out-of-range"
	FieldTooMany    FieldCode = "too-many"
	FieldDuplicate  FieldCode = "duplicate"
	FieldInUse      FieldCode = "in-use"
	FieldUnreadable FieldCode = "unreadable"
	FieldMismatch   FieldCode = "mismatch"
	FieldAddress    FieldCode = "bad-address"
	FieldDate       FieldCode = "bad-date"
	FieldFile       FieldCode = "bad-file"
	FieldBoard      FieldCode = "bad-board"
	// FieldUnknown is a field that the command does not have, FieldElsewhere one
	// that other commands have.
	FieldUnknown   FieldCode = "unknown-field"
	FieldElsewhere FieldCode = "field-elsewhere"
)

// Params are the numbers and words a message about an error needs.
type Params map[string]any

// FieldError says what is wrong with one field.
type FieldError struct {
	Field  string
	Code   FieldCode
	Params Params
}

// Error is the only error the domain reports to people: a code, and where it
// helps the fields and the values concerned. The words come from the
// catalogues. Every other error is a fault whose text stays inside.
type Error struct {
	Code   Code
	Params Params
	Fields []FieldError
	// Limit is the one of Limits that refused, by its name; "" for other reasons.
	Limit string
}

// Error returns the code and the fields for logs, without anybody's input.
func (e *Error) Error() string {
	if len(e.Fields) == 0 {
		return string(e.Code)
	}
	parts := make([]string, len(e.Fields))
	for i, f := range e.Fields {
		parts[i] = f.Field + " " + string(f.Code)
	}
	return string(e.Code) + ": " + strings.Join(parts, ", ")
}

// Is matches another *Error of the same code, so that errors.Is works with
// Fail(code).
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// Fail returns an error of the code.
func Fail(code Code) *Error { return &Error{Code: code} }

// CodeOf returns the code of a domain error in err's chain, or "".
func CodeOf(err error) Code {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return ""
}

// problems gathers everything wrong with an input, so that a person hears all
// of it at once.
type problems struct {
	fields []FieldError
	limit  string
}

func (p *problems) add(field string, code FieldCode, params Params) {
	p.fields = append(p.fields, FieldError{Field: field, Code: code, Params: params})
}

func (p *problems) err() error {
	if len(p.fields) == 0 {
		return nil
	}
	return &Error{Code: CodeInvalidInput, Fields: p.fields, Limit: p.limit}
}
