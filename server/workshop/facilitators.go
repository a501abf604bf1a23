package workshop

import (
	"context"
	"slices"
	"time"
)

// Lead is one of those who lead the workshop. Each has a link of their own, so
// that one can be taken back without the others. The JSON form is stored, and
// sent to facilitators only.
type Lead struct {
	ID FacilitatorID `json:"id"`
	// Name is "" for who created the workshop and gave none.
	Name    string    `json:"name"`
	AddedAt time.Time `json:"addedAt"`
}

// AddFacilitator lets one more person lead, also after the workshop.
func (w *Workshop) AddFacilitator(id FacilitatorID, name string, at time.Time) (Lead, error) {
	var p problems
	name = cleanText(&p, "name", name, MaxName, false)
	if most := w.Limits().Facilitators; len(w.Facilitators) >= most {
		p.tooMany("facilitators", limitFacilitators, most)
	}
	if name != "" && slices.ContainsFunc(w.Facilitators, func(l Lead) bool { return l.Name == name }) {
		p.add("name", FieldDuplicate, nil)
	}
	if err := p.err(); err != nil {
		return Lead{}, err
	}
	lead := Lead{ID: id, Name: name, AddedAt: at.UTC()}
	w.Facilitators = append(slices.Clone(w.Facilitators), lead)
	return lead, nil
}

// RenameFacilitator changes the name under which somebody leads.
func (w *Workshop) RenameFacilitator(id FacilitatorID, name string) error {
	i := w.facilitatorIndex(id)
	if i < 0 {
		return Fail(CodeNotFound)
	}
	var p problems
	name = cleanText(&p, "name", name, MaxName, false)
	if j := slices.IndexFunc(w.Facilitators, func(l Lead) bool { return l.Name == name }); name != "" && j >= 0 && j != i {
		p.add("name", FieldDuplicate, nil)
	}
	if err := p.err(); err != nil {
		return err
	}
	w.Facilitators = slices.Clone(w.Facilitators)
	w.Facilitators[i].Name = name
	return nil
}

// RemoveFacilitator takes the workshop from one who leads it; one remains.
func (w *Workshop) RemoveFacilitator(id FacilitatorID) error {
	i := w.facilitatorIndex(id)
	if i < 0 {
		return Fail(CodeNotFound)
	}
	if len(w.Facilitators) == 1 {
		return &Error{Code: CodeInvalidInput, Fields: []FieldError{{Field: "facilitators", Code: FieldRequired}}}
	}
	w.Facilitators = slices.Delete(slices.Clone(w.Facilitators), i, i+1)
	return nil
}

// restoreFacilitator makes sure that the bearer of the recovery code leads.
func (w *Workshop) restoreFacilitator(id FacilitatorID, at time.Time) {
	if w.facilitatorIndex(id) < 0 {
		w.Facilitators = append([]Lead{{ID: id, AddedAt: at.UTC()}}, w.Facilitators...)
	}
}

// Facilitator returns the one of that id, or CodeNotFound.
func (w *Workshop) Facilitator(id FacilitatorID) (Lead, error) {
	i := w.facilitatorIndex(id)
	if i < 0 {
		return Lead{}, Fail(CodeNotFound)
	}
	return w.Facilitators[i], nil
}

func (w *Workshop) facilitatorIndex(id FacilitatorID) int {
	return slices.IndexFunc(w.Facilitators, func(l Lead) bool { return l.ID == id })
}

// AddFacilitator lets one more person lead and returns their token.
func (s *Service) AddFacilitator(ctx context.Context, id WorkshopID, expect uint64, name string) (*Workshop, Lead, string, error) {
	var lead Lead
	newID, at := FacilitatorID(s.NewID()), s.Now()
	w, err := s.change(ctx, id, expect, func(w *Workshop) (err error) {
		lead, err = w.AddFacilitator(newID, name, at)
		return err
	})
	if err != nil {
		return nil, Lead{}, "", err
	}
	token, err := s.Secrets.IssueToken(ctx, Session{Workshop: id, Role: Facilitator, Facilitator: lead.ID}, "")
	return w, lead, token, err
}

// RenameFacilitator changes the name under which somebody leads.
func (s *Service) RenameFacilitator(ctx context.Context, id WorkshopID, expect uint64, lead FacilitatorID, name string) (*Workshop, error) {
	return s.change(ctx, id, expect, func(w *Workshop) error { return w.RenameFacilitator(lead, name) })
}

// RemoveFacilitator takes the workshop from one who leads it: their link stops
// working and their connections are closed on every instance.
func (s *Service) RemoveFacilitator(ctx context.Context, id WorkshopID, expect uint64, lead FacilitatorID) (*Workshop, error) {
	w, err := s.change(ctx, id, expect, func(w *Workshop) error { return w.RemoveFacilitator(lead) })
	if err != nil {
		return nil, err
	}
	return w, s.revoke(ctx, id, Holder{Facilitator: lead})
}

// RelinkFacilitator replaces somebody's link; the old one stops working.
func (s *Service) RelinkFacilitator(ctx context.Context, w *Workshop, lead FacilitatorID) (string, error) {
	if _, err := w.Facilitator(lead); err != nil {
		return "", err
	}
	return s.relink(ctx, w.ID, lead)
}

// relink ends all links of a facilitator and issues one. The new one comes
// first, so that nothing that fails between leaves them without.
func (s *Service) relink(ctx context.Context, id WorkshopID, lead FacilitatorID) (string, error) {
	old, err := s.Secrets.Sessions(ctx, id)
	if err != nil {
		return "", err
	}
	token, err := s.Secrets.IssueToken(ctx, Session{Workshop: id, Role: Facilitator, Facilitator: lead}, "")
	if err != nil {
		return "", err
	}
	var ended []SessionID
	for _, d := range old {
		if d.Role == Facilitator && d.Facilitator == lead {
			if err := s.Secrets.EndSession(ctx, id, d.ID); err != nil && CodeOf(err) != CodeNotFound {
				return "", err
			}
			ended = append(ended, d.ID)
		}
	}
	s.Announcer.SessionsEnded(ctx, ended)
	return token, nil
}

// Recovered is a workshop that its facilitator has got back.
type Recovered struct {
	Workshop    *Workshop
	Facilitator string
}

// Recover exchanges a recovery code for a new facilitator link; the link that
// was lost stops working. The code stays good until it is replaced. Whoever
// calls limits how often wrong codes are tried.
func (s *Service) Recover(ctx context.Context, code string) (Recovered, error) {
	id, lead, err := s.Secrets.ResolveRecovery(ctx, code)
	if err != nil {
		return Recovered{}, err
	}
	at := s.Now()
	w, err := s.change(ctx, id, 0, func(w *Workshop) error { w.restoreFacilitator(lead, at); return nil })
	if CodeOf(err) == CodeNotFound {
		return Recovered{}, Fail(CodeUnknownCode)
	}
	if err != nil {
		return Recovered{}, err
	}
	token, err := s.relink(ctx, id, lead)
	return Recovered{Workshop: w, Facilitator: token}, err
}

// ReplaceRecovery issues a new recovery code for the facilitator; the old one
// stops working.
func (s *Service) ReplaceRecovery(ctx context.Context, w *Workshop, lead FacilitatorID) (string, error) {
	if lead == "" && len(w.Facilitators) > 0 {
		lead = w.Facilitators[0].ID
	}
	return s.Secrets.IssueRecovery(ctx, w.ID, lead)
}
