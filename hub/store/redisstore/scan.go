package redisstore

import (
	"context"
	"fmt"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/pathboard/pathboard/hub/store"
)

// scanRounds is how often a cluster is searched whose slots go on moving. A key
// that one round misses has moved; the next finds it, unless it has moved again.
const scanRounds = 3

// Docs implements store.Log.
func (s *Store) Docs(ctx context.Context, f func(store.DocName) error) error {
	seen := map[store.DocName]bool{}
	return s.scan(ctx, "pb:{*}:*", func(key string) error {
		name, _, ok := strings.Cut(strings.TrimPrefix(key, "pb:{"), "}:")
		doc := store.DocName(name)
		if !ok || seen[doc] {
			return nil
		}
		seen[doc] = true
		pipe := s.client.Pipeline()
		entries, snaps := pipe.XLen(ctx, LogKey(doc)), pipe.LLen(ctx, snapsKey(doc))
		if _, err := pipe.Exec(ctx); unavailable(err) != nil {
			return fmt.Errorf("list documents: %w", unavailable(err))
		}
		if entries.Val()+snaps.Val() == 0 {
			return nil
		}
		return f(doc)
	})
}

// scan calls f for every key of the pattern, one after the other, a key perhaps
// more than once. Keys of a cluster can move from a master that is still to be
// searched to one that has been; then it is searched again.
func (s *Store) scan(ctx context.Context, pattern string, f func(string) error) error {
	if s.cluster == nil {
		return scanOne(ctx, s.client, pattern, f)
	}
	before, err := s.layout(ctx)
	if err != nil {
		return err
	}
	for range scanRounds {
		nodes, err := Masters(ctx, s.cluster)
		if err != nil {
			return unavailable(err)
		}
		for _, node := range nodes {
			if err := scanOne(ctx, node, pattern, f); err != nil {
				return err
			}
		}
		after, err := s.layout(ctx)
		if err != nil {
			return err
		}
		if after == before && !strings.Contains(after, "[") {
			return nil
		}
		before = after
	}
	return nil
}

func scanOne(ctx context.Context, c redis.Cmdable, pattern string, f func(string) error) error {
	it := c.Scan(ctx, 0, pattern, 500).Iterator()
	for it.Next(ctx) {
		if err := f(it.Val()); err != nil {
			return err
		}
	}
	if err := it.Err(); err != nil {
		return fmt.Errorf("scan: %w", unavailable(err))
	}
	return nil
}

// layout is which node has which slots, and which are moving ("[").
func (s *Store) layout(ctx context.Context) (string, error) {
	nodes, err := Masters(ctx, s.cluster)
	if err != nil {
		return "", unavailable(err)
	}
	var b strings.Builder
	for _, node := range nodes {
		text, err := node.ClusterNodes(ctx).Result()
		if err != nil {
			return "", fmt.Errorf("layout of the cluster: %w", unavailable(err))
		}
		for line := range strings.Lines(text) {
			// A node shows only its own slots as moving.
			if f := strings.Fields(line); len(f) > 8 && strings.Contains(f[2], "myself") {
				fmt.Fprintln(&b, f[0], strings.Join(f[8:], " "))
			}
		}
	}
	return b.String(), nil
}
