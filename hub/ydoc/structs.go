package ydoc

import "slices"

// blockMax is how many items a run holds at most. Inserting into or removing
// from the middle of a client's history moves at most one run, so the cost of
// a split does not grow with the history.
const blockMax = 128

// structRun is a piece of one client's history. The clocks stand apart from
// the items so that a search touches little memory.
type structRun struct {
	clocks []uint32
	items  []*item
}

// noSeam stands for "no seam" in clientStructs.
const noSeam = -1

// clientStructs is everything one client ever inserted: items with contiguous
// clocks from 0 up to end.
type clientStructs struct {
	id    uint64
	index uint32 // place in Doc.clients
	end   uint32 // the client's next clock
	// before is what end was before the transaction under way, if that has
	// touched the client; else none.
	before uint32
	// seam is where in the data of the item that holds before the new content
	// begins; noSeam if nothing was merged across before. Looking for it from the
	// item's front would cost as much as all that was written before.
	seam  int
	count int
	runs  []structRun
	hit   position // where the last search ended
}

// position is a place in a client's history. It is valid until the history's
// next insert or removal.
type position struct{ run, i int }

// old is how many bytes of an item's content were there before the transaction
// under way, as far as that is known.
func (c *clientStructs) old(it *item) int {
	switch {
	case it.end() <= c.before:
		return len(it.data)
	case it.clock < c.before && c.seam != noSeam:
		return c.seam
	}
	return 0
}

// cutSeam keeps the seam right when an item with so many bytes of content was cut
// before half.
func (c *clientStructs) cutSeam(half *item, whole int) {
	switch {
	case c.seam == noSeam || half.clock > c.before || half.end() <= c.before:
	case half.clock == c.before:
		c.seam = noSeam
	default:
		c.seam += len(half.data) - whole
	}
}

func (c *clientStructs) at(p position) *item { return c.runs[p.run].items[p.i] }

func (c *clientStructs) last() *item {
	if len(c.runs) == 0 {
		return nil
	}
	items := c.runs[len(c.runs)-1].items
	return items[len(items)-1]
}

// find returns the place of the item that holds clock, which must lie below
// end.
func (c *clientStructs) find(clock uint32) position {
	if c.hit.run < len(c.runs) && c.holds(c.hit, clock) {
		return c.hit
	}
	run := len(c.runs) - 1
	if clock < c.runs[run].clocks[0] {
		low, high := 0, run // runs[low] begins at or before clock, runs[high] after
		for high-low > 1 {
			if mid := (low + high) / 2; c.runs[mid].clocks[0] <= clock {
				low = mid
			} else {
				high = mid
			}
		}
		run = low
	}
	clocks := c.runs[run].clocks
	low, high := 0, len(clocks)
	for high-low > 1 {
		if mid := (low + high) / 2; clocks[mid] <= clock {
			low = mid
		} else {
			high = mid
		}
	}
	c.hit = position{run, low}
	return c.hit
}

// holds reports whether the item at p, if there is one, holds clock.
func (c *clientStructs) holds(p position, clock uint32) bool {
	clocks := c.runs[p.run].clocks
	if p.i >= len(clocks) || clocks[p.i] > clock {
		return false
	}
	if p.i+1 < len(clocks) {
		return clock < clocks[p.i+1]
	}
	return clock < c.runs[p.run].items[p.i].end()
}

func (c *clientStructs) get(clock uint32) *item { return c.at(c.find(clock)) }

// next and prev step through the history; ok is false past either end.
func (c *clientStructs) next(p position) (position, bool) {
	if p.i+1 < len(c.runs[p.run].items) {
		return position{p.run, p.i + 1}, true
	}
	return position{p.run + 1, 0}, p.run+1 < len(c.runs)
}

func (c *clientStructs) prev(p position) (position, bool) {
	if p.i > 0 {
		return position{p.run, p.i - 1}, true
	}
	if p.run == 0 {
		return p, false
	}
	return position{p.run - 1, len(c.runs[p.run-1].items) - 1}, true
}

func (c *clientStructs) lastPosition() position {
	run := len(c.runs) - 1
	return position{run, len(c.runs[run].items) - 1}
}

// append adds an item that begins at end.
func (c *clientStructs) append(it *item) {
	if n := len(c.runs); n == 0 || len(c.runs[n-1].items) == blockMax {
		run := structRun{}
		if n > 0 { // a long history goes on being long
			run = structRun{make([]uint32, 0, blockMax), make([]*item, 0, blockMax)}
		}
		c.runs = append(c.runs, run)
	}
	run := &c.runs[len(c.runs)-1]
	run.clocks = append(run.clocks, it.clock)
	run.items = append(run.items, it)
	c.end = it.end()
	c.count++
}

// insertAfter puts an item behind p and returns its place.
func (c *clientStructs) insertAfter(p position, it *item) position {
	if len(c.runs[p.run].items) == blockMax {
		c.halve(p.run)
		if p.i >= blockMax/2 {
			p = position{p.run + 1, p.i - blockMax/2}
		}
	}
	run := &c.runs[p.run]
	run.clocks = slices.Insert(run.clocks, p.i+1, it.clock)
	run.items = slices.Insert(run.items, p.i+1, it)
	c.count++
	return position{p.run, p.i + 1}
}

func (c *clientStructs) halve(run int) {
	full := c.runs[run]
	upper := structRun{make([]uint32, 0, blockMax), make([]*item, 0, blockMax)}
	upper.clocks = append(upper.clocks, full.clocks[blockMax/2:]...)
	upper.items = append(upper.items, full.items[blockMax/2:]...)
	clear(full.items[blockMax/2:])
	c.runs[run] = structRun{full.clocks[:blockMax/2], full.items[:blockMax/2]}
	c.runs = slices.Insert(c.runs, run+1, upper)
}

// removeRange takes out the items from one place up to and including another.
func (c *clientStructs) removeRange(from, to position) {
	for run := to.run; run >= from.run; run-- {
		low, high := 0, len(c.runs[run].items)
		if run == from.run {
			low = from.i
		}
		if run == to.run {
			high = to.i + 1
		}
		r := &c.runs[run]
		r.clocks = slices.Delete(r.clocks, low, high)
		r.items = slices.Delete(r.items, low, high)
		c.count -= high - low
		if len(r.items) == 0 {
			c.runs = slices.Delete(c.runs, run, run+1)
		}
	}
	c.hit = position{}
}
