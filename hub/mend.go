package hub

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/pathboard/pathboard/hub/store"
)

const (
	// auditEvery is how often a room compares itself with the store without a
	// reason, give or take a half: far apart, because it reads the document.
	auditEvery = 5 * time.Minute
	// mendEvery is how often the hub looks after documents whose rooms had to
	// be given up.
	mendEvery = 2 * time.Second
	// keptMost bounds those documents.
	keptMost = 20_000
)

// reconcile stops following the log, loads the document and compares. The room
// goes on meanwhile.
func (r *room) reconcile(why error, acknowledged []byte) {
	if r.reconciling || r.core.ephemeral {
		return
	}
	r.reconciling = true
	r.hub.metrics.reconciled.Inc()
	r.hub.log.Info("document is compared with the store", "doc", r.name, "reason", why)
	if r.unfollow != nil {
		r.unfollow()
		r.unfollow = nil
	}
	r.hub.rwg.Go(func() {
		for pause := retryFirst; r.hub.opening.Err() == nil; pause = min(2*pause, retryMost) {
			ctx, cancel := context.WithTimeout(r.hub.opening, loadTimeout)
			l, err := r.hub.opts.Store.Load(ctx, r.name)
			cancel()
			if err == nil {
				r.mail.put(func(m *mail) { m.stored = &storedDoc{l, acknowledged} })
				return
			}
			select {
			case <-time.After(pause/2 + rand.N(pause/2)):
			case <-r.done:
				return
			case <-r.hub.opening.Done():
				return
			}
		}
	})
}

// storedDoc is a document that was loaded to be compared with what the store
// had acknowledged of it.
type storedDoc struct {
	store.Loaded
	acknowledged []byte // a state vector
}

// reconciled takes what reconcile has loaded.
func (r *room) reconciled(l storedDoc) {
	r.reconciling = false
	r.audited = time.Now()
	if l.Epoch != r.epoch {
		r.reset(store.ErrEpoch)
		return
	}
	lost, err := r.core.reconcile(l.Loaded, l.acknowledged)
	if err != nil {
		r.reset(err)
		return
	}
	if r.unread {
		r.unread = false
		r.core.readOn() // what was loaded reaches as far
	}
	if lost {
		r.hub.metrics.brought.Inc()
		r.hub.log.Error("the store had lost acknowledged changes; they are appended again", "doc", r.name)
	}
	r.unfollow = r.hub.opts.Bus.Follow(r.name, r.core.last, r)
}

// sample compares with a client from time to time, not all documents at once.
func (r *room) sample(now time.Time) {
	every := r.hub.opts.Limits.SampleEvery
	if r.sampled.IsZero() {
		r.sampled = now.Add(-rand.N(every))
	}
	if now.Sub(r.sampled) >= every {
		r.sampled = now
		r.core.sample()
	}
}

// compared notes the outcome of a comparison with a client.
func (r *room) compared(err error) {
	r.hub.metrics.compared.Inc()
	if err != nil {
		r.hub.metrics.lacked.Inc()
		r.hub.log.Warn("a client lacks what it was sent, and gets it again", "doc", r.name)
	}
}

// errDue is the reason when there is no other.
var errDue = errors.New("it is time to")

// audit compares with the store from time to time.
func (r *room) audit(now time.Time) {
	r.core.checkDelivery()
	if r.audited.IsZero() {
		r.audited = now.Add(-rand.N(auditEvery / 2))
	}
	if r.core.seq > 0 && now.Sub(r.audited) >= auditEvery {
		r.core.suspect(errDue)
	}
}

// kept is the document of a room that was given up. The store may come back
// with less than it had acknowledged.
type kept struct {
	core  *core
	epoch uint64
}

// keep remembers a room's document until it has been compared with the store.
func (h *Hub) keep(r *room) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.closing && len(h.kept) < keptMost {
		h.kept[r.name] = kept{r.core, r.epoch}
	}
}

func (h *Hub) takeKept(doc store.DocName) (kept, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	k, ok := h.kept[doc]
	delete(h.kept, doc)
	return k, ok
}

// fill fills the core from what the store has loaded and from what was kept
// of a former room.
func (r *room) fill(l store.Loaded) error {
	k, ok := r.hub.takeKept(r.name)
	if !ok || k.epoch != l.Epoch {
		return r.core.load(l)
	}
	brought, err := r.core.loadWith(l, k.core)
	if brought {
		r.hub.metrics.brought.Inc()
		r.hub.log.Warn("changes that the store lacks are appended again", "doc", r.name)
	}
	if err != nil {
		r.hub.log.Error("the document cannot be served until another instance brings back what the store has lost", "doc", r.name, "error", err)
		r.hub.keep(r)
		r.perform(r.core.take())
	}
	return err
}

// mender opens the documents whose rooms were given up, which compares them
// with the store.
func (h *Hub) mender(ctx context.Context) {
	tick := time.NewTicker(mendEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		for _, doc := range h.keptDocs() {
			r, err := h.acquire(ctx, doc, false)
			if err != nil {
				break // the store is still away
			}
			h.release(r)
		}
	}
}

func (h *Hub) keptDocs() []store.DocName {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := make([]store.DocName, 0, len(h.kept))
	for doc := range h.kept {
		out = append(out, doc)
	}
	return out
}
