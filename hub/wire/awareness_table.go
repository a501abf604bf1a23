package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"
)

// Times of the awareness protocol, in force on all sides.
const (
	// AwarenessTimeout is how long a state lasts of which nothing is heard. One's
	// own is sent anew after half of it.
	AwarenessTimeout = 30 * time.Second
	// AwarenessTick is how often Tick should be called.
	AwarenessTick = AwarenessTimeout / 10
	// awarenessMemory is how long the clock of a client that left is kept, lest
	// a late message bring it back.
	awarenessMemory = time.Hour
)

// MaxAwarenessClients bounds the clients a table remembers, those that left
// recently included.
const MaxAwarenessClients = 10_000

// ErrAwarenessFull says that a table knows too many clients to take another.
var ErrAwarenessFull = errors.New("wire: too many clients in an awareness table")

// AwarenessTable is who is there as one participant sees it: a state per client, as
// Awareness in y-protocols. A server without a state of its own never calls
// SetLocal. It is not safe for concurrent use, and it looks at no clock: times
// are given.
type AwarenessTable struct {
	local uint64
	known map[uint64]presence
}

// presence is what is known of a client; no state means that it left.
type presence struct {
	state json.RawMessage
	clock uint64
	heard time.Time
}

// AwarenessChange says what a call changed: client ids, ascending.
type AwarenessChange struct {
	Added, Removed []uint64
	// Updated are clients that were heard of, Changed those of them whose state
	// is another now.
	Updated, Changed []uint64
}

// Any reports whether anything is to be told to others.
func (c AwarenessChange) Any() bool { return len(c.Added)+len(c.Updated)+len(c.Removed) > 0 }

// NewAwarenessTable returns an empty table of a participant with that client id.
func NewAwarenessTable(local uint64) *AwarenessTable {
	return &AwarenessTable{local: local, known: map[uint64]presence{}}
}

// SetLocal sets the participant's own state, nil to leave. The state is JSON and
// not null.
func (a *AwarenessTable) SetLocal(state json.RawMessage, now time.Time) AwarenessChange {
	before, known := a.known[a.local]
	p := presence{state: state, heard: now}
	if known {
		p.clock = before.clock + 1
	}
	a.known[a.local] = p
	var c AwarenessChange
	switch {
	case state == nil:
		c.Removed = []uint64{a.local}
	case before.state == nil:
		c.Added = []uint64{a.local}
	default:
		c.update(a.local, before.state, state)
	}
	return c
}

func (c *AwarenessChange) update(client uint64, before, after json.RawMessage) {
	c.Updated = append(c.Updated, client)
	if !sameJSON(before, after) {
		c.Changed = append(c.Changed, client)
	}
}

func sameJSON(a, b json.RawMessage) bool {
	var va, vb any
	return json.Unmarshal(a, &va) == nil && json.Unmarshal(b, &vb) == nil && reflect.DeepEqual(va, vb)
}

// State returns a client's state, nil if it is not there.
func (a *AwarenessTable) State(client uint64) json.RawMessage { return a.known[client].state }

// Clients returns who is there, ascending.
func (a *AwarenessTable) Clients() []uint64 {
	var all []uint64
	for client, p := range a.known {
		if p.state != nil {
			all = append(all, client)
		}
	}
	slices.Sort(all)
	return all
}

// Apply takes a message in. Older news than what is known changes nothing. A
// message that says the participant itself has left is contradicted: it stays,
// its clock is raised, and as in y-protocols it is named in Removed, so that
// what goes out next says that it is there.
// ErrMalformed leaves the table as it was; on ErrAwarenessFull clients that were
// known before have been updated.
func (a *AwarenessTable) Apply(message []byte, now time.Time) (AwarenessChange, error) {
	states, err := ParseAwareness(message)
	if err != nil {
		return AwarenessChange{}, err
	}
	var c AwarenessChange
	for _, s := range states {
		if _, known := a.known[s.Client]; !known && len(a.known) >= MaxAwarenessClients {
			err = ErrAwarenessFull
			continue
		}
		a.take(s, now, &c)
	}
	return c.sorted(), err
}

func (a *AwarenessTable) take(s AwarenessState, now time.Time, c *AwarenessChange) {
	before, known := a.known[s.Client]
	if s.Clock <= before.clock && !(s.Clock == before.clock && s.Gone() && before.state != nil) {
		return
	}
	p := presence{state: s.JSON, clock: s.Clock, heard: now}
	switch {
	case !s.Gone() && !known:
		c.Added = append(c.Added, s.Client)
	case !s.Gone():
		c.update(s.Client, before.state, s.JSON)
	default:
		p.state = nil
		if s.Client == a.local && before.state != nil { // still here
			p.state = before.state
			p.clock++
		}
		if known {
			c.Removed = append(c.Removed, s.Client)
		}
	}
	a.known[s.Client] = p
}

// Remove takes clients out whose connection is gone.
func (a *AwarenessTable) Remove(clients []uint64, now time.Time) AwarenessChange {
	var c AwarenessChange
	for _, client := range clients {
		p := a.known[client]
		if p.state == nil {
			continue
		}
		if p.state = nil; client == a.local {
			p.clock, p.heard = p.clock+1, now
		}
		a.known[client] = p
		c.Removed = append(c.Removed, client)
	}
	return c.sorted()
}

// Tick renews the participant's own state in time and takes out clients of whom
// nothing was heard for AwarenessTimeout.
func (a *AwarenessTable) Tick(now time.Time) AwarenessChange {
	var c AwarenessChange
	if p := a.known[a.local]; p.state != nil && now.Sub(p.heard) >= AwarenessTimeout/2 {
		c = a.SetLocal(p.state, now)
	}
	var late []uint64
	for client, p := range a.known {
		switch quiet := now.Sub(p.heard); {
		case client == a.local:
		case p.state != nil && quiet >= AwarenessTimeout:
			late = append(late, client)
		case p.state == nil && quiet >= awarenessMemory:
			delete(a.known, client)
		}
	}
	c.Removed = a.Remove(late, now).Removed
	return c.sorted()
}

// Encode writes a message about clients; unknown ones are left out. Clients that
// left are said to have.
func (a *AwarenessTable) Encode(clients []uint64) []byte {
	states := make([]AwarenessState, 0, len(clients))
	for _, client := range clients {
		if p, known := a.known[client]; known {
			s := AwarenessState{Client: client, Clock: p.clock, JSON: p.state}
			if s.JSON == nil {
				s.JSON = json.RawMessage("null")
			}
			states = append(states, s)
		}
	}
	return EncodeAwareness(states)
}

// Known returns all clients the table remembers, those that left included.
func (a *AwarenessTable) Known() []uint64 { return slices.Sorted(maps.Keys(a.known)) }

func (c AwarenessChange) sorted() AwarenessChange {
	for _, list := range [][]uint64{c.Added, c.Removed, c.Updated, c.Changed} {
		slices.Sort(list)
	}
	return c
}

// ModifyAwareness rewrites the states in a message, as a server does that
// vouches for names. f gets JSON, null for a client that left, and returns JSON.
func ModifyAwareness(message []byte, f func(client uint64, state json.RawMessage) json.RawMessage) ([]byte, error) {
	states, err := ParseAwareness(message)
	if err != nil {
		return nil, err
	}
	for i := range states {
		states[i].JSON = f(states[i].Client, states[i].JSON)
		if !json.Valid(states[i].JSON) {
			return nil, fmt.Errorf("%w: modified awareness state", ErrMalformed)
		}
	}
	return EncodeAwareness(states), nil
}
