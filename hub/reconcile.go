package hub

import (
	"errors"
	"fmt"
	"slices"

	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/ydoc"
)

// A store can lose what it acknowledged: Redis comes back from an older file,
// or a replica takes over that was behind. The hubs still have it in memory.
// So each room compares itself with the store whenever something looks wrong,
// and now and then without a reason; what the store lacks is appended again,
// what the room lacks is taken in.

// overdueTicks is for how many ticks the log may fail to bring an append that
// was acknowledged before that looks wrong.
const overdueTicks = 4

// mostEarly bounds what is remembered of repeated attempts.
const mostEarly = 4 * maxInFlight

// delivery compares the appends that the store has acknowledged with those
// that the log brings back. The log is in order, so one that is passed over is
// lost.
type delivery struct {
	// awaited were acknowledged and have not come yet, early have come before
	// the answer; both are in order.
	awaited, early []store.Position
	// settled: appends up to this seq are not compared, a reconciliation has.
	settled uint64
	ticks   int // since anything awaited came
}

// acknowledged notes the position of an own append; false means that the log
// has passed it over.
func (d *delivery) acknowledged(seq uint64, p, last store.Position) bool {
	if seq <= d.settled {
		return true
	}
	if i := slices.Index(d.early, p); i >= 0 {
		d.early = slices.Delete(d.early, i, i+1)
		return true
	}
	if p.Compare(last) <= 0 {
		return false
	}
	d.awaited = append(d.awaited, p)
	return true
}

// came notes an entry of the log; false means that an earlier one is missing.
func (d *delivery) came(p store.Position, own, inFlight bool) bool {
	if len(d.awaited) > 0 && d.awaited[0] == p {
		d.awaited, d.ticks = d.awaited[1:], 0
		return true
	}
	if own && inFlight {
		d.early = append(d.early[max(0, len(d.early)-mostEarly):], p)
	} else if !inFlight {
		d.early = nil // left over from attempts that were repeated
	}
	return len(d.awaited) == 0 || p.Compare(d.awaited[0]) < 0
}

// overdue reports that something awaited has not come for long.
func (d *delivery) overdue() bool {
	if len(d.awaited) == 0 {
		d.ticks = 0
		return false
	}
	d.ticks++
	return d.ticks > overdueTicks
}

func (d *delivery) settle(seq uint64) { *d = delivery{settled: seq} }

var (
	errPassedOver = errors.New("the log has passed over an acknowledged append")
	errOverdue    = errors.New("the log does not bring an acknowledged append")
)

// suspect asks for a reconciliation once the store has answered for what the
// room has now.
func (c *core) suspect(why error) {
	c.emitDurable(effect{kind: effectReconcile, err: why, data: c.doc.EncodeStateVector()})
}

// checkDelivery is to be called with every tick.
func (c *core) checkDelivery() {
	if c.delivery.overdue() {
		c.delivery.ticks = 0
		c.suspect(errOverdue)
	}
}

// reconcile takes in what the store has and the room lacks, and appends what
// the room has and the store lacks, with its owners. Afterwards the log is to
// be followed from c.last. It reports whether the store lacks anything of what
// it had acknowledged, which is the state vector that came with suspect.
func (c *core) reconcile(l store.Loaded, acknowledged []byte) (lost bool, err error) {
	sv, err := ydoc.DecodeStateVector(acknowledged)
	if err != nil {
		return false, err
	}
	stored := newCore(c.lim, incarnation{}, 0, false)
	early, err := stored.fold(l)
	if err != nil {
		return false, err
	}
	c.doc.SetLimits(trusted)
	defer func() { c.doc.SetLimits(c.lim.update()) }()
	news, err := c.doc.Apply(stored.doc.EncodeStateAsUpdate(c.doc.StateVector()))
	if err != nil {
		return false, fmt.Errorf("take in what the store has: %w", err)
	}
	for client, subject := range stored.owners {
		if _, ok := c.owners[client]; !ok {
			c.owners[client] = subject
		}
	}
	if news != nil {
		c.emitDurable(effect{kind: effectCast, msg: updateMessage(news)})
		c.arrived()
	}
	stored.doc.SetLimits(trusted)
	had := stored.doc.StateVector()
	lacking, err := stored.doc.Apply(c.doc.EncodeStateAsUpdate(had))
	if err != nil {
		return false, fmt.Errorf("find what the store lacks: %w", err)
	}
	c.last, c.tail = stored.last, stored.tail
	if lacking != nil {
		c.bringBack(lacking)
	}
	c.delivery.settle(c.seq)
	return !had.Covers(sv), c.takeNews(early)
}

// takeNews takes in entries that others have appended and that build on what
// the store has lost. An error means that another hub has to bring that back.
func (c *core) takeNews(early []store.Entry) error {
	before := c.doc.StateVector()
	if err := c.takeEarly(early); err != nil {
		return err
	}
	if len(early) > 0 {
		c.emitDurable(effect{kind: effectCast, msg: updateMessage(c.doc.EncodeStateAsUpdate(before))})
	}
	return nil
}

// loadWith fills the empty core from the store and with what a room knew that
// was given up; what the store lacks of that is appended. It reports whether
// there was anything, which holds with an error too: then there is more to be
// brought back by another hub.
func (c *core) loadWith(l store.Loaded, old *core) (brought bool, err error) {
	early, err := c.fold(l)
	if err != nil {
		return false, err
	}
	c.doc.SetLimits(trusted)
	lacking, err := c.doc.Apply(old.doc.EncodeStateAsUpdate(c.doc.StateVector()))
	c.doc.SetLimits(c.lim.update())
	if err != nil {
		return false, fmt.Errorf("take in what was kept: %w", err)
	}
	for client, subject := range old.owners {
		if _, ok := c.owners[client]; !ok {
			c.owners[client] = subject
		}
	}
	if lacking != nil {
		c.bringBack(lacking)
	}
	return lacking != nil, c.takeEarly(early)
}

// bringBack appends what people wrote before, under their names.
func (c *core) bringBack(update []byte) {
	u, err := ydoc.Decode(update, trusted)
	if err != nil {
		c.emit(effect{kind: effectReset, err: fmt.Errorf("bring back: %w", err)})
		return
	}
	owners := map[uint64]string{}
	for client := range u.Writers() {
		if subject, ok := c.owners[client]; ok {
			owners[client] = subject
		}
	}
	c.appendUpdate("", owners, update)
}
