package ydoc

// findPlace returns the left neighbour of an item among those that were
// inserted concurrently between left and right: the YATA rule. It fails when
// the transaction's budget is spent.
//
// Two sets are needed on the way: the items passed, and those of them passed
// since the place moved last. Instead of sets, each passed item gets a mark
// from a growing counter; a mark is in a set when it is at least as high as
// the counter was when the set began.
func (d *Doc) findPlace(it, left, right *item) (*item, error) {
	if left == nil {
		if right != nil && right.left == nil {
			return nil, nil
		}
	} else if left.right == right {
		return left, nil
	}
	if d.txn.steps < 0 {
		return nil, errScan
	}
	passed := d.firstMark()
	since := passed
	o := d.firstAfter(it, left)
	for ; o != nil && o != right; o = o.right {
		if d.txn.steps--; d.txn.steps < 0 {
			return nil, errScan
		}
		o.mark = d.marks
		switch {
		case it.sameOrigin(o):
			if d.clients[o.client].id < d.clients[it.client].id {
				left = o
				since = d.nextMark()
			} else if it.sameRight(o) {
				return left, nil
			}
		case o.originClient == none:
			return left, nil
		default:
			origin := d.clients[o.originClient].get(o.originClock)
			if origin.mark < passed {
				return left, nil
			}
			if origin.mark < since {
				left = o
				since = d.nextMark()
			}
		}
	}
	return left, nil
}

// firstMark begins the marks of one search. Before the counter could wrap in
// the middle of it, all marks are wiped.
func (d *Doc) firstMark() uint32 {
	if d.marks > 1<<31 {
		for _, c := range d.clients {
			for _, run := range c.runs {
				for _, it := range run.items {
					it.mark = 0
				}
			}
		}
		d.marks = 0
	}
	return d.nextMark()
}

func (d *Doc) nextMark() uint32 {
	d.marks++
	return d.marks
}

// firstAfter is the item behind left, or the first of the list or key.
func (d *Doc) firstAfter(it, left *item) *item {
	if left != nil {
		return left.right
	}
	if it.key == noKey {
		return it.parent.first
	}
	first := it.parent.entries.get(it.key)
	for first != nil && first.left != nil {
		d.txn.steps--
		first = first.left
	}
	return first
}

// insert links an item behind left, or first, and appends it to its client's
// history.
func (d *Doc) insert(it, left *item) {
	p := it.parent
	it.left, it.right = left, d.firstAfter(it, left)
	if left != nil {
		left.right = it
	} else if it.key == noKey {
		p.first = it
	}
	if it.right != nil {
		it.right.left = it
	} else if it.key != noKey {
		p.entries.set(it.key, it)
		if left != nil {
			d.delete(left)
		}
	}
	if it.key == noKey && it.kind.countable() {
		p.length += it.length
	}
	d.structs++
	d.clients[it.client].append(it)
	if it.kind == kindDeleted {
		it.flags |= isDeleted | isFresh
		d.deadUnits += uint64(it.length)
		d.txn.deleted = append(d.txn.deleted, it)
		return
	}
	if p.deleted() || it.key != noKey && it.right != nil {
		d.delete(it)
	}
}
