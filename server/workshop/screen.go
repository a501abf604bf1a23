package workshop

import (
	"context"
	"slices"
)

// MaxSlide bounds the number of a slide. Slides are made by the screens from
// what they show; one beyond the last shows the last.
const MaxSlide = 999

// ScreenMode is what the projectors show.
type ScreenMode string

// The modes of the screen.
const (
	// ScreenDay follows the day: the lobby while people come, then all groups.
	ScreenDay          ScreenMode = "day"
	ScreenLobby        ScreenMode = "lobby"
	ScreenTheory       ScreenMode = "theory"
	ScreenWall         ScreenMode = "wall"
	ScreenFocus        ScreenMode = "focus"
	ScreenCompare      ScreenMode = "compare"
	ScreenTimer        ScreenMode = "timer"
	ScreenVotes        ScreenMode = "votes"
	ScreenPresentation ScreenMode = "presentation"
	ScreenCarousel     ScreenMode = "carousel"
	ScreenBlank        ScreenMode = "blank"
)

var screenModes = []ScreenMode{
	ScreenDay, ScreenLobby, ScreenTheory, ScreenWall, ScreenFocus, ScreenCompare,
	ScreenTimer, ScreenVotes, ScreenPresentation, ScreenCarousel, ScreenBlank,
}

// Screen is what every projector of the workshop shows, so that one that comes
// back shows the same again. The JSON form is stored.
type Screen struct {
	Mode ScreenMode `json:"mode,omitempty"`
	// Group is the one in focus or presented; "" in all other modes.
	Group GroupID `json:"groupId,omitempty"`
	// Stage is compared, or taught; "": what the day is at, or all.
	Stage StageID `json:"stageId,omitempty"`
	// Poll is the vote whose results are shown; "": the latest.
	Poll PollID `json:"pollId,omitempty"`
	// Slide of the theory or of a presentation, from 0.
	Slide int `json:"slide,omitempty"`
	// Handed: the group that presents turns the slides itself.
	Handed bool `json:"handed,omitempty"`
	// HideNames keeps people's names off the screen.
	HideNames bool `json:"hideNames,omitempty"`
	// ShowHelp marks groups that wait for help.
	ShowHelp bool `json:"showHelp,omitempty"`
}

// ScreenChange is what a facilitator sets of the screen; nil leaves a field as
// it is. Another mode, group or stage begins with its first slide.
type ScreenChange struct {
	Mode      *ScreenMode
	Group     *GroupID
	Stage     *StageID
	Poll      *PollID
	Slide     *int
	Handed    *bool
	HideNames *bool
	ShowHelp  *bool
}

// ChangeScreen sets what the projectors show, or reports everything wrong with
// the change and changes nothing.
func (w *Workshop) ChangeScreen(c ScreenChange) error {
	was := w.screen()
	s := was
	set(&s.Mode, c.Mode)
	set(&s.Group, c.Group)
	set(&s.Stage, c.Stage)
	set(&s.Poll, c.Poll)
	set(&s.HideNames, c.HideNames)
	set(&s.ShowHelp, c.ShowHelp)
	if s.Mode != ScreenFocus && s.Mode != ScreenPresentation {
		s.Group = ""
	}
	if s.Mode != was.Mode || s.Group != was.Group || s.Stage != was.Stage {
		s.Slide, s.Handed = 0, false
	}
	set(&s.Slide, c.Slide)
	set(&s.Handed, c.Handed)
	if err := w.checkScreen(s); err != nil {
		return err
	}
	w.Screen = s
	return nil
}

func (w *Workshop) checkScreen(s Screen) error {
	var p problems
	if !slices.Contains(screenModes, s.Mode) {
		p.add("mode", FieldChoice, nil)
	}
	if s.Stage != "" && w.stageIndex(s.Stage) < 0 {
		p.add("stageId", FieldChoice, nil)
	}
	if s.Poll != "" && !w.hasPoll(s.Poll) {
		p.add("pollId", FieldChoice, nil)
	}
	p.slide(s.Slide)
	if err := p.err(); err != nil {
		return err
	}
	if (s.Mode == ScreenFocus || s.Mode == ScreenPresentation) && w.groupIndex(s.Group) < 0 {
		return Fail(CodeUnknownGroup)
	}
	return nil
}

func (w *Workshop) hasPoll(id PollID) bool {
	return slices.ContainsFunc(w.Polls, func(p Poll) bool { return p.ID == id })
}

func (p *problems) slide(n int) {
	if n < 0 || n > MaxSlide {
		p.add("slide", FieldRange, Params{"min": 0, "max": MaxSlide})
	}
}

// set replaces a value by one that is given.
func set[T any](value *T, next *T) {
	if next != nil {
		*value = *next
	}
}

// Turn is a slide to go to, among those that whoever turns them sees: a press
// that comes after something else is shown does nothing.
type Turn struct {
	Mode  ScreenMode
	Group GroupID
	Slide int
}

// TurnSlide shows another slide of what is shown, or reports CodeScreenMoved.
func (w *Workshop) TurnSlide(t Turn) error {
	var p problems
	if p.slide(t.Slide); p.err() != nil {
		return p.err()
	}
	s := w.screen()
	if s.Mode != t.Mode || s.Group != t.Group || s.Mode != ScreenTheory && s.Mode != ScreenPresentation {
		return Fail(CodeScreenMoved)
	}
	w.Screen.Slide = t.Slide
	return nil
}

// screen is the screen as it can be shown: without a group, stage or vote that
// is gone.
func (w *Workshop) screen() Screen {
	s := w.Screen
	if w.stageIndex(s.Stage) < 0 {
		s.Stage = ""
	}
	if !w.hasPoll(s.Poll) {
		s.Poll = ""
	}
	if s.Mode == "" || s.Group != "" && w.groupIndex(s.Group) < 0 {
		s.Mode, s.Group, s.Slide, s.Handed = ScreenDay, "", 0, false
	}
	return s
}

// holdsClicker reports whether the group may turn the slides.
func (w *Workshop) holdsClicker(g GroupID) bool {
	s := w.screen()
	return g != "" && s.Handed && s.Mode == ScreenPresentation && s.Group == g
}

// ScreenView is the screen as clients see it.
type ScreenView struct {
	Mode      ScreenMode `json:"mode"`
	GroupID   GroupID    `json:"groupId"`
	StageID   StageID    `json:"stageId"`
	PollID    PollID     `json:"pollId"`
	Slide     int        `json:"slide"`
	Handed    bool       `json:"handed"`
	HideNames bool       `json:"hideNames"`
	ShowHelp  bool       `json:"showHelp"`
	// Help are the groups that wait for help, while that may be shown.
	Help []GroupID `json:"help"`
}

func (w *Workshop) screenView() ScreenView {
	s := w.screen()
	v := ScreenView{
		Mode: s.Mode, GroupID: s.Group, StageID: s.Stage, PollID: s.Poll, Slide: s.Slide,
		Handed: s.Handed, HideNames: s.HideNames, ShowHelp: s.ShowHelp, Help: []GroupID{},
	}
	for _, h := range w.Help {
		if s.ShowHelp && h.DoneAt.IsZero() && !slices.Contains(v.Help, h.Group) {
			v.Help = append(v.Help, h.Group)
		}
	}
	return v
}

// ChangeScreen sets what all projectors show.
func (s *Service) ChangeScreen(ctx context.Context, id WorkshopID, expect uint64, c ScreenChange) (*Workshop, error) {
	return s.change(ctx, id, expect, func(w *Workshop) error { return w.ChangeScreen(c) })
}

// TurnSlide shows another slide of what is shown.
func (s *Service) TurnSlide(ctx context.Context, id WorkshopID, t Turn) (*Workshop, error) {
	return s.change(ctx, id, 0, func(w *Workshop) error { return w.TurnSlide(t) })
}
