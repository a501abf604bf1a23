// Package filestore keeps documents and records in one folder: a SQLite
// database in WAL mode with synchronous=FULL, so that a commit that returned
// survives the loss of power.
//
// All writes pass through one goroutine which gathers whatever is waiting into
// one transaction: many rooms share the price of one fsync. Reads use their own
// connections and never wait for the writer. The folder belongs to one process
// at a time.
package filestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/pathboard/pathboard/hub/store"
)

const (
	fileName = "pathboard.db"
	// DefaultTrimGrace keeps log entries readable behind a snapshot, for
	// followers that are a moment late.
	DefaultTrimGrace = time.Minute
	// DefaultKeepSnapshots is how many snapshots of a document stay readable.
	DefaultKeepSnapshots = 3
	// queueLength bounds the writes waiting for the writer; further callers wait.
	queueLength = 1024
	// maxBatch bounds the writes in one transaction, and so the delay of the first.
	maxBatch = 512
	// maxRemembered bounds the documents whose lines the writer remembers.
	maxRemembered = 10_000
	// readers is the number of connections for reading.
	readers = 4
)

// ErrLocked says that another process uses the folder.
var ErrLocked = errors.New("the data folder is in use by another process")

// ErrDamaged says that the database does not pass SQLite's own check.
var ErrDamaged = errors.New("the database is damaged")

// Options of a store. Dir is required.
type Options struct {
	// Dir is created when missing.
	Dir string
	// TrimGrace and KeepSnapshots default as the constants say; a negative
	// TrimGrace means none.
	TrimGrace     time.Duration
	KeepSnapshots int
	Logger        *slog.Logger
	// ReadOnly opens the folder beside the process that owns it, for reading
	// alone: every write fails with store.ErrUnavailable.
	ReadOnly bool
}

// Store implements store.Store on a folder.
type Store struct {
	// static after Open
	opts Options
	lock *os.File
	db   *sql.DB // readers
	wdb  *sql.DB // the writer's only connection
	log  *slog.Logger

	queue    chan *write
	closing  chan struct{}
	finished chan struct{}
	close    sync.Once
	closeErr error

	counters counters

	mu        sync.Mutex // guards listeners
	listeners []func(store.DocName, []store.Entry)
}

var (
	_ store.Store    = (*Store)(nil)
	_ store.Restorer = (*Store)(nil)
)

const schema = `
CREATE TABLE IF NOT EXISTS docs (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,
  epoch INTEGER NOT NULL DEFAULT 0, seq INTEGER NOT NULL DEFAULT 0,
  trimmed INTEGER NOT NULL DEFAULT 0, live INTEGER NOT NULL DEFAULT 1);
CREATE TABLE IF NOT EXISTS log (
  doc INTEGER NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, data BLOB NOT NULL,
  n INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (doc, seq)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS snapshots (
  doc INTEGER NOT NULL, version INTEGER NOT NULL, upto INTEGER NOT NULL, at INTEGER NOT NULL, data BLOB NOT NULL,
  PRIMARY KEY (doc, version));
CREATE TABLE IF NOT EXISTS past (
  id INTEGER PRIMARY KEY AUTOINCREMENT, doc INTEGER NOT NULL, snapshot INTEGER NOT NULL,
  since INTEGER NOT NULL, until INTEGER NOT NULL, base INTEGER NOT NULL, label TEXT NOT NULL, data BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS past_of ON past (doc, snapshot);
CREATE TABLE IF NOT EXISTS records (
  key TEXT PRIMARY KEY, version INTEGER NOT NULL, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT OR IGNORE INTO meta VALUES ('schema', '3');
`

// schemaVersion is the newest layout this program writes. Layout 1 had a row for
// each entry of the log; since 2 a row holds n of them, the last at seq. 3 added
// the history, which an older program would leave behind when a document goes, and
// 4 a checksum for each value, which an older program would not keep true.
const schemaVersion = "4"

// upgrades lead from a layout to the next.
var upgrades = map[string]struct{ to, sql string }{
	"1": {"2", `ALTER TABLE log ADD COLUMN n INTEGER NOT NULL DEFAULT 1;`},
	"2": {"3", ``},
	"3": {"4", `ALTER TABLE log ADD COLUMN sum INTEGER; ALTER TABLE snapshots ADD COLUMN sum INTEGER;
		ALTER TABLE past ADD COLUMN sum INTEGER; ALTER TABLE records ADD COLUMN sum INTEGER;`},
}

// Open takes the folder into possession and checks the database.
// It fails with ErrLocked, ErrDamaged or an error that names the folder.
func Open(ctx context.Context, opts Options) (*Store, error) {
	if opts.TrimGrace == 0 {
		opts.TrimGrace = DefaultTrimGrace
	}
	if opts.KeepSnapshots <= 0 {
		opts.KeepSnapshots = DefaultKeepSnapshots
	}
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	if opts.ReadOnly {
		return openReader(ctx, opts)
	}
	if err := os.MkdirAll(opts.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("create data folder: %w", err)
	}
	lock, err := lockFolder(filepath.Join(opts.Dir, "lock"))
	if err != nil {
		return nil, fmt.Errorf("data folder %s: %w", opts.Dir, err)
	}
	s := &Store{
		opts: opts, lock: lock, log: opts.Logger,
		queue: make(chan *write, queueLength), closing: make(chan struct{}), finished: make(chan struct{}),
	}
	if err := s.openDatabase(ctx); err != nil {
		s.closeFiles()
		return nil, fmt.Errorf("data folder %s: %w", opts.Dir, err)
	}
	if err := s.layOutLog(); err != nil {
		s.log.Warn("commits take longer at first", "error", err)
	}
	w, err := newWriter(ctx, s)
	if err != nil {
		s.closeFiles()
		return nil, fmt.Errorf("data folder %s: %w", opts.Dir, err)
	}
	go w.run()
	return s, nil
}

func (s *Store) openDatabase(ctx context.Context) error {
	flushDataAlone()
	dsn := s.database() + "&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"
	var err error
	if s.wdb, err = sql.Open("sqlite", dsn); err != nil {
		return err
	}
	s.wdb.SetMaxOpenConns(1)
	if err := s.openReaders(dsn); err != nil {
		return err
	}
	if _, err := s.wdb.ExecContext(ctx, schema); err != nil {
		return fmt.Errorf("open database: %w", damaged(err))
	}
	var version string
	if err := s.wdb.QueryRowContext(ctx, `SELECT value FROM meta WHERE key = 'schema'`).Scan(&version); err != nil {
		return fmt.Errorf("read schema version: %w", damaged(err))
	}
	for up, ok := upgrades[version]; ok; up, ok = upgrades[version] {
		step := "BEGIN IMMEDIATE;" + up.sql + "UPDATE meta SET value = '" + up.to + "' WHERE key = 'schema';COMMIT"
		if _, err := s.wdb.ExecContext(ctx, step); err != nil {
			return fmt.Errorf("bring the database to layout %s: %w", up.to, damaged(err))
		}
		version = up.to
	}
	if version != schemaVersion {
		return fmt.Errorf("the database has layout %s, this program knows %s: use a newer program", version, schemaVersion)
	}
	return s.Check(ctx)
}

// Path is the database in a folder.
func Path(dir string) string { return filepath.Join(dir, fileName) }

// database names the file to the driver.
func (s *Store) database() string {
	return "file:" + filepath.ToSlash(Path(s.opts.Dir)) + "?_pragma=busy_timeout(10000)"
}

func (s *Store) openReaders(dsn string) (err error) {
	// What is read is read once, and whole: half a megabyte of pages will do.
	if s.db, err = sql.Open("sqlite", dsn+"&_pragma=query_only(1)&_pragma=cache_size(-512)"); err != nil {
		return err
	}
	s.db.SetMaxOpenConns(readers)
	return nil
}

// openReader opens an existing database without taking the folder into
// possession. Its layout must be the one this program writes.
func openReader(ctx context.Context, opts Options) (*Store, error) {
	s := &Store{opts: opts, log: opts.Logger, closing: make(chan struct{}), finished: make(chan struct{})}
	close(s.finished) // there is no writer
	if _, err := os.Stat(Path(opts.Dir)); err != nil {
		return nil, fmt.Errorf("data folder %s: %w", opts.Dir, err)
	}
	if err := s.openReaders(s.database()); err != nil {
		return nil, fmt.Errorf("data folder %s: %w", opts.Dir, err)
	}
	var version string
	err := s.db.QueryRowContext(ctx, `SELECT value FROM meta WHERE key = 'schema'`).Scan(&version)
	if err == nil && version != schemaVersion {
		err = fmt.Errorf("the database has layout %s, this program reads %s: start the server of this program once, or use the newer one", version, schemaVersion)
	}
	if err != nil {
		s.closeFiles()
		return nil, fmt.Errorf("data folder %s: %w", opts.Dir, damaged(err))
	}
	return s, nil
}

// damaged marks the errors by which SQLite says that the file is broken.
func damaged(err error) error {
	if err != nil && (strings.Contains(err.Error(), "malformed") || strings.Contains(err.Error(), "not a database")) {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return err
}

// Check runs SQLite's integrity check and reports what it found.
func (s *Store) Check(ctx context.Context) error {
	rows, err := s.db.QueryContext(ctx, `PRAGMA quick_check(20)`)
	if err != nil {
		return fmt.Errorf("check database: %w", damaged(err))
	}
	defer rows.Close()
	var found []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return fmt.Errorf("check database: %w", damaged(err))
		}
		if line != "ok" {
			found = append(found, line)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("check database: %w", damaged(err))
	}
	if len(found) > 0 {
		return fmt.Errorf("%w: %s", ErrDamaged, strings.Join(found, "; "))
	}
	return nil
}

// OnAppend registers f to be told, in order, of every durable entry. f runs on
// the writer's goroutine and must not block.
func (s *Store) OnAppend(f func(store.DocName, []store.Entry)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listeners = append(s.listeners, f)
}

// Ready performs a durable write.
func (s *Store) Ready(ctx context.Context) error {
	return s.submit(ctx, &write{kind: writeReady})
}

// Close finishes the writes that were accepted, then releases the folder.
func (s *Store) Close() error {
	s.close.Do(func() {
		close(s.closing)
		<-s.finished
		s.closeErr = s.closeFiles()
	})
	return s.closeErr
}

func (s *Store) closeFiles() error {
	var errs []error
	if s.db != nil {
		errs = append(errs, s.db.Close())
	}
	if s.wdb != nil {
		errs = append(errs, s.wdb.Close())
	}
	if s.lock != nil {
		errs = append(errs, unlockFolder(s.lock))
	}
	return errors.Join(errs...)
}
