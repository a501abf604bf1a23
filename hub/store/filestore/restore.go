package filestore

import (
	"context"
	"fmt"
	"time"

	"github.com/pathboard/pathboard/hub/store"
)

// RestoreDoc implements store.Restorer.
func (s *Store) RestoreDoc(ctx context.Context, doc store.DocName, epoch uint64, data []byte) error {
	return s.submit(ctx, &write{kind: writeRestoreDoc, doc: doc, epoch: epoch, value: data})
}

// RestoreRecord implements store.Restorer.
func (s *Store) RestoreRecord(ctx context.Context, r store.Record) error {
	return s.submit(ctx, &write{kind: writeRestoreRecord, key: r.Key, expect: r.Version, value: r.Value})
}

func (w *writer) restoreDoc(ctx context.Context, op *write) error {
	if err := w.drop(ctx, op); err != nil {
		return err
	}
	d, err := w.doc(ctx, op.doc)
	if err != nil {
		return err
	}
	d.epoch = max(d.epoch, op.epoch+1)
	d.seq++
	d.live = true
	now := time.Now().UnixMilli()
	mark := store.Entry{Position: store.Position{Hi: d.seq}, Data: []byte{}}
	if _, err := w.stmts.logInsert.ExecContext(ctx, d.id, d.seq, 1, now, mark.Data, sumOf(mark.Data)); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	if _, err := w.stmts.snapInsert.ExecContext(ctx, d.id, 1, d.seq, now, op.value, sumOf(op.value)); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	if _, err := w.stmts.restoreDoc.ExecContext(ctx, d.id, d.epoch, d.seq); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	w.appended = append(w.appended, appended{op.doc, mark})
	return nil
}
