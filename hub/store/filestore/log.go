package filestore

import (
	"context"
	"database/sql"
	"encoding/binary"
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

// docRow is a document's line in the docs table, with the last position used.
type docRow struct {
	id         int64
	epoch, seq uint64
	live       bool
}

// doc returns a document's line, made when missing. The writer is the only one
// to change it, so it remembers it; a failed transaction makes it forget.
func (w *writer) doc(ctx context.Context, name store.DocName) (*docRow, error) {
	if d := w.docs[name]; d != nil {
		return d, nil
	}
	d := &docRow{live: true}
	err := w.stmts.docByName.QueryRowContext(ctx, string(name)).Scan(&d.id, &d.epoch, &d.seq, &d.live)
	if errors.Is(err, sql.ErrNoRows) {
		var res sql.Result
		if res, err = w.stmts.docInsert.ExecContext(ctx, string(name)); err == nil {
			d.id, err = res.LastInsertId()
		}
	}
	if err != nil {
		return nil, fmt.Errorf("find document: %w", err)
	}
	if len(w.docs) >= maxRemembered {
		clear(w.docs)
	}
	w.docs[name] = d
	return d, nil
}

// append writes the entries of each document in a batch as one row.
func (w *writer) append(ctx context.Context, op *write) error {
	now := time.Now().UnixMilli()
	var order []store.DocName
	packs := map[store.DocName][]int{} // indexes in the batch
	for i, req := range op.batch {
		if packs[req.Doc] == nil {
			order = append(order, req.Doc)
		}
		packs[req.Doc] = append(packs[req.Doc], i)
	}
	for _, name := range order {
		if err := w.appendPack(ctx, op, name, packs[name], now); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) appendPack(ctx context.Context, op *write, name store.DocName, indexes []int, now int64) error {
	d, err := w.doc(ctx, name)
	if err != nil {
		return err
	}
	var pack []store.Entry
	for _, i := range indexes {
		if op.batch[i].Epoch != d.epoch {
			op.results[i].Err = store.ErrEpoch
			continue
		}
		d.seq++
		e := store.Entry{Position: store.Position{Hi: d.seq}, Data: op.batch[i].Data}
		op.results[i].Position = e.Position
		pack = append(pack, e)
		w.appended = append(w.appended, appended{name, e})
	}
	if len(pack) == 0 {
		return nil
	}
	if !d.live {
		if _, err := w.stmts.docRevive.ExecContext(ctx, d.id); err != nil {
			return fmt.Errorf("revive: %w", err)
		}
		d.live = true
	}
	data := encodePack(pack)
	if _, err := w.stmts.logInsert.ExecContext(ctx, d.id, d.seq, len(pack), now, data, sumOf(data)); err != nil {
		return fmt.Errorf("append: %w", err)
	}
	return nil
}

// encodePack is a row of the log: one entry as it is, several each behind its
// length.
func encodePack(pack []store.Entry) []byte {
	if len(pack) == 1 {
		return pack[0].Data
	}
	size := 0
	for _, e := range pack {
		size += len(e.Data) + binary.MaxVarintLen32
	}
	b := make([]byte, 0, size)
	for _, e := range pack {
		b = append(binary.AppendUvarint(b, uint64(len(e.Data))), e.Data...)
	}
	return b
}

// decodePack appends those of a row's n entries, the last at position seq, that
// lie after a position.
func decodePack(out []store.Entry, b []byte, seq, n, after uint64, at time.Time) ([]store.Entry, error) {
	for i := range n {
		e := store.Entry{Position: store.Position{Hi: seq - n + 1 + i}, Data: b, At: at}
		if n > 1 {
			size, width := binary.Uvarint(b)
			if width <= 0 || size > uint64(len(b)-width) {
				return nil, fmt.Errorf("%w: log entry %d", ErrDamaged, e.Position.Hi)
			}
			e.Data, b = b[width:width+int(size):width+int(size)], b[width+int(size):]
		}
		if e.Position.Hi > after {
			out = append(out, e)
		}
	}
	return out, nil
}

// PutSnapshot implements store.Log.
func (s *Store) PutSnapshot(ctx context.Context, doc store.DocName, epoch, expect uint64, snap store.Snapshot) error {
	return s.submit(ctx, &write{kind: writeSnapshot, doc: doc, epoch: epoch, expect: expect, snapshot: snap})
}

func (w *writer) snapshot(ctx context.Context, op *write) error {
	d, err := w.doc(ctx, op.doc)
	if err != nil {
		return err
	}
	if d.epoch != op.epoch {
		op.err = store.ErrEpoch
		return nil
	}
	var version, last uint64
	if err := w.stmts.snapLatest.QueryRowContext(ctx, d.id).Scan(&version, &last); err != nil {
		return fmt.Errorf("read snapshot version: %w", err)
	}
	if replaces := op.snapshot.Replaces.Hi; version != op.expect || replaces > 0 && replaces != last {
		op.err = store.ErrFenced
		return nil
	}
	now := time.Now()
	upto := op.snapshot.Upto.Hi
	if _, err := w.stmts.snapInsert.ExecContext(ctx, d.id, version+1, upto, now.UnixMilli(), op.snapshot.Data, sumOf(op.snapshot.Data)); err != nil {
		return fmt.Errorf("insert snapshot: %w", err)
	}
	if err := w.archive(ctx, d.id, version+1, op.snapshot.Past); err != nil {
		return err
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
	_, err = w.stmts.docTrim.ExecContext(ctx, d.id, upto, d.seq)
	return err
}

// Drop implements store.Log.
func (s *Store) Drop(ctx context.Context, doc store.DocName) error {
	return s.submit(ctx, &write{kind: writeDrop, doc: doc})
}

func (w *writer) drop(ctx context.Context, op *write) error {
	d, err := w.doc(ctx, op.doc)
	if err != nil {
		return err
	}
	for _, st := range []*sql.Stmt{w.stmts.dropLog, w.stmts.dropSnaps, w.stmts.dropPast} {
		if _, err := st.ExecContext(ctx, d.id); err != nil {
			return fmt.Errorf("drop: %w", err)
		}
	}
	if _, err := w.stmts.dropDoc.ExecContext(ctx, d.id, d.seq); err != nil {
		return fmt.Errorf("drop: %w", err)
	}
	d.epoch++
	d.live = false
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
	rows, err := tx.QueryContext(ctx, `SELECT seq, n, at, data FROM log WHERE doc = ? AND seq > ? ORDER BY seq LIMIT ?`, id, after.Hi, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []store.Entry
	for rows.Next() {
		var seq, n uint64
		var at int64
		var b []byte
		if err := rows.Scan(&seq, &n, &at, &b); err != nil {
			return nil, err
		}
		if out, err = decodePack(out, b, seq, n, after.Hi, time.UnixMilli(at).UTC()); err != nil {
			return nil, err
		}
		if limit >= 0 && len(out) >= limit {
			return out[:limit], nil
		}
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
