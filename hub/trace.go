package hub

import (
	"context"
	"strings"

	"github.com/pathboard/pathboard/hub/store"
)

// Tracer begins a span below that of the context; end says that it is over and
// whether it failed. facts are names and values (string or int) in turn; none
// names a document or a person.
type Tracer = func(ctx context.Context, span string, facts ...any) (_ context.Context, end func(err error, facts ...any))

func noTrace(ctx context.Context, _ string, _ ...any) (context.Context, func(error, ...any)) {
	return ctx, func(error, ...any) {}
}

// kindOf is the part of a document's name that says what it is.
func kindOf(doc store.DocName) string {
	kind, _, _ := strings.Cut(string(doc), ".")
	if len(kind) > 16 {
		return "other"
	}
	return kind
}
