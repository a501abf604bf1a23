package workshop

import "slices"

// Group is a team with one board.
type Group struct {
	ID       GroupID
	Name     string
	Area     AreaID
	Capacity int
	// Frozen: members read the board but do not change it.
	Frozen bool
}

// GroupChange is what a facilitator may say of a group; nil leaves a field as
// it is, or at its default for a new group.
type GroupChange struct {
	Name     *string
	Area     *AreaID
	Capacity *int
	Frozen   *bool
}

// Group returns the group of that id, or CodeUnknownGroup.
func (w *Workshop) Group(id GroupID) (Group, error) {
	i := w.groupIndex(id)
	if i < 0 {
		return Group{}, Fail(CodeUnknownGroup)
	}
	return w.Groups[i], nil
}

func (w *Workshop) groupIndex(id GroupID) int {
	return slices.IndexFunc(w.Groups, func(g Group) bool { return g.ID == id })
}

// AddGroup adds a group under the id. Name and area are needed.
func (w *Workshop) AddGroup(id GroupID, c GroupChange) (Group, error) {
	if most := w.Limits().Groups; len(w.Groups) >= most {
		var p problems
		p.tooMany("groups", limitGroups, most)
		return Group{}, p.err()
	}
	if c.Name == nil {
		c.Name = new("")
	}
	if c.Area == nil {
		c.Area = new(AreaID(""))
	}
	g := Group{ID: id, Capacity: DefaultCapacity}
	if err := w.editGroup(&g, c); err != nil {
		return Group{}, err
	}
	w.Groups = append(w.Groups, g)
	return g, nil
}

// ChangeGroup changes a group, or reports everything wrong and changes
// nothing. A capacity below the number of members is allowed: nobody is put
// out, nobody new gets in.
func (w *Workshop) ChangeGroup(id GroupID, c GroupChange) (Group, error) {
	i := w.groupIndex(id)
	if i < 0 {
		return Group{}, Fail(CodeUnknownGroup)
	}
	g := w.Groups[i]
	if err := w.editGroup(&g, c); err != nil {
		return Group{}, err
	}
	w.Groups = slices.Clone(w.Groups)
	w.Groups[i] = g
	return g, nil
}

func (w *Workshop) editGroup(g *Group, c GroupChange) error {
	var p problems
	if c.Name != nil {
		g.Name = cleanText(&p, "name", *c.Name, MaxGroupName, false)
	}
	if c.Capacity != nil {
		if g.Capacity = *c.Capacity; g.Capacity < 1 || g.Capacity > MaxCapacity {
			p.add("capacity", FieldRange, Params{"min": 1, "max": MaxCapacity})
		}
	}
	if c.Frozen != nil {
		g.Frozen = *c.Frozen
	}
	if err := p.err(); err != nil {
		return err
	}
	if c.Area != nil {
		area, ok := w.findArea(string(*c.Area))
		if !ok {
			return &Error{Code: CodeUnknownArea, Fields: []FieldError{{Field: "areaId", Code: FieldChoice}}}
		}
		g.Area = area.ID
	}
	return nil
}

// RemoveGroup removes a group nobody is in. Its board is not touched.
func (w *Workshop) RemoveGroup(id GroupID) error {
	i := w.groupIndex(id)
	if i < 0 {
		return Fail(CodeUnknownGroup)
	}
	if w.memberCount(id) > 0 {
		return &Error{Code: CodeInvalidInput, Fields: []FieldError{{Field: "groupId", Code: FieldInUse}}}
	}
	w.Groups = slices.Delete(slices.Clone(w.Groups), i, i+1)
	return nil
}

func (w *Workshop) memberCount(id GroupID) int {
	n := 0
	for _, m := range w.Participants {
		if m.Group == id {
			n++
		}
	}
	return n
}
