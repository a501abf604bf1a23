package ydoc

// mergeAfter merges items that have become mergeable, in the places yjs looks:
// around what was deleted, from the first new struct on, and where items were
// split. The result is what yjs has, so states encode to the same bytes.
func (d *Doc) mergeAfter(deletes []storeRange) {
	for i := len(deletes) - 1; i >= 0; i-- {
		r := deletes[i]
		c := d.clients[r.client]
		at := c.find(r.clock + r.length - 1)
		if next, ok := c.next(at); ok {
			at = next
		}
		d.mergeDownTo(c, at, r.clock)
	}
	for _, t := range d.txn.touched {
		c := d.clients[t.client]
		d.mergeDownTo(c, c.lastPosition(), c.get(t.before).clock)
	}
	d.mergeSeams()
}

// mergeDownTo tries every boundary from the item at a place leftwards, as long
// as the item right of it begins at clock or later.
func (d *Doc) mergeDownTo(c *clientStructs, at position, clock uint32) {
	for c.at(at).clock >= clock {
		at, _ = d.mergeLeft(c, at)
		var ok bool
		if at, ok = c.prev(at); !ok {
			return
		}
	}
}

func (d *Doc) mergeSeams() {
	for i := len(d.txn.seams) - 1; i >= 0; i-- {
		seam := d.txn.seams[i]
		if int(seam.client) >= len(d.clients) || seam.clock >= d.clients[seam.client].end {
			continue // rolled back
		}
		c := d.clients[seam.client]
		at := c.find(seam.clock)
		if next, ok := c.next(at); ok {
			if _, merged := d.mergeLeft(c, next); merged > 1 {
				continue
			}
			at = c.find(seam.clock)
		}
		d.mergeLeft(c, at)
	}
}

// mergeLeft merges the item at a place with its left neighbours in the history
// as far as they go together. It returns the place of the result and how many
// items went into it. The whole run is joined at once: joining pair by pair
// from the right would copy the text again and again.
func (d *Doc) mergeLeft(c *clientStructs, at position) (position, int) {
	first, merged := at, 0
	for {
		prev, ok := c.prev(first)
		if !ok || !mergeable(c.at(prev), c.at(first)) {
			break
		}
		first = prev
		merged++
	}
	if merged == 0 {
		return at, 0
	}
	left, right := c.at(first), c.at(at)
	if left.kind != kindGC {
		left.right = right.right
		if left.right != nil {
			left.right.left = left
		} else if right.key != noKey && right.parent.entries.get(right.key) == right {
			right.parent.entries.set(right.key, left)
		}
	}
	from, _ := c.next(first)
	for p := from; ; p, _ = c.next(p) {
		it := c.at(p)
		if it.clock == c.before {
			c.seam = len(left.data)
		} else if it.clock < c.before && c.before < it.end() && c.seam != noSeam {
			c.seam += len(left.data)
		}
		left.length += it.length
		left.data = append(left.data, it.data...)
		left.flags |= it.flags & isAstral
		d.slab.put(it)
		if p == at {
			break
		}
	}
	c.removeRange(from, at)
	d.structs -= merged
	return first, merged
}

// mergeable reports whether two neighbours in a history are one item in truth.
func mergeable(l, r *item) bool {
	if l.kind != r.kind || l.deleted() != r.deleted() {
		return false
	}
	if l.kind == kindGC {
		return true
	}
	return (l.kind.grows() || l.kind == kindDeleted) && l.right == r &&
		r.originClient == l.client && r.originClock == l.lastClock() && l.sameRight(r)
}
