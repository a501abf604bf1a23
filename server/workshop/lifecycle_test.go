package workshop

import (
	"slices"
	"testing"
	"time"
)

func days(n int) time.Time { return start.AddDate(0, 0, n) }

func TestDeleteAt(t *testing.T) {
	status := func(w *Workshop, s Status, at time.Time) {
		before := w.Status
		if err := w.Apply(Change{Status: &s}); err != nil {
			panic(err)
		}
		w.mark(before, at)
	}
	for name, tc := range map[string]struct {
		do   func(*Workshop)
		want time.Time
	}{
		"NeverHeld":     {do: func(*Workshop) {}, want: days(90 + 366)},
		"Held":          {do: func(w *Workshop) { _ = w.StartPhase("p", nil, days(10)) }, want: days(100)},
		"HeldTwoDays":   {do: func(w *Workshop) { _ = w.StartPhase("p", nil, days(10)); _ = w.StartPhase("p", nil, days(11)) }, want: days(101)},
		"Archived":      {do: func(w *Workshop) { status(w, Closed, days(3)) }, want: days(93)},
		"ArchivedTwice": {do: func(w *Workshop) { status(w, Closed, days(3)); status(w, Closed, days(8)) }, want: days(93)},
		"Reopened":      {do: func(w *Workshop) { status(w, Closed, days(3)); status(w, Open, days(80)) }, want: days(170)},
		"OtherDays":     {do: func(w *Workshop) { _ = w.Apply(Change{RetentionDays: new(7)}); status(w, Closed, days(1)) }, want: days(8)},
	} {
		t.Run(name, func(t *testing.T) {
			w := lodz(t)
			w.Agenda = []Phase{{ID: "p", Kind: PhaseTheory, Name: Text{"P", "P"}, Minutes: 5}}
			tc.do(w)
			if got := w.DeleteAt(); !got.Equal(tc.want) {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
	for _, n := range []int{0, -1, MaxRetentionDays + 1} {
		if err := lodz(t).Apply(Change{RetentionDays: &n}); CodeOf(err) != CodeInvalidInput {
			t.Errorf("%d days: %v", n, err)
		}
	}
}

// TestArchivingStopsTheClock: no phase runs on in an archive.
func TestArchivingStopsTheClock(t *testing.T) {
	w := lodz(t)
	w.Agenda = []Phase{{ID: "p", Kind: PhaseTheory, Name: Text{"P", "P"}, Minutes: 5}}
	if err := w.StartPhase("p", nil, start); err != nil {
		t.Fatal(err)
	}
	w.Status = Closed
	w.mark(Open, start.Add(time.Minute))
	if !w.Day.Since.IsZero() || w.Day.time("p").Spent != time.Minute {
		t.Errorf("day %+v", w.Day)
	}
}

func TestSetStages(t *testing.T) {
	stage := func(id, name string) Stage {
		return Stage{ID: StageID(id), Name: Text{PL: name}, Kinds: []string{"note"}, Minutes: 10}
	}
	onPhase := func(w *Workshop) {
		w.Agenda = []Phase{{ID: "a", Kind: PhaseStage, Name: Text{"A", "A"}, Stage: "problem", Minutes: 5}, {ID: "b", Kind: PhaseTheory, Name: Text{"B", "B"}, Minutes: 5}}
	}
	for name, tc := range map[string]struct {
		before func(*Workshop)
		stages []Stage
		code   Code
		fields []string
		ids    []string
	}{
		"OK":            {stages: []Stage{stage("", "Nowy"), stage("problem", "Problem miasta")}, ids: []string{"id-9", "problem"}},
		"RemovesPhases": {before: onPhase, stages: []Stage{stage("x", "X")}, ids: []string{"x"}},
		"ErrNone":       {code: CodeInvalidInput, fields: []string{"stages required"}},
		"ErrTooMany":    {stages: make([]Stage, MaxStages+1), code: CodeInvalidInput, fields: []string{"stages too-many"}},
		"ErrName":       {stages: []Stage{stage("x", " ")}, code: CodeInvalidInput, fields: []string{"stages[0].name required"}},
		"ErrTwice":      {stages: []Stage{stage("x", "X"), stage("x", "Y")}, code: CodeInvalidInput, fields: []string{"stages[1].id duplicate"}},
		"ErrID":         {stages: []Stage{stage("A b", "X")}, code: CodeInvalidInput, fields: []string{"stages[0].id bad-characters"}},
		"ErrKinds":      {stages: []Stage{{ID: "x", Name: Text{PL: "X"}, Minutes: 5}}, code: CodeInvalidInput, fields: []string{"stages[0].kinds required"}},
		"ErrMinutes":    {stages: []Stage{{ID: "x", Name: Text{PL: "X"}, Kinds: []string{"note"}}}, code: CodeInvalidInput, fields: []string{"stages[0].minutes out-of-range"}},
		"ErrOnNow":      {before: func(w *Workshop) { onPhase(w); _ = w.StartPhase("a", nil, start) }, stages: []Stage{stage("x", "X")}, code: CodeInvalidInput, fields: []string{"stages in-use"}},
		"ErrWriting":    {before: func(w *Workshop) { w.Writing = &Writing{Stage: "problem"} }, stages: []Stage{stage("x", "X")}, code: CodeInvalidInput, fields: []string{"stages in-use"}},
		"ErrClosed":     {before: shut, stages: []Stage{stage("x", "X")}, code: CodeWorkshopClosed},
	} {
		t.Run(name, func(t *testing.T) {
			w := lodz(t)
			if tc.before != nil {
				tc.before(w)
			}
			err := w.SetStages(tc.stages, func() string { return "id-9" })
			if CodeOf(err) != tc.code || !slices.Equal(fields(err), tc.fields) {
				t.Fatalf("got %v %v, want %q %v", err, fields(err), tc.code, tc.fields)
			}
			var ids []string
			for _, s := range w.Stages {
				ids = append(ids, string(s.ID))
			}
			if tc.ids != nil && !slices.Equal(ids, tc.ids) {
				t.Errorf("stages %v, want %v", ids, tc.ids)
			}
			for _, p := range w.Agenda {
				if p.Stage != "" && w.stageIndex(p.Stage) < 0 {
					t.Errorf("phase %s leads to a stage that is gone", p.ID)
				}
			}
		})
	}
}

func TestSetAreas(t *testing.T) {
	area := func(id string) Area { return Area{ID: AreaID(id), Name: Text{PL: id, EN: id}} }
	for name, tc := range map[string]struct {
		areas  []Area
		code   Code
		fields []string
	}{
		"OK":       {areas: []Area{area("services"), area("economy"), {Name: Text{PL: "Kultura"}}}},
		"ErrInUse": {areas: []Area{area("economy")}, code: CodeInvalidInput, fields: []string{"areas in-use"}},
		"ErrNone":  {code: CodeInvalidInput, fields: []string{"areas required", "areas in-use"}},
		"ErrName":  {areas: []Area{area("economy"), area("services"), {ID: "x"}}, code: CodeInvalidInput, fields: []string{"areas[2].name required"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := lodz(t)
			w.Participants[0].Wish = "gone"
			err := w.SetAreas(tc.areas, func() string { return "id-9" })
			if CodeOf(err) != tc.code || !slices.Equal(fields(err), tc.fields) {
				t.Fatalf("got %v %v, want %q %v", err, fields(err), tc.code, tc.fields)
			}
			if err == nil && (w.Participants[0].Wish != "" || len(w.Areas) != len(tc.areas)) {
				t.Errorf("wish %q, areas %v", w.Participants[0].Wish, w.Areas)
			}
		})
	}
}

// TestPathwayGoesRound: what a workshop saves creates an equal one, and damage
// is named.
func TestPathwayGoesRound(t *testing.T) {
	w := lodz(t)
	if err := w.SetStages([]Stage{{ID: "problem", Name: Text{"P", "Q"}, Kinds: []string{"problem"}, Minutes: 20, Questions: []Text{{"Co?", "What?"}}}}, ids()); err != nil {
		t.Fatal(err)
	}
	if err := w.SetAgenda([]Phase{{Kind: PhaseStage, Name: Text{"P", "Q"}, Stage: "problem", Minutes: 20}}, func() string { return "phase-1" }); err != nil {
		t.Fatal(err)
	}
	saved := w.Pathway([]Text{{"Wydział Informatyki", "IT"}})
	if len(saved.Departments) != 1 || saved.Name.PL != w.Title {
		t.Fatalf("saved %+v", saved)
	}
	back, err := CheckTemplate(saved)
	if err != nil {
		t.Fatal(fields(err))
	}
	made, err := New(CreateInput{Title: "Drugi", City: "Kutno"}, back, ids(), start)
	if err != nil || len(made.Stages) != 1 || len(made.Areas) != 2 || len(made.Agenda) != 1 || len(made.Participants) != 0 {
		t.Fatalf("%+v %v", made, err)
	}
	for want, damage := range map[string]func(*Template){
		"pathway.id required":                    func(t *Template) { t.ID = "" },
		"pathway.name required":                  func(t *Template) { t.Name = Text{} },
		"pathway.stages required":                func(t *Template) { t.Stages, t.Agenda = nil, nil },
		"pathway.areas[0].name bad-characters":   func(t *Template) { t.Areas = []Area{{ID: "x", Name: Text{PL: "a\x00"}}} },
		"pathway.agenda[0].stageId bad-choice":   func(t *Template) { t.Agenda[0].Stage = "nope" },
		"pathway.agenda[0].minutes out-of-range": func(t *Template) { t.Agenda[0].Minutes = 0 },
		"pathway.departments[0] required":        func(t *Template) { t.Departments = []Text{{}} },
	} {
		broken := w.Pathway(nil)
		broken.Agenda = slices.Clone(broken.Agenda)
		damage(&broken)
		if _, err := CheckTemplate(broken); !slices.Contains(fields(err), want) {
			t.Errorf("want %s, got %v", want, fields(err))
		}
	}
}
