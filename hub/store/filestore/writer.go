package filestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/pathboard/pathboard/hub/store"
)

type writeKind int

const (
	writeAppend writeKind = iota
	writeSnapshot
	writeDrop
	writePut
	writeDelete
	writePin
	writeForget
	writeReady
	writeRestoreDoc
	writeRestoreRecord
)

// write is one caller's wish. The writer fills err and the results, then
// closes done.
type write struct {
	kind writeKind

	batch   []store.AppendRequest
	results []store.AppendResult

	doc           store.DocName
	epoch, expect uint64
	snapshot      store.Snapshot
	past          store.Past
	ids           []uint64 // of pieces of history

	key   string
	value []byte

	err  error
	done chan struct{}
}

// submit hands w to the writer and waits for the commit. When ctx ends first
// the outcome is unknown.
func (s *Store) submit(ctx context.Context, w *write) error {
	if s.opts.ReadOnly {
		return fmt.Errorf("%w: opened for reading alone", store.ErrUnavailable)
	}
	w.done = make(chan struct{})
	select {
	case <-s.closing:
		return fmt.Errorf("%w: closed", store.ErrUnavailable)
	default:
	}
	select {
	case s.queue <- w:
	case <-s.closing:
		return fmt.Errorf("%w: closed", store.ErrUnavailable)
	case <-ctx.Done():
		return fmt.Errorf("%w: %w", store.ErrUnavailable, ctx.Err())
	}
	select {
	case <-w.done:
		return w.err
	case <-s.finished:
		select {
		case <-w.done:
			return w.err
		default:
			return fmt.Errorf("%w: closed", store.ErrUnavailable)
		}
	case <-ctx.Done():
		return fmt.Errorf("%w: %w", store.ErrUnavailable, ctx.Err())
	}
}

// writer owns the write connection. Everything here runs on its goroutine.
type writer struct {
	s     *Store
	conn  *sql.Conn
	stmts statements
	// docs remembers lines of the docs table, as the transaction leaves them.
	docs map[store.DocName]*docRow
	// appended collects what this transaction adds, to be told after commit.
	appended []appended
}

type appended struct {
	doc   store.DocName
	entry store.Entry
}

type statements struct {
	begin, commit, rollback                             *sql.Stmt
	docByName, docInsert, docRevive, logInsert          *sql.Stmt
	snapLatest, snapInsert, snapPrune, logTrim, docTrim *sql.Stmt
	dropLog, dropSnaps, dropPast, dropDoc               *sql.Stmt
	pastInsert, pastTrim, pastDelete                    *sql.Stmt
	recGet, recInsert, recUpdate, recDelete, ready      *sql.Stmt
	restoreDoc, recRestore                              *sql.Stmt
}

func newWriter(ctx context.Context, s *Store) (*writer, error) {
	conn, err := s.wdb.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("open write connection: %w", err)
	}
	w := &writer{s: s, conn: conn, docs: map[store.DocName]*docRow{}}
	st := &w.stmts
	for _, p := range []struct {
		to  **sql.Stmt
		sql string
	}{
		{&st.begin, `BEGIN IMMEDIATE`}, {&st.commit, `COMMIT`}, {&st.rollback, `ROLLBACK`},
		{&st.docByName, `SELECT id, epoch, MAX(seq, COALESCE((SELECT MAX(log.seq) FROM log WHERE doc = docs.id), 0)), live FROM docs WHERE name = ?`},
		{&st.docInsert, `INSERT INTO docs (name) VALUES (?)`},
		{&st.docRevive, `UPDATE docs SET live = 1 WHERE id = ?`},
		{&st.logInsert, `INSERT INTO log (doc, seq, n, at, data, sum) VALUES (?, ?, ?, ?, ?, ?)`},
		{&st.snapLatest, `SELECT COALESCE(MAX(version), 0), COALESCE(MAX(upto), 0) FROM snapshots WHERE doc = ?`},
		{&st.snapInsert, `INSERT INTO snapshots (doc, version, upto, at, data, sum) VALUES (?, ?, ?, ?, ?, ?)`},
		{&st.snapPrune, `DELETE FROM snapshots WHERE doc = ? AND version <= ?`},
		{&st.logTrim, `DELETE FROM log WHERE doc = ? AND seq <= ? AND at <= ?`},
		{&st.docTrim, `UPDATE docs SET seq = ?3, trimmed = MAX(trimmed, COALESCE((SELECT seq - n FROM log WHERE doc = ?1 ORDER BY seq LIMIT 1), ?2)) WHERE id = ?1`},
		{&st.dropLog, `DELETE FROM log WHERE doc = ?`},
		{&st.dropSnaps, `DELETE FROM snapshots WHERE doc = ?`},
		{&st.dropPast, `DELETE FROM past WHERE doc = ?`},
		{&st.pastInsert, `INSERT INTO past (doc, snapshot, since, until, base, label, data, sum) VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`},
		{&st.pastTrim, `DELETE FROM past WHERE doc = ? AND snapshot > 0 AND snapshot < ?`},
		{&st.pastDelete, `DELETE FROM past WHERE doc = ? AND id = ?`},
		{&st.dropDoc, `UPDATE docs SET epoch = epoch + 1, live = 0, seq = ?2, trimmed = ?2 WHERE id = ?1`},
		{&st.recGet, `SELECT version FROM records WHERE key = ?`},
		{&st.recInsert, `INSERT INTO records (key, version, value, sum) VALUES (?, 1, ?, ?)`},
		{&st.recUpdate, `UPDATE records SET version = ?, value = ?, sum = ? WHERE key = ?`},
		{&st.recDelete, `DELETE FROM records WHERE key = ?`},
		{&st.restoreDoc, `UPDATE docs SET epoch = ?2, live = 1, seq = ?3 WHERE id = ?1`},
		{&st.recRestore, `INSERT INTO records (key, version, value, sum) VALUES (?1, ?2 + 1, ?3, ?4)
			ON CONFLICT (key) DO UPDATE SET version = MAX(version, ?2) + 1, value = excluded.value, sum = excluded.sum`},
		{&st.ready, `INSERT INTO meta (key, value) VALUES ('ready', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`},
	} {
		if *p.to, err = conn.PrepareContext(ctx, p.sql); err != nil {
			return nil, errors.Join(fmt.Errorf("prepare %q: %w", p.sql, err), conn.Close())
		}
	}
	return w, nil
}

// run gathers waiting writes into transactions until the store closes, then
// finishes those already accepted.
func (w *writer) run() {
	defer close(w.s.finished)
	defer w.conn.Close()
	for {
		select {
		case first := <-w.s.queue:
			w.batch(first)
		case <-w.s.closing:
			for {
				select {
				case first := <-w.s.queue:
					w.batch(first)
				default:
					return
				}
			}
		}
	}
}

func (w *writer) batch(first *write) {
	batch := []*write{first}
	for len(batch) < maxBatch {
		select {
		case next := <-w.s.queue:
			batch = append(batch, next)
			continue
		default:
		}
		break
	}
	w.appended = w.appended[:0]
	err := w.transact(batch)
	for _, op := range batch {
		if err != nil {
			op.err = fmt.Errorf("%w: %w", store.ErrUnavailable, err)
			for i := range op.results {
				op.results[i] = store.AppendResult{Err: op.err}
			}
		}
	}
	if err == nil {
		w.tell()
	} else {
		clear(w.docs)
		w.s.log.Error("write failed", "writes", len(batch), "error", err)
	}
	for _, op := range batch {
		close(op.done)
	}
}

// transact performs the batch in one transaction. A returned error means that
// nothing was written; a write that is merely refused (conflict, fenced) keeps
// its own error and changes nothing.
func (w *writer) transact(batch []*write) error {
	ctx := context.Background() // a commit under way is never abandoned
	if _, err := w.stmts.begin.ExecContext(ctx); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	for _, op := range batch {
		if err := w.perform(ctx, op); err != nil {
			_, _ = w.stmts.rollback.ExecContext(ctx)
			return err
		}
	}
	if _, err := w.stmts.commit.ExecContext(ctx); err != nil {
		_, _ = w.stmts.rollback.ExecContext(ctx)
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

func (w *writer) perform(ctx context.Context, op *write) error {
	switch op.kind {
	case writeAppend:
		return w.append(ctx, op)
	case writeSnapshot:
		return w.snapshot(ctx, op)
	case writeDrop:
		return w.drop(ctx, op)
	case writePin:
		return w.pin(ctx, op)
	case writeForget:
		return w.forget(ctx, op)
	case writePut:
		return w.put(ctx, op)
	case writeDelete:
		_, err := w.stmts.recDelete.ExecContext(ctx, op.key)
		return err
	case writeRestoreDoc:
		return w.restoreDoc(ctx, op)
	case writeRestoreRecord:
		_, err := w.stmts.recRestore.ExecContext(ctx, op.key, op.expect, op.value, sumOf(op.value))
		return err
	default:
		_, err := w.stmts.ready.ExecContext(ctx, time.Now().UTC().Format(time.RFC3339Nano))
		return err
	}
}

// tell passes the committed entries on, grouped by runs of one document.
func (w *writer) tell() {
	w.s.mu.Lock()
	listeners := w.s.listeners
	w.s.mu.Unlock()
	if len(listeners) == 0 {
		return
	}
	for i := 0; i < len(w.appended); {
		j := i
		var entries []store.Entry
		for ; j < len(w.appended) && w.appended[j].doc == w.appended[i].doc; j++ {
			entries = append(entries, w.appended[j].entry)
		}
		for _, f := range listeners {
			f(w.appended[i].doc, entries)
		}
		i = j
	}
}
