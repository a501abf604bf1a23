package hub

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/ydoc"
)

// retired is the owner of the client ids of a document that was rebuilt: nobody.
// A replica from before carries what was to be forgotten, and everything it
// could bring back stands under such an id.
const retired = ""

// ErrNoRestorer says that the store cannot replace documents.
var ErrNoRestorer = errors.New("hub: the store cannot replace a document")

// rebuildTries bounds the drawing of a client id that nobody had.
const rebuildTries = 10

// Rebuild replaces a document by what build writes into a new one, in one step:
// log, snapshots, history and pins of the old one are gone, deleted text with
// them. Hubs load the new one; who comes back with a replica of the old one
// gets the new content too, and a refusal with the code "rebuilt" for whatever
// they bring, until they throw their replica away.
//
// The caller keeps people from writing meanwhile: a change that is acknowledged
// between the reading of the old document and the writing of the new one is
// not in it.
func (h *Hub) Rebuild(ctx context.Context, doc store.DocName, subject string, build func(old *ydoc.Doc, x *ydoc.Txn) error) error {
	restorer, ok := h.opts.Store.(store.Restorer)
	if !ok {
		return ErrNoRestorer
	}
	l, err := h.opts.Store.Load(ctx, doc)
	if err != nil {
		return fmt.Errorf("rebuild: %w", err)
	}
	old := newCore(h.opts.Limits, incarnation{}, 0, false)
	if err := old.load(l); err != nil {
		return fmt.Errorf("rebuild: %w", err)
	}
	client, err := freshClient(old.owners)
	if err != nil {
		return err
	}
	state, err := ydoc.New(ydoc.Options{Limits: trusted}).Transact(client, func(x *ydoc.Txn) error { return build(old.doc, x) })
	if err != nil {
		return fmt.Errorf("rebuild: %w", err)
	}
	owners := make(map[uint64]string, len(old.owners)+1)
	for id := range old.owners {
		owners[id] = retired
	}
	owners[client] = subject
	data, err := Archive{Update: state, Owners: owners}.Snapshot()
	if err != nil {
		return fmt.Errorf("rebuild: %w", err)
	}
	if err := restorer.RestoreDoc(ctx, doc, l.Epoch, data); err != nil {
		return fmt.Errorf("rebuild: %w", err)
	}
	return h.leave(ctx, doc)
}

// leave gives up this hub's room of a document that was replaced, and waits until
// it has gone; other hubs learn it from the log.
func (h *Hub) leave(ctx context.Context, doc store.DocName) error {
	h.mu.Lock()
	r := h.rooms[doc]
	h.mu.Unlock()
	if r == nil {
		return nil
	}
	r.mail.put(func(m *mail) { m.lost = errRestored })
	select {
	case <-r.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// freshClient draws a client id that has no owner; Yjs has 32 bits for them.
func freshClient(owners map[uint64]string) (uint64, error) {
	for range rebuildTries {
		id := uint64(rand.Uint32())
		if _, taken := owners[id]; !taken && id != 0 {
			return id, nil
		}
	}
	return 0, errors.New("hub: no client id is free")
}

// isRetired reports whether a plan writes under a client id of a document that
// was rebuilt.
func (c *core) isRetired(p *ydoc.Plan) bool {
	for client := range p.Clients() {
		if owner, owned := c.owners[client]; owned && owner == retired {
			return true
		}
	}
	return false
}
