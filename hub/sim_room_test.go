package hub

import (
	"bytes"
	"errors"
	"slices"
	"time"

	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/wire"
	"github.com/pathboard/pathboard/hub/ydoc"
)

// simRoom is a room without goroutines: its core, the appends under way and
// the place up to which the log has been brought to it.
type simRoom struct {
	w        *world
	core     *core
	epoch    uint64
	members  map[memberID]*simLink
	appends  []simAppend
	followed int // entries of simStore.all brought so far
	notices  [][]byte
	reading  bool
	readTo   int // entries of simStore.all when the reading began

	lost       bool   // the place in the log does not exist any more
	comparing  bool   // the document is being loaded to be compared
	compareFor []byte // with what had been acknowledged
	unread     bool   // a reading has failed
}

type simAppend struct {
	seq  uint64
	data []byte
}

// simLink is one connection, with what is on its way in both directions.
type simLink struct {
	hub     int
	id      memberID
	client  *simClient
	up      []upFrame
	down    []message
	room    *simRoom // nil until joined
	behind  bool     // the room is to be told when down has been read
	lost    bool     // an update has vanished on its way
	closed  bool     // by the hub: down is still delivered
	narrows int      // how many frames fit into down before updates are left out
	// due are the states that differences will bring the client to: of those that
	// are not sent yet, and of those in down.
	due, sums []ydoc.StateVector
}

// caughtUp holds the client to what the difference that it has just read was to
// bring: R7, everything that was left out.
func (l *simLink) caughtUp() {
	due := l.sums[0]
	l.sums = l.sums[1:]
	if !l.lost && !l.client.doc.StateVector().Covers(due) {
		l.client.w.broken("R7", "%s lacks something after the difference", l.client.subject)
	}
}

// upFrame is a client's message; join is its opening of the document.
type upFrame struct {
	join bool
	wire.Frame
}

// room returns the hub's room, loading it if need be; nil when that fails.
func (w *world) room(h int) *simRoom {
	if w.hubs[h] != nil {
		return w.hubs[h]
	}
	if w.chance(12) {
		w.log("hub %d cannot load", h)
		return nil
	}
	w.ids++
	inc := incarnation{byte(w.ids), byte(w.ids >> 8), 1}
	room := &simRoom{w: w, core: newCore(DefaultLimits(), inc, 1<<33+w.ids, false), members: map[memberID]*simLink{}}
	l := w.store.load()
	if !w.fill(h, room, l) {
		return nil
	}
	room.epoch, room.followed = l.Epoch, len(w.store.all)
	w.hubs[h] = room
	room.core.notice(noticeQuery, nil)
	w.log("hub %d loads: snapshot %d, %d entries", h, l.Snapshot.Version, len(l.Tail))
	w.perform(h)
	return room
}

func (r *simRoom) tick() {
	for id := range r.members {
		r.core.heard(id, r.w.now)
	}
	r.core.expire(r.w.now)
	r.core.tidy()
	r.core.checkDelivery()
	r.core.sample()
	r.core.announce()
	r.core.tellAges(r.w.now)
}

// perform carries out the room's effects, as room.perform does.
func (w *world) perform(h int) {
	room := w.hubs[h]
	if room == nil {
		return
	}
	for _, e := range room.core.take() {
		switch e.kind {
		case effectSend:
			room.deliver(e.to, e.msg)
		case effectCast:
			for _, id := range slices.Clone(room.core.order) {
				if id != e.to {
					room.deliver(id, e.msg)
				}
			}
		case effectAppend:
			room.appends = append(room.appends, simAppend{e.seq, e.data})
		case effectNotice:
			for other, r := range w.hubs {
				if r == nil || other == h {
					continue
				}
				if w.chance(6) {
					w.log("notice to hub %d lost", other)
					if w.r.IntN(2) == 0 {
						r.notices = append(r.notices, nil)
					}
					continue
				}
				r.notices = append(r.notices, e.data)
			}
		case effectReset:
			w.log("hub %d gives the room up: %v", h, e.err)
			w.resets++
			w.kept[h] = room.core
			w.dismiss(h, true)
			return
		case effectLeave:
			if l := room.members[e.to]; l != nil {
				delete(room.members, e.to)
				l.closed = true
			}
		case effectCall:
			e.f()
		case effectReadOn:
			room.readTo = len(w.store.all)
			room.reading = true
		case effectReconcile:
			w.log("hub %d compares itself with the store: %v", h, e.err)
			room.comparing, room.compareFor = true, e.data
		case effectCompared:
			room.compared(e)
		}
	}
}

// compared checks that only a client lacks something that was sent in vain.
func (r *simRoom) compared(e effect) {
	l := r.members[e.to]
	switch {
	case l == nil, e.err == nil:
	case !l.lost:
		r.w.broken("R14", "%s lacks what it was never sent", l.client.subject)
	default:
		r.w.log("%s lacks what vanished on its way", l.client.subject)
		r.w.lacked++
	}
}

// deliver queues a message for a member, as room.deliver does. An update may
// vanish on its way, and nobody notices.
func (r *simRoom) deliver(id memberID, m message) {
	l := r.members[id]
	if l == nil || l.closed || !r.core.wants(id, m) {
		return
	}
	vanishes := m.isUpdate() && r.w.chance(40)
	l.lost = l.lost || vanishes
	switch {
	case m.catchUp:
		r.core.caughtUp(id)
		due := l.due[0]
		l.due = l.due[1:]
		if !vanishes {
			l.down, l.sums = append(l.down, m), append(l.sums, due)
		}
	case vanishes:
	case m.isUpdate():
		if len(l.down) < l.narrows || r.w.calm {
			l.down = append(l.down, m)
			return
		}
		r.core.behind(id)
		l.behind = true
	case m.typ == wire.TypeAwareness && len(l.down) > 2*l.narrows && !r.w.calm:
	default:
		l.down = append(l.down, m)
	}
}

// readOn ends a reading of the log to where it ended when it began.
func (w *world) readOn(h int) bool {
	room := w.hubs[h]
	if room == nil || !room.reading {
		return false
	}
	room.reading = false
	if room.lost || room.readTo > len(w.store.all) {
		room.unread = true
		room.core.suspect(errPassedOver)
		w.perform(h)
		return true
	}
	if n := room.readTo - room.followed; n > 0 {
		entries := w.store.all[room.followed:room.readTo]
		room.followed = room.readTo
		room.core.entries(entries)
	}
	room.core.readOn()
	w.perform(h)
	return true
}

// deliverUp takes one message of a client to its hub.
func (w *world) deliverUp(l *simLink) bool {
	if l == nil || len(l.up) == 0 {
		return false
	}
	f := l.up[0]
	l.up = l.up[1:]
	if f.join {
		room := w.room(l.hub)
		if room == nil {
			l.up, l.closed = nil, true
			return true
		}
		w.next++
		l.id, l.room = w.next, room
		room.members[l.id] = l
		room.core.join(l.id, l.client.grant())
	} else if l.room != nil && l.room == w.hubs[l.hub] && l.room.members[l.id] == l {
		before := l.room.core.seq
		l.room.core.frame(l.id, f.Frame, w.now)
		if l.room.core.seq != before && l.client.readOnly {
			w.broken("R9", "%s writes without the right to", l.client.subject)
		}
	}
	w.perform(l.hub)
	return true
}

// drain tells the room that a slow reader has read what was queued: R7, it is
// brought up to date then.
func (w *world) drain(l *simLink) bool {
	if l == nil || !l.behind || len(l.down) > 0 || l.room == nil || l.room != w.hubs[l.hub] {
		return false
	}
	l.behind = false
	l.due = append(l.due, l.room.core.doc.StateVector())
	l.room.core.drained(l.id)
	w.perform(l.hub)
	return true
}

// hangUp ends a link from the client's side. The hub may go on reading what was
// sent and notices later.
func (w *world) hangUp(l *simLink) {
	if w.chance(3) && len(w.zombies) < 4 {
		w.zombies = append(w.zombies, l)
		return
	}
	l.up = nil
	if l.room != nil && l.room == w.hubs[l.hub] && l.room.members[l.id] == l {
		l.room.core.leave(l.id)
		delete(l.room.members, l.id)
		w.perform(l.hub)
	}
}

// appendOne answers the room's oldest append.
func (w *world) appendOne(h int) bool {
	room := w.hubs[h]
	if room == nil || len(room.appends) == 0 {
		return false
	}
	a := room.appends[0]
	switch {
	case w.chance(20): // done, but nobody heard: it will be tried again
		_, _ = w.store.append(w, room.epoch, a.data)
		return true
	case w.chance(25):
		if w.r.IntN(2) == 0 {
			w.store.late = append(w.store.late, simLate{room.epoch, a.data})
		}
		room.core.appended(a.seq, store.AppendResult{Err: store.ErrUnavailable})
	default:
		room.appends = room.appends[1:]
		var res store.AppendResult
		res.Position, res.Err = w.store.append(w, room.epoch, a.data)
		room.core.appended(a.seq, res)
	}
	w.perform(h)
	return true
}

// deliverLog brings a room some of the log.
func (w *world) deliverLog(h int) bool {
	room := w.hubs[h]
	if room == nil || room.comparing || !room.lost && room.followed == len(w.store.all) {
		return false
	}
	if room.lost || room.followed < w.store.trimmed && w.chance(2) {
		room.core.suspect(store.ErrTrimmed)
	} else {
		n := 1 + w.r.IntN(len(w.store.all)-room.followed)
		entries := w.store.all[room.followed : room.followed+n]
		room.followed += n
		room.core.entries(entries)
	}
	w.perform(h)
	return true
}

func (w *world) deliverNotice(h int) bool {
	room := w.hubs[h]
	if room == nil || len(room.notices) == 0 {
		return false
	}
	n := room.notices[0]
	room.notices = room.notices[1:]
	room.core.noticed(n, w.now)
	w.perform(h)
	return true
}

// regrant takes a person's right to write away, or gives it back.
func (w *world) regrant(c *simClient) {
	c.readOnly = !c.readOnly
	w.log("%s may write: %v", c.subject, !c.readOnly)
	w.settleGrant(c)
}

func (w *world) settleGrant(c *simClient) {
	for h, room := range w.hubs {
		if room == nil {
			continue
		}
		for id, l := range room.members {
			if l.client == c {
				room.core.regrant(id, c.grant())
			}
		}
		w.perform(h)
	}
}

// simStore is a store whose appends can fail, fail after all, come twice or
// late, whose snapshots are written by hubs that may be overtaken, and which
// may come back with less than it had.
type simStore struct {
	all      []store.Entry // ever written and not lost
	written  uint64        // how many ever were
	trimmed  int           // entries of all that are gone
	epoch    uint64
	snapshot store.Snapshot
	late     []simLate
	started  []store.Loaded // snapshots being built
	backups  []simBackup
	truth    *ydoc.Doc // all that was ever durable
	owners   map[uint64]string
	early    [][]byte // durable, but behind something that is not
}

type simLate struct {
	epoch uint64
	data  []byte
}

// simBackup is the store as it was.
type simBackup struct {
	entries, trimmed int
	snapshot         store.Snapshot
}

func newSimStore() *simStore {
	return &simStore{truth: ydoc.New(ydoc.Options{}), owners: map[uint64]string{}}
}

func (s *simStore) load() store.Loaded {
	l := store.Loaded{Epoch: s.epoch, Snapshot: s.snapshot}
	for _, e := range s.all[s.trimmed:] {
		if e.Position.Compare(s.snapshot.Upto) > 0 {
			l.Tail = append(l.Tail, e)
		}
	}
	return l
}

// append makes an entry durable.
func (s *simStore) append(w *world, epoch uint64, data []byte) (store.Position, error) {
	if epoch != s.epoch {
		return store.Position{}, store.ErrEpoch
	}
	rec, err := decodeEntry(data)
	if err != nil {
		w.broken("R1", "unreadable entry: %v", err)
	}
	s.own(w, rec)
	s.written++
	at := store.Position{Hi: s.written}
	s.all = append(s.all, store.Entry{Position: at, Data: bytes.Clone(data)})
	s.early = append(s.early, rec.update)
	for progress := true; progress; {
		progress = false
		s.early = slices.DeleteFunc(s.early, func(u []byte) bool {
			_, err := s.truth.Apply(u)
			if err != nil && !errors.Is(err, ydoc.ErrMissing) {
				w.broken("R1", "an entry is refused by the engine: %v", err)
			}
			progress = progress || err == nil
			return err == nil
		})
	}
	return at, nil
}

// own checks that nobody writes under another person's client id. Whose an id is
// may be unknown for as long as all is lost that was written under it.
func (s *simStore) own(w *world, rec entryRecord) {
	u, err := ydoc.Decode(rec.update, ydoc.Limits{})
	if err != nil {
		w.broken("R1", "unreadable update: %v", err)
	}
	for client := range u.Writers() {
		subject, known := rec.owner(client)
		if !known {
			continue
		}
		if owner, ok := s.owners[client]; ok && owner != subject {
			if w.rolled && s.lost(client) {
				panic(knownLimit{})
			}
			w.broken("R10", "%s writes under a client id of %s", subject, owner)
		}
		s.owners[client] = subject
	}
}

// lost reports whether the store has nothing that was written under a client id.
func (s *simStore) lost(client uint64) bool {
	c := newCore(DefaultLimits(), incarnation{}, 0, false)
	_, err := c.fold(s.load()) // what builds on something lost is left out
	return err == nil && c.doc.StateVector()[client] == 0
}

// knownLimit ends a history that has come to what SPEC.md calls the known limit
// of R10.
type knownLimit struct{}

// land lets a late append take place.
func (s *simStore) land(w *world) bool {
	if len(s.late) == 0 {
		return false
	}
	l := s.late[0]
	s.late = s.late[1:]
	w.log("a late append takes place")
	_, _ = s.append(w, l.epoch, l.data)
	return true
}

// compact begins a snapshot or ends one that was begun: a hub may be stopped
// for long in between.
func (w *world) compact() {
	s := w.store
	if len(s.started) < 3 && w.r.IntN(2) == 0 {
		s.started = append(s.started, s.load())
		return
	}
	if len(s.started) == 0 {
		return
	}
	i := w.r.IntN(len(s.started))
	l := s.started[i]
	s.started = slices.Delete(s.started, i, i+1)
	if len(l.Tail) == 0 {
		return
	}
	snap, err := buildSnapshot(DefaultLimits(), l)
	if err != nil {
		if errors.Is(err, ydoc.ErrMissing) {
			return // a late append stands behind what builds on it
		}
		w.broken("R6", "snapshot: %v", err)
	}
	if l.Epoch != s.epoch || l.Snapshot.Version != s.snapshot.Version || snap.Replaces != s.snapshot.Upto ||
		!slices.ContainsFunc(s.all, func(e store.Entry) bool { return e.Position == snap.Upto }) {
		w.log("a snapshot comes too late")
		return
	}
	snap.Version, snap.SavedAt = s.snapshot.Version+1, time.Unix(1, 0)
	s.snapshot = snap
	for s.trimmed < len(s.all) && s.all[s.trimmed].Position.Compare(snap.Upto) <= 0 {
		s.trimmed++
	}
	w.log("snapshot %d covers %d entries", snap.Version, s.trimmed)
}
