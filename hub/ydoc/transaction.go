package ydoc

import (
	"cmp"
	"errors"
	"slices"
)

// transaction is one change of the document, from the first struct to the
// canonical bytes. Its slices are reused from change to change.
type transaction struct {
	touched []touchedClient // clients that got structs
	deleted []*item         // deleted now, in order; splits included
	// seams are the boundaries that splitting made: right halves by id, as
	// merging may recycle the items themselves.
	seams []storeID
	roots []*Type      // created now
	open  bool         // under way
	freed int          // bytes of content that is deleted and was there before
	steps int          // left of the budget for finding places
	runs  []storeRange // integrated now under a key with more than one unit
	// ranges is scratch for what was deleted, in canonical order.
	ranges []storeRange

	clientsBefore, keysBefore int
}

// touchedClient remembers where a client's history ended before.
type touchedClient struct{ client, before uint32 }

// storeID names a unit by the index of its client in Doc.clients.
type storeID struct{ client, clock uint32 }

// storeRange is a run of units of one client of the document.
type storeRange struct{ client, clock, length uint32 }

func (d *Doc) begin(steps int) {
	t := &d.txn
	t.open, t.steps = true, steps
	t.clientsBefore, t.keysBefore = len(d.clients), len(d.keys.names)
	t.roots = t.roots[:0]
}

// end forgets everything; pointers to items must not outlive the transaction.
func (d *Doc) end() {
	t := &d.txn
	clear(t.deleted)
	clear(t.roots)
	for _, touched := range t.touched {
		if int(touched.client) < len(d.clients) { // else rolled back
			d.clients[touched.client].before, d.clients[touched.client].seam = none, noSeam
		}
	}
	t.touched, t.deleted, t.seams, t.roots = t.touched[:0], t.deleted[:0], t.seams[:0], t.roots[:0]
	t.runs, t.open, t.freed = t.runs[:0], false, 0
}

// touch notes that a client's history is about to grow. It is called once per
// client and transaction.
func (d *Doc) touch(c *clientStructs) {
	c.before = c.end
	d.txn.touched = append(d.txn.touched, touchedClient{c.index, c.end})
}

// sortTouched puts the touched clients into canonical order.
func (d *Doc) sortTouched() {
	slices.SortFunc(d.txn.touched, func(a, b touchedClient) int {
		return cmp.Compare(d.clients[b.client].id, d.clients[a.client].id)
	})
}

var errNested = errors.New("ydoc: the document is being changed already")

func (t *transaction) changed() bool { return len(t.touched) > 0 || len(t.deleted) > 0 }

// Commit changes the document as planned and returns the canonical update:
// exactly what changed, encoded from the document's own structs, nil if
// nothing did. A Yjs client fed only with canonical updates ends equal to the
// document.
//
// Errors leave the document as it was: ErrStale if the document has changed
// since the plan was made, ErrLimit if finding the inserts' places costs more
// than Limits allow.
func (d *Doc) Commit(p *Plan) ([]byte, error) {
	if p.doc != d || p.version != d.version {
		return nil, ErrStale
	}
	if d.txn.open {
		return nil, errNested
	}
	if p.Empty() {
		return nil, nil
	}
	d.begin(d.lim.ScanSteps + d.lim.ScanPerStruct*len(p.steps))
	if err := d.perform(p); err != nil {
		d.rollback()
		return nil, err
	}
	return d.finish(), nil
}

// Apply decodes, plans and commits one update. On error the document is
// unchanged. The document keeps no part of b.
func (d *Doc) Apply(b []byte) (canonical []byte, err error) {
	if err := d.scratchUpdate.decode(b, d.lim); err != nil {
		return nil, err
	}
	defer d.releaseScratch()
	if err := d.scratchPlan.make(d, &d.scratchUpdate, false); err != nil {
		return nil, err
	}
	return d.Commit(&d.scratchPlan)
}

// scratchMax is how many records and steps are kept for the next Apply.
const scratchMax = 1 << 10

func (d *Doc) releaseScratch() {
	d.scratchUpdate.data = nil
	if cap(d.scratchUpdate.records) > scratchMax || cap(d.scratchUpdate.clients) > scratchMax ||
		cap(d.scratchUpdate.deletes) > scratchMax {
		d.scratchUpdate, d.scratchPlan = Update{}, Plan{}
	}
}

// perform integrates the planned structs and deletes.
func (d *Doc) perform(p *Plan) error {
	in := integration{d: d, u: p.u, clients: make([]*clientStructs, len(p.cursors))}
	for i := range p.cursors {
		c := &p.cursors[i]
		switch {
		case c.known >= 0:
			in.clients[i] = d.clients[c.known]
		case c.state > 0:
			in.clients[i] = d.client(p.u.clients[i])
		default:
			continue
		}
		if c.state > in.clients[i].end {
			d.touch(in.clients[i])
		}
	}
	for _, s := range p.steps {
		if err := in.integrate(in.clients[s.client], &p.u.records[s.record], s.skip); err != nil {
			return err
		}
	}
	for _, r := range p.deletes {
		d.deleteRange(in.clients[r.client], r.clock, r.clock+r.length)
	}
	return d.checkRuns()
}

// finish garbage-collects and merges as yjs does after a transaction, then
// encodes it.
func (d *Doc) finish() []byte {
	defer d.end()
	if !d.txn.changed() {
		return nil
	}
	if len(d.observers) > 0 {
		d.notify()
	}
	deletes := d.deletedRanges()
	if !d.keepDeleted {
		d.collect()
	}
	d.mergeAfter(deletes)
	canonical := d.encodeTransaction(deletes)
	d.version++
	d.sizeHint = max(d.sizeHint+len(canonical)-d.txn.freed, 0)
	return canonical
}
