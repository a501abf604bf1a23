package floor

import (
	"context"
	"encoding/binary"
	"fmt"
	"sync"

	"github.com/redis/go-redis/v9"
)

// broker carries frames through Redis. Each frame is a PUBLISH of its own, as a
// relay without further thought does it.
type broker struct {
	ctx    context.Context
	client *redis.Client
	pubsub *redis.PubSub
	relay  func(from *conn, doc string, frame []byte)

	mu    sync.Mutex // guards what follows
	last  uint64
	froms map[uint64]*conn // authors of frames under way
	self  uint64
}

const channels = "floor:"

func newBroker(ctx context.Context, url string, relay func(*conn, string, []byte)) (*broker, error) {
	o, err := redis.ParseURL(url)
	if err != nil {
		return nil, fmt.Errorf("redis: %w", err)
	}
	b := &broker{ctx: ctx, client: redis.NewClient(o), relay: relay, froms: map[uint64]*conn{}}
	id, err := b.client.Incr(ctx, "floor.instances").Result()
	if err != nil {
		return nil, fmt.Errorf("redis: %w", err)
	}
	b.self = uint64(id)
	b.pubsub = b.client.Subscribe(ctx)
	go b.receive()
	return b, nil
}

func (b *broker) subscribe(doc string) { _ = b.pubsub.Subscribe(b.ctx, channels+doc) }

// publish sends a frame to all instances, this one included.
func (b *broker) publish(from *conn, doc string, frame []byte) {
	b.mu.Lock()
	b.last++
	n := b.last
	b.froms[n] = from
	b.mu.Unlock()
	head := binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, b.self), n)
	if b.client.Publish(b.ctx, channels+doc, append(head, frame...)).Err() != nil {
		from.ws.Close()
	}
}

func (b *broker) receive() {
	for m := range b.pubsub.Channel(redis.WithChannelSize(1 << 14)) {
		raw := []byte(m.Payload)
		if len(raw) < 16 {
			continue
		}
		var from *conn
		if binary.BigEndian.Uint64(raw) == b.self {
			n := binary.BigEndian.Uint64(raw[8:])
			b.mu.Lock()
			from = b.froms[n]
			delete(b.froms, n)
			b.mu.Unlock()
		}
		b.relay(from, m.Channel[len(channels):], raw[16:])
	}
}
