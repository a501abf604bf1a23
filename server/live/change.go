package live

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"

	"github.com/pathboard/pathboard/server/workshop"
)

// change is the difference between two versions of a workshop, as it travels.
// Whoever has version From exactly and puts it in has version Version; all
// others take the whole workshop.
type change struct {
	Type    string `json:"type"`
	From    uint64 `json:"from"`
	Version uint64 `json:"version"`
	// Set are the fields of the workshop that are different now; Unset are those
	// that are no more.
	Set   map[string]json.RawMessage `json:"set"`
	Unset []string                   `json:"unset,omitempty"`
	// Derived: groups come without their members, who are those participants whose
	// groupId it is, in the order of participants.
	Derived bool `json:"derived,omitempty"`
	// Groups and Participants are lists too long to be sent for one of them.
	Groups       *listChange[workshop.GroupView]       `json:"groups,omitempty"`
	Participants *listChange[workshop.ParticipantView] `json:"participants,omitempty"`
}

// listChange: those in Gone leave the list; each in Put takes the place of the
// one with its id, or comes to the end.
type listChange[T any] struct {
	Put  []T      `json:"put,omitempty"`
	Gone []string `json:"gone,omitempty"`
}

// changeMessage is what became different for a role, as it travels; derived says
// that the members of groups are left to be told from participants.
func changeMessage(before, after *workshop.Workshop, role workshop.Role, derived bool) []byte {
	a, b := before.View(role), after.View(role)
	c := change{Type: "change", From: before.Version, Version: after.Version, Derived: derived, Set: map[string]json.RawMessage{}}
	if derived {
		withoutMembers(a.Groups)
		withoutMembers(b.Groups)
	}
	var fits bool
	if c.Groups, fits = differ(a.Groups, b.Groups, groupID); fits {
		a.Groups, b.Groups = nil, nil
	}
	if c.Participants, fits = differ(a.Participants, b.Participants, participantID); fits {
		a.Participants, b.Participants = nil, nil
	}
	old, now := fields(a), fields(b)
	for name, value := range now {
		if !bytes.Equal(old[name], value) {
			c.Set[name] = value
		}
	}
	for name := range old {
		if _, still := now[name]; !still {
			c.Unset = append(c.Unset, name)
		}
	}
	slices.Sort(c.Unset)
	out, err := json.Marshal(c)
	if err != nil {
		return nil // it has nothing that cannot be marshalled
	}
	return out
}

func withoutMembers(groups []workshop.GroupView) {
	for i := range groups {
		groups[i].Members = nil
	}
}

func groupID(g workshop.GroupView) string             { return string(g.ID) }
func participantID(m workshop.ParticipantView) string { return string(m.ID) }

// fields are a workshop's fields by name.
func fields(v workshop.View) map[string]json.RawMessage {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil // a View has nothing that cannot be marshalled
	}
	var out map[string]json.RawMessage
	if json.Unmarshal(raw, &out) != nil {
		return nil // it was made by Marshal
	}
	return out
}

// differ returns how one list becomes the other, nil when they are equal. False
// says that it cannot be told so, because the order is another.
func differ[T any](before, after []T, id func(T) string) (*listChange[T], bool) {
	now := make(map[string]int, len(after))
	for i, v := range after {
		now[id(v)] = i
	}
	var c listChange[T]
	known := make(map[string]bool, len(before))
	last := -1 // where the one before is now
	for _, v := range before {
		known[id(v)] = true
		at, still := now[id(v)]
		switch {
		case !still:
			c.Gone = append(c.Gone, id(v))
			continue
		case at < last:
			return nil, false
		case !reflect.DeepEqual(v, after[at]):
			c.Put = append(c.Put, after[at])
		}
		last = at
	}
	for i, v := range after {
		if known[id(v)] {
			continue
		}
		if i < last {
			return nil, false
		}
		c.Put = append(c.Put, v)
	}
	if c.Put == nil && c.Gone == nil {
		return nil, true
	}
	return &c, true
}
