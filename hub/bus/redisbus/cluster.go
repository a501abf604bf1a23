package redisbus

import (
	"cmp"
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
	// lookEvery is how often each log is looked at without word of an entry. It
	// is also how late an entry can come of which word was lost.
	lookEvery = 2500 * time.Millisecond
	// nodeTimeout bounds one reading of many logs from one master.
	nodeTimeout = 3 * time.Second
	// logsAtOnce bounds the logs of one reading.
	logsAtOnce = 500
)

// clusterReader follows documents on a cluster: it is told of new entries and
// reads, from each master independently and one reading at a time, so that
// readings gather more logs the longer they take.
//
// Every reading begins with the entry at the position. If it is not there the
// log was trimmed, or a replica has taken over that did not have it.
type clusterReader struct {
	client  *redis.ClusterClient
	notices *notices
	log     *slog.Logger
	wake    chan struct{} // one slot: something is to be read, or a node is free

	mu    sync.Mutex // guards what follows
	docs  map[store.DocName]*followed
	nodes map[*redis.Client]*nodeState
}

// followed is a document with followers. Their positions belong to the reading
// that the document is in.
type followed struct {
	doc       store.DocName
	followers []*following
	news      bool // there may be something to read
	reading   bool
}

// nodeState is a master that has been read from.
type nodeState struct {
	busy bool
	err  error // of the last reading
	wait time.Duration
}

var _, _ logs = (*reader)(nil), (*clusterReader)(nil)

func newClusterReader(client *redis.ClusterClient, n *notices, log *slog.Logger) *clusterReader {
	r := &clusterReader{
		client: client, notices: n, log: log, wake: make(chan struct{}, 1),
		docs: map[store.DocName]*followed{}, nodes: map[*redis.Client]*nodeState{},
	}
	n.told = r.told
	return r
}

func (r *clusterReader) follow(doc store.DocName, after store.Position, f bus.Follower) (stop func()) {
	fl := &following{doc: doc, after: after, f: f}
	r.mu.Lock()
	d := r.docs[doc]
	first := d == nil
	if first {
		d = &followed{doc: doc}
		r.docs[doc] = d
	}
	d.followers = append(d.followers, fl)
	d.news = true
	r.mu.Unlock()
	if first {
		r.notices.want(redisstore.LogKey(doc), true)
	}
	r.ring()
	return func() { r.forget(fl) }
}

func (r *clusterReader) forget(fl *following) {
	r.mu.Lock()
	d := r.docs[fl.doc]
	if d == nil {
		r.mu.Unlock()
		return
	}
	d.followers = without(d.followers, fl)
	last := len(d.followers) == 0
	if last {
		delete(r.docs, fl.doc)
	}
	r.mu.Unlock()
	if last {
		r.notices.want(redisstore.LogKey(fl.doc), false)
	}
}

func (r *clusterReader) follows(fl *following) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	d := r.docs[fl.doc]
	return d != nil && slices.Contains(d.followers, fl)
}

// told has a document read.
func (r *clusterReader) told(doc store.DocName) {
	r.mu.Lock()
	d := r.docs[doc]
	if d != nil {
		d.news = true
	}
	r.mu.Unlock()
	if d != nil {
		r.ring()
	}
}

func (r *clusterReader) ring() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// failure is an error when most of the masters that were read from fail: the
// documents of the others go on.
func (r *clusterReader) failure() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all error
	failed := 0
	for _, n := range r.nodes {
		if n.err != nil {
			failed++
			all = errors.Join(all, n.err)
		}
	}
	if 2*failed > len(r.nodes) {
		return fmt.Errorf("logs cannot be read: %w", all)
	}
	return nil
}

// run begins readings until ctx ends, then waits for them.
func (r *clusterReader) run(ctx context.Context) {
	var wg sync.WaitGroup
	defer wg.Wait()
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.wake:
		case <-look.C:
			r.lookAtAll()
		}
		for node, docs := range r.due(ctx) {
			wg.Go(func() {
				r.read(ctx, node, docs)
				r.ring()
			})
		}
	}
}

// lookAtAll has every log read, and forgets masters that are none any more.
func (r *clusterReader) lookAtAll() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, d := range r.docs {
		d.news = true
	}
	for c, n := range r.nodes {
		if !n.busy {
			delete(r.nodes, c)
		}
	}
}

// due takes the documents that are to be read from masters that are free.
func (r *clusterReader) due(ctx context.Context) map[*redis.Client][]*followed {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := map[*redis.Client][]*followed{}
	for doc, d := range r.docs {
		if !d.news || d.reading {
			continue
		}
		node, err := r.client.MasterForKey(ctx, redisstore.LogKey(doc))
		if err != nil { // it is asked again with the next look
			continue
		}
		n := r.nodes[node]
		if n == nil {
			n = &nodeState{wait: retryFirst}
			r.nodes[node] = n
		}
		if n.busy && out[node] == nil || len(out[node]) == logsAtOnce {
			continue
		}
		n.busy, d.reading, d.news = true, true, false
		out[node] = append(out[node], d)
	}
	return out
}

// read reads documents from their master and frees both.
func (r *clusterReader) read(ctx context.Context, node *redis.Client, docs []*followed) {
	again, err := r.readLogs(ctx, docs)
	if ctx.Err() != nil {
		return
	}
	r.mu.Lock()
	n := r.nodes[node]
	n.err = err
	r.mu.Unlock()
	if err != nil {
		r.log.Warn("following of logs interrupted", "master", node.Options().Addr, "error", err)
		r.client.ReloadState(ctx)
		pause(ctx, &n.wait)
	} else {
		n.wait = retryFirst
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	n.busy = false
	for _, d := range docs {
		d.reading = false
		d.news = d.news || again[d]
	}
}

// readLogs delivers what is new in the documents' logs. again are those that
// have more, or could not be read.
func (r *clusterReader) readLogs(ctx context.Context, docs []*followed) (again map[*followed]bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, nodeTimeout)
	defer cancel()
	pipe := r.client.Pipeline()
	sets, answers := make([][]*following, len(docs)), make([]*redis.XMessageSliceCmd, len(docs))
	r.mu.Lock()
	for i, d := range docs {
		if sets[i] = d.followers; len(sets[i]) > 0 {
			answers[i] = pipe.XRangeN(ctx, redisstore.LogKey(d.doc), redisstore.StreamID(first(sets[i])), "+", readCount)
		}
	}
	r.mu.Unlock()
	if pipe.Len() == 0 {
		return nil, nil
	}
	_, _ = pipe.Exec(ctx) // each command has its own error
	again = map[*followed]bool{}
	for i, d := range docs {
		if answers[i] == nil {
			continue
		}
		messages, e := answers[i].Result()
		if e == nil {
			e = r.deliver(ctx, sets[i], redisstore.Entries(messages))
		}
		again[d] = e != nil || len(messages) == readCount
		err = cmp.Or(err, e)
	}
	return again, err
}

// deliver gives each follower what lies behind its position, once it is sure
// that nothing is missing there.
func (r *clusterReader) deliver(ctx context.Context, followers []*following, entries []store.Entry) error {
	for _, fl := range followers {
		from, found := 0, false
		for from < len(entries) && !found && entries[from].Position.Compare(fl.after) <= 0 {
			found = entries[from].Position == fl.after
			from++
		}
		if from == len(entries) && from == readCount && !found {
			continue // not read that far
		}
		if !found {
			why, err := r.gap(ctx, fl)
			if err != nil {
				return err
			}
			if why != nil {
				r.forget(fl)
				fl.f.Lost(fl.doc, why)
				continue
			}
		}
		if news := entries[from:]; len(news) > 0 && r.follows(fl) {
			fl.after = news[len(news)-1].Position
			fl.f.Entries(fl.doc, news)
		}
	}
	return nil
}

// gap says why the entry at a position may be missing; nil if it was trimmed
// and nothing behind it.
func (r *clusterReader) gap(ctx context.Context, fl *following) (why, err error) {
	text, err := r.client.HGet(ctx, redisstore.MetaKey(fl.doc), "trimmed").Result()
	if err != nil && !errors.Is(err, redis.Nil) {
		return nil, err
	}
	switch since := fl.after.Compare(redisstore.ParsePosition(text)); {
	case since < 0:
		return store.ErrTrimmed, nil
	case since > 0:
		return errRolledBack, nil
	}
	return nil, nil
}

// first is the smallest position of the followers.
func first(followers []*following) store.Position {
	after := followers[0].after
	for _, fl := range followers[1:] {
		if fl.after.Compare(after) < 0 {
			after = fl.after
		}
	}
	return after
}
