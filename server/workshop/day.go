package workshop

import (
	"slices"
	"time"
)

// MaxExtension bounds one extension of a phase in minutes, either way.
const MaxExtension = 120

// Day is where the workshop is now. Nothing in it ticks: a running phase is
// the moment since which it runs, and what is left follows from the clock.
//
//	            start            pause
//	no phase ─────────▶ running ◀──────▶ paused
//	                    │  ▲      resume
//	                    └──┘ start, skip, back: another phase runs
//
// The JSON form is stored.
type Day struct {
	// Phase is the phase that is on, "" before the first.
	Phase PhaseID `json:"phase,omitempty"`
	// Since is when the phase began to run; zero while it is paused.
	Since time.Time `json:"since,omitzero"`
	// Times are what phases used up and were given, those without are not in.
	Times []PhaseTime `json:"times,omitempty"`
	// Focus is the stage that boards show first, "" for none.
	Focus StageID `json:"focus,omitempty"`
	// Frozen: no member changes any board.
	Frozen bool `json:"frozen,omitempty"`
}

// PhaseTime is the account of one phase.
type PhaseTime struct {
	Phase PhaseID `json:"phase"`
	// Spent is how long the phase ran before Day.Since.
	Spent time.Duration `json:"spent"`
	// Extra was given beyond the planned minutes; negative: taken.
	Extra time.Duration `json:"extra,omitempty"`
}

// time returns the account of a phase.
func (d Day) time(id PhaseID) PhaseTime {
	for _, t := range d.Times {
		if t.Phase == id {
			return t
		}
	}
	return PhaseTime{Phase: id}
}

// book replaces the account of a phase; earlier versions keep theirs.
func (d *Day) book(t PhaseTime) {
	d.Times = slices.Clone(d.Times)
	for i := range d.Times {
		if d.Times[i].Phase == t.Phase {
			d.Times[i] = t
			return
		}
	}
	d.Times = append(d.Times, t)
}

// settle books the running time of the phase that is on and halts it. A clock
// that went backwards, as between two instances, books nothing.
func (d *Day) settle(at time.Time) {
	if d.Since.IsZero() {
		return
	}
	t := d.time(d.Phase)
	t.Spent += max(0, at.Sub(d.Since))
	d.book(t)
	d.Since = time.Time{}
}

// StartPhase begins or resumes a phase. What it had used up before stays used;
// minutes other than nil set how much is left from now on.
func (w *Workshop) StartPhase(id PhaseID, minutes *int, at time.Time) error {
	if w.Status != Open {
		return Fail(CodeWorkshopClosed)
	}
	i := w.phaseIndex(id)
	if i < 0 {
		return Fail(CodeUnknownPhase)
	}
	var p problems
	if minutes != nil && (*minutes < 1 || *minutes > MaxPhaseMinutes) {
		p.add("minutes", FieldRange, Params{"min": 1, "max": MaxPhaseMinutes})
		return p.err()
	}
	w.Day.settle(at)
	phase := w.Agenda[i]
	w.Day.Phase, w.Day.Since, w.HeldAt = id, at.UTC(), at.UTC()
	w.Day.Focus, w.Day.Frozen = phase.Stage, phase.Frozen
	if minutes != nil {
		t := w.Day.time(id)
		t.Extra = time.Duration(*minutes-phase.Minutes)*time.Minute + t.Spent
		w.Day.book(t)
	}
	return nil
}

// StepPhase starts the phase that many places further: 1 skips, -1 goes back.
// Before the first phase 1 starts it.
func (w *Workshop) StepPhase(by int, at time.Time) error {
	i := w.phaseIndex(w.Day.Phase) + by
	if i < 0 || i >= len(w.Agenda) {
		return Fail(CodeUnknownPhase)
	}
	return w.StartPhase(w.Agenda[i].ID, nil, at)
}

// PausePhase halts the phase that is on; pausing twice changes nothing.
func (w *Workshop) PausePhase(at time.Time) error {
	if err := w.onPhase(); err != nil {
		return err
	}
	w.Day.settle(at)
	return nil
}

// ResumePhase lets the phase that is on run again; resuming twice changes
// nothing.
func (w *Workshop) ResumePhase(at time.Time) error {
	if err := w.onPhase(); err != nil {
		return err
	}
	if w.Day.Since.IsZero() {
		w.Day.Since = at.UTC()
	}
	return nil
}

// ExtendPhase gives the phase that is on so many minutes more, or takes them
// when negative. One that is over its time gets them from now on.
func (w *Workshop) ExtendPhase(minutes int, at time.Time) error {
	if err := w.onPhase(); err != nil {
		return err
	}
	if minutes == 0 || minutes < -MaxExtension || minutes > MaxExtension {
		return &Error{Code: CodeInvalidInput, Fields: []FieldError{{Field: "minutes", Code: FieldRange, Params: Params{"min": -MaxExtension, "max": MaxExtension}}}}
	}
	t := w.Day.time(w.Day.Phase)
	if left := w.Left(at); left < 0 && minutes > 0 {
		t.Extra -= left
	}
	t.Extra += time.Duration(minutes) * time.Minute
	w.Day.book(t)
	return nil
}

func (w *Workshop) onPhase() error {
	if w.Status != Open {
		return Fail(CodeWorkshopClosed)
	}
	if w.phaseIndex(w.Day.Phase) < 0 {
		return Fail(CodeUnknownPhase)
	}
	return nil
}

// PhaseCommand moves the day: start (Phase), pause, resume,
// extend (Minutes), skip or back.
type PhaseCommand struct {
	Action  string
	Phase   PhaseID
	Minutes *int
}

// MovePhase carries out the command at the time.
func (w *Workshop) MovePhase(c PhaseCommand, at time.Time) error {
	minutes := 0
	if c.Minutes != nil {
		minutes = *c.Minutes
	}
	switch c.Action {
	case "start":
		return w.StartPhase(c.Phase, c.Minutes, at)
	case "pause":
		return w.PausePhase(at)
	case "resume":
		return w.ResumePhase(at)
	case "extend":
		return w.ExtendPhase(minutes, at)
	case "skip":
		return w.StepPhase(1, at)
	case "back":
		return w.StepPhase(-1, at)
	default:
		return &Error{Code: CodeInvalidInput, Fields: []FieldError{{Field: "action", Code: FieldChoice}}}
	}
}

// Total is the time the phase that is on has in all: planned, and what was
// given beyond.
func (w *Workshop) Total() time.Duration {
	i := w.phaseIndex(w.Day.Phase)
	if i < 0 {
		return 0
	}
	return time.Duration(w.Agenda[i].Minutes)*time.Minute + w.Day.time(w.Day.Phase).Extra
}

// Left is what the phase that is on has left; negative when it is over.
func (w *Workshop) Left(at time.Time) time.Duration {
	left := w.Total() - w.Day.time(w.Day.Phase).Spent
	if !w.Day.Since.IsZero() {
		left -= max(0, at.Sub(w.Day.Since))
	}
	return left
}

// DayChange is what a facilitator may set apart from phases; nil leaves a
// field as it is.
type DayChange struct {
	Focus  *StageID
	Frozen *bool
	// Only, with Frozen, freezes every group but these, one by one.
	Only []GroupID
}

// ChangeDay sets the focus, and freezes or opens boards.
func (w *Workshop) ChangeDay(c DayChange) error {
	if w.Status != Open {
		return Fail(CodeWorkshopClosed)
	}
	if c.Focus != nil && *c.Focus != "" && w.stageIndex(*c.Focus) < 0 {
		return &Error{Code: CodeInvalidInput, Fields: []FieldError{{Field: "focus", Code: FieldChoice}}}
	}
	if len(c.Only) > 0 && (c.Frozen == nil || !*c.Frozen) {
		return &Error{Code: CodeInvalidInput, Fields: []FieldError{{Field: "frozen", Code: FieldRequired}}}
	}
	for _, id := range c.Only {
		if w.groupIndex(id) < 0 {
			return Fail(CodeUnknownGroup)
		}
	}
	if c.Focus != nil {
		w.Day.Focus = *c.Focus
	}
	if c.Frozen == nil {
		return nil
	}
	groups := slices.Clone(w.Groups)
	for i := range groups {
		groups[i].Frozen = *c.Frozen && len(c.Only) > 0 && !slices.Contains(c.Only, groups[i].ID)
	}
	w.Groups, w.Day.Frozen = groups, *c.Frozen && len(c.Only) == 0
	return nil
}

// TimerView is the countdown as clients see it.
type TimerView struct {
	Running bool `json:"running"`
	// EndsAt is the deadline of a running phase.
	EndsAt *time.Time `json:"endsAt"`
	// LeftMs is what a paused phase has left, in milliseconds; negative when
	// it is over.
	LeftMs  *int64 `json:"leftMs"`
	TotalMs int64  `json:"totalMs"`
}

// PhaseView is the phase that is on.
type PhaseView struct {
	ID      PhaseID   `json:"id"`
	Kind    PhaseKind `json:"kind"`
	Name    Text      `json:"name"`
	StageID StageID   `json:"stageId"`
	Index   int       `json:"index"`
}

// NowView is what a change of phase alters: the phase that is on and its
// countdown, null when there is none, the focus, whether boards are frozen, and
// what the projectors show.
type NowView struct {
	Phase  *PhaseView `json:"phase"`
	Timer  *TimerView `json:"timer"`
	Focus  StageID    `json:"focus"`
	Frozen bool       `json:"frozen"`
	Screen ScreenView `json:"screen"`
}

// DayMoved reports whether the two versions differ in what Now says.
func DayMoved(before, after *Workshop) bool {
	a, b := before.Day, after.Day
	return a.Phase != b.Phase || !a.Since.Equal(b.Since) || a.Focus != b.Focus || a.Frozen != b.Frozen || before.Screen != after.Screen ||
		before.Total() != after.Total() || a.time(a.Phase) != b.time(b.Phase)
}

// Now returns where the day stands.
func (w *Workshop) Now() NowView {
	v := NowView{Focus: w.Day.Focus, Frozen: w.Day.Frozen, Screen: w.screenView()}
	i := w.phaseIndex(w.Day.Phase)
	if i < 0 {
		return v
	}
	p := w.Agenda[i]
	v.Phase = &PhaseView{ID: p.ID, Kind: p.Kind, Name: p.Name, StageID: p.Stage, Index: i}
	v.Timer = &TimerView{Running: !w.Day.Since.IsZero(), TotalMs: w.Total().Milliseconds()}
	left := w.Total() - w.Day.time(p.ID).Spent
	if v.Timer.Running {
		ends := w.Day.Since.Add(left)
		v.Timer.EndsAt = &ends
	} else {
		ms := left.Milliseconds()
		v.Timer.LeftMs = &ms
	}
	return v
}
