package hub

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/pathboard/pathboard/hub/store"
)

const (
	// journalQueue bounds the appends waiting for the next batch; rooms wait.
	journalQueue = 1024
	// journalBatch bounds one durable write.
	journalBatch = 512
	// appendTimeout bounds one attempt.
	appendTimeout = 5 * time.Second
)

// journalEntry is a room's wish to append; answer never blocks.
type journalEntry struct {
	req    store.AppendRequest
	answer func(store.AppendResult)
}

// journal gathers the appends of all rooms: while one durable write is under
// way the next batch collects, so batches form by themselves under load and a
// lone append leaves at once.
type journal struct {
	log      store.Log
	queue    chan journalEntry
	patience time.Duration
	logger   *slog.Logger
	metrics  *metrics
}

// run serves until ctx ends, then writes what is still queued.
func (j *journal) run(ctx context.Context) {
	for {
		select {
		case e := <-j.queue:
			j.write(j.gather(e))
		case <-ctx.Done():
			for {
				select {
				case e := <-j.queue:
					j.write(j.gather(e))
				default:
					return
				}
			}
		}
	}
}

func (j *journal) gather(first journalEntry) []journalEntry {
	batch := []journalEntry{first}
	for len(batch) < journalBatch {
		select {
		case e := <-j.queue:
			batch = append(batch, e)
			continue
		default:
		}
		break
	}
	return batch
}

// write appends the batch. What fails because the store is away is tried again
// until patience ends; the outcome of a failed attempt is unknown, and writing
// the same update twice does no harm.
func (j *journal) write(batch []journalEntry) {
	end := time.Now().Add(j.patience)
	for wait := 20 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		batch = j.attempt(batch, time.Now().After(end))
		if len(batch) == 0 {
			return
		}
		time.Sleep(wait/2 + rand.N(wait/2))
	}
}

// attempt answers what succeeded or failed for good and returns the rest.
func (j *journal) attempt(batch []journalEntry, last bool) []journalEntry {
	reqs := make([]store.AppendRequest, len(batch))
	for i, e := range batch {
		reqs[i] = e.req
	}
	ctx, cancel := context.WithTimeout(context.Background(), appendTimeout)
	start := time.Now()
	results := j.log.Append(ctx, reqs)
	cancel()
	j.metrics.appendSeconds.Observe(time.Since(start).Seconds())
	j.metrics.appendBatch.Observe(float64(len(batch)))
	var again []journalEntry
	failedDocs := map[store.DocName]bool{}
	for i, r := range results {
		// An entry behind a failed one of its document must not overtake it.
		retry := errors.Is(r.Err, store.ErrUnavailable) || r.Err == nil && failedDocs[batch[i].req.Doc]
		if r.Err != nil {
			failedDocs[batch[i].req.Doc] = true
		}
		if retry && !last {
			again = append(again, batch[i])
			continue
		}
		if r.Err != nil {
			j.metrics.appendFailures.Inc()
		}
		batch[i].answer(r)
	}
	if len(again) > 0 {
		j.logger.Warn("append will be tried again", "entries", len(again), "error", firstError(results))
	}
	return again
}

func firstError(results []store.AppendResult) error {
	for _, r := range results {
		if r.Err != nil {
			return r.Err
		}
	}
	return nil
}
