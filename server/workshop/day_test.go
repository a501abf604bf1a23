package workshop

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// day is lodz with three phases: theory 10, problem 20 (stage), gallery 15.
func day(t *testing.T) *Workshop {
	t.Helper()
	w := lodz(t)
	err := w.SetAgenda([]Phase{
		{Kind: PhaseTheory, Name: Text{PL: "Teoria", EN: "Theory"}, Minutes: 10},
		{Kind: PhaseStage, Name: Text{PL: "Problem"}, Stage: "problem", Minutes: 20},
		{Kind: PhaseGallery, Name: Text{EN: "Gallery"}, Minutes: 15, Frozen: true},
	}, func() func() string {
		n := 0
		return func() string { n++; return []string{"theory", "stage", "gallery"}[n-1] }
	}())
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestSetAgenda(t *testing.T) {
	ok := Phase{Kind: PhaseTheory, Name: Text{PL: "T"}, Minutes: 5}
	with := func(f func(*Phase)) []Phase { p := ok; f(&p); return []Phase{p} }
	for name, tc := range map[string]struct {
		phases []Phase
		before func(*Workshop)
		code   Code
		fields []string
	}{
		"OKEmpty":     {},
		"OKKeepsID":   {phases: with(func(p *Phase) { p.ID = "stage" })},
		"ErrName":     {phases: with(func(p *Phase) { p.Name = Text{} }), code: CodeInvalidInput, fields: []string{"phases[0].name required"}},
		"ErrKind":     {phases: with(func(p *Phase) { p.Kind = "party" }), code: CodeInvalidInput, fields: []string{"phases[0].kind bad-choice"}},
		"ErrMinutes":  {phases: with(func(p *Phase) { p.Minutes = 0 }), code: CodeInvalidInput, fields: []string{"phases[0].minutes out-of-range"}},
		"ErrNoStage":  {phases: with(func(p *Phase) { p.Kind = PhaseStage }), code: CodeInvalidInput, fields: []string{"phases[0].stageId bad-choice"}},
		"ErrStage":    {phases: with(func(p *Phase) { p.Stage = "x" }), code: CodeInvalidInput, fields: []string{"phases[0].stageId bad-choice"}},
		"ErrID":       {phases: with(func(p *Phase) { p.ID = "mine" }), code: CodeInvalidInput, fields: []string{"phases[0].id bad-choice"}},
		"ErrIDTwice":  {phases: append(with(func(p *Phase) { p.ID = "stage" }), with(func(p *Phase) { p.ID = "stage" })...), code: CodeInvalidInput, fields: []string{"phases[1].id bad-choice"}},
		"ErrTooMany":  {phases: make([]Phase, MaxPhases+1), code: CodeInvalidInput, fields: []string{"phases too-many"}},
		"ErrRunning":  {phases: []Phase{ok}, before: func(w *Workshop) { _ = w.StartPhase("stage", nil, start) }, code: CodeInvalidInput, fields: []string{"phases in-use"}},
		"ErrArchived": {before: shut, code: CodeWorkshopClosed},
	} {
		t.Run(name, func(t *testing.T) {
			w := day(t)
			if tc.before != nil {
				tc.before(w)
			}
			err := w.SetAgenda(tc.phases, func() string { return "new" })
			if CodeOf(err) != tc.code || !slices.Equal(fields(err), tc.fields) {
				t.Fatalf("got %v, want %q %v", err, tc.code, tc.fields)
			}
		})
	}
}

// TestDay plays commands at minutes of the day and looks at what is left.
func TestDay(t *testing.T) {
	type step struct {
		at      int // minutes since the start
		command PhaseCommand
		code    Code
	}
	do := func(at int, action string) step { return step{at: at, command: PhaseCommand{Action: action}} }
	with := func(at int, action string, phase PhaseID, minutes int) step {
		s := step{at: at, command: PhaseCommand{Action: action, Phase: phase}}
		if minutes != 0 {
			s.command.Minutes = &minutes
		}
		return s
	}
	failing := func(s step, code Code) step { s.code = code; return s }
	for name, tc := range map[string]struct {
		steps   []step
		at      int
		phase   PhaseID
		left    int
		running bool
		focus   StageID
		frozen  bool
	}{
		"Nothing":        {},
		"SkipBegins":     {steps: []step{do(0, "skip")}, at: 4, phase: "theory", left: 6, running: true},
		"Pause":          {steps: []step{do(0, "skip"), do(3, "pause")}, at: 50, phase: "theory", left: 7},
		"PauseTwice":     {steps: []step{do(0, "skip"), do(3, "pause"), do(5, "pause")}, at: 50, phase: "theory", left: 7},
		"Resume":         {steps: []step{do(0, "skip"), do(3, "pause"), do(10, "resume")}, at: 11, phase: "theory", left: 6, running: true},
		"ResumeTwice":    {steps: []step{do(0, "skip"), do(3, "pause"), do(10, "resume"), do(11, "resume")}, at: 12, phase: "theory", left: 5, running: true},
		"Extend":         {steps: []step{do(0, "skip"), with(1, "extend", "", 5)}, at: 2, phase: "theory", left: 13, running: true},
		"Shorten":        {steps: []step{do(0, "skip"), with(1, "extend", "", -5)}, at: 2, phase: "theory", left: 3, running: true},
		"ExtendOver":     {steps: []step{do(0, "skip"), with(15, "extend", "", 5)}, at: 16, phase: "theory", left: 4, running: true},
		"Over":           {steps: []step{do(0, "skip")}, at: 12, phase: "theory", left: -2, running: true},
		"StageFocuses":   {steps: []step{with(0, "start", "stage", 0)}, phase: "stage", left: 20, running: true, focus: "problem"},
		"GalleryFreezes": {steps: []step{with(0, "start", "gallery", 0)}, phase: "gallery", left: 15, running: true, frozen: true},
		"BackOpens":      {steps: []step{with(0, "start", "gallery", 0), do(1, "back")}, at: 1, phase: "stage", left: 20, running: true, focus: "problem"},
		"BackKeepsTime":  {steps: []step{with(0, "start", "stage", 0), do(8, "skip"), do(9, "back")}, at: 10, phase: "stage", left: 11, running: true, focus: "problem"},
		"StartMinutes":   {steps: []step{with(0, "start", "stage", 0), with(8, "start", "stage", 5)}, at: 9, phase: "stage", left: 4, running: true, focus: "problem"},
		"ErrBackFirst":   {steps: []step{do(0, "skip"), failing(do(1, "back"), CodeUnknownPhase)}, at: 2, phase: "theory", left: 8, running: true},
		"ErrSkipLast":    {steps: []step{with(0, "start", "gallery", 0), failing(do(1, "skip"), CodeUnknownPhase)}, at: 2, phase: "gallery", left: 13, running: true, frozen: true},
		"ErrNoPhase":     {steps: []step{failing(do(0, "pause"), CodeUnknownPhase), failing(do(0, "resume"), CodeUnknownPhase), failing(with(0, "extend", "", 5), CodeUnknownPhase), failing(with(0, "start", "x", 0), CodeUnknownPhase)}},
		"ErrAction":      {steps: []step{failing(do(0, "dance"), CodeInvalidInput)}},
		"ErrMinutes":     {steps: []step{do(0, "skip"), failing(do(0, "extend"), CodeInvalidInput), failing(with(0, "extend", "", 121), CodeInvalidInput), failing(with(0, "start", "stage", 481), CodeInvalidInput)}, phase: "theory", left: 10, running: true},
	} {
		t.Run(name, func(t *testing.T) {
			w := day(t)
			for _, s := range tc.steps {
				if err := w.MovePhase(s.command, start.Add(time.Duration(s.at)*time.Minute)); CodeOf(err) != s.code {
					t.Fatalf("%+v: %v, want %q", s.command, err, s.code)
				}
			}
			left := w.Left(start.Add(time.Duration(tc.at) * time.Minute))
			if w.Day.Phase != tc.phase || left != time.Duration(tc.left)*time.Minute || w.Day.Since.IsZero() == tc.running {
				t.Errorf("phase %q, left %v, running %v", w.Day.Phase, left, !w.Day.Since.IsZero())
			}
			if w.Day.Focus != tc.focus || w.Day.Frozen != tc.frozen {
				t.Errorf("focus %q frozen %v", w.Day.Focus, w.Day.Frozen)
			}
		})
	}
}

// TestNoCommandLosesOrInventsTime: whatever is commanded, the times booked to
// phases are exactly the time during which something ran, and what a phase has
// left is what it was given less what it used.
func TestNoCommandLosesOrInventsTime(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 7))
		w, now, ran := day(t), start, time.Duration(0)
		for range 60 {
			step := time.Duration(r.IntN(600_000)) * time.Millisecond
			if !w.Day.Since.IsZero() {
				ran += step
			}
			now = now.Add(step)
			before := *w
			err := w.MovePhase(randomCommand(r), now)
			if err != nil && (before.Day.Phase != w.Day.Phase || before.Left(now) != w.Left(now)) {
				t.Fatalf("seed %d: a refused command changed the day", seed)
			}
			if got := used(w, now); got != ran {
				t.Fatalf("seed %d: %v booked, %v ran", seed, got, ran)
			}
			checkView(t, w, now)
		}
	}
}

func randomCommand(r *rand.Rand) PhaseCommand {
	actions := []string{"start", "pause", "resume", "extend", "skip", "back", "nonsense"}
	c := PhaseCommand{Action: actions[r.IntN(len(actions))], Phase: []PhaseID{"theory", "stage", "gallery", "x"}[r.IntN(4)]}
	if r.IntN(2) == 0 {
		c.Minutes = new(r.IntN(300) - 100)
	}
	return c
}

// used is all time booked to phases, the running one included.
func used(w *Workshop, now time.Time) time.Duration {
	sum := time.Duration(0)
	for _, t := range w.Day.Times {
		sum += t.Spent
	}
	if !w.Day.Since.IsZero() {
		sum += now.Sub(w.Day.Since)
	}
	return sum
}

// checkView holds the countdown that clients see to what the domain says.
func checkView(t *testing.T, w *Workshop, now time.Time) {
	t.Helper()
	timer := w.Now().Timer
	if timer == nil {
		return
	}
	left := w.Left(now)
	switch {
	case timer.Running && timer.EndsAt.Sub(now) != left:
		t.Fatalf("ends in %v, left %v", timer.EndsAt.Sub(now), left)
	case !timer.Running && *timer.LeftMs != left.Milliseconds():
		t.Fatalf("paused with %d ms, left %v", *timer.LeftMs, left)
	}
}

func TestDayMoved(t *testing.T) {
	for name, tc := range map[string]struct {
		do   func(*Workshop) error
		want bool
	}{
		"Rename": {func(w *Workshop) error { return w.Apply(Change{Title: new("T")}) }, false},
		"Pause":  {func(w *Workshop) error { return w.PausePhase(start) }, true},
		"Extend": {func(w *Workshop) error { return w.ExtendPhase(5, start) }, true},
		"Focus":  {func(w *Workshop) error { return w.ChangeDay(DayChange{Focus: new(StageID("problem"))}) }, true},
		"Freeze": {func(w *Workshop) error { return w.ChangeDay(DayChange{Frozen: new(true)}) }, true},
	} {
		w := day(t)
		_ = w.StepPhase(1, start)
		before := *w
		if err := tc.do(w); err != nil || DayMoved(&before, w) != tc.want {
			t.Errorf("%s: moved %v, %v", name, !tc.want, err)
		}
	}
}

func TestClockThatGoesBackwardsBooksNothing(t *testing.T) {
	w := day(t)
	_ = w.StepPhase(1, start)
	_ = w.PausePhase(start.Add(-time.Minute))
	if left := w.Left(start); left != 10*time.Minute {
		t.Errorf("left %v", left)
	}
}

func TestChangeDay(t *testing.T) {
	for name, tc := range map[string]struct {
		change DayChange
		code   Code
		all    bool
		groups []bool
	}{
		"FreezeAll":   {change: DayChange{Frozen: new(true)}, all: true, groups: []bool{false, false}},
		"FreezeOther": {change: DayChange{Frozen: new(true), Only: []GroupID{"id-2"}}, groups: []bool{false, true}},
		"OpenAll":     {change: DayChange{Frozen: new(false)}, groups: []bool{false, false}},
		"Focus":       {change: DayChange{Focus: new(StageID("problem"))}, groups: []bool{true, false}},
		"NoFocus":     {change: DayChange{Focus: new(StageID(""))}, groups: []bool{true, false}},
		"ErrStage":    {change: DayChange{Focus: new(StageID("x")), Frozen: new(true)}, code: CodeInvalidInput, groups: []bool{true, false}},
		"ErrOnlyWhat": {change: DayChange{Only: []GroupID{"id-2"}}, code: CodeInvalidInput, groups: []bool{true, false}},
		"ErrOpenOnly": {change: DayChange{Frozen: new(false), Only: []GroupID{"id-2"}}, code: CodeInvalidInput, groups: []bool{true, false}},
		"ErrGroup":    {change: DayChange{Frozen: new(true), Only: []GroupID{"x"}}, code: CodeUnknownGroup, groups: []bool{true, false}},
	} {
		t.Run(name, func(t *testing.T) {
			w := day(t)
			w.Groups[0].Frozen = true
			if err := w.ChangeDay(tc.change); CodeOf(err) != tc.code {
				t.Fatal(err)
			}
			got := []bool{w.Groups[0].Frozen, w.Groups[1].Frozen}
			if w.Day.Frozen != tc.all || !slices.Equal(got, tc.groups) {
				t.Errorf("all %v groups %v", w.Day.Frozen, got)
			}
		})
	}
}

// TestBoardsAreKeptWhenAPhaseBegins, and only then.
func TestBoardsAreKeptWhenAPhaseBegins(t *testing.T) {
	b := newBench(t)
	b.w.Agenda = []Phase{{ID: "one", Kind: PhaseBreak, Minutes: 5}, {ID: "two", Kind: PhaseBreak, Minutes: 5}}
	more := 5
	for _, c := range []PhaseCommand{
		{Action: "skip"}, {Action: "pause"}, {Action: "resume"}, {Action: "extend", Minutes: &more},
		{Action: "start", Phase: "one"}, {Action: "skip"}, {Action: "skip"}, {Action: "back"},
	} {
		_, _ = b.MovePhase(t.Context(), b.w.ID, 0, c) // one of them is refused
	}
	if want := []PhaseID{"one", "two", "one"}; !slices.Equal(b.began, want) {
		t.Errorf("boards were kept at %v, want %v", b.began, want)
	}
}
