package ydoc

import (
	"cmp"
	"slices"
)

// integration adds an update's structs to a document. The plan made sure that
// everything a struct refers to is there.
type integration struct {
	d       *Doc
	u       *Update
	clients []*clientStructs // the update's clients in the document
}

// Refusals that only the integration can find.
var (
	errScan    = refuse(ErrLimit, "too many concurrent inserts in one place")
	errParents = refuse(ErrMalformed, "neighbours in different places")
	errValues  = refuse(ErrMalformed, "several values under one key")
)

// integrate adds a record without its first skip units, which are known. The
// record begins where the client's history ends.
func (in *integration) integrate(c *clientStructs, r *record, skip uint32) error {
	if r.kind == kindGC {
		in.d.addGC(c, r.length-skip)
		return nil
	}
	content := in.content(r, skip)
	if in.extend(c, r, skip, content) {
		return nil
	}
	d := in.d
	it := d.slab.get()
	it.client, it.clock, it.length = c.index, c.end, r.length-skip
	it.kind, it.originClient, it.rightClient = r.kind, none, none
	if r.flags&hasAstral != 0 {
		it.flags = isAstral
	}
	left, right, ok := in.neighbours(c, r, skip, it)
	if !ok || !in.adopt(it, r, skip, left, right) { // the place was garbage-collected: so is the struct
		length := it.length
		d.slab.put(it)
		d.addGC(c, length)
		return nil
	}
	err := errParents // which no Yjs client writes
	if belongs(left, it) && belongs(right, it) {
		left, err = d.findPlace(it, left, right)
	}
	if err != nil {
		d.slab.put(it)
		return err
	}
	if left != nil && left == c.last() && continues(left, it) {
		c.grow(left, content, it.length, it.flags&isAstral != 0)
		d.slab.put(it)
		return nil
	}
	if r.kind == kindType {
		it.shared = &Type{doc: d, item: it, kind: r.typeKind, name: string(content), depth: it.parent.depth + 1}
	} else {
		it.data = d.arena.copy(content)
	}
	d.insert(it, left)
	if it.key != noKey && it.length > 1 {
		d.txn.runs = append(d.txn.runs, storeRange{c.index, it.clock, it.length})
	}
	return nil
}

// checkRuns refuses a struct of several units under a key unless the update
// deletes all of it. Yjs merges deleted values into such structs, but writes
// none alive. One that is alive, and is split, would come back from storage
// with its left half deleted.
func (d *Doc) checkRuns() error {
	for _, r := range d.txn.runs {
		c := d.clients[r.client]
		for at, ok := c.find(r.clock), true; ok && c.at(at).clock < r.clock+r.length; at, ok = c.next(at) {
			if !c.at(at).deleted() {
				return errValues
			}
		}
	}
	return nil
}

// continues reports whether an item about to be put right behind last would be
// merged into it at the end of the transaction.
func continues(last, it *item) bool {
	return last.kind == it.kind && it.kind.grows() && !last.deleted() && !it.parent.deleted() &&
		last.key == noKey && it.originClient == last.client && it.originClock == last.lastClock() && last.sameRight(it)
}

// grow appends content to the last item of a history.
func (c *clientStructs) grow(last *item, content []byte, units uint32, astral bool) {
	if last.end() == c.before {
		c.seam = len(last.data)
	}
	last.data = append(last.data, content...)
	last.length += units
	last.parent.length += units
	if astral {
		last.flags |= isAstral
	}
	c.end = last.end()
}

// content returns the bytes of a record without its first skip units.
func (in *integration) content(r *record, skip uint32) []byte {
	b := in.u.bytes(r.content)
	if skip > 0 {
		_, b = splitContent(r.kind, b, skip)
	}
	return b
}

// extend grows the client's last item when the record merely continues it: the
// same neighbours, a content that merges. That is what typing produces, and
// merging now spares an item that would be merged away later.
func (in *integration) extend(c *clientStructs, r *record, skip uint32, content []byte) bool {
	last := c.last()
	if last == nil || last.kind != r.kind || !r.kind.grows() || last.deleted() || last.key != noKey || last.parent.deleted() {
		return false
	}
	if skip == 0 && (r.origin.client == none || in.clients[r.origin.client] != c || r.origin.clock != last.lastClock()) {
		return false
	}
	if r.right.client == none {
		if last.rightClient != none || last.right != nil {
			return false
		}
	} else {
		right := in.clients[r.right.client].index
		if last.rightClient != right || last.rightClock != r.right.clock ||
			last.right == nil || last.right.client != right || last.right.clock != r.right.clock {
			return false
		}
	}
	c.grow(last, content, r.length-skip, r.flags&hasAstral != 0)
	return true
}

// neighbours finds the items the record was inserted between, splitting them
// where needed. ok is false when one was garbage-collected.
func (in *integration) neighbours(c *clientStructs, r *record, skip uint32, it *item) (left, right *item, ok bool) {
	origin := in.clientOf(r.origin)
	originClock := r.origin.clock
	if skip > 0 {
		origin, originClock = c, it.clock-1
	}
	if origin != nil {
		left = in.d.splitAfter(origin, originClock)
		it.originClient, it.originClock = origin.index, originClock
	}
	if c := in.clientOf(r.right); c != nil {
		right = in.d.splitBefore(c, r.right.clock)
		it.rightClient, it.rightClock = c.index, r.right.clock
		if left != nil && left.lastClock() != originClock && left.kind != kindGC && in.begins(r.right) {
			left = in.d.splitAfter(origin, originClock)
		}
	}
	return left, right, (left == nil || left.kind != kindGC) && (right == nil || right.kind != kindGC)
}

// begins reports whether a struct of the update begins at id.
//
// It matters when an undo in yjs made a struct whose right neighbour stands
// left of its left one, in the same run of text. Splitting for the right one
// then moves the end of the left one's item. Yjs inserts at the shortened item
// if the run was one item already, but not if the update brings it in pieces;
// we have joined the pieces by now and must look again.
func (in *integration) begins(id localID) bool {
	b := in.u.blockOf[id.client]
	if b < 0 {
		return false
	}
	records := in.u.records[in.u.blocks[b].first:in.u.blocks[b].last]
	_, found := slices.BinarySearchFunc(records, id.clock, func(r record, clock uint32) int {
		return cmp.Compare(r.clock, clock)
	})
	return found
}

func (in *integration) clientOf(id localID) *clientStructs {
	if id.client == none {
		return nil
	}
	return in.clients[id.client]
}

// adopt finds the item's parent and key: said by the record, or the
// neighbour's. What the record of a part known already says is not looked at:
// the part is the neighbour. It reports false when there is no parent any more.
func (in *integration) adopt(it *item, r *record, skip uint32, left, right *item) bool {
	switch {
	case skip > 0:
		it.parent, it.key = left.parent, left.key
		return it.parent != nil
	case r.flags&hasRoot != 0:
		it.parent = in.d.root(in.u.bytes(r.root))
	case r.parent.client != none:
		it.parent = in.clients[r.parent.client].get(r.parent.clock).shared
	case left != nil:
		it.parent, it.key = left.parent, left.key
	case right != nil:
		it.parent, it.key = right.parent, right.key
	}
	if r.flags&hasKey != 0 {
		it.key = in.d.keys.intern(in.u.bytes(r.key))
	}
	return it.parent != nil
}

func belongs(neighbour, it *item) bool {
	return neighbour == nil || neighbour.parent == it.parent && neighbour.key == it.key
}

// addGC appends garbage to a history. It is in no list.
func (d *Doc) addGC(c *clientStructs, length uint32) {
	d.deadUnits += uint64(length)
	if last := c.last(); last != nil && last.kind == kindGC {
		last.length += length
		c.end = last.end()
		return
	}
	it := d.slab.get()
	it.client, it.clock, it.length = c.index, c.end, length
	it.originClient, it.rightClient = none, none
	it.kind, it.flags = kindGC, isDeleted
	d.structs++
	c.append(it)
}
