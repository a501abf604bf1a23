package hub

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/pathboard/pathboard/hub/wire"
)

const (
	// presenceTTL ends a presence whose connection is silent, or whose hub is:
	// a line answers pings every 20 s, hubs repeat theirs every announceEvery
	// and say at every tick of a room when they last heard them, so that two
	// such notices may be lost before somebody who answers is given up.
	presenceTTL   = 32 * time.Second
	announceEvery = 12 * time.Second
	// renewAfter is when the hub renews a presence by itself. Clients drop what
	// nobody has renewed for 30 s, and browsers let hidden pages, who are there
	// and answer pings, speak once a minute only.
	renewAfter = 20 * time.Second
	// presencePerMember bounds the awareness clients of one connection.
	presencePerMember = 16
)

// presence is who is on the document, here and on other hubs.
type presence struct {
	entries map[uint64]*presenceEntry
	order   []uint64 // clients in order of arrival
}

// presenceEntry is a client's state as the hub passes it on. Its clock is the
// hub's and runs ahead of the client's own, theirs, when the hub has renewed.
type presenceEntry struct {
	wire.AwarenessState
	member memberID // 0: on another hub
	theirs uint64
	seen   time.Time // last sign of life
	told   time.Time // last change passed on
}

func newPresence() presence { return presence{entries: map[uint64]*presenceEntry{}} }

func (p *presence) set(e *presenceEntry) {
	if _, ok := p.entries[e.Client]; !ok {
		p.order = append(p.order, e.Client)
	}
	p.entries[e.Client] = e
}

func (p *presence) remove(client uint64) {
	delete(p.entries, client)
	p.order = slices.DeleteFunc(p.order, func(c uint64) bool { return c == client })
}

func (p *presence) ofMember(id memberID) []uint64 {
	var clients []uint64
	for _, client := range p.order {
		if p.entries[client].member == id {
			clients = append(clients, client)
		}
	}
	return clients
}

// encode returns all states as an awareness update.
func (p *presence) encode() []byte {
	states := make([]wire.AwarenessState, 0, len(p.order))
	for _, client := range p.order {
		states = append(states, p.entries[client].AwarenessState)
	}
	return wire.EncodeAwareness(states)
}

// awareness takes a member's states. A member speaks only for clients that
// nobody else speaks for; who it is is stamped from its grant.
func (c *core) awareness(m *member, b []byte, now time.Time) {
	states, err := wire.ParseAwareness(b)
	if err != nil || m.grant.Presence == nil {
		return
	}
	var changed []wire.AwarenessState
	for _, s := range states {
		e := c.presence.entries[s.Client]
		switch {
		case e != nil && e.member != m.id && !c.mayTakeOver(m, e):
			continue
		case e != nil && e.member == m.id && s.Clock < e.theirs:
			continue
		case e == nil && len(c.presence.ofMember(m.id)) >= presencePerMember:
			continue
		case s.Gone():
			if e != nil && e.member == m.id {
				c.presence.remove(s.Client)
				changed = append(changed, wire.AwarenessState{Client: s.Client, Clock: max(s.Clock, e.Clock+1), JSON: s.JSON})
			}
			continue
		case len(s.JSON) > c.lim.AwarenessBytes:
			c.emit(effect{kind: effectUnshown})
			continue
		}
		next := &presenceEntry{AwarenessState: s, member: m.id, theirs: s.Clock, seen: now, told: now}
		if !next.stamp(m.grant) {
			continue
		}
		if e != nil {
			next.Clock = max(next.Clock, e.Clock+1)
		}
		if e == nil || e.member != m.id {
			next.Clock = max(next.Clock, firstClock(now))
		}
		c.presence.set(next)
		changed = append(changed, next.AwarenessState)
	}
	c.tellPresence(changed)
}

// firstClock is the clock of somebody who has come, in milliseconds: ahead of
// any that a hub has said goodbye with. Others keep the clock of a goodbye, and
// whoever was cut off has never heard of it: with their own clock they would
// come back and not be seen. Where another hub still speaks for them, its word
// may be on its way, and must not be newer than this.
func firstClock(now time.Time) uint64 { return uint64(max(0, now.UnixMilli())) }

// mayTakeOver lets a person's new connection speak for a client whose old
// connection has not been noticed as dead yet.
func (c *core) mayTakeOver(m *member, e *presenceEntry) bool {
	if e.member == 0 {
		var user struct {
			ID string `json:"id"`
		}
		_ = json.Unmarshal(e.fields()["user"], &user)
		mine, _ := m.grant.Presence["id"].(string)
		return user.ID != "" && user.ID == mine
	}
	old := c.members[e.member]
	return old == nil || old.grant.Subject == m.grant.Subject
}

// fields are the state's parts as a JSON object; nil if it is none.
func (e *presenceEntry) fields() map[string]json.RawMessage {
	var fields map[string]json.RawMessage
	if json.Unmarshal(e.JSON, &fields) != nil {
		return nil
	}
	return fields
}

// stamp writes who the grant says it is over what the client said. It reports
// false, and changes nothing, when the state is no JSON object.
func (e *presenceEntry) stamp(g Grant) bool {
	fields := e.fields()
	if fields == nil {
		return false
	}
	user, err := json.Marshal(g.Presence)
	if err != nil {
		user = []byte("{}")
	}
	fields["user"] = user
	e.JSON, _ = json.Marshal(fields)
	return true
}

// restamp renews a member's states after its grant changed.
func (c *core) restamp(m *member) {
	var changed []wire.AwarenessState
	for _, client := range c.presence.ofMember(m.id) {
		e := c.presence.entries[client]
		before := string(e.JSON)
		e.stamp(m.grant)
		if string(e.JSON) != before {
			e.Clock++
			changed = append(changed, e.AwarenessState)
		}
	}
	c.tellPresence(changed)
}

// depart says goodbye for clients.
func (c *core) depart(clients []uint64) {
	var gone []wire.AwarenessState
	for _, client := range clients {
		e := c.presence.entries[client]
		c.presence.remove(client)
		gone = append(gone, wire.AwarenessState{Client: client, Clock: e.Clock + 1, JSON: json.RawMessage("null")})
	}
	c.tellPresence(gone)
}

// tellPresence passes changes to everybody here, their author too (provider
// clients take silence for a dead line), and to the other hubs.
func (c *core) tellPresence(changed []wire.AwarenessState) {
	if len(changed) == 0 {
		return
	}
	b := wire.EncodeAwareness(changed)
	c.emit(effect{kind: effectCast, msg: message{typ: wire.TypeAwareness, payload: b}})
	c.notice(noticePresence, b)
}

// Kinds of notices between rooms of one document on different hubs.
const (
	noticePresence byte = 'p' // awareness update
	noticeQuery    byte = 'q' // who is there? answered by noticePresence
	noticeAges     byte = 'a' // how long they have been silent; unknown to older hubs
)

func (c *core) notice(kind byte, payload []byte) {
	b := make([]byte, 0, 1+len(c.room)+len(payload))
	b = append(append(b, kind), c.room[:]...)
	c.emit(effect{kind: effectNotice, data: append(b, payload...)})
}

// noticed takes another hub's notice; nil means that some were lost.
func (c *core) noticed(b []byte, now time.Time) {
	if b == nil {
		c.notice(noticeQuery, nil)
		c.announce()
		c.tellAges(now)
		return
	}
	if len(b) < 1+len(c.room) || incarnation(b[1:1+len(c.room)]) == c.room {
		return
	}
	switch payload := b[1+len(c.room):]; b[0] {
	case noticeQuery:
		c.announce()
		c.tellAges(now)
	case noticePresence:
		c.remotePresence(payload, now)
	case noticeAges:
		c.remoteAges(payload, now)
	}
}

func (c *core) remotePresence(b []byte, now time.Time) {
	states, err := wire.ParseAwareness(b)
	if err != nil {
		return
	}
	var changed, renewed []wire.AwarenessState
	for _, s := range states {
		e := c.presence.entries[s.Client]
		if e != nil && (e.Clock > s.Clock || e.member != 0 && e.Clock >= s.Clock) {
			continue
		}
		if s.Gone() && e != nil && e.member != 0 {
			// Another hub has noticed at last that the client left it, for here,
			// or has lost sight of it. If its line is silent here too, there is
			// nothing to renew before it is heard again.
			e.Clock = s.Clock + 1
			if now.Sub(e.seen) < renewAfter {
				renewed = append(renewed, e.AwarenessState)
			}
			continue
		}
		if s.Gone() {
			if e != nil {
				c.presence.remove(s.Client)
				changed = append(changed, s)
			}
			continue
		}
		if e != nil && e.Clock == s.Clock && string(e.JSON) == string(s.JSON) {
			e.seen = now
			continue
		}
		next := &presenceEntry{AwarenessState: s, theirs: s.Clock, seen: now, told: now}
		if next.fields() != nil {
			c.presence.set(next)
			changed = append(changed, s)
		}
	}
	if len(changed) > 0 {
		c.emit(effect{kind: effectCast, msg: message{typ: wire.TypeAwareness, payload: wire.EncodeAwareness(changed)}})
	}
	c.tellPresence(renewed)
}

// announce repeats to the other hubs who is here.
func (c *core) announce() {
	var here []wire.AwarenessState
	for _, client := range c.presence.order {
		if e := c.presence.entries[client]; e.member != 0 {
			here = append(here, e.AwarenessState)
		}
	}
	if len(here) > 0 {
		c.notice(noticePresence, wire.EncodeAwareness(here))
	}
}

// heard says that a member's line was alive at that time.
func (c *core) heard(id memberID, at time.Time) {
	for _, client := range c.presence.ofMember(id) {
		if e := c.presence.entries[client]; at.After(e.seen) {
			e.seen = at
		}
	}
}

// expire ends presences whose line is silent, and renews those whose client is
// silent on a line that lives.
func (c *core) expire(now time.Time) {
	var gone []uint64
	var renewed []wire.AwarenessState
	for _, client := range c.presence.order {
		e := c.presence.entries[client]
		switch {
		case now.Sub(e.seen) > presenceTTL:
			gone = append(gone, client)
		case e.member != 0 && now.Sub(e.told) > renewAfter && now.Sub(e.seen) < renewAfter:
			e.Clock++
			e.told = now
			renewed = append(renewed, e.AwarenessState)
		}
	}
	c.tellPresence(renewed)
	c.depart(gone)
}
