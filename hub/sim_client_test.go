package hub

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/pathboard/pathboard/hub/wire"
	"github.com/pathboard/pathboard/hub/ydoc"
)

// simClient is a participant's device. It keeps its document through everything
// but a restart, which it survives only if all was said to be saved, and speaks
// the protocol as @hocuspocus/provider does: state vector and presence after
// opening, every change as it is made, a count of what is not acknowledged.
type simClient struct {
	w        *world
	subject  string
	yid      uint64
	doc      *ydoc.Doc
	link     *simLink
	unsynced int
	pending  [][]byte // updates that build on what has not come yet
	readOnly bool
	clock    uint64              // of its awareness
	seen     map[uint64]sighting // who it sees

	acks int
}

// sighting is a client's state as another knows it.
type sighting struct {
	clock uint64
	at    time.Time // of the last renewal
}

func newSimClient(w *world, subject string) *simClient {
	c := &simClient{w: w, subject: subject}
	c.begin()
	return c
}

// begin is a device that knows nothing.
func (c *simClient) begin() {
	c.w.ids++
	c.yid, c.doc, c.pending = 1000+c.w.ids, ydoc.New(ydoc.Options{}), nil
	c.unsynced, c.clock, c.seen = 0, 0, map[uint64]sighting{}
}

func (c *simClient) grant() Grant {
	return Grant{Subject: c.subject, ReadOnly: c.readOnly, Presence: map[string]any{"id": c.subject}}
}

func (c *simClient) toggle() {
	if c.link == nil {
		c.connect(c.w.r.IntN(simHubs))
	} else {
		c.disconnect()
	}
}

// restart reloads the page: unsaved changes come back from the device, saved
// ones from the server.
func (c *simClient) restart() {
	if c.link != nil {
		c.disconnect()
	}
	if c.unsynced == 0 {
		c.w.log("%s begins anew", c.subject)
		c.begin()
		return
	}
	c.w.ids++
	c.yid = 1000 + c.w.ids // each page has its own, the document stays
}

func (c *simClient) connect(hub int) {
	c.w.log("%s connects to hub %d", c.subject, hub)
	c.link = &simLink{hub: hub, client: c, narrows: 1 + c.w.r.IntN(8)}
	c.link.up = append(c.link.up, upFrame{join: true})
	c.unsynced = 1
	c.send(wire.Frame{Type: wire.TypeSync, Sync: wire.SyncStep1, Payload: c.doc.EncodeStateVector()})
	c.clock++
	c.seen = map[uint64]sighting{c.yid: {c.clock, c.w.now}}
	c.send(wire.Frame{Type: wire.TypeAwareness, Payload: wire.EncodeAwareness([]wire.AwarenessState{
		{Client: c.yid, Clock: c.clock, JSON: json.RawMessage(`{"stage":"problem"}`)},
	})})
}

func (c *simClient) disconnect() {
	c.w.log("%s hangs up", c.subject)
	l := c.link
	c.link = nil
	c.seen = map[uint64]sighting{}
	c.w.hangUp(l)
}

func (c *simClient) send(f wire.Frame) {
	if c.link != nil && !c.link.closed {
		c.link.up = append(c.link.up, upFrame{Frame: f})
	}
}

// edit makes a random change, connected or not.
func (c *simClient) edit() {
	r := c.w.r
	if c.link == nil && r.IntN(3) == 0 {
		c.connect(r.IntN(simHubs))
	}
	update, err := c.doc.Transact(c.yid, func(x *ydoc.Txn) error {
		text, list, cards := x.Root("notes", ydoc.KindText), x.Root("order", ydoc.KindArray), x.Root("cards", ydoc.KindMap)
		switch n := r.IntN(10); {
		case n < 5:
			return x.InsertText(text, r.IntN(text.Len()+1), fmt.Sprintf("ż%d ", r.IntN(1000)))
		case n < 6 && text.Len() > 0:
			at := r.IntN(text.Len())
			return x.DeleteRange(text, at, 1+r.IntN(min(4, text.Len()-at)))
		case n < 8:
			return x.Set(cards, fmt.Sprintf("k%d", r.IntN(4)), float64(r.IntN(100)))
		case n < 9 && list.Len() > 0:
			return x.DeleteRange(list, r.IntN(list.Len()), 1)
		default:
			return x.Insert(list, r.IntN(list.Len()+1), float64(r.IntN(100)))
		}
	})
	if err != nil {
		c.w.broken("simulator", "edit: %v", err)
	}
	if update != nil {
		c.unsynced++
		c.send(wire.Frame{Type: wire.TypeSync, Sync: wire.SyncUpdate, Payload: update})
	}
}

// deliverDown takes one message of the hub to its client.
func (w *world) deliverDown(c *simClient) bool {
	l := c.link
	if l == nil {
		return false
	}
	if len(l.down) == 0 {
		if l.closed {
			c.disconnect()
		}
		return l.closed
	}
	m := l.down[0]
	l.down = l.down[1:]
	switch m.typ {
	case wire.TypeSync:
		c.sync(m)
		if m.catchUp {
			l.caughtUp()
		}
	case wire.TypeSyncStatus:
		if m.saved {
			c.saved()
		}
	case wire.TypeAwareness:
		c.awareness(m.payload)
	case wire.TypeAuth, wire.TypeStateless:
	default:
		w.broken("R9", "unexpected message %d", m.typ)
	}
	return true
}

func (c *simClient) sync(m message) {
	if m.sync == wire.SyncStep1 {
		sv, err := ydoc.DecodeStateVector(m.payload)
		if err != nil {
			c.w.broken("R4", "state vector: %v", err)
		}
		c.send(wire.Frame{Type: wire.TypeSync, Sync: wire.SyncStep2, Payload: c.doc.EncodeStateAsUpdate(sv)})
		return
	}
	if !c.w.durable(m.payload) {
		c.w.broken("R3", "%s is shown what is not durable", c.subject)
	}
	c.pending = append(c.pending, m.payload)
	for i := 0; i < len(c.pending); {
		_, err := c.doc.Apply(c.pending[i])
		switch {
		case err == nil:
			c.pending = append(c.pending[:i:i], c.pending[i+1:]...)
			i = 0
		case errors.Is(err, ydoc.ErrMissing):
			i++
		default:
			c.w.broken("R4", "%s cannot read an update: %v", c.subject, err)
		}
	}
}

// saved is one acknowledgement.
func (c *simClient) saved() {
	c.acks++
	if c.unsynced == 0 {
		return
	}
	c.unsynced--
	if c.unsynced == 0 && !c.w.durable(c.doc.EncodeStateAsUpdate(nil)) {
		c.w.broken("R1", "%s shows as saved what is not durable", c.subject)
	}
}

func (c *simClient) awareness(b []byte) {
	states, err := wire.ParseAwareness(b)
	if err != nil {
		c.w.broken("R11", "awareness: %v", err)
	}
	for _, s := range states {
		last, known := c.seen[s.Client]
		switch {
		case known && (s.Clock < last.clock || s.Clock == last.clock && !s.Gone()):
		case s.Gone() && s.Client == c.yid:
			// A client that is there contradicts.
			c.clock = s.Clock + 1
			c.seen[c.yid] = sighting{c.clock, c.w.now}
			c.send(wire.Frame{Type: wire.TypeAwareness, Payload: wire.EncodeAwareness([]wire.AwarenessState{
				{Client: c.yid, Clock: c.clock, JSON: json.RawMessage(`{}`)},
			})})
		case s.Gone():
			delete(c.seen, s.Client)
		default:
			c.seen[s.Client] = sighting{s.Clock, c.w.now}
			if s.Client == c.yid {
				c.clock = max(c.clock, s.Clock)
			}
		}
	}
}

// forget drops those who have not been heard of for as long as y-protocols
// waits.
func (c *simClient) forget() {
	for client, s := range c.seen {
		if client != c.yid && c.w.now.Sub(s.at) > 30*time.Second {
			delete(c.seen, client)
		}
	}
}

// durable says whether the store has everything an update says.
func (w *world) durable(update []byte) bool {
	u, err := ydoc.Decode(update, ydoc.Limits{})
	if err != nil {
		w.broken("R4", "the hub sent an update that cannot be read: %v", err)
	}
	p, err := w.store.truth.Plan(u)
	return err == nil && p.Empty()
}

// sameAs holds a replica against the durable document.
func (w *world) sameAs(truth *core, replica *ydoc.Doc, who string) {
	want, got := truth.doc, replica
	if a, b := got.EncodeStateVector(), want.EncodeStateVector(); string(a) != string(b) {
		w.broken("R4", "%s has another state vector", who)
	}
	if got.Stats().Deleted != want.Stats().Deleted {
		w.broken("R4", "%s has deleted %d units, the store %d", who, got.Stats().Deleted, want.Stats().Deleted)
	}
	if a, b := simText(got), simText(want); a != b {
		w.broken("R4", "%s shows %q, the store %q", who, a, b)
	}
}

func simText(d *ydoc.Doc) string {
	b, _ := json.Marshal(d.Root("cards", ydoc.KindMap).JSON())
	l, _ := json.Marshal(d.Root("order", ydoc.KindArray).JSON())
	return d.Root("notes", ydoc.KindText).Text() + string(b) + string(l)
}

// attack has somebody send what no honest client sends: changes under another
// person's client id, goodbyes in another's name, and garbage.
func (w *world) attack(h int) {
	if w.mallory == nil || w.mallory.closed {
		m := &simClient{w: w, subject: "mallory"}
		w.mallory = &simLink{hub: h, client: m, up: []upFrame{{join: true}}, narrows: 1}
	}
	victim := w.clients[w.r.IntN(len(w.clients))]
	send := func(f wire.Frame) { w.mallory.up = append(w.mallory.up, upFrame{Frame: f}) }
	send(wire.Frame{Type: wire.TypeAwareness, Payload: wire.EncodeAwareness([]wire.AwarenessState{
		{Client: victim.yid, Clock: victim.clock + 9, JSON: json.RawMessage("null")},
	})})
	garbage := make([]byte, w.r.IntN(12))
	for i := range garbage {
		garbage[i] = byte(w.r.Uint32())
	}
	send(wire.Frame{Type: wire.TypeSync, Sync: wire.SyncKind(w.r.IntN(3)), Payload: garbage})
	if w.store.owners[victim.yid] == "" || w.rolled {
		return // nobody knows whose it is
	}
	forged := ydoc.New(ydoc.Options{})
	if _, err := forged.Apply(w.store.truth.EncodeStateAsUpdate(nil)); err != nil {
		w.broken("R1", "the durable document cannot be read: %v", err)
	}
	update, err := forged.Transact(victim.yid, func(x *ydoc.Txn) error {
		return x.InsertText(x.Root("notes", ydoc.KindText), 0, "forged")
	})
	if err != nil {
		w.broken("simulator", "forging: %v", err)
	}
	w.log("forged under an id of %s", victim.subject)
	send(wire.Frame{Type: wire.TypeSync, Sync: wire.SyncUpdate, Payload: update})
	send(wire.Frame{Type: wire.TypeSync, Sync: wire.SyncStep2, Payload: forged.EncodeStateAsUpdate(nil)})
}
