package workshop

import (
	"context"
	"time"
)

// SessionID names a session without giving its secret away.
type SessionID string

// Holder is whose sessions are meant: a participant's, a facilitator's, or,
// when both are empty, everybody's.
type Holder struct {
	Participant ParticipantID
	Facilitator FacilitatorID
}

// Device is one session: a browser that joined, or a link that was handed out.
type Device struct {
	ID          SessionID     `json:"id"`
	Role        Role          `json:"role"`
	Participant ParticipantID `json:"participantId,omitempty"`
	Facilitator FacilitatorID `json:"facilitatorId,omitempty"`
	// Name is a coarse word for the browser, "" for a link.
	Name     string    `json:"name"`
	IssuedAt time.Time `json:"issuedAt"`
	// UsedAt is the last use, to within ten minutes; zero for links.
	UsedAt time.Time `json:"usedAt,omitzero"`
}

// Devices returns the sessions of the workshop that the caller may see: all of
// them for who leads, their own for others.
func (s *Service) Devices(ctx context.Context, caller Session) ([]Device, error) {
	all, err := s.Secrets.Sessions(ctx, caller.Workshop)
	if err != nil || caller.Role == Facilitator {
		return all, err
	}
	own := []Device{}
	for _, d := range all {
		if d.Role == caller.Role && d.Participant == caller.Participant {
			own = append(own, d)
		}
	}
	return own, nil
}

// EndDevice makes a session worthless and closes its connections everywhere.
// Sessions that the caller may not see do not exist for them.
func (s *Service) EndDevice(ctx context.Context, caller Session, id SessionID) (Device, error) {
	seen, err := s.Devices(ctx, caller)
	if err != nil {
		return Device{}, err
	}
	for _, d := range seen {
		if d.ID == id {
			if err := s.Secrets.EndSession(ctx, caller.Workshop, id); err != nil {
				return Device{}, err
			}
			s.Announcer.SessionsEnded(ctx, []SessionID{id})
			return d, nil
		}
	}
	return Device{}, Fail(CodeNotFound)
}
