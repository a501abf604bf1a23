package filestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/pathboard/pathboard/hub/store"
)

// Get implements store.Records.
func (s *Store) Get(ctx context.Context, key string) (store.Record, error) {
	r := store.Record{Key: key}
	err := s.read(ctx, func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, `SELECT version, value FROM records WHERE key = ?`, key).Scan(&r.Version, &r.Value)
		if errors.Is(err, sql.ErrNoRows) {
			return store.ErrNotFound
		}
		return err
	})
	if err != nil {
		return store.Record{}, fmt.Errorf("get record: %w", err)
	}
	return r, nil
}

// Put implements store.Records.
func (s *Store) Put(ctx context.Context, key string, expect uint64, value []byte) (uint64, error) {
	if err := s.submit(ctx, &write{kind: writePut, key: key, expect: expect, value: value}); err != nil {
		return 0, fmt.Errorf("put record: %w", err)
	}
	return expect + 1, nil
}

func (w *writer) put(ctx context.Context, op *write) error {
	var version uint64
	err := w.stmts.recGet.QueryRowContext(ctx, op.key).Scan(&version)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("read record version: %w", err)
	}
	if version != op.expect {
		op.err = store.ErrConflict
		return nil
	}
	if version == 0 {
		_, err = w.stmts.recInsert.ExecContext(ctx, op.key, op.value, sumOf(op.value))
	} else {
		_, err = w.stmts.recUpdate.ExecContext(ctx, version+1, op.value, sumOf(op.value), op.key)
	}
	return err
}

// Delete implements store.Records.
func (s *Store) Delete(ctx context.Context, key string) error {
	return s.submit(ctx, &write{kind: writeDelete, key: key})
}

// List implements store.Records.
func (s *Store) List(ctx context.Context, prefix string, f func(store.Record) error) error {
	for after := ""; ; {
		page, err := s.listPage(ctx, prefix, after)
		if err != nil {
			return fmt.Errorf("list records: %w", err)
		}
		for _, r := range page {
			if err := f(r); err != nil {
				return err
			}
		}
		if len(page) < listPage {
			return nil
		}
		after = page[len(page)-1].Key
	}
}

// listPage is how many records are read at once, so that many need not fit in
// memory.
const listPage = 256

func (s *Store) listPage(ctx context.Context, prefix, after string) (page []store.Record, err error) {
	err = s.read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT key, version, value FROM records
			WHERE key >= ?1 AND key > ?2 AND substr(key, 1, length(?1)) = ?1 ORDER BY key LIMIT ?3`, prefix, after, listPage)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var r store.Record
			if err := rows.Scan(&r.Key, &r.Version, &r.Value); err != nil {
				return err
			}
			page = append(page, r)
		}
		return rows.Err()
	})
	return page, err
}

// maxCounters bounds the counters in memory; beyond it the stale are swept.
const maxCounters = 10_000

// counters forgets each count when its window is over.
type counters struct {
	mu sync.Mutex
	m  map[string]counter
}

type counter struct {
	n   int64
	end time.Time
}

// Increment implements store.Records; counts live in memory.
func (s *Store) Increment(_ context.Context, key string, window time.Duration) (int64, error) {
	c := &s.counters
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	if len(c.m) >= maxCounters {
		for k, v := range c.m {
			if now.After(v.end) {
				delete(c.m, k)
			}
		}
	}
	if c.m == nil {
		c.m = map[string]counter{}
	}
	v := c.m[key]
	if v.n == 0 || now.After(v.end) {
		v = counter{end: now.Add(window)}
	}
	v.n++
	c.m[key] = v
	return v.n, nil
}
