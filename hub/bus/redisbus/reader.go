package redisbus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/pathboard/pathboard/hub/bus"
	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/store/redisstore"
)

const (
	// blockFor is how long one XREAD waits; it is also how soon a position that
	// is never checked could be overtaken by trimming, so it lies far below
	// redisstore.DefaultTrimGrace.
	blockFor = 2 * time.Second
	// blockGrace is how much longer the answer may take before the connection
	// counts as dead.
	blockGrace = time.Second
	// compareEvery is how often all positions are compared with the streams
	// without a reason: Redis can be replaced by one that has less.
	compareEvery = 30 * time.Second
	// compareAtOnce bounds the documents of one such comparison.
	compareAtOnce = 500
	// readCount is how many entries of a document one XREAD brings.
	readCount = 512
	// interruptEvery is the pause between attempts to wake a blocked reader.
	interruptEvery = 2 * time.Millisecond
)

// errRolledBack says that Redis has less than it had.
var errRolledBack = errors.New("the log does not have the entry at the position any more")

// following is one follower of one document. Its position belongs to the
// reader's goroutine.
type following struct {
	doc     store.DocName
	after   store.Position
	f       bus.Follower
	checked bool // the position was found in the stream since the last failure
}

// reader follows all documents with one blocking XREAD at a time.
type reader struct {
	client *redis.Client
	log    *slog.Logger
	// The set has grown: one slot each for the reader and who interrupts it.
	wake, intrude chan struct{}

	mu        sync.Mutex // guards what follows
	followers map[*following]struct{}
	grown     uint64 // counts new followers
	reading   uint64 // grown at the time of the present XREAD
	blocked   int64  // id of the connection inside XREAD; 0 for none
	err       error  // of the last attempt
}

func newReader(client *redis.Client, log *slog.Logger) *reader {
	return &reader{
		client: client, log: log, wake: make(chan struct{}, 1), intrude: make(chan struct{}, 1),
		followers: map[*following]struct{}{},
	}
}

func (r *reader) follow(doc store.DocName, after store.Position, f bus.Follower) (stop func()) {
	fl := &following{doc: doc, after: after, f: f}
	r.mu.Lock()
	r.followers[fl] = struct{}{}
	r.grown++
	r.mu.Unlock()
	for _, c := range []chan struct{}{r.wake, r.intrude} {
		select {
		case c <- struct{}{}:
		default:
		}
	}
	return func() { r.forget(fl) }
}

func (r *reader) forget(fl *following) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.followers, fl)
}

func (r *reader) follows(fl *following) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, ok := r.followers[fl]
	return ok
}

// failure is why logs cannot be read now.
func (r *reader) failure() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err != nil {
		return fmt.Errorf("logs cannot be read: %w", r.err)
	}
	return nil
}

// interrupt makes a reader that is blocked in XREAD look at the set again. A
// reader on its way into XREAD cannot be woken yet, so it is tried until the
// reader has noticed.
func (r *reader) interrupt(ctx context.Context) {
	tick := time.NewTicker(interruptEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.intrude:
		}
		for r.outdated() && ctx.Err() == nil {
			r.unblock(ctx)
			select {
			case <-tick.C:
			case <-ctx.Done():
			}
		}
	}
}

func (r *reader) outdated() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.blocked != 0 && r.reading != r.grown
}

func (r *reader) unblock(ctx context.Context) {
	r.mu.Lock()
	id := r.blocked
	r.mu.Unlock()
	if id == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, closeTimeout)
	defer cancel()
	_ = r.client.ClientUnblock(ctx, id).Err() // tried again, or the block times out
}

// run reads on one connection after the other until ctx ends.
func (r *reader) run(ctx context.Context) {
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { r.interrupt(ctx) })
	wait := retryFirst
	for ctx.Err() == nil {
		err := r.readOn(ctx, func() { wait = retryFirst })
		if ctx.Err() != nil {
			return
		}
		r.setState(0, err)
		r.log.Warn("following of logs interrupted", "error", err)
		r.mistrust()
		if !pause(ctx, &wait) {
			return
		}
	}
}

// mistrust has all positions compared with the streams again.
func (r *reader) mistrust() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for fl := range r.followers {
		fl.checked = false
	}
}

func (r *reader) setState(blocked int64, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.blocked, r.err = blocked, err
}

// readOn reads on one connection until it fails.
func (r *reader) readOn(ctx context.Context, works func()) error {
	conn := r.connection()
	defer conn.Close()
	// Closing is what ends a read that blocks.
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	id, err := conn.ClientID(ctx).Result()
	if err != nil {
		return err
	}
	compared := time.Now()
	for ctx.Err() == nil {
		if time.Since(compared) >= compareEvery {
			compared = time.Now()
			r.mistrust()
		}
		set, err := r.next(ctx, id)
		if err != nil {
			return err
		}
		works()
		if len(set) == 0 {
			select {
			case <-r.wake:
			case <-time.After(blockFor): // shows whether the connection lives
			case <-ctx.Done():
			}
			if err := conn.Ping(ctx).Err(); err != nil {
				return err
			}
			continue
		}
		streams, err := read(ctx, conn, arguments(set))
		if err != nil && !errors.Is(err, redis.Nil) {
			return err
		}
		for _, s := range streams {
			if doc, ok := redisstore.DocOfLog(s.Stream); ok {
				r.deliver(set[doc], redisstore.Entries(s.Messages))
			}
		}
	}
	return ctx.Err()
}

// read waits for entries. A connection that gives no sign for longer than Redis
// was asked to wait is dead, whatever TCP thinks of it.
func read(ctx context.Context, conn *redis.Client, streams []string) ([]redis.XStream, error) {
	ctx, cancel := context.WithTimeout(ctx, blockFor+blockGrace)
	defer cancel()
	return conn.XRead(ctx, &redis.XReadArgs{Streams: streams, Count: readCount, Block: blockFor}).Result()
}

// connection is a client of one connection that is never replaced unnoticed.
func (r *reader) connection() *redis.Client {
	o := *r.client.Options()
	o.PoolSize, o.MinIdleConns, o.MaxRetries = 1, 0, -1
	return redis.NewClient(&o)
}

// next returns who is to be read for, by document, after positions that are in
// doubt have been compared with the streams.
func (r *reader) next(ctx context.Context, id int64) (map[store.DocName][]*following, error) {
	set := map[store.DocName][]*following{}
	var doubtful []*following
	r.mu.Lock()
	r.blocked, r.reading = id, r.grown
	for fl := range r.followers {
		if !fl.checked {
			doubtful = append(doubtful, fl)
		}
		set[fl.doc] = append(set[fl.doc], fl)
	}
	if len(set) == 0 {
		r.blocked = 0
	}
	r.mu.Unlock()
	lost, err := r.compare(ctx, doubtful)
	if err != nil {
		return nil, err
	}
	r.setErr(nil)
	for fl, why := range lost {
		r.forget(fl)
		fl.f.Lost(fl.doc, why)
		set[fl.doc] = without(set[fl.doc], fl)
		if len(set[fl.doc]) == 0 {
			delete(set, fl.doc)
		}
	}
	return set, nil
}

func (r *reader) setErr(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.err = err
}

// compare looks whether streams still reach back to the positions and have the
// entries at them. It marks the followers it looked at as checked.
func (r *reader) compare(ctx context.Context, doubtful []*following) (lost map[*following]error, err error) {
	lost = map[*following]error{}
	for part := range slices.Chunk(doubtful, compareAtOnce) {
		if err := r.comparePart(ctx, part, lost); err != nil {
			return nil, err
		}
	}
	return lost, nil
}

func (r *reader) comparePart(ctx context.Context, part []*following, lost map[*following]error) error {
	ctx, cancel := context.WithTimeout(ctx, blockFor+blockGrace)
	defer cancel()
	pipe := r.client.Pipeline()
	trimmed, at := make([]*redis.StringCmd, len(part)), make([]*redis.XMessageSliceCmd, len(part))
	for i, fl := range part {
		id := redisstore.StreamID(fl.after)
		trimmed[i] = pipe.HGet(ctx, redisstore.MetaKey(fl.doc), "trimmed")
		at[i] = pipe.XRangeN(ctx, redisstore.LogKey(fl.doc), id, id, 1)
	}
	_, _ = pipe.Exec(ctx) // each command has its own error
	for i, fl := range part {
		if err := trimmed[i].Err(); err != nil && !errors.Is(err, redis.Nil) {
			return err
		}
		if err := at[i].Err(); err != nil {
			return err
		}
		switch since := fl.after.Compare(redisstore.ParsePosition(trimmed[i].Val())); {
		case since < 0:
			lost[fl] = store.ErrTrimmed
		case since > 0 && len(at[i].Val()) == 0:
			lost[fl] = errRolledBack
		default:
			fl.checked = true
		}
	}
	return nil
}

// arguments are the keys of all streams, then the position to read each from:
// the smallest that any of its followers has.
func arguments(set map[store.DocName][]*following) []string {
	keys, ids := make([]string, 0, 2*len(set)), make([]string, 0, len(set))
	for doc, followers := range set {
		keys = append(keys, redisstore.LogKey(doc))
		ids = append(ids, redisstore.StreamID(first(followers)))
	}
	return append(keys, ids...)
}

// deliver gives each follower what lies behind its position.
func (r *reader) deliver(followers []*following, entries []store.Entry) {
	for _, fl := range followers {
		var news []store.Entry
		for _, e := range entries {
			if e.Position.Compare(fl.after) > 0 {
				news = append(news, e)
			}
		}
		if len(news) > 0 && r.follows(fl) {
			fl.after = news[len(news)-1].Position
			fl.f.Entries(fl.doc, news)
		}
	}
}

func without(list []*following, fl *following) []*following {
	var out []*following
	for _, f := range list {
		if f != fl {
			out = append(out, f)
		}
	}
	return out
}
