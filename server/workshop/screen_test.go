package workshop

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

func TestChangeScreen(t *testing.T) {
	w := lodz(t)
	own := w.Groups[0].ID
	stage := w.Stages[0].ID
	for _, step := range []struct {
		name   string
		change ScreenChange
		want   Screen
		code   Code
	}{
		{name: "Wall", change: ScreenChange{Mode: new(ScreenWall)}, want: Screen{Mode: ScreenWall}},
		{name: "ErrMode", change: ScreenChange{Mode: new(ScreenMode("film"))}, code: CodeInvalidInput},
		{name: "ErrFocusOnNobody", change: ScreenChange{Mode: new(ScreenFocus)}, code: CodeUnknownGroup},
		{name: "ErrGroup", change: ScreenChange{Mode: new(ScreenFocus), Group: new(GroupID("x"))}, code: CodeUnknownGroup},
		{name: "ErrStage", change: ScreenChange{Stage: new(StageID("x"))}, code: CodeInvalidInput},
		{name: "ErrPoll", change: ScreenChange{Poll: new(PollID("x"))}, code: CodeInvalidInput},
		{name: "ErrSlide", change: ScreenChange{Slide: new(MaxSlide + 1)}, code: CodeInvalidInput},
		{name: "Compare", change: ScreenChange{Mode: new(ScreenCompare), Stage: &stage}, want: Screen{Mode: ScreenCompare, Stage: stage}},
		{name: "Present", change: ScreenChange{Mode: new(ScreenPresentation), Group: &own, Handed: new(true), Slide: new(4)}, want: Screen{Mode: ScreenPresentation, Group: own, Stage: stage, Handed: true, Slide: 4}},
		{name: "NamesHidden", change: ScreenChange{HideNames: new(true)}, want: Screen{Mode: ScreenPresentation, Group: own, Stage: stage, Handed: true, Slide: 4, HideNames: true}},
		{name: "AnotherGroupBeginsAnew", change: ScreenChange{Group: new(w.Groups[1].ID)}, want: Screen{Mode: ScreenPresentation, Group: w.Groups[1].ID, Stage: stage, HideNames: true}},
		{name: "TimerHasNoGroup", change: ScreenChange{Mode: new(ScreenTimer), Group: &own}, want: Screen{Mode: ScreenTimer, Stage: stage, HideNames: true}},
	} {
		t.Run(step.name, func(t *testing.T) {
			before := w.Screen
			err := w.ChangeScreen(step.change)
			if CodeOf(err) != step.code {
				t.Fatalf("got %v, want %q", err, step.code)
			}
			if step.code != "" {
				step.want = before
			}
			if w.Screen != step.want {
				t.Errorf("got  %+v\nwant %+v", w.Screen, step.want)
			}
		})
	}
}

func TestTurnSlide(t *testing.T) {
	w := lodz(t)
	own := w.Groups[0].ID
	if err := w.TurnSlide(Turn{Mode: ScreenDay, Slide: 1}); CodeOf(err) != CodeScreenMoved {
		t.Errorf("a wall has no slides: %v", err)
	}
	present(own, true)(w)
	for name, tc := range map[string]struct {
		turn Turn
		want Code
	}{
		"OK":              {Turn{ScreenPresentation, own, 7}, ""},
		"ErrAnotherGroup": {Turn{ScreenPresentation, w.Groups[1].ID, 1}, CodeScreenMoved},
		"ErrAnotherMode":  {Turn{ScreenTheory, "", 1}, CodeScreenMoved},
		"ErrBefore":       {Turn{ScreenPresentation, own, -1}, CodeInvalidInput},
	} {
		if err := w.TurnSlide(tc.turn); CodeOf(err) != tc.want {
			t.Errorf("%s: got %v, want %q", name, err, tc.want)
		}
	}
	if w.Screen.Slide != 7 {
		t.Errorf("slide %d", w.Screen.Slide)
	}
}

// TestScreenForgetsAGroupThatIsGone: the projector goes back to the day, and
// what else was set stays.
func TestScreenForgetsAGroupThatIsGone(t *testing.T) {
	w := lodz(t)
	present(w.Groups[1].ID, true)(w)
	w.Screen.HideNames = true
	if err := w.RemoveGroup(w.Groups[1].ID); err != nil {
		t.Fatal(err)
	}
	if v := w.Now().Screen; v.Mode != ScreenDay || v.GroupID != "" || v.Handed || !v.HideNames {
		t.Errorf("%+v", v)
	}
	if err := w.ChangeScreen(ScreenChange{HideNames: new(false)}); err != nil {
		t.Error(err)
	}
}

// TestScreenShowsHelpOnlyWhenWanted, and never what was asked.
func TestScreenShowsHelpOnlyWhenWanted(t *testing.T) {
	w := lodz(t)
	if err := w.AskHelp("h", "anna", "skąd dane", start); err != nil {
		t.Fatal(err)
	}
	if v := w.View(Projector).Screen; v.Mode != ScreenDay || len(v.Help) != 0 {
		t.Errorf("%+v", v)
	}
	before := *w
	if err := w.ChangeScreen(ScreenChange{ShowHelp: new(true)}); err != nil {
		t.Fatal(err)
	}
	if !DayMoved(&before, w) {
		t.Error("a change of the screen moves the day")
	}
	v := w.View(Projector)
	if !slices.Equal(v.Screen.Help, []GroupID{w.Groups[0].ID}) {
		t.Errorf("%+v", v.Screen)
	}
	if raw, err := json.Marshal(v); err != nil || strings.Contains(string(raw), "skąd dane") {
		t.Errorf("the projector sees what was asked (%v)", err)
	}
	if err := w.WithdrawHelp("anna", start); err != nil {
		t.Fatal(err)
	}
	if v := w.View(Projector).Screen; len(v.Help) != 0 {
		t.Errorf("%+v", v)
	}
}

// TestHiddenNamesAreNotSentToProjectors: a photograph cannot show what never came.
func TestHiddenNamesAreNotSentToProjectors(t *testing.T) {
	w := lodz(t)
	name := w.Participants[0].Name
	if err := w.ChangeScreen(ScreenChange{HideNames: new(true)}); err != nil {
		t.Fatal(err)
	}
	for role, want := range map[Role]string{Projector: "", Facilitator: name, Member: name} {
		v := w.View(role)
		if got := v.Participants[0].Name; got != want || len(v.Groups[0].Members) != 1 {
			t.Errorf("%s is told %q, want %q; %+v", role, got, want, v.Groups)
		}
	}
}

// TestAScreenOutlivesWhatItShowed: another pathway takes a stage away, and what is
// shown can be changed all the same.
func TestAScreenOutlivesWhatItShowed(t *testing.T) {
	w := lodz(t)
	w.Stages = append(slices.Clone(w.Stages), Stage{ID: "more"})
	if err := w.ChangeScreen(ScreenChange{Mode: new(ScreenCompare), Stage: new(StageID("more"))}); err != nil {
		t.Fatal(err)
	}
	w.Screen.Poll, w.Stages = "gone", w.Stages[:1]
	if v := w.View(Projector).Screen; v.Mode != ScreenCompare || v.StageID != "" || v.PollID != "" {
		t.Errorf("%+v", v)
	}
	if err := w.ChangeScreen(ScreenChange{HideNames: new(true)}); err != nil {
		t.Error(err)
	}
}
