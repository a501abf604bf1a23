// Package topics hands notices to the subscribers within one process. It knows
// nothing of where notices come from.
package topics

import (
	"context"
	"sync"
)

// queueLength bounds the notices waiting for one subscriber; when it is full
// the subscriber is told of a gap instead.
const queueLength = 256

// Topics is a set of subscriptions. The zero value is not usable; see New.
type Topics struct {
	ctx    context.Context // ends with Close
	cancel context.CancelFunc
	wg     sync.WaitGroup

	mu     sync.Mutex // guards what follows
	topics map[string]map[*subscription]struct{}
	closed bool
}

// subscription delivers notices one at a time.
type subscription struct {
	queue chan []byte
	gap   bool // guarded by Topics.mu: notices were dropped
}

// New returns an empty set.
func New() *Topics {
	ctx, cancel := context.WithCancel(context.Background())
	return &Topics{ctx: ctx, cancel: cancel, topics: map[string]map[*subscription]struct{}{}}
}

// Publish queues a notice for every subscriber of the topic and never waits.
func (t *Topics) Publish(topic string, payload []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for s := range t.topics[topic] {
		s.push(payload)
	}
}

// Gap tells all subscribers that notices may have been missed.
func (t *Topics) Gap() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, subs := range t.topics {
		for s := range subs {
			s.push(nil)
		}
	}
}

// push queues a notice, and before it word of those that did not fit.
func (s *subscription) push(payload []byte) {
	if s.gap && payload != nil {
		select {
		case s.queue <- nil:
			s.gap = false
		default:
			return
		}
	}
	select {
	case s.queue <- payload:
	default:
		s.gap = true
	}
}

// Subscribe calls f for each notice until stop is called, nil for a gap. first
// reports whether the topic had no subscriber, and stop's answer whether it has
// none any more.
func (t *Topics) Subscribe(topic string, f func([]byte)) (first bool, stop func() (last bool)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return false, func() bool { return false }
	}
	s := &subscription{queue: make(chan []byte, queueLength)}
	first = t.topics[topic] == nil
	if first {
		t.topics[topic] = map[*subscription]struct{}{}
	}
	t.topics[topic][s] = struct{}{}
	ctx, cancel := context.WithCancel(t.ctx)
	t.wg.Go(func() { deliver(ctx, s.queue, f) })
	return first, func() bool {
		cancel()
		t.mu.Lock()
		defer t.mu.Unlock()
		if _, ok := t.topics[topic][s]; !ok {
			return false
		}
		delete(t.topics[topic], s)
		if len(t.topics[topic]) > 0 {
			return false
		}
		delete(t.topics, topic)
		return true
	}
}

func deliver(ctx context.Context, queue <-chan []byte, f func([]byte)) {
	for {
		select {
		case <-ctx.Done():
			return
		case payload := <-queue:
			if ctx.Err() == nil {
				f(payload)
			}
		}
	}
}

// Close ends all subscriptions; nothing is delivered after it returns.
func (t *Topics) Close() {
	t.mu.Lock()
	t.closed = true
	t.mu.Unlock()
	t.cancel()
	t.wg.Wait()
}
