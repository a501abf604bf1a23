// Package redisbus joins the hubs of several processes over a Redis that
// redisstore writes to. Documents' logs are followed with one blocking XREAD
// over all of them; notices go over pub/sub.
//
// On a cluster no command reads two logs at once. There whoever appends tells so
// on a channel of the document, and followers read its log on from where they
// are. Word of an entry may be lost, so every log is also looked at every few
// seconds: what is followed still arrives whole and in order.
//
// Redis forgets subscribers and may come back with less than it had. So the bus
// hears itself every few seconds, and whenever it could have missed something
// it compares its positions with the streams before it reads on.
package redisbus

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
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

// Bus implements bus.Bus on Redis.
type Bus struct {
	topics  *topics.Topics
	notices *notices
	logs    logs

	cancel context.CancelFunc
	wg     sync.WaitGroup
}

var _ bus.Bus = (*Bus)(nil)

// logs follows documents' logs.
type logs interface {
	follow(doc store.DocName, after store.Position, f bus.Follower) (stop func())
	// failure is why logs cannot be read now.
	failure() error
	// run reads until ctx ends.
	run(ctx context.Context)
}

// Open returns a bus on the client, which stays the caller's. It does not wait
// for Redis.
func Open(client redis.UniversalClient, log *slog.Logger) (*Bus, error) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	ctx, cancel := context.WithCancel(context.Background())
	t := topics.New()
	b := &Bus{topics: t, cancel: cancel}
	switch c := client.(type) {
	case *redis.Client:
		b.notices = newNotices(oneNode{c}, t, rand.Text(), log)
		b.logs = newReader(c, log)
	case *redis.ClusterClient:
		b.notices = newNotices(&anyMaster{cluster: c}, t, rand.Text(), log)
		b.logs = newClusterReader(c, b.notices, log)
	default:
		cancel()
		return nil, fmt.Errorf("no bus for a client of the type %T", client)
	}
	b.wg.Go(func() { b.notices.receive(ctx) })
	b.wg.Go(func() { b.notices.beat(ctx) })
	b.wg.Go(func() { b.logs.run(ctx) })
	return b, nil
}

// Follow implements bus.Bus.
func (b *Bus) Follow(doc store.DocName, after store.Position, f bus.Follower) func() {
	return b.logs.follow(doc, after, f)
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
	return errors.Join(b.notices.probe(ctx), b.logs.failure())
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
