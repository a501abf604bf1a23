// Package localbus joins the hubs of one process over a store they share.
package localbus

import (
	"context"
	"fmt"
	"sync"

	"github.com/pathboard/pathboard/hub/bus"
	"github.com/pathboard/pathboard/hub/bus/internal/topics"
	"github.com/pathboard/pathboard/hub/store"
)

// readLimit is how many entries a new follower fetches at a time.
const readLimit = 512

// Appends is what the bus needs of a store beyond its log: to hear of every
// durable entry, in order.
type Appends interface {
	store.Log
	OnAppend(func(store.DocName, []store.Entry))
}

// Bus implements bus.Bus in one process.
type Bus struct {
	log    Appends
	topics *topics.Topics

	mu        sync.Mutex // guards what follows
	followers map[store.DocName]map[*following]struct{}
	closed    bool
	wg        sync.WaitGroup
	ctx       context.Context // the bus's own lifetime
	cancel    context.CancelFunc
}

var _ bus.Bus = (*Bus)(nil)

// New returns a bus over the store.
func New(log Appends) *Bus {
	ctx, cancel := context.WithCancel(context.Background())
	b := &Bus{
		log: log, topics: topics.New(), ctx: ctx, cancel: cancel,
		followers: map[store.DocName]map[*following]struct{}{},
	}
	log.OnAppend(b.wake)
	return b
}

// following delivers a document's log: first, on a goroutine of its own, what
// the store has behind the position; then, on the store's, what is appended, as
// the store tells of it.
type following struct {
	doc store.DocName
	f   bus.Follower
	ctx context.Context

	after  store.Position // owned by the goroutine, once live guarded by Bus.mu
	behind bool           // guarded by Bus.mu: the store has more than was read
	live   bool           // guarded by Bus.mu: all was read, the goroutine has ended
}

// wake is told by the store of each durable write, in order.
func (b *Bus) wake(doc store.DocName, entries []store.Entry) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return
	}
	for f := range b.followers[doc] {
		if f.behind = true; f.live {
			f.take(entries)
		}
	}
}

// take delivers those entries that lie behind the position.
func (f *following) take(entries []store.Entry) {
	for len(entries) > 0 && entries[0].Position.Compare(f.after) <= 0 {
		entries = entries[1:] // read from the store already
	}
	if len(entries) > 0 {
		f.after = entries[len(entries)-1].Position
		f.f.Entries(f.doc, entries)
	}
}

// goLive hands over from reading to being told; false when more has come.
func (b *Bus) goLive(f *following) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	f.live = !f.behind
	f.behind = false
	return f.live
}

// Follow implements bus.Bus.
func (b *Bus) Follow(doc store.DocName, after store.Position, f bus.Follower) func() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return func() {}
	}
	ctx, stop := context.WithCancel(b.ctx)
	fl := &following{doc: doc, after: after, f: f, ctx: ctx}
	if b.followers[doc] == nil {
		b.followers[doc] = map[*following]struct{}{}
	}
	b.followers[doc][fl] = struct{}{}
	b.wg.Go(func() { b.follow(fl) })
	return func() { stop(); b.forget(fl) }
}

func (b *Bus) forget(f *following) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if set := b.followers[f.doc]; set != nil {
		delete(set, f)
		if len(set) == 0 {
			delete(b.followers, f.doc)
		}
	}
}

// follow reads what the store has until there is no more.
func (b *Bus) follow(f *following) {
	for b.readOn(f) {
		if b.goLive(f) {
			return
		}
	}
	b.forget(f)
}

// readOn delivers what the store has behind the position; false ends the
// following.
func (b *Bus) readOn(f *following) bool {
	for {
		entries, err := b.log.Read(f.ctx, f.doc, f.after, readLimit)
		if f.ctx.Err() != nil {
			return false
		}
		if err != nil {
			f.f.Lost(f.doc, fmt.Errorf("follow: %w", err))
			return false
		}
		if len(entries) == 0 {
			return true
		}
		f.after = entries[len(entries)-1].Position
		f.f.Entries(f.doc, entries)
	}
}

// Publish implements bus.Bus.
func (b *Bus) Publish(_ context.Context, topic string, payload []byte) error {
	b.topics.Publish(topic, payload)
	return nil
}

// Subscribe implements bus.Bus.
func (b *Bus) Subscribe(topic string, f func([]byte)) func() {
	_, stop := b.topics.Subscribe(topic, f)
	return func() { stop() }
}

// Ready implements bus.Bus: within a process a notice always comes back.
func (b *Bus) Ready(context.Context) error { return nil }

// Close implements bus.Bus.
func (b *Bus) Close() error {
	b.mu.Lock()
	b.closed = true
	b.mu.Unlock()
	b.cancel()
	b.wg.Wait()
	b.topics.Close()
	return nil
}
