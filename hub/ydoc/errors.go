package ydoc

import (
	"errors"
	"fmt"
)

// Kinds of refusal. Every error about an update wraps one of them, so callers
// choose their answer with errors.Is and show the detail only in logs.
var (
	// ErrMalformed: the bytes are not an update, or contradict themselves.
	ErrMalformed = errors.New("malformed update")
	// ErrLimit: a well-formed update asks for more than Limits allow.
	ErrLimit = errors.New("limit exceeded")
	// ErrMissing: the update builds on structs this document does not have.
	// Answer with the document's state vector and let the peer send its diff.
	ErrMissing = errors.New("missing dependency")
	// ErrStale: the document changed between Plan and Commit.
	ErrStale = errors.New("stale plan")
)

// UpdateError says why an update was refused and where.
type UpdateError struct {
	// Kind is ErrMalformed, ErrLimit or ErrMissing.
	Kind error
	// Reason is a stable, short, lower-case phrase. It never holds document
	// content.
	Reason string
	// Offset is the byte at which decoding stopped, or -1 when the update was
	// read in full and refused for what it says.
	Offset int
}

func (e *UpdateError) Error() string {
	if e.Offset < 0 {
		return fmt.Sprintf("%v: %s", e.Kind, e.Reason)
	}
	return fmt.Sprintf("%v: %s at byte %d", e.Kind, e.Reason, e.Offset)
}

// Unwrap returns the kind.
func (e *UpdateError) Unwrap() error { return e.Kind }

func refuse(kind error, reason string) error {
	return &UpdateError{Kind: kind, Reason: reason, Offset: -1}
}
