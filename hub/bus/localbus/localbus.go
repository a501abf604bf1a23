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

// readLimit is how many entries a follower fetches at a time, and how many may
// wait for it.
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

// following delivers a document's log: first what the store has behind the
// position, then what is appended, as the store tells of it. Appends that come
// too fast for the follower are read from the store later.
type following struct {
	doc   store.DocName
	after store.Position // owned by the goroutine
	f     bus.Follower
	woken chan struct{} // one slot
	ctx   context.Context
	stop  context.CancelFunc

	fresh  []store.Entry // guarded by Bus.mu: appended and not yet delivered
	behind bool          // guarded by Bus.mu: the store knows more than fresh
}

// wake is told by the store of each durable write, in order.
func (b *Bus) wake(doc store.DocName, entries []store.Entry) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for f := range b.followers[doc] {
		if f.behind = f.behind || len(f.fresh)+len(entries) > readLimit; f.behind {
			f.fresh = nil
		} else {
			f.fresh = append(f.fresh, entries...)
		}
		select {
		case f.woken <- struct{}{}:
		default:
		}
	}
}

func (b *Bus) takeFresh(f *following) (fresh []store.Entry, behind bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	fresh, behind = f.fresh, f.behind
	f.fresh, f.behind = nil, false
	return fresh, behind
}

// Follow implements bus.Bus.
func (b *Bus) Follow(doc store.DocName, after store.Position, f bus.Follower) func() {
	b.mu.Lock()
	defer b.mu.Unlock()
	ctx, stop := context.WithCancel(b.ctx)
	fl := &following{doc: doc, after: after, f: f, woken: make(chan struct{}, 1), ctx: ctx, stop: stop, behind: true}
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
		fresh, behind := b.takeFresh(f)
		if behind && !b.readOn(f) {
			return
		}
		for len(fresh) > 0 && fresh[0].Position.Compare(f.after) <= 0 {
			fresh = fresh[1:] // read from the store already
		}
		if len(fresh) > 0 && f.ctx.Err() == nil {
			f.after = fresh[len(fresh)-1].Position
			f.f.Entries(f.doc, fresh)
		}
	}
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
