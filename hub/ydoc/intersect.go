package ydoc

import "slices"

// IntersectUpdates returns what both updates say: the structs that are in a as
// well as in b, with the content they have in a, and the deletes in both. Gaps
// between a client's structs are kept as gaps.
func IntersectUpdates(a, b []byte) ([]byte, error) {
	ua, err := Decode(a, Limits{})
	if err != nil {
		return nil, err
	}
	ub, err := Decode(b, Limits{})
	if err != nil {
		return nil, err
	}
	var body []byte
	blocks := 0
	for _, bl := range ua.blocks {
		var n int
		body, n = ua.appendCommon(body, bl, ub.runs(ua.clients[bl.client]))
		blocks += min(n, 1)
	}
	out := append(appendUvarint(nil, uint64(blocks)), body...)
	deletes := map[uint64][]deleteRange{}
	da, db := ua.deleteRanges(), ub.deleteRanges()
	for id, ranges := range da {
		for _, r := range common(ranges, db[id]) {
			deletes[id] = append(deletes[id], deleteRange{clock: uint32(r.Clock), length: uint32(r.Len)})
		}
	}
	return appendDeletes(out, deletes), nil
}

// runs returns the clocks a client has structs for.
func (u *Update) runs(id uint64) []ClockRange {
	var runs []ClockRange
	for _, bl := range u.blocks {
		if u.clients[bl.client] != id {
			continue
		}
		for _, r := range u.records[bl.first:bl.last] {
			if r.kind != kindSkip {
				runs = append(runs, ClockRange{uint64(r.clock), uint64(r.length)})
			}
		}
	}
	return runs
}

// common returns the parts two ascending lists of ranges share.
func common(a, b []ClockRange) (shared []ClockRange) {
	for len(a) > 0 && len(b) > 0 {
		from, to := max(a[0].Clock, b[0].Clock), min(a[0].Clock+a[0].Len, b[0].Clock+b[0].Len)
		if from < to {
			shared = append(shared, ClockRange{from, to - from})
		}
		if a[0].Clock+a[0].Len <= b[0].Clock+b[0].Len {
			a = a[1:]
		} else {
			b = b[1:]
		}
	}
	return shared
}

// appendCommon writes the parts of a block's records that lie in ascending
// runs, as one block with gaps, and returns how many structs that took.
func (u *Update) appendCommon(b []byte, bl block, runs []ClockRange) ([]byte, int) {
	var body []byte
	first, end, n := uint32(0), uint32(0), 0
	for i := bl.first; i < bl.last; i++ {
		r := &u.records[i]
		if r.kind == kindSkip {
			continue
		}
		for len(runs) > 0 && runs[0].Clock+runs[0].Len <= uint64(r.clock) {
			runs = runs[1:]
		}
		for _, part := range common([]ClockRange{{uint64(r.clock), uint64(r.length)}}, runs) {
			clock, stop := uint32(part.Clock), uint32(part.Clock+part.Len)
			if n == 0 {
				first = clock
			} else if clock > end {
				body = appendUvarint(append(body, byte(kindSkip)), uint64(clock-end))
				n++
			}
			body = u.appendPart(body, bl.client, r, clock, stop)
			end = stop
			n++
		}
	}
	if n == 0 {
		return b, 0
	}
	b = appendUvarint(appendUvarint(b, uint64(n)), u.clients[bl.client])
	return append(appendUvarint(b, uint64(first)), body...), n
}

// appendPart writes the units of a record from clock up to end.
func (u *Update) appendPart(b []byte, client uint32, r *record, clock, end uint32) []byte {
	if end >= r.end() {
		return u.appendRecord(b, client, r, clock-r.clock)
	}
	part := *r
	part.length = end - r.clock
	if r.kind.grows() {
		whole := u.bytes(r.content)
		left, _ := splitContent(r.kind, whole, part.length)
		part.content.size = uint32(len(left))
		if len(left) > 0 && &left[0] != &whole[0] { // a pair was cut: both halves are new bytes
			part.content.off = uint32(len(u.data))
			u.data = append(slices.Clip(u.data), left...)
		}
	}
	return u.appendRecord(b, client, &part, clock-r.clock)
}
