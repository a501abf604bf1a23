package filestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/pathboard/pathboard/hub/store"
)

// archive puts what a snapshot took the place of into the history.
func (w *writer) archive(ctx context.Context, doc int64, version uint64, p *store.Past) error {
	if p == nil {
		return nil
	}
	of := *p
	of.Snapshot = version
	if _, err := w.insertPast(ctx, doc, of); err != nil {
		return err
	}
	if _, err := w.stmts.pastTrim.ExecContext(ctx, doc, p.Forget); err != nil {
		return fmt.Errorf("trim history: %w", err)
	}
	return nil
}

func (w *writer) insertPast(ctx context.Context, doc int64, p store.Past) (id uint64, err error) {
	err = w.stmts.pastInsert.QueryRowContext(ctx, doc, p.Snapshot, p.From.UnixMilli(), p.To.UnixMilli(), p.Base, p.Label, notNil(p.Data), sumOf(p.Data)).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("insert history: %w", err)
	}
	return id, nil
}

// notNil keeps empty data from becoming NULL.
func notNil(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// Pin implements store.Log.
func (s *Store) Pin(ctx context.Context, doc store.DocName, epoch uint64, p store.Past) (uint64, error) {
	p.Snapshot = 0
	op := &write{kind: writePin, doc: doc, epoch: epoch, past: p}
	if err := s.submit(ctx, op); err != nil {
		return 0, fmt.Errorf("pin: %w", err)
	}
	return op.past.ID, nil
}

func (w *writer) pin(ctx context.Context, op *write) error {
	d, err := w.doc(ctx, op.doc)
	if err != nil {
		return err
	}
	if d.epoch != op.epoch {
		op.err = store.ErrEpoch
		return nil
	}
	op.past.ID, err = w.insertPast(ctx, d.id, op.past)
	return err
}

// ForgetPast implements store.Log.
func (s *Store) ForgetPast(ctx context.Context, doc store.DocName, ids ...uint64) error {
	if err := s.submit(ctx, &write{kind: writeForget, doc: doc, ids: ids}); err != nil {
		return fmt.Errorf("forget history: %w", err)
	}
	return nil
}

func (w *writer) forget(ctx context.Context, op *write) error {
	d, err := w.doc(ctx, op.doc)
	if err != nil {
		return err
	}
	for _, id := range op.ids {
		if _, err := w.stmts.pastDelete.ExecContext(ctx, d.id, id); err != nil {
			return fmt.Errorf("forget history: %w", err)
		}
	}
	if len(op.ids) > 0 {
		return nil
	}
	if _, err := w.stmts.dropPast.ExecContext(ctx, d.id); err != nil {
		return fmt.Errorf("forget history: %w", err)
	}
	var version, upto int64
	if err := w.stmts.snapLatest.QueryRowContext(ctx, d.id).Scan(&version, &upto); err != nil {
		return fmt.Errorf("read snapshot version: %w", err)
	}
	if _, err := w.stmts.snapPrune.ExecContext(ctx, d.id, version-1); err != nil {
		return fmt.Errorf("prune snapshots: %w", err)
	}
	return nil
}

const pastColumns = `SELECT past.id, snapshot, since, until, base, label, length(data)`

// History implements store.Log.
func (s *Store) History(ctx context.Context, doc store.DocName) ([]store.Past, error) {
	var out []store.Past
	err := s.read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, pastColumns+` FROM past JOIN docs ON docs.id = past.doc WHERE docs.name = ? ORDER BY past.id`, string(doc))
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			p, err := scanPast(rows)
			if err != nil {
				return err
			}
			out = append(out, p)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("list history: %w", err)
	}
	return out, nil
}

// ReadPast implements store.Log.
func (s *Store) ReadPast(ctx context.Context, doc store.DocName, id uint64) (store.Past, error) {
	var p store.Past
	err := s.read(ctx, func(tx *sql.Tx) error {
		row := tx.QueryRowContext(ctx, pastColumns+`, data FROM past JOIN docs ON docs.id = past.doc WHERE docs.name = ? AND past.id = ?`, string(doc), id)
		var data []byte
		var err error
		p, err = scanPast(row, &data)
		p.Data = data
		if errors.Is(err, sql.ErrNoRows) {
			return store.ErrNotFound
		}
		return err
	})
	if err != nil {
		return store.Past{}, fmt.Errorf("read history: %w", err)
	}
	return p, nil
}

func scanPast(row interface{ Scan(...any) error }, more ...any) (store.Past, error) {
	var p store.Past
	var from, to int64
	err := row.Scan(append([]any{&p.ID, &p.Snapshot, &from, &to, &p.Base, &p.Label, &p.Size}, more...)...)
	p.From, p.To = time.UnixMilli(from).UTC(), time.UnixMilli(to).UTC()
	return p, err
}
