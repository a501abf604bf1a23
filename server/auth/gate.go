package auth

import (
	"context"
	"errors"
	"strings"

	"github.com/pathboard/pathboard/hub"
	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/server/workshop"
)

// Kinds of documents, the part of their names before the dot.
const (
	boardKind    = "board"
	workshopKind = "workshop"
)

// BoardDoc names the document of a group's board.
func BoardDoc(id workshop.GroupID) store.DocName { return store.DocName(boardKind + "." + string(id)) }

// WorkshopDoc names the document that carries a workshop's state and presence.
func WorkshopDoc(id workshop.WorkshopID) store.DocName {
	return store.DocName(workshopKind + "." + string(id))
}

// Gate is Authority at the door of the hub.
type Gate struct {
	authority *Authority
	// facilitator is the name shown for the facilitator in each language.
	facilitator func(workshop.Language) string
}

var _ hub.Authorizer = (*Gate)(nil)

// NewGate returns a gate; facilitator names the facilitator, who has no name
// of their own, in a language.
func NewGate(a *Authority, facilitator func(workshop.Language) string) *Gate {
	return &Gate{authority: a, facilitator: facilitator}
}

// Authorize says who the bearer of the token is on the document. Boards belong
// to groups of the token's own workshop; whatever is refused, wrong or unknown
// gets the same hub.ErrDenied with the domain's code.
func (g *Gate) Authorize(ctx context.Context, doc store.DocName, token string) (hub.Grant, error) {
	s, err := g.authority.Session(ctx, token)
	if err != nil {
		return hub.Grant{}, denied(err)
	}
	kind, id, _ := strings.Cut(string(doc), ".")
	switch kind {
	case workshopKind:
		w, err := g.authority.Can(ctx, s, workshop.ViewWorkshop, Target{Workshop: workshop.WorkshopID(id)})
		if err != nil {
			return hub.Grant{}, denied(err)
		}
		grant := g.grant(w, s, token)
		grant.ReadOnly, grant.Ephemeral = true, true
		return grant, nil
	case boardKind:
		target := Target{Workshop: s.Workshop, Group: workshop.GroupID(id)}
		w, err := g.authority.Can(ctx, s, workshop.ReadBoard, target)
		if err != nil {
			return hub.Grant{}, denied(err)
		}
		grant := g.grant(w, s, token)
		grant.ReadOnly = w.Can(s, workshop.WriteBoard, target.Group) != nil
		return grant, nil
	default:
		return hub.Grant{}, denied(workshop.Fail(workshop.CodeForbidden))
	}
}

// grant says who the session is, without rights.
func (g *Gate) grant(w *workshop.Workshop, s workshop.Session, token string) hub.Grant {
	grant := hub.Grant{
		Workshop: string(w.ID), Subject: string(s.Role) + ":" + string(w.ID), Session: Fingerprint(token), Role: string(s.Role),
	}
	id, name, color := string(s.Role), g.facilitator(w.Language), "#3d4451"
	if lead, err := w.Facilitator(s.Facilitator); err == nil && s.Role == workshop.Facilitator {
		// Each who leads is somebody: boards keep apart what two of them write.
		grant.Subject += ":" + string(lead.ID)
		if lead.Name != "" {
			id, name = string(lead.ID), lead.Name
		}
	}
	if m, err := w.Participant(s.Participant); err == nil {
		grant.Subject = string(m.ID)
		id, name, color = string(m.ID), m.Name, m.Color
	}
	if w.Can(s, workshop.ShowPresence, "") == nil {
		grant.Presence = map[string]any{"id": id, "name": name, "color": color, "role": string(s.Role)}
	}
	return grant
}

// denial is the domain's refusal in the hub's terms: clients see its code.
type denial struct{ code workshop.Code }

// Error says what was refused, for logs.
func (d denial) Error() string { return "permission denied: " + string(d.code) }

// Denial is the reason a client sees.
func (d denial) Denial() string { return string(d.code) }

// Is makes a denial an hub.ErrDenied.
func (d denial) Is(target error) bool { return target == hub.ErrDenied }

// denied turns the domain's refusals into denials; faults stay faults, so that
// the client comes back instead of giving up.
func denied(err error) error {
	if e, ok := errors.AsType[*workshop.Error](err); ok && e.Code != workshop.CodeStoreUnavailable {
		return denial{e.Code}
	}
	return err
}
