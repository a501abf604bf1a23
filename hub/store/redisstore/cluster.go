package redisstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/pathboard/pathboard/hub/store"
)

const (
	slots = 16384
	// Lanes is how many parts of a cluster's slots are written independently of
	// each other, so that a master that hangs holds up its own documents alone.
	Lanes = 32
	// nodeTimeout bounds the question whether a master takes writes.
	nodeTimeout = time.Second
	// readyTries bounds the search for a key of each master.
	readyTries = 1024
)

var _ store.Lanes = (*Store)(nil)

// Lanes implements store.Lanes.
func (s *Store) Lanes() int {
	if s.cluster == nil {
		return 1
	}
	return Lanes
}

// Lane implements store.Lanes: neighbouring slots, which mostly have one master.
func (s *Store) Lane(doc store.DocName) int {
	if s.cluster == nil {
		return 0
	}
	return int(crc16(string(doc))) % slots * Lanes / slots
}

// crc16 is the checksum (XMODEM) that gives a key its slot.
func crc16(key string) (crc uint16) {
	for i := range len(key) {
		crc ^= uint16(key[i]) << 8
		for range 8 {
			if carry := crc&0x8000 != 0; carry {
				crc = crc<<1 ^ 0x1021
			} else {
				crc <<= 1
			}
		}
	}
	return crc
}

// Masters returns a client for each master, in the order of their addresses.
func Masters(ctx context.Context, cluster *redis.ClusterClient) ([]*redis.Client, error) {
	var mu sync.Mutex // ForEachMaster is concurrent
	var out []*redis.Client
	err := cluster.ForEachMaster(ctx, func(_ context.Context, c *redis.Client) error {
		mu.Lock()
		defer mu.Unlock()
		out = append(out, c)
		return nil
	})
	if err == nil && len(out) == 0 {
		err = errors.New("no master is known")
	}
	if err != nil {
		return nil, fmt.Errorf("masters of the cluster: %w", err)
	}
	slices.SortFunc(out, func(a, b *redis.Client) int { return cmp.Compare(a.Options().Addr, b.Options().Addr) })
	return out, nil
}

// checkNodes connects to every node. One that is away is no reason not to start,
// one with weak settings is.
func (s *Store) checkNodes(ctx context.Context) error {
	var mu sync.Mutex
	var weak, away error
	answered := 0
	err := s.cluster.ForEachShard(ctx, func(ctx context.Context, c *redis.Client) error {
		err := c.Ping(ctx).Err()
		mu.Lock()
		defer mu.Unlock()
		switch {
		case errors.Is(err, ErrWeakDurability):
			weak = fmt.Errorf("%s: %w", c.Options().Addr, err)
		case err != nil:
			away = err
		default:
			answered++
		}
		return nil
	})
	switch {
	case err != nil:
		return err
	case weak != nil:
		return weak
	case answered == 0:
		return away
	}
	return nil
}

// clusterReady writes to every master and is content with most of them.
func (s *Store) clusterReady(ctx context.Context) error {
	nodes, err := Masters(ctx, s.cluster)
	if err != nil {
		return unavailable(err)
	}
	keys := map[*redis.Client]string{}
	for i := 0; i < readyTries && len(keys) < len(nodes); i++ {
		key := readyKey + ":" + strconv.Itoa(i)
		if node, err := s.cluster.MasterForKey(ctx, key); err == nil && keys[node] == "" {
			keys[node] = key
		}
	}
	ctx, cancel := context.WithTimeout(ctx, nodeTimeout)
	defer cancel()
	var wg sync.WaitGroup
	failed := make(chan error, len(keys))
	for node, key := range keys {
		wg.Go(func() {
			if err := node.Set(ctx, key, readyValue(), 0).Err(); err != nil {
				failed <- fmt.Errorf("%s: %w", node.Options().Addr, err)
			}
		})
	}
	wg.Wait()
	close(failed)
	var all error
	n := 0
	for err := range failed {
		n++
		all = errors.Join(all, err)
	}
	if 2*n >= len(keys) {
		return unavailable(cmp.Or(all, errors.New("no slot has a master")))
	}
	return nil
}
