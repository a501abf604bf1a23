package ydoc

import "iter"

// Plan is what an update would change in a document, found without touching
// it. Authorise on it, then Commit. A plan holds for the document's version it
// was made for.
type Plan struct {
	doc     *Doc
	u       *Update
	version uint64
	cursors []cursor // per client of the update
	steps   []step
	deletes []deleteRange // live units the update deletes explicitly
	deleted uint64        // their number
	stack   []frame

	partial bool          // leave out what cannot be done yet; see Inbox
	left    []deleteRange // left out
}

// cursor follows one client of the update while the plan is made.
type cursor struct {
	known     int32  // index in Doc.clients, or -1
	waiting   bool   // on the stack
	blocked   bool   // the records from pos on are left out
	need      ID     // what they wait for
	state     uint32 // the client's next clock after the steps so far
	pos, last int    // records not yet looked at
	first     int
}

// step integrates one record, of which the first units may be known already.
type step struct {
	client uint32 // in the update's table
	record int32
	skip   uint32
}

// frame asks for the records of a client up to and including a clock.
type frame struct {
	client uint32
	until  uint32
}

// StructRange is a run of units of one client: the ids from Clock up to, not
// including, Clock+Len.
type StructRange struct{ Client, Clock, Len uint64 }

// Plan relates an update to the document without changing either. Its errors
// say that the update may not or cannot be committed: ErrMissing, ErrLimit or
// ErrMalformed, always as *UpdateError.
func (d *Doc) Plan(u *Update) (*Plan, error) {
	p := &Plan{}
	if err := p.make(d, u, false); err != nil {
		return nil, err
	}
	return p, nil
}

// make fills p, reusing its slices.
func (p *Plan) make(d *Doc, u *Update, partial bool) error {
	*p = Plan{
		doc: d, u: u, version: d.version, partial: partial, left: p.left[:0],
		cursors: p.cursors[:0], steps: p.steps[:0], deletes: p.deletes[:0], stack: p.stack[:0],
	}
	p.open()
	if err := p.order(); err != nil {
		return err
	}
	if err := p.budget(); err != nil {
		return err
	}
	return p.planDeletes()
}

// open relates the update's clients to the document's.
func (p *Plan) open() {
	for i, id := range p.u.clients {
		c := cursor{known: -1}
		if k, ok := p.doc.ids[id]; ok {
			c.known, c.state = int32(k), p.doc.clients[k].end
		}
		if b := p.u.blockOf[i]; b >= 0 {
			c.first, c.pos, c.last = p.u.blocks[b].first, p.u.blocks[b].first, p.u.blocks[b].last
		}
		p.cursors = append(p.cursors, c)
	}
}

// order finds a sequence in which each struct comes after those it depends on.
func (p *Plan) order() error {
	for _, b := range p.u.blocks {
		p.push(b.client, none)
		for len(p.stack) > 0 {
			done, err := p.advance(p.stack[len(p.stack)-1])
			if err != nil {
				return err
			}
			if done {
				top := p.stack[len(p.stack)-1]
				p.cursors[top.client].waiting = false
				p.stack = p.stack[:len(p.stack)-1]
			}
		}
	}
	return nil
}

func (p *Plan) push(client, until uint32) {
	p.cursors[client].waiting = true
	p.stack = append(p.stack, frame{client, until})
}

// advance plans the frame's records until it is done or has to wait for
// another client, which is then on top of the stack.
func (p *Plan) advance(f frame) (done bool, err error) {
	c := &p.cursors[f.client]
	for c.pos < c.last && c.state <= f.until && !c.blocked {
		r := &p.u.records[c.pos]
		if r.end() <= c.state || r.kind == kindSkip && r.clock <= c.state {
			c.pos++
			continue
		}
		if r.clock > c.state {
			return true, p.lack(c, ID{p.u.clients[f.client], uint64(c.state)}, "gap in a client's clocks")
		}
		ready, err := p.ready(f.client, r)
		if err != nil || !ready {
			return c.blocked, err
		}
		if err := p.check(f.client, r); err != nil {
			return false, err
		}
		p.steps = append(p.steps, step{client: f.client, record: int32(c.pos), skip: c.state - r.clock})
		c.state = r.end()
		c.pos++
	}
	return true, nil
}

// ready reports whether all that r depends on is known or planned; if not, it
// puts the client to wait for on the stack.
func (p *Plan) ready(client uint32, r *record) (bool, error) {
	rest := r.clock < p.cursors[client].state // of a record known in part; it continues that part
	for _, id := range [...]localID{r.origin, r.right, r.parent} {
		if id.client == none || rest && id != r.right {
			continue
		}
		if id.client == client {
			if id.clock >= r.clock {
				return false, refuse(ErrMalformed, "struct depends on itself")
			}
			continue
		}
		c := &p.cursors[id.client]
		switch {
		case id.clock < c.state:
		case c.blocked:
			return false, p.lack(&p.cursors[client], c.need, "")
		case c.pos >= c.last || p.u.records[c.last-1].end() <= id.clock:
			return false, p.lack(&p.cursors[client], ID{p.u.clients[id.client], uint64(id.clock)}, "neighbour or parent unknown")
		case c.waiting:
			return false, refuse(ErrMalformed, "dependency cycle")
		default:
			p.push(id.client, id.clock)
			return false, nil
		}
	}
	return true, nil
}

// lack refuses the update for what it needs and nobody has, or leaves out the
// client's records from here on.
func (p *Plan) lack(c *cursor, need ID, reason string) error {
	if !p.partial {
		return refuse(ErrMissing, reason)
	}
	c.blocked, c.need = true, need
	return nil
}

// budget holds the document to its limits on clients and structs.
func (p *Plan) budget() error {
	if len(p.steps) == 0 {
		return nil
	}
	clients := len(p.doc.clients)
	for i := range p.cursors {
		if c := &p.cursors[i]; c.known < 0 && c.state > 0 {
			clients++
		}
	}
	if clients > p.doc.lim.Clients && clients > len(p.doc.clients) {
		return refuse(ErrLimit, "too many client ids in the document")
	}
	if p.doc.structs+len(p.steps) > p.doc.lim.Structs {
		return refuse(ErrLimit, "too many structs in the document")
	}
	return nil
}

// Empty reports whether the document has everything the update says already.
func (p *Plan) Empty() bool { return len(p.steps) == 0 && len(p.deletes) == 0 }

// Structs yields what the update would add, in the order of integration;
// parts known already are left out.
func (p *Plan) Structs() iter.Seq[StructRange] {
	return func(yield func(StructRange) bool) {
		for _, s := range p.steps {
			r := &p.u.records[s.record]
			if !yield(StructRange{p.u.clients[s.client], uint64(r.clock + s.skip), uint64(r.length - s.skip)}) {
				return
			}
		}
	}
}

// Clients yields the client ids the update would add structs under.
func (p *Plan) Clients() iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		for i := range p.cursors {
			c := &p.cursors[i]
			if c.state > p.known(c) && !yield(p.u.clients[i]) {
				return
			}
		}
	}
}

// NewClients yields those of Clients that the document has never seen.
func (p *Plan) NewClients() iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		for i := range p.cursors {
			if c := &p.cursors[i]; c.known < 0 && c.state > 0 && !yield(p.u.clients[i]) {
				return
			}
		}
	}
}

func (p *Plan) known(c *cursor) uint32 {
	if c.known < 0 {
		return 0
	}
	return p.doc.clients[c.known].end
}

// Deletes yields the live ranges the update deletes by naming them. What goes
// with a deleted parent or a replaced map value is not among them.
func (p *Plan) Deletes() iter.Seq[StructRange] {
	return func(yield func(StructRange) bool) {
		for _, r := range p.deletes {
			if !yield(StructRange{p.u.clients[r.client], uint64(r.clock), uint64(r.length)}) {
				return
			}
		}
	}
}

// Deleted is the number of units in Deletes: characters, elements, values.
func (p *Plan) Deleted() uint64 { return p.deleted }
