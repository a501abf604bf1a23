package ydoc

import (
	"cmp"
	"slices"
)

// deleteRange deletes the live items of a client from clock up to end.
func (d *Doc) deleteRange(c *clientStructs, clock, end uint32) {
	at := c.find(clock)
	if it := c.at(at); !it.deleted() && it.clock < clock {
		d.split(c, at, clock-it.clock)
		at = c.find(clock)
	}
	for clock < end {
		it := c.at(at)
		if !it.deleted() {
			if it.end() > end {
				d.split(c, at, end-it.clock)
				at = c.find(it.clock)
			}
			d.delete(it)
		}
		clock = it.end()
		var ok bool
		if at, ok = c.next(at); !ok {
			return
		}
	}
}

// delete marks an item as deleted, and with a shared type all it holds. The
// recursion is as deep as types nest, which Limits bound.
func (d *Doc) delete(it *item) {
	if it.deleted() {
		return
	}
	if it.listed() {
		it.parent.length -= it.length
	}
	it.flags |= isDeleted | isFresh
	d.deadUnits += uint64(it.length)
	d.txn.deleted = append(d.txn.deleted, it)
	if !d.keepDeleted {
		d.txn.freed += d.clients[it.client].old(it)
	}
	if it.shared == nil {
		return
	}
	for child := it.shared.first; child != nil; child = child.right {
		d.deleteChild(child)
	}
	it.shared.entries.all(func(_ keyID, child *item) { d.deleteChild(child) })
}

// deleteChild deletes a child of a deleted type. A child that was deleted
// before becomes garbage with its parent, which may let it merge.
func (d *Doc) deleteChild(child *item) {
	if child.deleted() {
		d.txn.seams = append(d.txn.seams, storeID{child.client, child.clock})
		return
	}
	d.delete(child)
}

// deletedRanges returns what the transaction deleted, highest client id first,
// clocks ascending, adjacent ranges merged.
func (d *Doc) deletedRanges() []storeRange {
	ranges := d.txn.ranges[:0]
	for _, it := range d.txn.deleted {
		it.flags &^= isFresh
		ranges = append(ranges, storeRange{it.client, it.clock, it.length})
	}
	if len(ranges) > 1 {
		slices.SortFunc(ranges, func(a, b storeRange) int {
			if a.client != b.client {
				return cmp.Compare(d.clients[b.client].id, d.clients[a.client].id)
			}
			return cmp.Compare(a.clock, b.clock)
		})
	}
	d.txn.ranges = ranges
	merged := ranges[:0]
	for _, r := range ranges {
		if n := len(merged); n > 0 && merged[n-1].client == r.client && merged[n-1].clock+merged[n-1].length == r.clock {
			merged[n-1].length += r.length
		} else {
			merged = append(merged, r)
		}
	}
	return merged
}

// collect drops the content of everything the transaction deleted.
func (d *Doc) collect() {
	for _, it := range d.txn.deleted {
		if it.kind != kindGC {
			collectItem(it, false)
		}
	}
}

// collectItem replaces a deleted item's content by its length. Where the
// parent goes too, not even the item's place is needed: it becomes GC.
func collectItem(it *item, parentGone bool) {
	if t := it.shared; t != nil {
		collectType(t)
	}
	if parentGone {
		*it = item{
			client: it.client, clock: it.clock, length: it.length,
			originClient: none, rightClient: none, kind: kindGC, flags: isDeleted,
		}
		return
	}
	it.kind, it.data, it.shared = kindDeleted, nil, nil
	it.flags &^= isAstral
}

func collectType(t *Type) {
	for child := t.first; child != nil; {
		next := child.right
		collectItem(child, true)
		child = next
	}
	t.entries.all(func(_ keyID, child *item) {
		for child != nil {
			next := child.left
			collectItem(child, true)
			child = next
		}
	})
	t.first, t.item, t.length, t.gone = nil, nil, 0, true
	t.entries.reset()
}
