package workshop

import (
	"slices"
	"time"
)

// View is the workshop as one role sees it, in the form that travels over
// HTTP and the socket.
type View struct {
	ID           WorkshopID        `json:"id"`
	Title        string            `json:"title"`
	City         string            `json:"city"`
	Language     Language          `json:"language"`
	Status       Status            `json:"status"`
	Visibility   Visibility        `json:"visibility"`
	Version      uint64            `json:"version"`
	CreatedAt    time.Time         `json:"createdAt"`
	Stages       []Stage           `json:"stages"`
	Areas        []Area            `json:"areas"`
	Groups       []GroupView       `json:"groups"`
	Participants []ParticipantView `json:"participants"`
	Agenda       []Phase           `json:"agenda"`
	// NowView: phase, timer, focus, frozen and screen are fields of the workshop.
	NowView
	Formed  bool     `json:"formed"`
	Polls   []Poll   `json:"polls"`
	Writing *Writing `json:"writing"`
	Gallery Gallery  `json:"gallery"`
	Warmup  *Warmup  `json:"warmup"`
	// FeedbackOpen: everybody is asked what they think of the day.
	FeedbackOpen bool `json:"feedbackOpen"`
	// OutcomeUntil is the end of sharing the outcome; null: it is not shared.
	OutcomeUntil *time.Time `json:"outcomeUntil"`
	// DeleteAt is when the workshop is deleted by itself.
	DeleteAt      time.Time `json:"deleteAt"`
	RetentionDays int       `json:"retentionDays"`
	// FollowUntil is the end of following actions up; null: it is not open.
	FollowUntil *time.Time `json:"followUntil"`
	// Library tells when to look at the library again, and what waits there.
	Library LibraryView `json:"library"`
	// Facilitators and Apart are for facilitators only.
	Facilitators []Lead `json:"facilitators,omitempty"`
	Apart        []Pair `json:"apart,omitempty"`
	JoinCode     string `json:"joinCode,omitempty"`
}

// LibraryView is how far a workshop's own library has come.
type LibraryView struct {
	Revision int `json:"revision"`
	Entries  int `json:"entries"`
	Waiting  int `json:"waiting"`
}

// GroupView is a group with the ids of its members, in the order of participants;
// nil where a change leaves them to be told from those.
type GroupView struct {
	ID       GroupID         `json:"id"`
	Name     string          `json:"name"`
	AreaID   AreaID          `json:"areaId"`
	Capacity int             `json:"capacity"`
	Frozen   bool            `json:"frozen"`
	Members  []ParticipantID `json:"members,omitzero"`
}

// ParticipantView is what everybody in the workshop may know of a participant.
type ParticipantView struct {
	ID ParticipantID `json:"id"`
	// Name is empty for a projector while it is to show no names.
	Name       string   `json:"name"`
	Department string   `json:"department"`
	Color      string   `json:"color"`
	GroupID    *GroupID `json:"groupId"`
	// Joined is false for somebody on the list who has not come yet.
	Joined bool   `json:"joined"`
	Wish   AreaID `json:"wish,omitempty"`
	Pinned bool   `json:"pinned,omitempty"`
}

// View returns what the role sees. Only who may see the join code gets it. A
// projector that is to show no names is not told any.
func (w *Workshop) View(role Role) View {
	v := View{
		ID: w.ID, Title: w.Title, City: w.City, Language: w.Language, Status: w.Status,
		Visibility: w.Visibility, Version: w.Version, CreatedAt: w.CreatedAt,
		Stages: notNil(w.Stages), Areas: notNil(w.Areas),
		Groups: make([]GroupView, len(w.Groups)), Participants: make([]ParticipantView, len(w.Participants)),
		Agenda: notNil(w.Agenda), NowView: w.Now(), Formed: w.Formed,
		Polls: notNil(w.Polls), Writing: w.Writing, Gallery: w.Gallery, Warmup: w.Warmup, FeedbackOpen: w.FeedbackOpen,
	}
	v.Library = LibraryView{w.Library.Revision, len(w.Library.Accepted()), w.Library.Waiting()}
	v.DeleteAt, v.RetentionDays = w.DeleteAt(), w.Retention()
	if !w.OutcomeUntil.IsZero() {
		v.OutcomeUntil = &w.OutcomeUntil
	}
	if !w.FollowUntil.IsZero() {
		v.FollowUntil = &w.FollowUntil
	}
	if role == Facilitator {
		v.Apart, v.Facilitators = w.Apart, w.Facilitators
	}
	if permissions[SeeJoinCode][role] == always {
		v.JoinCode = w.JoinCode
	}
	index := make(map[GroupID]int, len(w.Groups))
	for i, g := range w.Groups {
		index[g.ID] = i
		v.Groups[i] = GroupView{ID: g.ID, Name: g.Name, AreaID: g.Area, Capacity: g.Capacity, Frozen: g.Frozen, Members: []ParticipantID{}}
	}
	for i, m := range w.Participants {
		v.Participants[i] = m.View()
		if role == Projector && v.Screen.HideNames {
			v.Participants[i].Name = ""
		}
		if at, ok := index[m.Group]; ok {
			v.Groups[at].Members = append(v.Groups[at].Members, m.ID)
		}
	}
	return v
}

// For returns the view without other groups and participants than the person's
// own group and the person.
func (v View) For(m Participant) View {
	v.Participants = []ParticipantView{m.View()}
	v.Groups = slices.DeleteFunc(v.Groups, func(g GroupView) bool { return g.ID != m.Group })
	return v
}

// View returns what everybody in the workshop may know of the participant.
func (m Participant) View() ParticipantView {
	v := ParticipantView{ID: m.ID, Name: m.Name, Department: m.Department, Color: m.Color, Joined: !m.JoinedAt.IsZero(), Wish: m.Wish, Pinned: m.Pinned}
	if m.Group != "" {
		v.GroupID = &m.Group
	}
	return v
}

// Preview is what the holder of a join code sees before joining: nothing about
// any person.
type Preview struct {
	Workshop    PreviewWorkshop `json:"workshop"`
	Areas       []Area          `json:"areas"`
	Groups      []PreviewGroup  `json:"groups"`
	Departments []Text          `json:"departments"`
}

// PreviewWorkshop is the head of a Preview.
type PreviewWorkshop struct {
	ID       WorkshopID `json:"id"`
	Title    string     `json:"title"`
	City     string     `json:"city"`
	Language Language   `json:"language"`
	Status   Status     `json:"status"`
}

// PreviewGroup is a group one might join.
type PreviewGroup struct {
	ID          GroupID `json:"id"`
	Name        string  `json:"name"`
	AreaID      AreaID  `json:"areaId"`
	MemberCount int     `json:"memberCount"`
	Capacity    int     `json:"capacity"`
}

// Preview returns what somebody about to join sees.
func (w *Workshop) Preview(departments []Text) Preview {
	p := Preview{
		Workshop: PreviewWorkshop{ID: w.ID, Title: w.Title, City: w.City, Language: w.Language, Status: w.Status},
		Areas:    notNil(w.Areas), Groups: make([]PreviewGroup, len(w.Groups)), Departments: notNil(departments),
	}
	for i, g := range w.Groups {
		p.Groups[i] = PreviewGroup{ID: g.ID, Name: g.Name, AreaID: g.Area, Capacity: g.Capacity, MemberCount: w.memberCount(g.ID)}
	}
	return p
}

// notNil keeps empty lists lists in JSON.
func notNil[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}
