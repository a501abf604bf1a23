package ydoc

import "slices"

// An Inbox feeds a document with updates in any order, as Yjs clients take
// them: what can be done is done at once, the rest waits for what it builds
// on. The document itself keeps nothing pending, and a server needs no inbox:
// it answers ErrMissing with its state vector. An inbox serves programs that
// have nobody to ask.
//
// It is not safe for concurrent use. While an inbox is in use, the document may
// change in other ways too.
type Inbox struct {
	doc     *Doc
	lim     InboxLimits
	waiting []waitingUpdate
	bytes   int
	dropped int
}

// InboxLimits bound what waits in an inbox. Zero means the default.
type InboxLimits struct {
	// Updates is how many updates may wait: 4,096 by default.
	Updates int
	// Bytes is their size in sum: 1 MiB by default.
	Bytes int
}

// waitingUpdate is what is left of an update, and units of which one at least
// must come before it can go on.
type waitingUpdate struct {
	update []byte
	needs  []ID
}

// NewInbox returns an empty inbox before a document.
func NewInbox(d *Doc, lim InboxLimits) *Inbox {
	if lim.Updates <= 0 {
		lim.Updates = 4096
	}
	if lim.Bytes <= 0 {
		lim.Bytes = 1 << 20
	}
	return &Inbox{doc: d, lim: lim}
}

// Apply takes one update and returns the canonical updates of what has become
// possible with it. On ErrMalformed and ErrLimit the update is refused whole,
// with one exception: if only the part that would have to wait exceeds the
// limits, the other part is done, and its canonical updates are returned
// beside ErrLimit.
func (in *Inbox) Apply(update []byte) (canonical [][]byte, err error) {
	c, err := in.take(update)
	if c != nil {
		canonical = append(canonical, c)
		canonical = in.retry(canonical)
	}
	return canonical, err
}

// take does what is possible of one update and lets the rest wait.
func (in *Inbox) take(update []byte) (canonical []byte, err error) {
	u, err := Decode(update, in.doc.lim)
	if err != nil {
		return nil, err
	}
	p := &Plan{}
	if err := p.make(in.doc, u, true); err != nil {
		return nil, err
	}
	rest, needs := p.rest()
	if canonical, err = in.doc.Commit(p); err != nil || len(needs) == 0 {
		return canonical, err
	}
	if len(in.waiting) >= in.lim.Updates || in.bytes+len(rest) > in.lim.Bytes {
		return canonical, refuse(ErrLimit, "too much waits for missing updates")
	}
	in.waiting = append(in.waiting, waitingUpdate{rest, needs})
	in.bytes += len(rest)
	return canonical, nil
}

// retry goes on with whatever waits no longer, until nothing more does.
func (in *Inbox) retry(canonical [][]byte) [][]byte {
	for {
		i := slices.IndexFunc(in.waiting, func(w waitingUpdate) bool { return slices.ContainsFunc(w.needs, in.has) })
		if i < 0 {
			return canonical
		}
		update := in.waiting[i].update
		in.waiting = slices.Delete(in.waiting, i, i+1)
		in.bytes -= len(update)
		c, err := in.take(update)
		if err != nil {
			in.dropped++
		}
		if c != nil {
			canonical = append(canonical, c)
		}
	}
}

func (in *Inbox) has(id ID) bool { return uint64(in.doc.state(id.Client)) > id.Clock }

// Pending returns how many updates wait and their size in bytes.
func (in *Inbox) Pending() (updates, bytes int) { return len(in.waiting), in.bytes }

// Dropped returns how many updates had waited and were then refused, since what
// they waited for made them malformed or too much.
func (in *Inbox) Dropped() int { return in.dropped }

// EncodeStateAsUpdate is the document's, together with what waits, as in yjs: a
// peer that applies it waits for the same.
func (in *Inbox) EncodeStateAsUpdate(sv StateVector) ([]byte, error) {
	all := [][]byte{in.doc.EncodeStateAsUpdate(sv)}
	for _, w := range in.waiting {
		all = append(all, w.update)
	}
	return MergeUpdates(all...)
}

// rest encodes what a partial plan leaves out and says what that waits for.
func (p *Plan) rest() (update []byte, needs []ID) {
	var body []byte
	blocks := 0
	for _, bl := range p.u.blocks {
		c := &p.cursors[bl.client]
		if !c.blocked {
			continue
		}
		first := c.pos
		for p.u.records[first].kind == kindSkip {
			first++
		}
		skip := max(c.state, p.u.records[first].clock) - p.u.records[first].clock
		body = p.u.appendBlock(body, bl, first, skip)
		blocks++
		needs = append(needs, c.need)
	}
	deletes := map[uint64][]deleteRange{}
	for _, r := range p.left {
		id := p.u.clients[r.client]
		deletes[id] = append(deletes[id], r)
		needs = append(needs, ID{id, uint64(r.clock)})
	}
	if len(needs) == 0 {
		return nil, nil
	}
	return appendDeletes(append(appendUvarint(nil, uint64(blocks)), body...), deletes), needs
}
