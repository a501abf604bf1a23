package hub

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/wire"
	"github.com/pathboard/pathboard/hub/ydoc"
)

const (
	// compactQueue and publishQueue bound what waits for compactors and publisher;
	// what does not fit is asked for again later, or was lossy anyway.
	compactQueue = 1024
	publishQueue = 4096
)

// Hub serves documents to connections.
type Hub struct {
	// static after Open
	opts    Options
	log     *slog.Logger
	metrics *metrics
	journal []*journal // one a lane of the store
	door    *door
	poller  *poller // nil: each connection has a goroutine that reads

	compactions *compactions
	notices     chan outNotice

	life    context.Context // of everything but the journals' last writes
	cancel  context.CancelFunc
	opening context.Context    // of loading documents: ends when Close begins
	noMore  context.CancelFunc // ends opening
	wg      sync.WaitGroup     // journals, compactors, publisher, keeper of lines
	rwg     sync.WaitGroup     // rooms
	cwg     sync.WaitGroup     // connections
	closed  chan struct{}      // closed when Close has ended

	lastMember atomic.Uint64

	mu      sync.Mutex // guards what follows; nothing is called under it
	closing bool
	rooms   map[store.DocName]*room
	conns   map[*conn]struct{}
	members map[store.DocName]map[memberID]*membership
	// workshops counts the connections on the documents of each workshop.
	workshops map[string]int
	kept      map[store.DocName]kept // of rooms given up
	question  uint64                 // number of the last question to the Authorizer
	asked     uint64                 // number of the last Reauthorize call
}

type outNotice struct {
	topic   string
	payload []byte
}

// dropTopic tells all hubs that a document is gone; the payload is its name.
const dropTopic = "hub.drop"

// Open starts a hub. ctx bounds only the start.
func Open(_ context.Context, opts Options) (_ *Hub, err error) {
	if opts.Store == nil || opts.Bus == nil || opts.Authorizer == nil {
		return nil, errors.New("hub: Store, Bus and Authorizer are required")
	}
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	if opts.Trace == nil {
		opts.Trace = noTrace
	}
	opts.Limits = opts.Limits.withDefaults()
	life, cancel := context.WithCancel(context.Background())
	opening, noMore := context.WithCancel(life)
	h := &Hub{
		opts: opts, log: opts.Logger, metrics: newMetrics(opts.Registerer), life: life, cancel: cancel,
		door:    newDoor(opts.Limits, opts.Address),
		opening: opening, noMore: noMore, closed: make(chan struct{}),
		compactions: newCompactions(opts.Store), notices: make(chan outNotice, publishQueue),
		rooms: map[store.DocName]*room{}, conns: map[*conn]struct{}{}, members: map[store.DocName]map[memberID]*membership{}, kept: map[store.DocName]kept{},
		workshops: map[string]int{},
	}
	if h.poller, err = newPoller(); err != nil {
		cancel()
		return nil, err
	}
	undrop := opts.Bus.Subscribe(dropTopic, func(b []byte) { h.dropped(store.DocName(b)) })
	for range lanes(opts.Store) {
		h.journal = append(h.journal, newJournal(h))
	}
	for _, j := range h.journal {
		h.wg.Go(func() { j.run(life) })
	}
	for _, queue := range h.compactions.queues {
		for range compactorsPerLane {
			h.wg.Go(func() { h.compactor(life, queue) })
		}
	}
	h.wg.Go(func() { h.mender(life) })
	h.wg.Go(func() { h.keepLinesAlive(life) })
	h.wg.Go(func() { defer undrop(); h.publisher(life) })
	return h, nil
}

// Close drains the hub: clients are told to come back elsewhere, appends under
// way are finished and acknowledged, then everything ends. It returns ctx's
// error if that takes too long; nothing acknowledged is lost either way.
func (h *Hub) Close(ctx context.Context) error {
	h.mu.Lock()
	again := h.closing
	h.closing = true
	rooms := slices.Collect(maps.Values(h.rooms))
	h.mu.Unlock()
	if again {
		return waitFor(ctx, h.closed)
	}
	defer close(h.closed)
	h.noMore()
	// Rooms first: what is in flight is acknowledged while sockets are open.
	for _, r := range rooms {
		close(r.stop)
	}
	err := wait(ctx, &h.rwg)
	h.mu.Lock()
	conns := slices.Collect(maps.Keys(h.conns))
	h.mu.Unlock()
	for _, c := range conns {
		c.fail(closeRestart, "the server restarts")
	}
	if late := wait(ctx, &h.cwg); late != nil {
		err = errors.Join(err, late)
		for _, c := range conns {
			c.cut() // they have had their time
		}
	}
	h.cancel()
	return errors.Join(err, wait(ctx, &h.wg), h.poller.close(ctx))
}

func wait(ctx context.Context, wg *sync.WaitGroup) error {
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	return waitFor(ctx, done)
}

func waitFor(ctx context.Context, done <-chan struct{}) error {
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("hub: close: %w", ctx.Err())
	}
}

// acquire returns the document's loaded room and counts its use; release gives
// it back.
func (h *Hub) acquire(ctx context.Context, doc store.DocName, ephemeral bool) (*room, error) {
	for {
		h.mu.Lock()
		if h.closing {
			h.mu.Unlock()
			return nil, ErrClosed
		}
		r := h.rooms[doc]
		if r == nil {
			r = newRoom(h, doc, ephemeral)
			h.rooms[doc] = r
			h.metrics.rooms.Inc()
			h.rwg.Go(func() { r.run(h.life) })
		}
		r.refs++
		h.mu.Unlock()
		select {
		case <-r.ready:
		case <-ctx.Done():
			h.release(r)
			return nil, ctx.Err()
		}
		if r.loadErr != nil {
			h.release(r)
			return nil, r.loadErr
		}
		select {
		case <-r.done: // ended meanwhile; begin anew
			h.release(r)
		default:
			return r, nil
		}
	}
}

func (h *Hub) release(r *room) {
	h.mu.Lock()
	defer h.mu.Unlock()
	r.refs--
}

// forget takes a room out of the map, so that the next use loads a new one.
func (h *Hub) forget(r *room) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.forgetLocked(r)
}

func (h *Hub) forgetLocked(r *room) {
	if h.rooms[r.name] == r {
		delete(h.rooms, r.name)
		h.metrics.rooms.Dec()
	}
}

// retireIfUnused takes the room out of the map unless somebody got hold of it
// meanwhile: unloading cannot race with joining.
func (h *Hub) retireIfUnused(r *room) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if r.refs > 0 || h.closing {
		return false
	}
	h.forgetLocked(r)
	return true
}

// call runs an event on the document's room and waits for its answer.
func (h *Hub) call(ctx context.Context, doc store.DocName, e func(r *room, done func(error))) error {
	r, err := h.acquire(ctx, doc, false)
	if err != nil {
		return err
	}
	defer h.release(r)
	answer := make(chan error, 1)
	if !r.post(ctx, func(r *room) { e(r, func(err error) { answer <- err }) }) {
		return errors.Join(ctx.Err(), store.ErrUnavailable)
	}
	select {
	case err := <-answer:
		return err
	case <-r.done:
		select {
		case err := <-answer:
			return err
		default:
			return fmt.Errorf("%w: the document was given up", store.ErrUnavailable)
		}
	case <-ctx.Done():
		return ctx.Err()
	}
}

// View runs f on the document, on its room's goroutine: f must be quick and
// keep nothing of the Doc. When View returns, what f saw is durable.
func (h *Hub) View(ctx context.Context, doc store.DocName, f func(*ydoc.Doc) error) error {
	return h.call(ctx, doc, func(r *room, done func(error)) { r.core.view(f, done) })
}

// Edit changes the document on the server's behalf and returns when the change
// is durable. An error from f leaves the document as it was.
func (h *Hub) Edit(ctx context.Context, doc store.DocName, subject string, f func(*ydoc.Txn) error) error {
	return h.call(ctx, doc, func(r *room, done func(error)) { r.core.edit(subject, f, done) })
}

// Broadcast sends a stateless payload to this instance's connections on the
// document, each with what payload makes of its grant; nil sends nothing. The
// bytes are shared by all who get them and must not be changed any more.
func (h *Hub) Broadcast(doc store.DocName, payload func(Grant) []byte) {
	h.mu.Lock()
	r := h.rooms[doc]
	if r != nil {
		r.refs++
	}
	h.mu.Unlock()
	if r == nil {
		return
	}
	defer h.release(r)
	r.post(h.life, func(r *room) {
		for _, id := range r.core.order {
			m := r.core.members[id]
			g := m.grant
			g.Said = m.said
			if b := payload(g); b != nil {
				r.core.send(id, message{typ: wire.TypeStateless, payload: b})
			}
		}
	})
}

// Drop deletes a document everywhere: in the store and in every hub.
func (h *Hub) Drop(ctx context.Context, doc store.DocName) error {
	if err := h.opts.Store.Drop(ctx, doc); err != nil {
		return fmt.Errorf("drop document: %w", err)
	}
	h.dropped(doc)
	if err := h.opts.Bus.Publish(ctx, dropTopic, []byte(doc)); err != nil {
		// Other hubs notice at their next append: the epoch has changed.
		h.log.Warn("drop not announced", "doc", doc, "error", err)
	}
	return nil
}

func (h *Hub) dropped(doc store.DocName) {
	h.mu.Lock()
	r := h.rooms[doc]
	delete(h.kept, doc)
	h.mu.Unlock()
	if r != nil {
		r.mail.put(func(m *mail) { m.dropped = true })
	}
}

// publish hands a notice to the publisher; a full queue loses it, as notices
// may be.
func (h *Hub) publish(topic string, payload []byte) {
	select {
	case h.notices <- outNotice{topic, payload}:
	default:
	}
}

func (h *Hub) publisher(ctx context.Context) {
	for {
		select {
		case n := <-h.notices:
			ctx, end := h.opts.Trace(ctx, "publish", "bytes", len(n.payload))
			err := h.opts.Bus.Publish(ctx, n.topic, n.payload)
			end(err)
			if err != nil && ctx.Err() == nil {
				h.log.Debug("notice lost", "topic", n.topic, "error", err)
			}
		case <-ctx.Done():
			return
		}
	}
}
