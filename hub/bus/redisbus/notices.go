package redisbus

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/pathboard/pathboard/hub/bus/internal/topics"
	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/store/redisstore"
)

const (
	channelPrefix = "pb:t:"
	beatPrefix    = "pb:beat:"
	// beatEvery is how often the bus speaks to itself, and silenceMost how long
	// it may hear nothing before it takes the line for dead.
	beatEvery   = 2 * time.Second
	silenceMost = 6 * time.Second
	// publishTimeout bounds the attempts at one notice to itself.
	publishTimeout = 2 * time.Second
)

// notices is the pub/sub side: topics that have subscribers here are channels
// subscribed to in Redis.
type notices struct {
	nodes  nodes
	topics *topics.Topics
	beats  string // our own channel
	log    *slog.Logger

	changed chan struct{} // one slot: wanted has changed

	// told, on a cluster, hears that a document's log may have grown.
	told func(doc store.DocName)

	mu     sync.Mutex // guards what follows
	wanted map[string]bool
	probes map[string]chan struct{} // by the nonce that is to come back
}

func newNotices(of nodes, t *topics.Topics, instance string, log *slog.Logger) *notices {
	beats := beatPrefix + instance
	return &notices{
		nodes: of, topics: t, beats: beats, log: log, changed: make(chan struct{}, 1),
		told:   func(store.DocName) {},
		wanted: map[string]bool{beats: true}, probes: map[string]chan struct{}{},
	}
}

func (n *notices) publish(ctx context.Context, topic string, payload []byte) error {
	node, err := n.nodes.near(ctx)
	if err == nil {
		err = node.Publish(ctx, channelPrefix+topic, payload).Err()
	}
	if err != nil {
		return fmt.Errorf("publish notice: %w", err)
	}
	return nil
}

func (n *notices) subscribe(topic string, f func([]byte)) func() {
	first, stop := n.topics.Subscribe(topic, f)
	if first {
		n.want(channelPrefix+topic, true)
	}
	return func() {
		if stop() {
			n.want(channelPrefix+topic, false)
		}
	}
}

func (n *notices) want(channel string, wanted bool) {
	n.mu.Lock()
	if wanted {
		n.wanted[channel] = true
	} else {
		delete(n.wanted, channel)
	}
	n.mu.Unlock()
	select {
	case n.changed <- struct{}{}:
	default:
	}
}

// receive holds one subscribed connection after the other until ctx ends.
func (n *notices) receive(ctx context.Context) {
	wait := retryFirst
	for first := true; ctx.Err() == nil; first = false {
		err := n.receiveOn(ctx, !first, func() { wait = retryFirst })
		if ctx.Err() != nil {
			return
		}
		n.log.Warn("notices interrupted", "error", err)
		if !pause(ctx, &wait) {
			return
		}
	}
}

// receiveOn serves one connection until it fails. On a later than the first,
// subscribers learn that they may have missed something once it works.
func (n *notices) receiveOn(ctx context.Context, again bool, works func()) error {
	node, err := n.nodes.next(ctx)
	if err != nil {
		return err
	}
	channels := n.channels()
	ps := node.Subscribe(ctx, channels...)
	defer ps.Close()
	defer context.AfterFunc(ctx, func() { _ = ps.Close() })()
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	wg.Go(func() { n.adjust(ctx, ps, channels) })
	for {
		m, err := ps.ReceiveTimeout(ctx, silenceMost)
		if err != nil {
			return err
		}
		switch m := m.(type) {
		case *redis.Subscription:
			if again && m.Channel == n.beats {
				n.topics.Gap()
			}
			if doc, ok := redisstore.DocOfLog(m.Channel); ok && m.Kind == "subscribe" {
				n.told(doc) // of what was written before
			}
			works()
		case *redis.Message:
			n.heard(m.Channel, m.Payload)
		}
	}
}

func (n *notices) channels() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Collect(maps.Keys(n.wanted))
}

// adjust keeps the connection's subscriptions at what is wanted. A failure
// shows at the receiving end too, which begins anew.
func (n *notices) adjust(ctx context.Context, ps *redis.PubSub, channels []string) {
	have := map[string]bool{}
	for _, c := range channels {
		have[c] = true
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-n.changed:
		}
		var add, drop []string
		n.mu.Lock()
		for c := range n.wanted {
			if !have[c] {
				add = append(add, c)
			}
		}
		for c := range have {
			if !n.wanted[c] {
				drop = append(drop, c)
			}
		}
		n.mu.Unlock()
		if len(add) > 0 && ps.Subscribe(ctx, add...) == nil {
			for _, c := range add {
				have[c] = true
			}
		}
		if len(drop) > 0 && ps.Unsubscribe(ctx, drop...) == nil {
			for _, c := range drop {
				delete(have, c)
			}
		}
	}
}

func (n *notices) heard(channel, payload string) {
	if doc, ok := redisstore.DocOfLog(channel); ok {
		n.told(doc)
		return
	}
	if channel != n.beats {
		n.topics.Publish(strings.TrimPrefix(channel, channelPrefix), []byte(payload))
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if back, ok := n.probes[payload]; ok {
		delete(n.probes, payload)
		close(back)
	}
}

// beat speaks to ourselves, so that silence means a dead line. It also repeats
// adjustments that may have failed.
func (n *notices) beat(ctx context.Context) {
	tick := time.NewTicker(beatEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			_ = n.speak(ctx, "") // the receiver notices
			select {
			case n.changed <- struct{}{}:
			default:
			}
		}
	}
}

// speak sends a beat. On a cluster it comes from any node, mostly another than
// the one we listen to: it has to find its way.
func (n *notices) speak(ctx context.Context, payload string) (err error) {
	tries := n.nodes.tries()
	for range tries {
		once, cancel := context.WithTimeout(ctx, publishTimeout/time.Duration(tries))
		var node *redis.Client
		if node, err = n.nodes.far(once); err == nil {
			err = node.Publish(once, n.beats, payload).Err()
		}
		cancel()
		if err == nil {
			return nil
		}
	}
	return err
}

// probe waits for a notice of ours to come back.
func (n *notices) probe(ctx context.Context) error {
	nonce, back := rand.Text(), make(chan struct{})
	n.mu.Lock()
	n.probes[nonce] = back
	n.mu.Unlock()
	defer func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		delete(n.probes, nonce)
	}()
	for wait := retryFirst; ; wait = min(2*wait, retryMost) {
		if err := n.speak(ctx, nonce); err != nil {
			return fmt.Errorf("notices do not come back: %w", err)
		}
		timer := time.NewTimer(wait)
		select {
		case <-back:
			timer.Stop()
			return nil
		case <-timer.C: // the subscription may just have begun
		case <-ctx.Done():
			timer.Stop()
			return errors.New("notices do not come back")
		}
	}
}
