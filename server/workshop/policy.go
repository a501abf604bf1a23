package workshop

// Role is what a token lets its bearer be in one workshop.
type Role string

// The roles of this version.
const (
	Facilitator Role = "facilitator"
	Member      Role = "member"
	Projector   Role = "projector"
	// Reader has a link to the outcome, and sees nothing else.
	Reader Role = "reader"
	// Follower has a link to the follow-up of actions, and sees nothing else.
	Follower Role = "follower"
)

// Session is who a token stands for.
type Session struct {
	Workshop    WorkshopID
	Role        Role
	Participant ParticipantID // of a member, else ""
	Facilitator FacilitatorID // of a facilitator, else ""
	// Confirmed: a facilitator who showed the secret itself, with this request or
	// within the last minutes. It allows what cannot be undone.
	Confirmed bool
}

// Action is something a session may or may not do.
type Action string

// Everything that is guarded.
const (
	ViewWorkshop      Action = "view-workshop"
	SeeJoinCode       Action = "see-join-code"
	EditWorkshop      Action = "edit-workshop"
	ManageGroups      Action = "manage-groups"
	RotateCode        Action = "rotate-code"
	RemoveParticipant Action = "remove-participant"
	EditSelf          Action = "edit-self"
	ReadBoard         Action = "read-board"
	WriteBoard        Action = "write-board"
	ImportBoard       Action = "import-board"
	ShowPresence      Action = "show-presence"
	EditAgenda        Action = "edit-agenda"
	LeadDay           Action = "lead-day"
	ManagePeople      Action = "manage-people"
	AskHelp           Action = "ask-help"
	AnswerHelp        Action = "answer-help"
	DropCard          Action = "drop-card"
	Vote              Action = "vote"
	Decide            Action = "decide"
	CommentBoard      Action = "comment-board"
	ReadHistory       Action = "read-history"
	RestoreBoard      Action = "restore-board"
	GiveFeedback      Action = "give-feedback"
	ReadFeedback      Action = "read-feedback"
	ReadOutcome       Action = "read-outcome"
	LeadScreen        Action = "lead-screen"
	TurnSlide         Action = "turn-slide"
	FollowUp          Action = "follow-up"
	ManageLeads       Action = "manage-facilitators"
	ManageDevices     Action = "manage-devices"
	ReadAudit         Action = "read-audit"
	SeeLines          Action = "see-lines"
	DeleteWorkshop    Action = "delete-workshop"
	ProposeEntry      Action = "propose-entry"
	EditLibrary       Action = "edit-library"
	OwnData           Action = "own-data"
	ManageData        Action = "manage-data"
	OpenSession       Action = "open-session"
	ConfirmSession    Action = "confirm-session"
)

// rule says under which condition a role may do an action.
type rule int

const (
	never rule = iota
	always
	ownOrVisible // own group's board, the one visited, or any while boards are visible to all
	ownGroup     // own group's board, whatever its state
	ownUnfrozen  // own group's board while neither it nor the workshop is shut
	hasClicker   // own group presents and turns the slides itself
)

// permissions is the one table of who may do what. What is missing is never.
var permissions = map[Action]map[Role]rule{
	ViewWorkshop:      {Facilitator: always, Member: always, Projector: always},
	SeeJoinCode:       {Facilitator: always, Projector: always},
	EditWorkshop:      {Facilitator: always},
	ManageGroups:      {Facilitator: always},
	RotateCode:        {Facilitator: always},
	RemoveParticipant: {Facilitator: always},
	EditSelf:          {Member: always},
	ReadBoard:         {Facilitator: always, Member: ownOrVisible, Projector: always},
	WriteBoard:        {Facilitator: always, Member: ownUnfrozen},
	ImportBoard:       {Facilitator: always},
	ShowPresence:      {Facilitator: always, Member: always},
	EditAgenda:        {Facilitator: always},
	LeadDay:           {Facilitator: always},
	ManagePeople:      {Facilitator: always},
	AskHelp:           {Member: always},
	AnswerHelp:        {Facilitator: always},
	DropCard:          {Facilitator: always},
	Vote:              {Member: always},
	Decide:            {Facilitator: always},
	CommentBoard:      {Facilitator: always, Member: ownOrVisible},
	ReadHistory:       {Facilitator: always, Member: ownGroup},
	RestoreBoard:      {Facilitator: always, Member: ownUnfrozen},
	GiveFeedback:      {Member: always},
	ReadFeedback:      {Facilitator: always, Projector: always},
	LeadScreen:        {Facilitator: always},
	TurnSlide:         {Facilitator: always, Projector: always, Member: hasClicker},
	// Members and followers only until the deadline, which FollowOpen knows.
	FollowUp: {Facilitator: always, Member: always, Follower: always},
	// Members and readers only until the deadline, which OutcomeOpen knows.
	ReadOutcome: {Facilitator: always, Projector: always, Member: always, Reader: always},
	ManageLeads: {Facilitator: always},
	// Members only their own, which Devices knows.
	ManageDevices: {Facilitator: always, Member: always},
	ReadAudit:     {Facilitator: always},
	SeeLines:      {Facilitator: always},
	// A group proposes for itself, while the workshop goes on.
	ProposeEntry: {Facilitator: always, Member: ownUnfrozen},
	EditLibrary:  {Facilitator: always},
	// What is kept of a person: their own, or for who leads anybody's.
	OwnData:        {Member: always},
	ManageData:     {Facilitator: always},
	DeleteWorkshop: {Facilitator: always},
	OpenSession:    {Facilitator: always},
	ConfirmSession: {Facilitator: always},
}

// onBoard are the actions for which the group matters.
var onBoard = map[Action]bool{
	ReadBoard: true, WriteBoard: true, ImportBoard: true, DropCard: true, CommentBoard: true, ReadHistory: true, RestoreBoard: true,
	ProposeEntry: true,
}

// Can reports whether the session may do the action: nil, or why not. The
// group matters for actions on a board. A session of another workshop and a
// participant who was removed may do nothing.
func (w *Workshop) Can(s Session, a Action, group GroupID) error {
	if s.Workshop != w.ID {
		return Fail(CodeForbidden)
	}
	if w.Deleting {
		return Fail(CodeUnauthenticated)
	}
	var own GroupID
	if s.Role == Member {
		m, err := w.Participant(s.Participant)
		if err != nil {
			return Fail(CodeUnauthenticated)
		}
		own = m.Group
	}
	if s.Role == Facilitator && s.Facilitator != "" {
		if _, err := w.Facilitator(s.Facilitator); err != nil {
			return Fail(CodeUnauthenticated)
		}
	}
	var g Group
	if onBoard[a] {
		var err error
		if g, err = w.Group(group); err != nil {
			return err
		}
	}
	if !w.holds(permissions[a][s.Role], own, g) {
		return Fail(CodeForbidden)
	}
	return nil
}

func (w *Workshop) holds(r rule, of GroupID, g Group) bool {
	own := of == g.ID && of != ""
	switch r {
	case always:
		return true
	case ownOrVisible:
		poll, open := w.openPoll()
		return own || w.Visibility == VisibleToWorkshop || g.ID != "" && w.visited(of) == g.ID || open && poll.Across && w.Status == Open
	case ownGroup:
		return own
	case ownUnfrozen:
		return own && !g.Frozen && !w.Day.Frozen && w.Status == Open
	case hasClicker:
		return w.holdsClicker(of)
	default:
		return false
	}
}
