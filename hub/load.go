package hub

import (
	"errors"
	"fmt"

	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/ydoc"
)

// trusted is how the hub reads what it wrote itself: what was accepted under
// the limits of its day must not make a document unreadable.
var trusted = ydoc.Limits{SplitSurrogates: true}

// load fills the empty core from the store. Any error means that the document
// must not be served.
func (c *core) load(l store.Loaded) error {
	early, err := c.fold(l)
	if err != nil {
		return err
	}
	return c.takeEarly(early)
}

// fold fills the empty core as far as it can. It returns the entries that build
// on what the store lacks.
func (c *core) fold(l store.Loaded) (early []store.Entry, err error) {
	c.doc.SetLimits(trusted)
	defer func() { c.doc.SetLimits(c.lim.update()) }()
	if l.Snapshot.Version > 0 {
		s, err := decodeSnapshot(l.Snapshot.Data)
		if err != nil {
			return nil, fmt.Errorf("snapshot %d: %w", l.Snapshot.Version, err)
		}
		if _, err := c.doc.Apply(s.state); err != nil {
			return nil, fmt.Errorf("snapshot %d: %w", l.Snapshot.Version, err)
		}
		c.owners = s.owners
		c.last = l.Snapshot.Upto
	}
	return c.replay(l.Tail)
}

// takeEarly applies what fold has left, or says what is missing.
func (c *core) takeEarly(early []store.Entry) error {
	c.doc.SetLimits(trusted)
	defer func() { c.doc.SetLimits(c.lim.update()) }()
	early, err := c.replay(early)
	if err == nil && len(early) > 0 {
		_, err = c.adopt(early[0])
		err = entryError(early[0], err)
	}
	return err
}

// replay applies entries of the log. An append whose outcome was unknown may
// have come late, behind one that builds on it: such entries are put off until
// the others are in. Those that build on what is nowhere are returned.
func (c *core) replay(entries []store.Entry) (early []store.Entry, err error) {
	for len(entries) > 0 {
		early = nil
		for _, e := range entries {
			_, err := c.adopt(e)
			switch {
			case errors.Is(err, ydoc.ErrMissing):
				early = append(early, e)
			case err != nil:
				return nil, entryError(e, err)
			}
		}
		if len(early) == len(entries) {
			return early, nil
		}
		entries = early
	}
	return nil, nil
}

// errRestored gives a room up whose document was replaced from a backup.
var errRestored = errors.New("the document was restored from a backup")

func entryError(e store.Entry, err error) error {
	return fmt.Errorf("entry %d-%d: %w", e.Position.Hi, e.Position.Lo, err)
}

// adopt takes an entry of the log into the document, learns its owner and
// returns the canonical update, nil if there was nothing new in it.
func (c *core) adopt(e store.Entry) ([]byte, error) {
	rec, err := decodeEntry(e.Data)
	if err != nil {
		return nil, err
	}
	if c.last.Compare(e.Position) < 0 {
		c.last = e.Position
		c.tail.entries++
		c.tail.bytes += len(e.Data)
	}
	if own := rec.room == c.room; !c.delivery.came(e.Position, own, c.inFlight() > 0) {
		c.suspect(errPassedOver)
	}
	if rec.room == c.room {
		return nil, nil
	}
	u, err := ydoc.Decode(rec.update, trusted)
	if err != nil {
		return nil, err
	}
	p, err := c.doc.Plan(u)
	if err != nil {
		return nil, err
	}
	for client := range p.Clients() {
		if _, ok := c.owners[client]; ok {
			continue
		}
		if subject, ok := rec.owner(client); ok {
			c.owners[client] = subject
		}
	}
	return c.doc.Commit(p)
}

// wrote reports whether an entry of the log is this room's own. It may be
// called by any goroutine.
func (c *core) wrote(e store.Entry) bool {
	return len(e.Data) > len(c.room) && incarnation(e.Data[1:1+len(c.room)]) == c.room
}

// entries takes what the log has brought from other hubs.
func (c *core) entries(entries []store.Entry) {
	c.doc.SetLimits(trusted)
	defer func() { c.doc.SetLimits(c.lim.update()) }()
	version := c.doc.Version()
	defer func() {
		if c.doc.Version() != version {
			c.arrived()
		}
	}()
	for _, e := range entries {
		if len(e.Data) == 0 {
			c.emit(effect{kind: effectReset, err: errRestored})
			return
		}
		canonical, err := c.adopt(e)
		if err != nil {
			c.emit(effect{kind: effectReset, err: fmt.Errorf("log: %w", entryError(e, err))})
			return
		}
		if canonical != nil {
			// Durable already, but behind whatever waits before it.
			c.emitDurable(effect{kind: effectCast, msg: updateMessage(canonical)})
		}
	}
}

// readOn says that the log has been read to where it ended when effectReadOn
// was asked for: changes held before that are judged by what is known now.
func (c *core) readOn() {
	c.reading = false
	again := false
	for _, id := range c.order {
		m := c.members[id]
		switch held := m.held; {
		case held == nil:
		case held.read > c.reads:
			again = true
		default:
			m.held = nil
			held.final = true
			c.judge(m, held.bytes, held.change)
		}
	}
	if again && !c.reading {
		c.beginReading()
	}
}
