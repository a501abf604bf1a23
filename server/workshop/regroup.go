package workshop

import (
	"slices"
	"strconv"
)

// MaxApart bounds the pairs of people who should not share a group.
const MaxApart = 500

// Pair is two people.
type Pair [2]ParticipantID

// FormCommand asks for groups.
type FormCommand struct {
	// Groups is how many there should be; missing ones are added, none is
	// taken away. 0: those there are.
	Groups int
	// Latecomers: who has a group keeps it.
	Latecomers bool
	// Seed chooses among equally good results; another one reshuffles.
	Seed uint64
}

// FormGroups places people in groups by the objective of Form. Pinned people
// stay. Groups take as many as the numbers need, whatever their capacity was.
func (w *Workshop) FormGroups(c FormCommand, newID NewID) error {
	if w.Status != Open {
		return Fail(CodeWorkshopClosed)
	}
	var p problems
	if c.Groups < 0 || c.Groups > w.Limits().Groups || c.Groups == 0 && len(w.Groups) == 0 {
		p.add("groups", FieldRange, Params{"min": 1, "max": w.Limits().Groups})
		return p.err()
	}
	if len(w.Areas) == 0 {
		return Fail(CodeUnknownArea)
	}
	w.Groups = slices.Clone(w.Groups)
	for len(w.Groups) < c.Groups {
		n := len(w.Groups)
		name := Text{PL: "Grupa ", EN: "Group "}.In(w.Language) + strconv.Itoa(n+1)
		w.Groups = append(w.Groups, Group{ID: GroupID(newID()), Name: name, Area: w.Areas[n%len(w.Areas)].ID, Capacity: DefaultCapacity})
	}
	w.form(c.Seed, func(m Participant) bool { return m.Pinned || c.Latecomers })
	w.Formed = true
	return nil
}

// placeLatecomers gives a group to those who have none.
func (w *Workshop) placeLatecomers(seed uint64) {
	if len(w.Groups) > 0 {
		w.form(seed, func(Participant) bool { return true })
	}
}

// form places everybody but those who have a group and stay in it.
func (w *Workshop) form(seed uint64, stays func(Participant) bool) {
	in := FormInput{Seed: seed}
	group := make(map[GroupID]int, len(w.Groups))
	for i, g := range w.Groups {
		group[g.ID] = i
		in.Areas = append(in.Areas, g.Area)
	}
	person := make(map[ParticipantID]int, len(w.Participants))
	for i, m := range w.Participants {
		person[m.ID] = i
		seat := Seat{ID: m.ID, Department: m.Department, Wish: m.Wish, Fixed: -1}
		if at, has := group[m.Group]; has && stays(m) {
			seat.Fixed = at
		}
		in.People = append(in.People, seat)
	}
	for _, pair := range w.Apart {
		a, okA := person[pair[0]]
		b, okB := person[pair[1]]
		if okA && okB {
			in.Apart = append(in.Apart, [2]int{a, b})
		}
	}
	w.Participants, w.Groups = slices.Clone(w.Participants), slices.Clone(w.Groups)
	size := make([]int, len(w.Groups))
	for i, g := range Form(in) {
		w.Participants[i].Group = w.Groups[g].ID
		size[g]++
	}
	for i := range w.Groups {
		w.Groups[i].Capacity = max(w.Groups[i].Capacity, size[i])
	}
}

// SetApart replaces the pairs of people who should not share a group.
func (w *Workshop) SetApart(pairs []Pair) error {
	var p problems
	if len(pairs) > MaxApart {
		p.add("pairs", FieldTooMany, Params{"max": MaxApart})
	}
	for i, pair := range pairs {
		if pair[0] == pair[1] || w.participantIndex(pair[0]) < 0 || w.participantIndex(pair[1]) < 0 {
			p.add("pairs["+strconv.Itoa(i)+"]", FieldChoice, nil)
		}
	}
	if err := p.err(); err != nil {
		return err
	}
	w.Apart = slices.Clone(pairs)
	return nil
}
