package live

import (
	"encoding/json"

	"github.com/pathboard/pathboard/hub"
	"github.com/pathboard/pathboard/server/auth"
	"github.com/pathboard/pathboard/server/workshop"
)

// message is the workshop as a role sees it, as it travels on the socket.
func message(w *workshop.Workshop, role workshop.Role) []byte {
	b, err := json.Marshal(struct {
		Type     string        `json:"type"`
		Version  uint64        `json:"version"`
		Workshop workshop.View `json:"workshop"`
	}{"workshop", w.Version, w.View(role)})
	if err != nil {
		return nil // a View has nothing that cannot be marshalled
	}
	return b
}

// nowMessage is what a change of phase alters. It is small and goes ahead of
// the whole workshop, so that a thousand screens change together.
func nowMessage(w *workshop.Workshop) []byte {
	b, err := json.Marshal(struct {
		Type    string           `json:"type"`
		Version uint64           `json:"version"`
		Now     workshop.NowView `json:"now"`
	}{"now", w.Version, w.Now()})
	if err != nil {
		return nil // a NowView has nothing that cannot be marshalled
	}
	return b
}

// sessionOf is the session that a grant was made for.
func sessionOf(w *workshop.Workshop, g hub.Grant) workshop.Session {
	s := workshop.Session{Workshop: w.ID, Role: workshop.Role(g.Role)}
	if s.Role == workshop.Member {
		s.Participant = workshop.ParticipantID(g.Subject)
	}
	return s
}

// concernMessage is what concerns one session beyond the workshop.
func concernMessage(w *workshop.Workshop, s workshop.Session) []byte {
	b, err := json.Marshal(struct {
		Type    string           `json:"type"`
		Version uint64           `json:"version"`
		Concern workshop.Concern `json:"concern"`
	}{"concern", w.Version, w.ConcernOf(s)})
	if err != nil {
		return nil // a Concern has nothing that cannot be marshalled
	}
	return b
}

// pushConcerns tells each connection what concerns its person. All members of
// a group are told the same, so it is written once for a group.
func (l *Live) pushConcerns(w *workshop.Workshop) {
	written := map[string][]byte{}
	groups := make(map[workshop.ParticipantID]workshop.GroupID, len(w.Participants))
	for _, m := range w.Participants {
		groups[m.ID] = m.Group
	}
	l.hub.Broadcast(auth.WorkshopDoc(w.ID), func(g hub.Grant) []byte {
		s := sessionOf(w, g)
		key := string(s.Role) + "/" + string(groups[s.Participant])
		if _, done := written[key]; !done {
			written[key] = concernMessage(w, s)
		}
		return written[key]
	})
}
