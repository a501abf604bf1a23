// Package localbus joins the hubs of one process over a store they share.
package localbus

import (
	"context"
	"fmt"
	"sync"

	"github.com/pathboard/pathboard/hub/bus"
	"github.com/pathboard/pathboard/hub/store"
)

// queueLength bounds the notices waiting for one subscriber; when it is full
// the subscriber is told of a gap instead.
const queueLength = 256

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
	log Appends

	mu        sync.Mutex // guards what follows
	followers map[store.DocName]map[*following]struct{}
	topics    map[string]map[*subscription]struct{}
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
		log: log, ctx: ctx, cancel: cancel,
		followers: map[store.DocName]map[*following]struct{}{}, topics: map[string]map[*subscription]struct{}{},
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

// subscription delivers notices one at a time.
type subscription struct {
	queue chan []byte
	gap   bool // guarded by Bus.mu: notices were dropped
}

// Publish implements bus.Bus.
func (b *Bus) Publish(_ context.Context, topic string, payload []byte) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for s := range b.topics[topic] {
		if s.gap {
			select {
			case s.queue <- nil:
				s.gap = false
			default:
				continue
			}
		}
		select {
		case s.queue <- payload:
		default:
			s.gap = true
		}
	}
	return nil
}

// Subscribe implements bus.Bus.
func (b *Bus) Subscribe(topic string, f func([]byte)) func() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return func() {}
	}
	s := &subscription{queue: make(chan []byte, queueLength)}
	if b.topics[topic] == nil {
		b.topics[topic] = map[*subscription]struct{}{}
	}
	b.topics[topic][s] = struct{}{}
	ctx, stop := context.WithCancel(b.ctx)
	b.wg.Go(func() {
		for {
			select {
			case <-ctx.Done():
				return
			case payload := <-s.queue:
				if ctx.Err() == nil {
					f(payload)
				}
			}
		}
	})
	return func() {
		stop()
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.topics[topic], s)
		if len(b.topics[topic]) == 0 {
			delete(b.topics, topic)
		}
	}
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
	return nil
}
