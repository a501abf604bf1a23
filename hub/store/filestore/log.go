package filestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/pathboard/pathboard/hub/store"
)

// Append implements store.Log.
func (s *Store) Append(ctx context.Context, batch []store.AppendRequest) []store.AppendResult {
	w := &write{kind: writeAppend, batch: batch, results: make([]store.AppendResult, len(batch))}
	if err := s.submit(ctx, w); err != nil {
		// The writer may still be filling w.results when ctx ended.
		failed := make([]store.AppendResult, len(batch))
		for i := range failed {
			failed[i].Err = err
		}
		return failed
	}
	return w.results
}

// docRow is a document's line in the docs table.
type docRow struct {
	id         int64
	epoch, seq uint64
}

func (w *writer) doc(ctx context.Context, name store.DocName, create bool) (docRow, error) {
	var d docRow
	err := w.stmts.docByName.QueryRowContext(ctx, string(name)).Scan(&d.id, &d.epoch, &d.seq)
	if !errors.Is(err, sql.ErrNoRows) || !create {
		return d, err
	}
	res, err := w.stmts.docInsert.ExecContext(ctx, string(name))
	if err != nil {
		return d, fmt.Errorf("create document: %w", err)
	}
	d.id, err = res.LastInsertId()
	return d, err
}

func (w *writer) append(ctx context.Context, op *write) error {
	now := time.Now().UnixMilli()
	for i, req := range op.batch {
		d, err := w.doc(ctx, req.Doc, true)
		if err != nil {
			return err
		}
		if d.epoch != req.Epoch {
			op.results[i].Err = store.ErrEpoch
			continue
		}
		seq := d.seq + 1
		if _, err := w.stmts.logInsert.ExecContext(ctx, d.id, seq, now, req.Data); err != nil {
			return fmt.Errorf("append: %w", err)
		}
		if _, err := w.stmts.docAdvance.ExecContext(ctx, seq, d.id); err != nil {
			return fmt.Errorf("advance: %w", err)
		}
		p := store.Position{Hi: seq}
		op.results[i].Position = p
		w.appended = append(w.appended, appended{req.Doc, store.Entry{Position: p, Data: req.Data}})
	}
	return nil
}

// PutSnapshot implements store.Log.
func (s *Store) PutSnapshot(ctx context.Context, doc store.DocName, epoch, expect uint64, snap store.Snapshot) error {
	return s.submit(ctx, &write{kind: writeSnapshot, doc: doc, epoch: epoch, expect: expect, snapshot: snap})
}

func (w *writer) snapshot(ctx context.Context, op *write) error {
	d, err := w.doc(ctx, op.doc, true)
	if err != nil {
		return err
	}
	if d.epoch != op.epoch {
		op.err = store.ErrEpoch
		return nil
	}
	var version uint64
	if err := w.stmts.snapLatest.QueryRowContext(ctx, d.id).Scan(&version); err != nil {
		return fmt.Errorf("read snapshot version: %w", err)
	}
	if version != op.expect {
		op.err = store.ErrFenced
		return nil
	}
	now := time.Now()
	upto := op.snapshot.Upto.Hi
	if _, err := w.stmts.snapInsert.ExecContext(ctx, d.id, version+1, upto, now.UnixMilli(), op.snapshot.Data); err != nil {
		return fmt.Errorf("insert snapshot: %w", err)
	}
	keep := int64(version) + 1 - int64(w.s.opts.KeepSnapshots)
	if _, err := w.stmts.snapPrune.ExecContext(ctx, d.id, keep); err != nil {
		return fmt.Errorf("prune snapshots: %w", err)
	}
	old := now.Add(-max(w.s.opts.TrimGrace, 0)).UnixMilli()
	if _, err := w.stmts.logTrim.ExecContext(ctx, d.id, upto, old); err != nil {
		return fmt.Errorf("trim log: %w", err)
	}
	// What lies before the oldest entry left is gone; with none left,
	// everything the snapshot covers is.
	_, err = w.stmts.docTrim.ExecContext(ctx, d.id, upto)
	return err
}

// Drop implements store.Log.
func (s *Store) Drop(ctx context.Context, doc store.DocName) error {
	return s.submit(ctx, &write{kind: writeDrop, doc: doc})
}

func (w *writer) drop(ctx context.Context, op *write) error {
	d, err := w.doc(ctx, op.doc, true)
	if err != nil {
		return err
	}
	for _, st := range []*sql.Stmt{w.stmts.dropLog, w.stmts.dropSnaps, w.stmts.dropDoc} {
		if _, err := st.ExecContext(ctx, d.id); err != nil {
			return fmt.Errorf("drop: %w", err)
		}
	}
	return nil
}

// Load implements store.Log.
func (s *Store) Load(ctx context.Context, doc store.DocName) (store.Loaded, error) {
	var out store.Loaded
	err := s.read(ctx, func(tx *sql.Tx) error {
		var id int64
		err := tx.QueryRowContext(ctx, `SELECT id, epoch FROM docs WHERE name = ?`, string(doc)).Scan(&id, &out.Epoch)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		snaps, err := snapshots(ctx, tx, id, 1)
		if err != nil {
			return err
		}
		if len(snaps) > 0 {
			out.Snapshot = snaps[0]
		}
		out.Tail, err = entries(ctx, tx, id, out.Snapshot.Upto, -1)
		return err
	})
	if err != nil {
		return store.Loaded{}, fmt.Errorf("load document: %w", err)
	}
	return out, nil
}

// Read implements store.Log.
func (s *Store) Read(ctx context.Context, doc store.DocName, after store.Position, limit int) ([]store.Entry, error) {
	var out []store.Entry
	err := s.read(ctx, func(tx *sql.Tx) error {
		var id int64
		var trimmed uint64
		err := tx.QueryRowContext(ctx, `SELECT id, trimmed FROM docs WHERE name = ?`, string(doc)).Scan(&id, &trimmed)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		if after.Hi < trimmed {
			return store.ErrTrimmed
		}
		out, err = entries(ctx, tx, id, after, limit)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read log: %w", err)
	}
	return out, nil
}

// Snapshots implements store.Log.
func (s *Store) Snapshots(ctx context.Context, doc store.DocName) ([]store.Snapshot, error) {
	var out []store.Snapshot
	err := s.read(ctx, func(tx *sql.Tx) error {
		var id int64
		err := tx.QueryRowContext(ctx, `SELECT id FROM docs WHERE name = ?`, string(doc)).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		out, err = snapshots(ctx, tx, id, -1)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list snapshots: %w", err)
	}
	return out, nil
}

// Docs implements store.Log.
func (s *Store) Docs(ctx context.Context, f func(store.DocName) error) error {
	var names []store.DocName
	err := s.read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT name FROM docs WHERE live = 1 AND
			(EXISTS (SELECT 1 FROM log WHERE doc = docs.id) OR EXISTS (SELECT 1 FROM snapshots WHERE doc = docs.id)) ORDER BY name`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var name string
			if err := rows.Scan(&name); err != nil {
				return err
			}
			names = append(names, store.DocName(name))
		}
		return rows.Err()
	})
	if err != nil {
		return fmt.Errorf("list documents: %w", err)
	}
	for _, name := range names {
		if err := f(name); err != nil {
			return err
		}
	}
	return nil
}

// read runs f on one consistent state of the database.
func (s *Store) read(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return fmt.Errorf("%w: %w", store.ErrUnavailable, err)
	}
	defer tx.Rollback()
	err = f(tx)
	if err == nil || errors.Is(err, store.ErrTrimmed) || errors.Is(err, store.ErrNotFound) {
		return err
	}
	return fmt.Errorf("%w: %w", store.ErrUnavailable, err)
}

func entries(ctx context.Context, tx *sql.Tx, id int64, after store.Position, limit int) ([]store.Entry, error) {
	rows, err := tx.QueryContext(ctx, `SELECT seq, data FROM log WHERE doc = ? AND seq > ? ORDER BY seq LIMIT ?`, id, after.Hi, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []store.Entry
	for rows.Next() {
		var e store.Entry
		if err := rows.Scan(&e.Position.Hi, &e.Data); err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, rows.Err()
}

func snapshots(ctx context.Context, tx *sql.Tx, id int64, limit int) ([]store.Snapshot, error) {
	rows, err := tx.QueryContext(ctx, `SELECT version, upto, at, data FROM snapshots WHERE doc = ? ORDER BY version DESC LIMIT ?`, id, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []store.Snapshot
	for rows.Next() {
		var sn store.Snapshot
		var at int64
		if err := rows.Scan(&sn.Version, &sn.Upto.Hi, &at, &sn.Data); err != nil {
			return nil, err
		}
		sn.SavedAt = time.UnixMilli(at).UTC()
		out = append(out, sn)
	}
	return out, rows.Err()
}
