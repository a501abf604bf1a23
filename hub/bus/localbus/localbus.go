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

// readLimit is how many entries a follower fetches at a time.
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

// following reads a document's log on whenever it is woken. A one-slot channel
// is enough: the position says what is still to be read.
type following struct {
	doc   store.DocName
	after store.Position
	f     bus.Follower
	woken chan struct{}
	ctx   context.Context
	stop  context.CancelFunc
}

func (b *Bus) wake(doc store.DocName, _ []store.Entry) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for f := range b.followers[doc] {
		select {
		case f.woken <- struct{}{}:
		default:
		}
	}
}

// Follow implements bus.Bus.
func (b *Bus) Follow(doc store.DocName, after store.Position, f bus.Follower) func() {
	b.mu.Lock()
	defer b.mu.Unlock()
	ctx, stop := context.WithCancel(b.ctx)
	fl := &following{doc: doc, after: after, f: f, woken: make(chan struct{}, 1), ctx: ctx, stop: stop}
	if b.closed {
		stop()
		return func() {}
	}
	if b.followers[doc] == nil {
		b.followers[doc] = map[*following]struct{}{}
	}
	b.followers[doc][fl] = struct{}{}
	fl.woken <- struct{}{} // entries may already lie behind the position
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

func (b *Bus) follow(f *following) {
	defer b.forget(f)
	for {
		select {
		case <-f.ctx.Done():
			return
		case <-f.woken:
		}
		for {
			entries, err := b.log.Read(f.ctx, f.doc, f.after, readLimit)
			if f.ctx.Err() != nil {
				return
			}
			if err != nil {
				f.f.Lost(f.doc, fmt.Errorf("follow: %w", err))
				return
			}
			if len(entries) == 0 {
				break
			}
			f.after = entries[len(entries)-1].Position
			f.f.Entries(f.doc, entries)
		}
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
