package ydoc

// rollback takes back everything the transaction under way did, before any of
// it was collected or merged.
func (d *Doc) rollback() {
	t := &d.txn
	for _, it := range t.deleted {
		it.flags &^= isDeleted | isFresh
		d.deadUnits -= uint64(it.length)
		if it.listed() {
			it.parent.length += it.length
		}
	}
	for _, touched := range t.touched {
		d.truncate(d.clients[touched.client], touched.before)
	}
	for _, root := range t.roots {
		delete(d.roots, root.name)
	}
	d.keys.truncate(t.keysBefore)
	d.truncateClients(t.clientsBefore)
	d.mergeSeams()
	d.end()
}

// truncate removes a client's units from clock on.
func (d *Doc) truncate(c *clientStructs, clock uint32) {
	for c.end > clock {
		at := c.lastPosition()
		it := c.at(at)
		if it.clock < clock {
			d.shorten(it, clock-it.clock)
			break
		}
		c.end = it.clock
		c.removeRange(at, at)
		d.unlink(it)
		d.structs--
		d.slab.put(it)
	}
	c.end = clock
}

// shorten takes back what was appended to an item.
func (d *Doc) shorten(it *item, length uint32) {
	switch {
	case it.kind == kindGC:
		d.deadUnits -= uint64(it.length - length)
	case it.listed():
		it.parent.length -= it.length - length
	}
	it.data, _ = splitContent(it.kind, it.data, length)
	it.length = length
}

// unlink takes a live item out of its list or key.
func (d *Doc) unlink(it *item) {
	if it.kind == kindGC {
		d.deadUnits -= uint64(it.length)
		return
	}
	p := it.parent
	if it.listed() {
		p.length -= it.length
	}
	switch {
	case it.left != nil:
		it.left.right = it.right
	case it.key == noKey:
		p.first = it.right
	}
	switch {
	case it.right != nil:
		it.right.left = it.left
	case it.key != noKey && it.left != nil:
		p.entries.set(it.key, it.left)
	case it.key != noKey:
		p.entries.remove(it.key)
	}
	if it.shared != nil {
		it.shared.item, it.shared.gone = nil, true
	}
}
