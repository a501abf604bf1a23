package ydoc

// Comparison is a question to a peer of which no more is known than that it
// speaks the sync protocol of Yjs: has it got what the document has now? The
// peer is sent Vector as sync step 1, and its answer, sync step 2, shows what it
// lacks. It is one question: what the peer says of its own beyond that is an
// ordinary difference to the document.
type Comparison struct {
	known, want StateVector
	deleted     uint64
}

// Compare makes the question for a peer that certainly had known. The peer
// sends everything since then: a Yjs client also sends on what it cannot apply
// for want of something in between, and only the gap before it shows that.
func (d *Doc) Compare(known StateVector) Comparison {
	return Comparison{known, d.StateVector(), d.deadUnits}
}

// Vector is the state vector to be sent to the peer.
func (c Comparison) Vector() []byte { return c.known.Encode() }

// Known is what the peer was taken to have, Want what it shall have.
func (c Comparison) Known() StateVector { return c.known }
func (c Comparison) Want() StateVector  { return c.want }

// Lacks reports whether the peer that gave this answer lacks something that the
// document had when the question was made: structs since Known, or deletions of
// any age.
func (c Comparison) Lacks(d *Doc, answer *Update) bool {
	for id, end := range c.want {
		if known := c.known[id]; known < end && !answer.covers(id, known, end) {
			return true
		}
	}
	dead := uint64(0)
	for id, ranges := range answer.deleteRanges() {
		if i, ok := d.ids[id]; ok {
			dead += d.clients[i].dead(ranges)
		}
	}
	return dead < c.deleted
}

// covers reports whether the update has all of a client's clocks from one up to
// another.
func (u *Update) covers(id, from, end uint64) bool {
	for _, bl := range u.blocks {
		if u.clients[bl.client] != id {
			continue
		}
		records := u.records[bl.first:bl.last]
		if uint64(records[0].clock) > from {
			return false
		}
		for i := range records {
			switch r := &records[i]; {
			case uint64(r.end()) <= from:
			case r.kind == kindSkip:
				return false
			case uint64(r.end()) >= end:
				return true
			}
		}
		return false
	}
	return false
}

// dead counts the units in the ranges that are deleted here.
func (c *clientStructs) dead(ranges []ClockRange) (n uint64) {
	for _, r := range ranges {
		clock, end := uint32(r.Clock), uint32(min(r.Clock+r.Len, uint64(c.end)))
		if clock >= end {
			continue
		}
		for at, ok := c.find(clock), true; ok && clock < end; at, ok = c.next(at) {
			it := c.at(at)
			stop := min(it.end(), end)
			if it.deleted() {
				n += uint64(stop - clock)
			}
			clock = stop
		}
	}
	return n
}
