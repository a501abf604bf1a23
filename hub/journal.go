package hub

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/pathboard/pathboard/hub/store"
)

const (
	// journalQueue bounds the appends waiting for the next batch, in all
	// journals; rooms wait.
	journalQueue = 1024
	// journalBatch bounds one durable write.
	journalBatch = 512
	// appendTimeout bounds one attempt.
	appendTimeout = 5 * time.Second
	// The pause before a failed append is tried again grows between these.
	retryFirst, retryMost = 20 * time.Millisecond, time.Second
)

// journalEntry is a room's wish to append.
type journalEntry struct {
	req store.AppendRequest
	seq uint64
	by  *mailbox // takes the answer
}

// journalResult answers a journalEntry.
type journalResult struct {
	seq uint64
	store.AppendResult
}

// journal gathers the appends of all rooms: while one durable write is under
// way the next batch collects, so batches form by themselves under load and a
// lone append leaves at once.
//
// What fails because the store is away is tried again until patience ends. The
// outcome of a failed attempt is unknown, and writing the same update twice
// does no harm. Later entries of the same document wait behind it, those of
// other documents do not.
type journal struct {
	log      store.Log
	queue    chan journalEntry
	patience time.Duration
	logger   *slog.Logger
	metrics  *metrics
	trace    Tracer

	// owned by run
	held     map[store.DocName]*heldEntries
	answered []*mailbox // with answers of this batch
}

// heldEntries is one document's appends while its first one fails.
type heldEntries struct {
	entries []journalEntry
	next    time.Time // of the next attempt
	pause   time.Duration
	until   time.Time // patience ends
}

func newJournal(h *Hub) *journal {
	return &journal{
		log: h.opts.Store, queue: make(chan journalEntry, journalQueue/lanes(h.opts.Store)),
		patience: h.opts.Limits.AppendPatience, logger: h.log, metrics: h.metrics, trace: h.opts.Trace,
	}
}

// lanes is how many parts of a store are written independently, each by a
// journal of its own.
func lanes(s store.Log) int {
	if l, ok := s.(store.Lanes); ok {
		return l.Lanes()
	}
	return 1
}

func lane(s store.Log, doc store.DocName) int {
	if l, ok := s.(store.Lanes); ok {
		return l.Lane(doc)
	}
	return 0
}

// run serves until ctx ends, then writes what is still queued.
func (j *journal) run(ctx context.Context) {
	j.held = map[store.DocName]*heldEntries{}
	retry := time.NewTimer(0)
	defer retry.Stop()
	<-retry.C
	closing := ctx.Done()
	for {
		if closing == nil && len(j.queue) == 0 && len(j.held) == 0 {
			return
		}
		select {
		case e := <-j.queue:
			j.write(j.gather(e))
		case <-retry.C:
			j.write(j.due(time.Now()))
		case <-closing:
			closing = nil
		}
		if next, ok := j.nextRetry(); ok {
			retry.Reset(time.Until(next))
		}
	}
}

// gather takes what waits into one batch, entries of held documents excepted.
func (j *journal) gather(first journalEntry) []journalEntry {
	batch := j.admit(nil, first)
	for len(batch) < journalBatch {
		select {
		case e := <-j.queue:
			batch = j.admit(batch, e)
			continue
		default:
		}
		break
	}
	return batch
}

func (j *journal) admit(batch []journalEntry, e journalEntry) []journalEntry {
	if h := j.held[e.req.Doc]; h != nil {
		h.entries = append(h.entries, e)
		return batch
	}
	return append(batch, e)
}

// due returns the entries whose pause has ended, whole documents until the
// batch is full.
func (j *journal) due(now time.Time) []journalEntry {
	var batch []journalEntry
	for _, h := range j.held {
		if len(batch) < journalBatch && !h.next.After(now) {
			batch = append(batch, h.entries...)
			h.entries = nil
		}
	}
	return batch
}

func (j *journal) nextRetry() (next time.Time, ok bool) {
	for _, h := range j.held {
		if !ok || h.next.Before(next) {
			next, ok = h.next, true
		}
	}
	return next, ok
}

// write appends a batch and answers what succeeded or failed for good.
func (j *journal) write(batch []journalEntry) {
	if len(batch) == 0 {
		return
	}
	results := j.attempt(batch)
	now := time.Now()
	failed := map[store.DocName]error{}
	for i, e := range batch {
		doc, res := e.req.Doc, results[i]
		if first := failed[doc]; first != nil && res.Err == nil {
			// Behind a failed entry of its document, which it must not overtake.
			res.Err = first
		}
		if res.Err != nil && failed[doc] == nil {
			failed[doc] = res.Err
			j.postpone(doc, now)
		}
		if h := j.held[doc]; h != nil && errors.Is(res.Err, store.ErrUnavailable) && now.Before(h.until) {
			h.entries = append(h.entries, e)
			continue
		}
		j.answer(e, res)
	}
	// A room hears of all its entries in a batch at once.
	for i, m := range j.answered {
		if slices.Index(j.answered[:i], m) < 0 {
			m.ring()
		}
	}
	clear(j.answered)
	j.answered = j.answered[:0]
	for doc, h := range j.held {
		if len(h.entries) == 0 { // all answered
			delete(j.held, doc)
		}
	}
	if len(j.held) > 0 {
		j.logger.Warn("append will be tried again", "documents", len(j.held))
	}
}

// postpone sets the document's next attempt.
func (j *journal) postpone(doc store.DocName, now time.Time) {
	h := j.held[doc]
	if h == nil {
		h = &heldEntries{pause: retryFirst, until: now.Add(j.patience)}
		j.held[doc] = h
	}
	h.next = now.Add(h.pause/2 + rand.N(h.pause/2))
	h.pause = min(2*h.pause, retryMost)
}

func (j *journal) answer(e journalEntry, res store.AppendResult) {
	if res.Err != nil {
		j.metrics.appendFailures.Inc()
	}
	e.by.leave(func(m *mail) { m.results = append(m.results, journalResult{e.seq, res}) })
	if n := len(j.answered); n == 0 || j.answered[n-1] != e.by {
		j.answered = append(j.answered, e.by)
	}
}

func (j *journal) attempt(batch []journalEntry) []store.AppendResult {
	reqs := make([]store.AppendRequest, len(batch))
	for i, e := range batch {
		reqs[i] = e.req
	}
	ctx, cancel := context.WithTimeout(context.Background(), appendTimeout)
	defer cancel()
	start := time.Now()
	ctx, end := j.trace(ctx, "append", "entries", len(batch))
	results := j.log.Append(ctx, reqs)
	failed := slices.IndexFunc(results, func(r store.AppendResult) bool { return r.Err != nil })
	if failed < 0 {
		end(nil)
	} else {
		end(results[failed].Err)
	}
	j.metrics.appendSeconds.Observe(time.Since(start).Seconds())
	j.metrics.appendBatch.Observe(float64(len(batch)))
	return results
}
