package workshop

import (
	"maps"
	"slices"
	"testing"
)

// TestPermissions holds every cell of the table: role, action, whose board, in
// which state of the workshop.
func TestPermissions(t *testing.T) {
	const own, other = GroupID("id-2"), GroupID("id-3")
	everything := slices.Sorted(maps.Keys(permissions))
	leads := []Action{
		ViewWorkshop, SeeJoinCode, EditWorkshop, ManageGroups, RotateCode, RemoveParticipant, ReadBoard, WriteBoard, ImportBoard, ShowPresence,
		EditAgenda, LeadDay, ManagePeople, AnswerHelp, DropCard, Decide, CommentBoard, ReadHistory, RestoreBoard, ReadFeedback, ReadOutcome, LeadScreen, TurnSlide, FollowUp,
		ManageLeads, ManageDevices, ReadAudit, SeeLines, ManageData, DeleteWorkshop, OpenSession, ConfirmSession, ProposeEntry, EditLibrary,
	}
	shows := []Action{ViewWorkshop, SeeJoinCode, ReadBoard, ReadFeedback, ReadOutcome, TurnSlide}
	anywhere := []Action{ViewWorkshop, EditSelf, ShowPresence, AskHelp, Vote, GiveFeedback, ReadOutcome, FollowUp, ManageDevices, OwnData}
	reads := append([]Action{ReadBoard, CommentBoard}, anywhere...)
	ownReads := append([]Action{ReadHistory}, reads...)
	writes := append([]Action{WriteBoard, RestoreBoard, ProposeEntry}, ownReads...)
	anna := Session{Role: Member, Participant: "anna"}
	for name, tc := range map[string]struct {
		session Session
		group   GroupID
		state   func(*Workshop)
		may     []Action
	}{
		"Facilitator":         {session: Session{Role: Facilitator}, group: own, may: leads},
		"CoFacilitator":       {session: Session{Role: Facilitator, Facilitator: "ola"}, group: own, state: coLead, may: leads},
		"CoFacilitatorGone":   {session: Session{Role: Facilitator, Facilitator: "ola"}, group: own},
		"FacilitatorFrozen":   {session: Session{Role: Facilitator}, group: own, state: freeze, may: leads},
		"FacilitatorClosed":   {session: Session{Role: Facilitator}, group: own, state: shut, may: leads},
		"Projector":           {session: Session{Role: Projector}, group: own, may: shows},
		"ProjectorFrozen":     {session: Session{Role: Projector}, group: own, state: freezeAll, may: shows},
		"ProjectorClosed":     {session: Session{Role: Projector}, group: own, state: shut, may: shows},
		"MemberOwn":           {session: anna, group: own, may: writes},
		"MemberOwnFrozen":     {session: anna, group: own, state: freeze, may: ownReads},
		"MemberAllFrozen":     {session: anna, group: own, state: freezeAll, may: ownReads},
		"MemberOwnClosed":     {session: anna, group: own, state: shut, may: ownReads},
		"MemberOwnVisiting":   {session: anna, group: own, state: walk, may: writes},
		"MemberOther":         {session: anna, group: other, may: anywhere},
		"MemberOtherVisible":  {session: anna, group: other, state: show, may: reads},
		"MemberVisits":        {session: anna, group: other, state: walk, may: reads},
		"MemberVisitsClosed":  {session: anna, group: other, state: func(w *Workshop) { walk(w); shut(w) }, may: anywhere},
		"MemberVotesAcross":   {session: anna, group: other, state: voteAcross, may: reads},
		"MemberVotesWithin":   {session: anna, group: other, state: voteWithin, may: anywhere},
		"MemberVoteOver":      {session: anna, group: other, state: func(w *Workshop) { voteAcross(w); _ = w.ClosePoll("p", start) }, may: anywhere},
		"MemberNoGroup":       {session: anna, group: own, state: leave, may: anywhere},
		"MemberNoGroupWalk":   {session: anna, group: own, state: func(w *Workshop) { leave(w); walk(w) }, may: anywhere},
		"MemberPresents":      {session: anna, group: own, state: present("id-2", true), may: append([]Action{TurnSlide}, writes...)},
		"MemberNotHanded":     {session: anna, group: own, state: present("id-2", false), may: writes},
		"MemberOthersTurn":    {session: anna, group: own, state: present("id-3", true), may: writes},
		"MemberRemoved":       {session: Session{Role: Member, Participant: "gone"}, group: own},
		"Reader":              {session: Session{Role: Reader, Participant: readers}, group: own, state: show, may: []Action{ReadOutcome}},
		"Follower":            {session: Session{Role: Follower, Participant: followers}, group: own, state: show, may: []Action{FollowUp}},
		"FacilitatorDeleting": {session: Session{Role: Facilitator}, group: own, state: func(w *Workshop) { w.Deleting = true }},
		"MemberDeleting":      {session: anna, group: own, state: func(w *Workshop) { w.Deleting = true }},
		"NoRole":              {session: Session{}, group: own},
		"OtherWorkshop":       {session: Session{Workshop: "elsewhere", Role: Facilitator}, group: own},
	} {
		t.Run(name, func(t *testing.T) {
			w := lodz(t)
			if tc.state != nil {
				tc.state(w)
			}
			if tc.session.Workshop == "" {
				tc.session.Workshop = w.ID
			}
			for _, a := range everything {
				err := w.Can(tc.session, a, tc.group)
				if want := slices.Contains(tc.may, a); (err == nil) != want {
					t.Errorf("%s: allowed %v, want %v (%v)", a, err == nil, want, err)
				}
			}
		})
	}
}

// TestStatesThatAlterNothing holds the cells that the table above leaves out:
// no state of the workshop gives these roles anything or takes it.
func TestStatesThatAlterNothing(t *testing.T) {
	states := map[string]func(*Workshop){
		"frozen": freeze, "all frozen": freezeAll, "closed": shut, "visible": show, "gallery": walk, "votes across": voteAcross,
		"votes within": voteWithin, "presents": present("id-2", false), "hands over": present("id-2", true),
	}
	for _, s := range []Session{
		{Role: Facilitator}, {Role: Projector}, {Role: Reader, Participant: readers}, {Role: Follower, Participant: followers}, {},
	} {
		for name, state := range states {
			still, moved := lodz(t), lodz(t)
			state(moved)
			s.Workshop = still.ID
			for a := range permissions {
				for _, group := range []GroupID{"id-2", "id-3"} {
					if before, after := still.Can(s, a, group), moved.Can(s, a, group); (before == nil) != (after == nil) {
						t.Errorf("%s, %s, %s: %v became %v", s.Role, name, a, before, after)
					}
				}
			}
		}
	}
}

// present shows a group's pathway, with or without the clicker in its hands.
func present(g GroupID, handed bool) func(*Workshop) {
	return func(w *Workshop) {
		w.Screen = Screen{Mode: ScreenPresentation, Group: g, Handed: handed}
	}
}

func walk(w *Workshop)       { _ = w.MoveGallery(GalleryCommand{Action: "start"}, start) }
func voteAcross(w *Workshop) { _ = w.OpenPoll(Poll{ID: "p", Across: true, Dots: 1, PerCard: 1}, start) }
func voteWithin(w *Workshop) { _ = w.OpenPoll(Poll{ID: "p", Dots: 1, PerCard: 1}, start) }
func coLead(w *Workshop)     { _, _ = w.AddFacilitator("ola", "Ola", start) }
func freeze(w *Workshop)     { w.Groups[0].Frozen = true }
func freezeAll(w *Workshop)  { w.Day.Frozen = true }
func shut(w *Workshop)       { w.Status = Closed }
func show(w *Workshop)       { w.Visibility = VisibleToWorkshop }
func leave(w *Workshop)      { w.Participants[0].Group = "" }

func TestCanNamesTheReason(t *testing.T) {
	w := lodz(t)
	for name, tc := range map[string]struct {
		s    Session
		g    GroupID
		want Code
	}{
		"UnknownGroup":  {Session{Workshop: w.ID, Role: Facilitator}, "x", CodeUnknownGroup},
		"Removed":       {Session{Workshop: w.ID, Role: Member, Participant: "gone"}, "id-2", CodeUnauthenticated},
		"OtherWorkshop": {Session{Workshop: "x", Role: Facilitator}, "id-2", CodeForbidden},
	} {
		if err := w.Can(tc.s, ReadBoard, tc.g); CodeOf(err) != tc.want {
			t.Errorf("%s: got %v, want %s", name, err, tc.want)
		}
	}
}

func TestReachOf(t *testing.T) {
	for name, tc := range map[string]struct {
		do       func(*Workshop) error
		everyone bool
		boards   []GroupID
	}{
		"Join":   {do: func(w *Workshop) error { _, err := w.Join("b", JoinInput{Name: "B", Group: "id-3"}, start); return err }},
		"Rename": {do: func(w *Workshop) error { return w.Apply(Change{Title: new("new")}) }},
		"Freeze": {do: func(w *Workshop) error { return alter(w, "id-2", GroupChange{Frozen: new(true)}) }, boards: []GroupID{"id-2"}},
		"Move": {do: func(w *Workshop) error {
			_, err := w.ChangeParticipant("anna", MeChange{Group: new(GroupID("id-3"))})
			return err
		}, boards: []GroupID{"id-2", "id-3"}},
		"Leave": {do: func(w *Workshop) error {
			_, err := w.ChangeParticipant("anna", MeChange{Group: new(GroupID(""))})
			return err
		}, boards: []GroupID{"id-2"}},
		"Kick":       {do: func(w *Workshop) error { return w.RemoveParticipant("anna") }, everyone: true},
		"Demote":     {do: func(w *Workshop) error { return w.RemoveFacilitator("founder") }, everyone: true},
		"Promote":    {do: func(w *Workshop) error { _, err := w.AddFacilitator("iga", "Iga", start); return err }},
		"Close":      {do: func(w *Workshop) error { return w.Apply(Change{Status: new(Closed)}) }, everyone: true},
		"Visibility": {do: func(w *Workshop) error { return w.Apply(Change{Visibility: new(VisibleToWorkshop)}) }, everyone: true},
		"FreezeAll":  {do: func(w *Workshop) error { return w.ChangeDay(DayChange{Frozen: new(true)}) }, everyone: true},
		"Gallery":    {do: func(w *Workshop) error { return w.MoveGallery(GalleryCommand{Action: "start"}, start) }, everyone: true},
		"VoteAcross": {do: func(w *Workshop) error { voteAcross(w); return nil }, everyone: true},
		"VoteWithin": {do: func(w *Workshop) error { voteWithin(w); return nil }},
		"Remove":     {do: func(w *Workshop) error { return w.RemoveGroup("id-3") }, boards: []GroupID{"id-3"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := lodz(t)
			w.restoreFacilitator("founder", start)
			coLead(w)
			before := *w
			if err := tc.do(w); err != nil {
				t.Fatal(err)
			}
			r := ReachOf(&before, w)
			slices.Sort(r.Boards)
			if r.Everyone != tc.everyone || !slices.Equal(r.Boards, tc.boards) {
				t.Errorf("got %+v, want everyone %v boards %v", r, tc.everyone, tc.boards)
			}
		})
	}
	if !ReachOf(nil, lodz(t)).Everyone {
		t.Error("an unknown past concerns everyone")
	}
}
