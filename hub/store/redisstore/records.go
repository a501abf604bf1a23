package redisstore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pathboard/pathboard/hub/store"
)

const (
	recordPrefix  = "pb:rec:"
	counterPrefix = "pb:cnt:"
)

// Get implements store.Records.
func (s *Store) Get(ctx context.Context, key string) (store.Record, error) {
	values, err := s.client.HMGet(ctx, recordPrefix+key, "v", "d").Result()
	if err != nil {
		return store.Record{}, fmt.Errorf("get record: %w", unavailable(err))
	}
	version, ok := values[0].(string)
	if !ok {
		return store.Record{}, fmt.Errorf("get record: %w", store.ErrNotFound)
	}
	value, _ := values[1].(string)
	r := store.Record{Key: key, Value: []byte(value)}
	r.Version, err = strconv.ParseUint(version, 10, 64)
	if err != nil {
		return store.Record{}, fmt.Errorf("get record: %w", err)
	}
	return r, nil
}

// Put implements store.Records.
func (s *Store) Put(ctx context.Context, key string, expect uint64, value []byte) (uint64, error) {
	answer, err := putScript.Run(ctx, s.client, []string{recordPrefix + key}, strconv.FormatUint(expect, 10), value).Text()
	if err != nil {
		return 0, fmt.Errorf("put record: %w", unavailable(err))
	}
	if answer == "CONFLICT" {
		return 0, fmt.Errorf("put record: %w", store.ErrConflict)
	}
	return expect + 1, nil
}

// Delete implements store.Records.
func (s *Store) Delete(ctx context.Context, key string) error {
	if err := unavailable(s.client.Del(ctx, recordPrefix+key).Err()); err != nil {
		return fmt.Errorf("delete record: %w", err)
	}
	return nil
}

// glob writes text so that a pattern matches just it.
var glob = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`, `]`, `\]`)

// List implements store.Records.
func (s *Store) List(ctx context.Context, prefix string, f func(store.Record) error) error {
	seen := map[string]bool{}
	err := s.scan(ctx, glob.Replace(recordPrefix+prefix)+"*", func(key string) error {
		seen[strings.TrimPrefix(key, recordPrefix)] = true
		return nil
	})
	if err != nil {
		return fmt.Errorf("list records: %w", err)
	}
	keys := make([]string, 0, len(seen))
	for key := range seen {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		r, err := s.Get(ctx, key)
		if errors.Is(err, store.ErrNotFound) {
			continue // gone since it was listed
		}
		if err != nil {
			return fmt.Errorf("list records: %w", err)
		}
		if err := f(r); err != nil {
			return err
		}
	}
	return nil
}

// Increment implements store.Records.
func (s *Store) Increment(ctx context.Context, key string, window time.Duration) (int64, error) {
	n, err := incrementScript.Run(ctx, s.client, []string{counterPrefix + key}, window.Milliseconds()).Int64()
	if err != nil {
		return 0, fmt.Errorf("increment: %w", unavailable(err))
	}
	return n, nil
}
