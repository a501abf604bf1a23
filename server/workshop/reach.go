package workshop

// Reach says whose rights a change may have altered, so that only those live
// connections are asked again.
type Reach struct {
	// Everyone: the rights of all connections of the workshop.
	Everyone bool
	// Boards: the rights of connections to these groups' boards.
	Boards []GroupID
}

func (w *Workshop) votesAcross() bool {
	p, open := w.openPoll()
	return open && p.Across
}

// ReachOf compares two versions of a workshop. Joining alters nobody's rights;
// leaving a group, being removed, a facilitator's leaving, freezing, closing,
// visibility, a gallery walk and a vote across groups do.
func ReachOf(before, after *Workshop) Reach {
	if before == nil || before.Status != after.Status || before.Deleting != after.Deleting || before.Visibility != after.Visibility ||
		before.Day.Frozen != after.Day.Frozen || before.Gallery != after.Gallery || before.votesAcross() != after.votesAcross() {
		return Reach{Everyone: true}
	}
	for _, l := range before.Facilitators {
		if after.facilitatorIndex(l.ID) < 0 {
			return Reach{Everyone: true}
		}
	}
	now := make(map[ParticipantID]GroupID, len(after.Participants))
	for _, m := range after.Participants {
		now[m.ID] = m.Group
	}
	touched := map[GroupID]bool{}
	for _, m := range before.Participants {
		group, still := now[m.ID]
		if !still {
			return Reach{Everyone: true}
		}
		if group != m.Group {
			touched[m.Group], touched[group] = true, true
		}
	}
	frozen := make(map[GroupID]bool, len(after.Groups))
	for _, g := range after.Groups {
		frozen[g.ID] = g.Frozen
	}
	for _, g := range before.Groups {
		if is, still := frozen[g.ID]; !still || is != g.Frozen {
			touched[g.ID] = true
		}
	}
	delete(touched, "")
	var r Reach
	for id := range touched {
		r.Boards = append(r.Boards, id)
	}
	return r
}
