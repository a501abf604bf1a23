package backup

import (
	"context"
	"errors"
	"fmt"

	"github.com/pathboard/pathboard/hub"
	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/server/persist"
)

// summed is a store that keeps a checksum beside each value.
type summed interface {
	CheckSums(ctx context.Context, damaged func(what string)) error
}

// Check reads everything a store holds, as the server would, and reports all it
// finds damaged, not only the first. The store may be in use.
func Check(ctx context.Context, src Source) (Summary, error) {
	var total Summary
	var damage []error
	err := src.List(ctx, "", func(rec store.Record) error {
		total.Records++
		if rec.Key == persist.WorkshopKey(persist.Owner(rec)) {
			total.Workshops++
		}
		if err := persist.Verify(rec); err != nil {
			damage = append(damage, fmt.Errorf("record %s: %w", rec.Key, err))
		}
		return nil
	})
	if err != nil {
		return total, err
	}
	if sums, ok := src.(summed); ok {
		err := sums.CheckSums(ctx, func(what string) {
			damage = append(damage, fmt.Errorf("%s: not what was written", what))
		})
		if err != nil {
			return total, err
		}
	}
	err = src.Docs(ctx, func(doc store.DocName) error {
		total.Documents++
		l, err := src.Load(ctx, doc)
		if err == nil {
			_, err = hub.NewArchive(l)
		}
		if err != nil {
			damage = append(damage, fmt.Errorf("document %s: %w", doc, err))
		}
		return ctx.Err()
	})
	return total, errors.Join(append(damage, err)...)
}
