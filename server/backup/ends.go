package backup

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/server/persist"
)

// TakeEnds writes the list of erasures and the receipts of deletion that a
// backup holds into the store, and returns how many it holds. A server that is
// lost is restored from an older backup; who was erased after it must not come
// back. Nothing is written unless the whole file is sound.
func TakeEnds(ctx context.Context, to store.Records, in io.ReadSeeker) (n int, err error) {
	var ends []store.Record
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		return 0, fmt.Errorf("read backup: %w", err)
	}
	if _, err := read(in, visitor{record: func(rec store.Record) error {
		if persist.Outlasts(rec.Key) {
			ends = append(ends, rec)
		}
		return nil
	}}); err != nil {
		return 0, err
	}
	for _, rec := range ends {
		if _, err := to.Put(ctx, rec.Key, 0, rec.Value); err != nil && !errors.Is(err, store.ErrConflict) {
			return 0, fmt.Errorf("take %s: %w", rec.Key, err)
		}
	}
	return len(ends), nil
}
