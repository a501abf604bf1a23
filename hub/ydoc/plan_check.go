package ydoc

// Checks a plan makes that need the document: nesting and surrogate pairs.

// target is a struct an update refers to: an item of the document, or a
// record of the update that is planned already.
type target struct {
	item   *item
	record *record
	offset uint32 // of the clock asked for
}

// locate finds the struct that holds an id, which must be known or planned.
func (p *Plan) locate(id localID) target {
	c := &p.cursors[id.client]
	if id.clock < p.known(c) {
		it := p.doc.clients[c.known].get(id.clock)
		return target{item: it, offset: id.clock - it.clock}
	}
	r := &p.u.records[p.recordAt(c, id.clock)]
	return target{record: r, offset: id.clock - r.clock}
}

// recordAt returns the index of the client's record that holds clock.
func (p *Plan) recordAt(c *cursor, clock uint32) int {
	low, high := c.first, c.last
	for high-low > 1 {
		if mid := (low + high) / 2; p.u.records[mid].clock <= clock {
			low = mid
		} else {
			high = mid
		}
	}
	return low
}

// check refuses a record that nests too deeply or cuts a character.
func (p *Plan) check(client uint32, r *record) error {
	c := &p.cursors[client]
	if p.u.types {
		if r.clock < c.state { // the first part is known, and need not be what r says
			r.depth = p.siblingDepth(localID{client, c.state - 1})
		} else {
			r.depth = p.parentDepth(r)
		}
		if r.kind == kindType && int(r.depth)+1 > p.doc.lim.Depth {
			return refuse(ErrLimit, "types nested too deeply")
		}
	}
	if p.doc.lim.SplitSurrogates {
		return nil
	}
	cut := r.clock < c.state && p.recordCut(r, c.state-r.clock)
	if !cut && r.origin.client != none {
		cut = p.cuts(localID{r.origin.client, r.origin.clock + 1})
	}
	if !cut && r.right.client != none {
		cut = p.cuts(r.right)
	}
	if cut {
		return errCut
	}
	return nil
}

var errCut = refuse(ErrMalformed, "cut inside a surrogate pair")

// cuts reports whether the boundary before id lies inside a surrogate pair.
func (p *Plan) cuts(id localID) bool {
	if id.clock == 0 || id.clock >= p.cursors[id.client].state {
		return false
	}
	t := p.locate(id)
	if t.offset == 0 {
		return false
	}
	if t.record != nil {
		return p.recordCut(t.record, t.offset)
	}
	return t.item.cuts(t.offset)
}

func (p *Plan) recordCut(r *record, offset uint32) bool {
	if r.flags&hasAstral == 0 {
		return false
	}
	_, cut := utf16Index(p.u.bytes(r.content), int(offset))
	return cut
}

// cuts reports whether a split before unit offset would cut a pair.
func (it *item) cuts(offset uint32) bool {
	if it.kind != kindString || it.flags&isAstral == 0 {
		return false
	}
	_, cut := utf16Index(it.data, int(offset))
	return cut
}

// parentDepth is the nesting of the type a record goes into.
func (p *Plan) parentDepth(r *record) uint8 {
	switch {
	case r.parent.client != none:
		t := p.locate(r.parent)
		switch {
		case t.record != nil && t.record.kind == kindType:
			return t.record.depth + 1
		case t.item != nil && t.item.shared != nil:
			return t.item.shared.depth
		}
	case r.origin.client != none:
		return p.siblingDepth(r.origin)
	case r.right.client != none:
		return p.siblingDepth(r.right)
	}
	return 0
}

func (p *Plan) siblingDepth(id localID) uint8 {
	t := p.locate(id)
	switch {
	case t.record != nil:
		return t.record.depth
	case t.item.parent != nil:
		return t.item.parent.depth
	}
	return 0
}

// planDeletes refuses delete ranges beyond what will be known and keeps the
// parts of the others that are alive.
func (p *Plan) planDeletes() error {
	for _, r := range p.u.deletes {
		c := &p.cursors[r.client]
		end := r.clock + r.length
		if end > c.state {
			if !p.partial {
				return refuse(ErrMissing, "delete of unknown structs")
			}
			unknown := max(r.clock, c.state)
			p.left = append(p.left, deleteRange{r.client, unknown, end - unknown})
			if end = unknown; end == r.clock {
				continue
			}
		}
		if !p.doc.lim.SplitSurrogates && (p.cuts(localID{r.client, r.clock}) || p.cuts(localID{r.client, end})) {
			return errCut
		}
		clock := r.clock
		if known := p.known(c); clock < known {
			clock = p.liveItems(c, r.client, clock, min(end, known))
		}
		if clock < end {
			p.liveRecords(c, r.client, clock, end)
		}
	}
	return nil
}

// liveItems adds the live parts of a range of the document and returns where
// it ended.
func (p *Plan) liveItems(c *cursor, client, clock, end uint32) uint32 {
	history := p.doc.clients[c.known]
	for at, ok := history.find(clock), true; ok && clock < end; at, ok = history.next(at) {
		it := history.at(at)
		stop := min(it.end(), end)
		if !it.deleted() {
			p.addDelete(client, clock, stop)
		}
		clock = stop
	}
	return clock
}

// liveRecords does the same for structs that come with the update itself.
func (p *Plan) liveRecords(c *cursor, client, clock, end uint32) {
	for i := p.recordAt(c, clock); clock < end; i++ {
		r := &p.u.records[i]
		stop := min(r.end(), end)
		if r.kind != kindGC && r.kind != kindDeleted && r.kind != kindSkip {
			p.addDelete(client, clock, stop)
		}
		clock = stop
	}
}

func (p *Plan) addDelete(client, clock, end uint32) {
	p.deleted += uint64(end - clock)
	if n := len(p.deletes); n > 0 {
		if last := &p.deletes[n-1]; last.client == client && last.clock+last.length == clock {
			last.length += end - clock
			return
		}
	}
	p.deletes = append(p.deletes, deleteRange{client, clock, end - clock})
}
