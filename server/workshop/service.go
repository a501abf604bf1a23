package workshop

import (
	"context"
	"time"
)

// Repository keeps workshops.
type Repository interface {
	// Create stores a new workshop and sets its Version.
	Create(ctx context.Context, w *Workshop) error
	// Load returns the workshop, or CodeNotFound.
	Load(ctx context.Context, id WorkshopID) (*Workshop, error)
	// Update loads the workshop, lets change alter it and stores it, again and
	// again until nobody else came between; change may therefore run several
	// times. With expect other than 0 it fails with CodeVersionConflict unless
	// that is the workshop's version. An error of change ends it unchanged.
	Update(ctx context.Context, id WorkshopID, expect uint64, change func(*Workshop) error) (*Workshop, error)
	// Remove deletes the workshop's record; nobody could change it meanwhile.
	Remove(ctx context.Context, id WorkshopID) error
	// All calls f with every workshop.
	All(ctx context.Context, f func(*Workshop) error) error
}

// Secrets issues what lets people in and forgets it again.
type Secrets interface {
	// IssueToken returns a new secret that stands for the session; device is a
	// coarse word for the browser it is for, "" for a link.
	IssueToken(ctx context.Context, s Session, device string) (string, error)
	// Revoke makes all tokens of the holder worthless and returns which.
	Revoke(ctx context.Context, id WorkshopID, h Holder) ([]SessionID, error)
	// Sessions returns all sessions of the workshop, oldest first.
	Sessions(ctx context.Context, id WorkshopID) ([]Device, error)
	// EndSession makes one token worthless, or fails with CodeNotFound.
	EndSession(ctx context.Context, id WorkshopID, session SessionID) error
	// IssueRecovery returns a new recovery code of the facilitator and forgets
	// the one before.
	IssueRecovery(ctx context.Context, id WorkshopID, f FacilitatorID) (string, error)
	// ForgetCodes removes all join codes and recovery codes of the workshop.
	ForgetCodes(ctx context.Context, id WorkshopID) error
	// ResolveRecovery returns whose recovery code it is, or CodeUnknownCode.
	ResolveRecovery(ctx context.Context, code string) (WorkshopID, FacilitatorID, error)
	// IssueCode returns a new join code that leads to the workshop.
	IssueCode(ctx context.Context, id WorkshopID) (string, error)
	// ResolveCode returns the code in its written form and the workshop it
	// leads to, or CodeUnknownCode.
	ResolveCode(ctx context.Context, code string) (string, WorkshopID, error)
}

// Private keeps what a person wrote for nobody's eyes yet, on named sheets of
// one page for each participant.
type Private interface {
	// Write replaces the participant's page.
	Write(ctx context.Context, id WorkshopID, sheet string, p ParticipantID, page any) error
	// Change replaces the participant's page by what f makes of it; decode leaves
	// its argument as it is where there is none. f is called again where another
	// write came between; its error is returned as it is.
	Change(ctx context.Context, id WorkshopID, sheet string, p ParticipantID, f func(decode func(into any) error) (page any, err error)) error
	// Read fills into with the participant's page; false: there is none.
	Read(ctx context.Context, id WorkshopID, sheet string, p ParticipantID, into any) (bool, error)
	// Each calls f with each page of the sheet and a way to decode it.
	Each(ctx context.Context, id WorkshopID, sheet string, f func(p ParticipantID, decode func(into any) error) error) error
	// Erase removes all pages of the participant; "" removes everybody's.
	Erase(ctx context.Context, id WorkshopID, p ParticipantID) error
}

// NewCard is a card that the server puts on a board.
type NewCard struct {
	ID     string
	Stage  StageID
	Kind   string
	Text   string
	Author string
	Ref    string // library entry
}

// Boards reaches the boards of groups.
type Boards interface {
	// Texts returns what stands on each card of the board.
	Texts(ctx context.Context, w *Workshop, g GroupID) (map[string]string, error)
	// AddCards puts cards behind those there; those that are there already are
	// left alone, so that it can be done again.
	AddCards(ctx context.Context, w *Workshop, g GroupID, cards []NewCard) error
	// Drop removes a group's board for good: log, snapshots, history.
	Drop(ctx context.Context, g GroupID) error
	// Rebuild replaces a board by its present content: its history, and all that
	// was deleted from it, is gone from the store for good.
	Rebuild(ctx context.Context, w *Workshop, g GroupID) error
	// ForgetPast removes the history of a board on which the person has ever
	// written; what the board shows now stays.
	ForgetPast(ctx context.Context, g GroupID, p ParticipantID) error
	// Authored returns what a person wrote on the board.
	Authored(ctx context.Context, w *Workshop, g GroupID, p ParticipantID) (AuthoredOnBoard, error)
	// SetActionState says how far the action on a card is, or CodeNotFound when
	// there is no such card or it is no action.
	SetActionState(ctx context.Context, w *Workshop, g GroupID, card, state string) error
	// PhaseBegan keeps all boards as they are, as the moment at which the phase
	// began. It does not wait for that.
	PhaseBegan(w *Workshop, p Phase)
	// AddComment puts a comment on a card, or CodeNotFound.
	AddComment(ctx context.Context, w *Workshop, g GroupID, id, card, author, text string) error
}

// Announcer tells every instance that a workshop changed. The notice may be
// lost; instances look again from time to time.
type Announcer interface {
	WorkshopChanged(ctx context.Context, id WorkshopID, version uint64)
	// SessionsEnded says that tokens are worthless from now on.
	SessionsEnded(ctx context.Context, sessions []SessionID)
}

// Service carries out the commands of people on stored workshops. Whether
// they may is for the caller to ask first (Workshop.Can).
type Service struct {
	Repository Repository
	Secrets    Secrets
	Announcer  Announcer
	Private    Private
	Boards     Boards
	Audit      Audit
	Ends       Ends
	Templates  []Template
	NewID      NewID
	Now        func() time.Time
	// Limits hold for new workshops, and for those that Repository loads.
	Limits Limits
}

// Created is a new workshop with the secrets that only its creator learns.
type Created struct {
	Workshop    *Workshop
	Facilitator string
	Projector   string
	Recovery    string // exchanged for a new facilitator link when that is lost
}

// Joined is a new participant with their secret.
type Joined struct {
	Workshop    *Workshop
	Participant Participant
	Token       string
}

// Create makes a workshop, its code and the tokens of its facilitator and its
// projector. The workshop is stored last: whatever fails before leaves
// nothing that leads anywhere.
func (s *Service) Create(ctx context.Context, in CreateInput) (Created, error) {
	tpl, err := s.pathwayOf(in)
	if err != nil {
		return Created{}, err
	}
	now := s.Now()
	in.Limits = s.Limits
	w, err := New(in, tpl, s.NewID, now)
	if err != nil {
		return Created{}, err
	}
	if in.Pathway != nil {
		w.Departments = tpl.Departments
	}
	lead := FacilitatorID(s.NewID())
	w.restoreFacilitator(lead, now)
	out := Created{Workshop: w}
	code, err := s.Secrets.IssueCode(ctx, w.ID)
	if err != nil {
		return Created{}, err
	}
	w.IssueCode(code, now)
	if out.Facilitator, err = s.Secrets.IssueToken(ctx, Session{Workshop: w.ID, Role: Facilitator, Facilitator: lead}, ""); err != nil {
		return Created{}, err
	}
	if out.Projector, err = s.Secrets.IssueToken(ctx, Session{Workshop: w.ID, Role: Projector}, ""); err != nil {
		return Created{}, err
	}
	if out.Recovery, err = s.Secrets.IssueRecovery(ctx, w.ID, lead); err != nil {
		return Created{}, err
	}
	return out, s.Repository.Create(ctx, w)
}

// pathwayOf is what a new workshop starts from: a template of ours, or one that
// was saved from another workshop.
func (s *Service) pathwayOf(in CreateInput) (Template, error) {
	if in.Pathway != nil {
		return CheckTemplate(*in.Pathway)
	}
	tpl, ok := s.template(in.Template)
	if !ok {
		return Template{}, &Error{Code: CodeInvalidInput, Fields: []FieldError{{Field: "template", Code: FieldChoice}}}
	}
	return tpl, nil
}

func (s *Service) template(id string) (Template, bool) {
	if id == "" {
		id = DefaultTemplate
	}
	for _, t := range s.Templates {
		if t.ID == id {
			return t, true
		}
	}
	return Template{}, false
}

// Preview shows what a code leads to.
func (s *Service) Preview(ctx context.Context, code string) (Preview, error) {
	w, err := s.byCode(ctx, code)
	if err != nil {
		return Preview{}, err
	}
	return w.Preview(s.Pathway(w).Departments), nil
}

func (s *Service) byCode(ctx context.Context, code string) (*Workshop, error) {
	code, id, err := s.Secrets.ResolveCode(ctx, code)
	if err != nil {
		return nil, err
	}
	w, err := s.Repository.Load(ctx, id)
	if CodeOf(err) == CodeNotFound {
		return nil, Fail(CodeUnknownCode)
	}
	if err != nil {
		return nil, err
	}
	return w, w.CodeOpens(code, s.Now())
}

// CodeOwner returns the workshop that a code leads to, or once led to.
func (s *Service) CodeOwner(ctx context.Context, code string) (WorkshopID, error) {
	_, id, err := s.Secrets.ResolveCode(ctx, code)
	return id, err
}

// Join adds a participant to the workshop that the code leads to. The input is
// checked before a token is made; the token is made before the participant is
// stored, so that nobody is in without a way in.
func (s *Service) Join(ctx context.Context, code string, in JoinInput) (Joined, error) {
	w, err := s.byCode(ctx, code)
	if err != nil {
		return Joined{}, err
	}
	id, now := ParticipantID(s.NewID()), s.Now()
	tried, err := w.Join(id, in, now)
	if err != nil {
		return Joined{}, err
	}
	var out Joined
	holder := tried.ID
	if out.Token, err = s.Secrets.IssueToken(ctx, Session{Workshop: w.ID, Role: Member, Participant: holder}, in.Device); err != nil {
		return Joined{}, err
	}
	out.Workshop, err = s.change(ctx, w.ID, 0, func(w *Workshop) (err error) {
		out.Participant, err = w.Join(id, in, now)
		return err
	})
	if err != nil {
		return Joined{}, err
	}
	if out.Participant.ID != holder { // the list changed meanwhile
		out.Token, err = s.Secrets.IssueToken(ctx, Session{Workshop: w.ID, Role: Member, Participant: out.Participant.ID}, in.Device)
	}
	return out, err
}

// Return lets a member whose session ended go on as who they were, with a code
// that opens their workshop; the ended session is worthless then.
func (s *Service) Return(ctx context.Context, code string, ended Session, id SessionID, device string) (Joined, error) {
	w, err := s.byCode(ctx, code)
	if err != nil {
		return Joined{}, err
	}
	if ended.Workshop != w.ID || ended.Role != Member {
		return Joined{}, Fail(CodeUnauthenticated)
	}
	me, err := w.Participant(ended.Participant)
	if err != nil {
		return Joined{}, Fail(CodeUnauthenticated)
	}
	token, err := s.Secrets.IssueToken(ctx, ended, device)
	if err != nil {
		return Joined{}, err
	}
	if err := s.Secrets.EndSession(ctx, w.ID, id); err != nil && CodeOf(err) != CodeNotFound {
		return Joined{}, err
	}
	return Joined{Token: token, Participant: me, Workshop: w}, nil
}

// Change alters the workshop itself.
func (s *Service) Change(ctx context.Context, id WorkshopID, expect uint64, c Change) (*Workshop, error) {
	at := s.Now()
	return s.change(ctx, id, expect, func(w *Workshop) error {
		before := w.Status
		if err := w.Apply(c); err != nil {
			return err
		}
		w.mark(before, at)
		return nil
	})
}

// SetAgenda replaces the agenda.
func (s *Service) SetAgenda(ctx context.Context, id WorkshopID, expect uint64, phases []Phase) (*Workshop, error) {
	return s.change(ctx, id, expect, func(w *Workshop) error { return w.SetAgenda(phases, s.NewID) })
}

// AddPeople puts people on the list.
func (s *Service) AddPeople(ctx context.Context, id WorkshopID, expect uint64, rows []PersonInput) (*Workshop, error) {
	return s.change(ctx, id, expect, func(w *Workshop) error { return w.AddPeople(rows, s.NewID) })
}

// FormGroups places people in groups.
func (s *Service) FormGroups(ctx context.Context, id WorkshopID, expect uint64, c FormCommand) (*Workshop, error) {
	return s.change(ctx, id, expect, func(w *Workshop) error { return w.FormGroups(c, s.NewID) })
}

// SetApart replaces the pairs who should not share a group.
func (s *Service) SetApart(ctx context.Context, id WorkshopID, expect uint64, pairs []Pair) (*Workshop, error) {
	return s.change(ctx, id, expect, func(w *Workshop) error { return w.SetApart(pairs) })
}

// MovePhase carries out a phase command. How the boards were when another phase
// began is kept in their history.
func (s *Service) MovePhase(ctx context.Context, id WorkshopID, expect uint64, c PhaseCommand) (*Workshop, error) {
	at := s.Now()
	var before PhaseID
	w, err := s.change(ctx, id, expect, func(w *Workshop) error {
		before = w.Day.Phase
		return w.MovePhase(c, at)
	})
	if err == nil && w.Day.Phase != before {
		s.Boards.PhaseBegan(w, w.Agenda[w.phaseIndex(w.Day.Phase)])
	}
	return w, err
}

// ChangeDay sets the focus and freezes or opens boards.
func (s *Service) ChangeDay(ctx context.Context, id WorkshopID, expect uint64, c DayChange) (*Workshop, error) {
	return s.change(ctx, id, expect, func(w *Workshop) error { return w.ChangeDay(c) })
}

// AddGroup adds a group.
func (s *Service) AddGroup(ctx context.Context, id WorkshopID, expect uint64, c GroupChange) (*Workshop, error) {
	group := GroupID(s.NewID())
	return s.change(ctx, id, expect, func(w *Workshop) error {
		_, err := w.AddGroup(group, c)
		return err
	})
}

// ChangeGroup changes a group.
func (s *Service) ChangeGroup(ctx context.Context, id WorkshopID, expect uint64, group GroupID, c GroupChange) (*Workshop, error) {
	return s.change(ctx, id, expect, func(w *Workshop) error {
		_, err := w.ChangeGroup(group, c)
		return err
	})
}

// RemoveGroup removes a group nobody is in, and its board for good.
func (s *Service) RemoveGroup(ctx context.Context, id WorkshopID, expect uint64, group GroupID) (*Workshop, error) {
	w, err := s.change(ctx, id, expect, func(w *Workshop) error { return w.RemoveGroup(group) })
	if err != nil {
		return nil, err
	}
	return w, s.Boards.Drop(ctx, group)
}

// ChangeParticipant lets a participant change themselves.
func (s *Service) ChangeParticipant(ctx context.Context, id WorkshopID, expect uint64, p ParticipantID, c MeChange) (*Workshop, Participant, error) {
	var me Participant
	w, err := s.change(ctx, id, expect, func(w *Workshop) (err error) {
		me, err = w.ChangeParticipant(p, c)
		return err
	})
	return w, me, err
}

// AddDevice returns a new secret by which the participant goes on as themselves
// on another device.
func (s *Service) AddDevice(ctx context.Context, id WorkshopID, p ParticipantID) (string, error) {
	return s.Secrets.IssueToken(ctx, Session{Workshop: id, Role: Member, Participant: p}, "")
}

// RemoveParticipant puts a participant out: their tokens stop working and
// their connections are closed on every instance.
func (s *Service) RemoveParticipant(ctx context.Context, id WorkshopID, expect uint64, p ParticipantID) (*Workshop, error) {
	w, err := s.change(ctx, id, expect, func(w *Workshop) error { return w.RemoveParticipant(p) })
	if err != nil {
		return nil, err
	}
	return w, s.revoke(ctx, id, Holder{Participant: p})
}

// revoke ends the holder's sessions and says so: who came and went between two
// looks at the workshop is missing in neither.
func (s *Service) revoke(ctx context.Context, id WorkshopID, h Holder) error {
	ended, err := s.Secrets.Revoke(ctx, id, h)
	s.Announcer.SessionsEnded(ctx, ended)
	return err
}

// RotateCode replaces the join code; the old one is at once an expired one.
func (s *Service) RotateCode(ctx context.Context, id WorkshopID, expect uint64) (*Workshop, error) {
	code, err := s.Secrets.IssueCode(ctx, id)
	if err != nil {
		return nil, err
	}
	return s.change(ctx, id, expect, func(w *Workshop) error {
		w.IssueCode(code, s.Now())
		return nil
	})
}

func (s *Service) change(ctx context.Context, id WorkshopID, expect uint64, f func(*Workshop) error) (*Workshop, error) {
	w, err := s.Repository.Update(ctx, id, expect, f)
	if err != nil {
		return nil, err
	}
	s.Announcer.WorkshopChanged(ctx, w.ID, w.Version)
	return w, nil
}
