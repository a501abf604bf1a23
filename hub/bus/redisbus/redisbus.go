// Package redisbus joins the hubs of several processes over a Redis that
// redisstore writes to. Documents' logs are followed with one blocking XREAD
// over all of them; notices go over pub/sub.
//
// Redis forgets subscribers and may come back with less than it had. So the bus
// hears itself every few seconds, and whenever it could have missed something
// it compares its positions with the streams before it reads on.
package redisbus

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/pathboard/pathboard/hub/bus"
	"github.com/pathboard/pathboard/hub/bus/internal/topics"
	"github.com/pathboard/pathboard/hub/store"
)

const (
	// The pause before Redis is asked again after a failure grows between these.
	retryFirst, retryMost = 50 * time.Millisecond, time.Second
	// closeTimeout bounds the last words to Redis.
	closeTimeout = time.Second
)

// ErrCluster says that the bus cannot work on a Redis Cluster.
var ErrCluster = errors.New("a Redis Cluster is not supported; name one Redis, or sentinels with ?master=NAME")

// Bus implements bus.Bus on Redis.
type Bus struct {
	client  *redis.Client
	log     *slog.Logger
	topics  *topics.Topics
	notices *notices
	reader  *reader

	cancel context.CancelFunc
	wg     sync.WaitGroup
}

var _ bus.Bus = (*Bus)(nil)

// Open returns a bus on the client, which stays the caller's. It does not wait
// for Redis.
func Open(client redis.UniversalClient, log *slog.Logger) (*Bus, error) {
	single, ok := client.(*redis.Client)
	if !ok {
		return nil, ErrCluster
	}
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	ctx, cancel := context.WithCancel(context.Background())
	t := topics.New()
	b := &Bus{
		client: single, log: log, topics: t, cancel: cancel,
		notices: newNotices(single, t, rand.Text(), log), reader: newReader(single, log),
	}
	b.wg.Go(func() { b.notices.receive(ctx) })
	b.wg.Go(func() { b.notices.beat(ctx) })
	b.wg.Go(func() { b.reader.run(ctx) })
	b.wg.Go(func() { b.reader.interrupt(ctx) })
	return b, nil
}

// Follow implements bus.Bus.
func (b *Bus) Follow(doc store.DocName, after store.Position, f bus.Follower) func() {
	return b.reader.follow(doc, after, f)
}

// Publish implements bus.Bus.
func (b *Bus) Publish(ctx context.Context, topic string, payload []byte) error {
	return b.notices.publish(ctx, topic, payload)
}

// Subscribe implements bus.Bus.
func (b *Bus) Subscribe(topic string, f func([]byte)) func() {
	return b.notices.subscribe(topic, f)
}

// Ready implements bus.Bus: a notice has to come back, and the reading of logs
// must not be failing.
func (b *Bus) Ready(ctx context.Context) error {
	return errors.Join(b.notices.probe(ctx), b.reader.failure())
}

// Close implements bus.Bus.
func (b *Bus) Close() error {
	b.cancel()
	b.wg.Wait()
	b.topics.Close()
	return nil
}

// pause waits before a next attempt; it reports false when ctx has ended.
func pause(ctx context.Context, d *time.Duration) bool {
	timer := time.NewTimer(*d)
	defer timer.Stop()
	*d = min(2**d, retryMost)
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
