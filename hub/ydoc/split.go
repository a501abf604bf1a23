package ydoc

import "slices"

// splitAfter makes clock the last unit of an item and returns the item.
func (d *Doc) splitAfter(c *clientStructs, clock uint32) *item {
	at := c.find(clock)
	it := c.at(at)
	if it.kind != kindGC && clock != it.lastClock() {
		d.split(c, at, clock-it.clock+1)
	}
	return it
}

// splitBefore makes clock the first unit of an item and returns the item.
func (d *Doc) splitBefore(c *clientStructs, clock uint32) *item {
	at := c.find(clock)
	it := c.at(at)
	if it.kind != kindGC && clock != it.clock {
		return d.split(c, at, clock-it.clock)
	}
	return it
}

// split cuts the item at a place before its unit offset and returns the right
// half.
func (d *Doc) split(c *clientStructs, at position, offset uint32) *item {
	it := c.at(at)
	half := d.slab.get()
	*half = item{
		left: it, right: it.right, parent: it.parent,
		client: it.client, clock: it.clock + offset, length: it.length - offset,
		originClient: it.client, originClock: it.clock + offset - 1,
		rightClient: it.rightClient, rightClock: it.rightClock,
		key: it.key, kind: it.kind, flags: it.flags, mark: it.mark,
	}
	whole := len(it.data)
	it.data, half.data = splitContent(it.kind, it.data, offset)
	c.cutSeam(half, whole)
	it.length = offset
	if half.right != nil {
		half.right.left = half
	} else if half.key != noKey && half.parent != nil {
		half.parent.entries.set(half.key, half)
	}
	it.right = half
	d.structs++
	c.insertAfter(at, half)
	d.txn.seams = append(d.txn.seams, storeID{c.index, half.clock})
	if it.flags&isFresh != 0 {
		d.txn.deleted = append(d.txn.deleted, half)
	}
	return half
}

// splitContent cuts a content before unit offset. The left part's capacity
// ends with it, so that the right part is safe from appends.
func splitContent(kind contentKind, b []byte, offset uint32) (left, right []byte) {
	switch kind {
	case kindString:
		return splitUTF16(b, int(offset))
	case kindAny, kindJSON:
		r := reader{b: b, depth: maxDepth}
		for range offset {
			if kind == kindAny {
				r.skipAny()
			} else {
				r.bytes()
			}
		}
		return slices.Clip(b[:r.pos]), b[r.pos:]
	}
	return nil, nil
}

// contentTail is the right half of splitContent of a content of that length.
func contentTail(kind contentKind, b []byte, offset, length uint32) []byte {
	if kind == kindString {
		return tailUTF16(b, int(offset), int(length))
	}
	_, right := splitContent(kind, b, offset)
	return right
}
