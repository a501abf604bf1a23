package workshop

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

var start = time.Date(2024, 2, 22, 9, 0, 0, 0, time.UTC)

// ids returns a generator of short, predictable identifiers.
func ids() NewID {
	n := 0
	return func() string { n++; return fmt.Sprint("id-", n) }
}

func testTemplate() Template {
	return Template{
		ID: DefaultTemplate, Stages: []Stage{{ID: "problem", Name: Text{"Problem", "Problem"}}},
		Areas: []Area{
			{ID: "economy", Name: Text{"Gospodarka i mieszkalnictwo", "Economy and housing"}},
			{ID: "services", Name: Text{"Jakość usług", "Quality of services"}},
		},
		Departments: []Text{{"Wydział Informatyki", "IT"}},
	}
}

// lodz is a workshop with groups A (2 places) and B, and Anna in A.
func lodz(t *testing.T) *Workshop {
	t.Helper()
	w, err := New(CreateInput{
		Title: "Zarządzanie miastem", City: "Łódź",
		Groups: []GroupInput{{"A", "economy"}, {"B", "Jakość usług"}},
	}, testTemplate(), ids(), start)
	if err != nil {
		t.Fatal(err)
	}
	w.Groups[0].Capacity = 2
	w.IssueCode("ABCD-EFGH", start)
	if _, err := w.Join("anna", JoinInput{Name: "Anna", Group: w.Groups[0].ID}, start); err != nil {
		t.Fatal(err)
	}
	return w
}

// fields returns the field errors as "field code".
func fields(err error) []string {
	var out []string
	if e, ok := errors.AsType[*Error](err); ok {
		for _, f := range e.Fields {
			out = append(out, f.Field+" "+string(f.Code))
		}
	}
	return out
}

func TestNew(t *testing.T) {
	long := strings.Repeat("ż", 201)
	for name, tc := range map[string]struct {
		in     CreateInput
		code   Code
		fields []string
	}{
		"OK":                 {in: CreateInput{Title: " Warsztat ", City: "Łódź"}},
		"OKLongestTitle":     {in: CreateInput{Title: strings.Repeat("ż", 200), City: "Łódź"}},
		"OKAreaByEnglish":    {in: CreateInput{Title: "x", City: "y", Groups: []GroupInput{{"A", "economy AND housing"}}}},
		"OKAreaAdded":        {in: CreateInput{Title: "x", City: "y", Areas: []AreaInput{{Name: Text{PL: "Kultura"}}}, Groups: []GroupInput{{"A", "Kultura"}}}},
		"OKScriptIsText":     {in: CreateInput{Title: "<script>alert(1)</script>", City: "y"}},
		"ErrEmpty":           {code: CodeInvalidInput, fields: []string{"title required", "city required"}},
		"ErrTooLong":         {in: CreateInput{Title: long, City: "y"}, code: CodeInvalidInput, fields: []string{"title too-long"}},
		"ErrOnlySpaces":      {in: CreateInput{Title: " \u00a0\u2003 ", City: "y"}, code: CodeInvalidInput, fields: []string{"title required"}},
		"ErrInvisible":       {in: CreateInput{Title: "\u200b\u3164\u2800", City: "y"}, code: CodeInvalidInput, fields: []string{"title required"}},
		"ErrControl":         {in: CreateInput{Title: "a\x00b", City: "y"}, code: CodeInvalidInput, fields: []string{"title bad-characters"}},
		"ErrNewline":         {in: CreateInput{Title: "a\nb", City: "y"}, code: CodeInvalidInput, fields: []string{"title bad-characters"}},
		"ErrDirection":       {in: CreateInput{Title: "a\u202eb", City: "y"}, code: CodeInvalidInput, fields: []string{"title bad-characters"}},
		"ErrBrokenUTF8":      {in: CreateInput{Title: "a\xff", City: "y"}, code: CodeInvalidInput, fields: []string{"title bad-characters"}},
		"ErrLanguage":        {in: CreateInput{Title: "x", City: "y", Language: "de"}, code: CodeInvalidInput, fields: []string{"language bad-choice"}},
		"ErrAreaTwice":       {in: CreateInput{Title: "x", City: "y", Areas: []AreaInput{{ID: "economy"}, {Name: Text{EN: "Economy and housing"}}}}, code: CodeInvalidInput, fields: []string{"areas[1] duplicate"}},
		"ErrUnknownArea":     {in: CreateInput{Title: "x", City: "y", Groups: []GroupInput{{"A", "sport"}}}, code: CodeUnknownArea, fields: []string{"groups[0].area bad-choice"}},
		"ErrAreaNotChosen":   {in: CreateInput{Title: "x", City: "y", Areas: []AreaInput{{ID: "economy"}}, Groups: []GroupInput{{"A", "services"}}}, code: CodeUnknownArea, fields: []string{"groups[0].area bad-choice"}},
		"ErrGroupName":       {in: CreateInput{Title: "x", City: "y", Groups: []GroupInput{{strings.Repeat("a", 81), "economy"}}}, code: CodeInvalidInput, fields: []string{"groups[0].name too-long"}},
		"ErrTooManyGroups":   {in: CreateInput{Title: "x", City: "y", Groups: make([]GroupInput, DefaultLimits().Groups+1)}, code: CodeInvalidInput, fields: []string{"groups too-many"}},
		"ErrTooManyAreas":    {in: CreateInput{Title: "x", City: "y", Areas: make([]AreaInput, MaxAreas+1)}, code: CodeInvalidInput, fields: []string{"areas too-many"}},
		"ErrEverythingAtOne": {in: CreateInput{Title: long, City: " ", Language: "xx"}, code: CodeInvalidInput, fields: []string{"language bad-choice", "title too-long", "city required"}},
	} {
		t.Run(name, func(t *testing.T) {
			w, err := New(tc.in, testTemplate(), ids(), start)
			if CodeOf(err) != tc.code || !slices.Equal(fields(err), tc.fields) {
				t.Fatalf("got %v %v, want %q %v", err, fields(err), tc.code, tc.fields)
			}
			if tc.code == "" && (w.Status != Open || w.Visibility != VisibleToGroup || w.Language != Polish || strings.TrimSpace(w.Title) != w.Title) {
				t.Errorf("defaults: %+v", w)
			}
		})
	}
}

func TestJoin(t *testing.T) {
	for name, tc := range map[string]struct {
		in     JoinInput
		before func(*Workshop)
		code   Code
		fields []string
	}{
		"OK":              {in: JoinInput{Name: "Jan", Department: "Wydział Informatyki", Group: "id-2"}},
		"OKNoGroup":       {in: JoinInput{Name: "Jan"}},
		"OKEmoji":         {in: JoinInput{Name: "👩‍💻 Ola"}},
		"OKLongestName":   {in: JoinInput{Name: strings.Repeat("ł", 80)}},
		"ErrName500":      {in: JoinInput{Name: strings.Repeat("x", 500)}, code: CodeInvalidInput, fields: []string{"name too-long"}},
		"ErrNameSpaces":   {in: JoinInput{Name: "   "}, code: CodeInvalidInput, fields: []string{"name required"}},
		"ErrDepartment":   {in: JoinInput{Name: "Jan", Department: strings.Repeat("x", 121)}, code: CodeInvalidInput, fields: []string{"department too-long"}},
		"ErrUnknownGroup": {in: JoinInput{Name: "Jan", Group: "nope"}, code: CodeUnknownGroup},
		"ErrGroupFull":    {in: JoinInput{Name: "Jan", Group: "id-2"}, before: func(w *Workshop) { w.Groups[0].Capacity = 1 }, code: CodeGroupFull},
		"ErrClosed":       {in: JoinInput{Name: "Jan"}, before: func(w *Workshop) { w.Status = Closed }, code: CodeWorkshopClosed},
		"ErrWorkshopFull": {in: JoinInput{Name: "Jan"}, before: func(w *Workshop) { w.Participants = make([]Participant, DefaultLimits().Participants) }, code: CodeWorkshopFull},
	} {
		t.Run(name, func(t *testing.T) {
			w := lodz(t)
			if tc.before != nil {
				tc.before(w)
			}
			before := len(w.Participants)
			m, err := w.Join("jan", tc.in, start)
			if CodeOf(err) != tc.code || !slices.Equal(fields(err), tc.fields) {
				t.Fatalf("got %v %v, want %q %v", err, fields(err), tc.code, tc.fields)
			}
			if err != nil && len(w.Participants) != before {
				t.Error("a refused participant is in")
			}
			if err == nil && (m.Color == "" || m.Color == w.Participants[0].Color) {
				t.Errorf("colour %q is not their own", m.Color)
			}
		})
	}
}

func TestChangeParticipant(t *testing.T) {
	for name, tc := range map[string]struct {
		who    ParticipantID
		change MeChange
		code   Code
	}{
		"OKMove":      {"anna", MeChange{Group: new(GroupID("id-3"))}, ""},
		"OKLeave":     {"anna", MeChange{Group: new(GroupID(""))}, ""},
		"OKStay":      {"anna", MeChange{Group: new(GroupID("id-2"))}, ""},
		"OKRename":    {"anna", MeChange{Name: new("Anna Maria"), Department: new("")}, ""},
		"ErrName":     {"anna", MeChange{Name: new("")}, CodeInvalidInput},
		"ErrNoGroup":  {"anna", MeChange{Group: new(GroupID("x"))}, CodeUnknownGroup},
		"ErrNobody":   {"nobody", MeChange{}, CodeNotFound},
		"ErrFullMove": {"bea", MeChange{Group: new(GroupID("id-2"))}, CodeGroupFull},
	} {
		t.Run(name, func(t *testing.T) {
			w := lodz(t)
			for id, g := range map[ParticipantID]GroupID{"bea": "id-3", "cyd": "id-2"} {
				if _, err := w.Join(id, JoinInput{Name: string(id), Group: g}, start); err != nil {
					t.Fatal(err)
				}
			}
			shared := w.Participants
			before := shared[0]
			if _, err := w.ChangeParticipant(tc.who, tc.change); CodeOf(err) != tc.code {
				t.Fatalf("got %v, want %q", err, tc.code)
			}
			if shared[0] != before {
				t.Error("the earlier version changed as well")
			}
		})
	}
	w := lodz(t)
	w.Status = Closed
	if _, err := w.ChangeParticipant("anna", MeChange{Name: new("A")}); CodeOf(err) != CodeWorkshopClosed {
		t.Errorf("closed workshop: %v", err)
	}
}

func TestGroups(t *testing.T) {
	for name, tc := range map[string]struct {
		do     func(*Workshop) error
		code   Code
		fields []string
	}{
		"OKAdd":          {do: func(w *Workshop) error { return add(w, GroupChange{Name: new("C"), Area: new(AreaID("services"))}) }},
		"OKFreeze":       {do: func(w *Workshop) error { return alter(w, "id-2", GroupChange{Frozen: new(true)}) }},
		"OKShrink":       {do: func(w *Workshop) error { return alter(w, "id-2", GroupChange{Capacity: new(1)}) }},
		"OKRemove":       {do: func(w *Workshop) error { return w.RemoveGroup("id-3") }},
		"ErrAddNothing":  {do: func(w *Workshop) error { return add(w, GroupChange{}) }, code: CodeInvalidInput, fields: []string{"name required"}},
		"ErrAddNoArea":   {do: func(w *Workshop) error { return add(w, GroupChange{Name: new("C")}) }, code: CodeUnknownArea, fields: []string{"areaId bad-choice"}},
		"ErrCapacity0":   {do: func(w *Workshop) error { return alter(w, "id-2", GroupChange{Capacity: new(0)}) }, code: CodeInvalidInput, fields: []string{"capacity out-of-range"}},
		"ErrCapacity61":  {do: func(w *Workshop) error { return alter(w, "id-2", GroupChange{Capacity: new(61)}) }, code: CodeInvalidInput, fields: []string{"capacity out-of-range"}},
		"ErrUnknown":     {do: func(w *Workshop) error { return alter(w, "x", GroupChange{}) }, code: CodeUnknownGroup},
		"ErrRemoveUsed":  {do: func(w *Workshop) error { return w.RemoveGroup("id-2") }, code: CodeInvalidInput, fields: []string{"groupId in-use"}},
		"ErrRemoveAgain": {do: func(w *Workshop) error { _ = w.RemoveGroup("id-3"); return w.RemoveGroup("id-3") }, code: CodeUnknownGroup},
		"ErrTooMany": {do: func(w *Workshop) error {
			w.Groups = make([]Group, DefaultLimits().Groups)
			return add(w, GroupChange{Name: new("C"), Area: new(AreaID("services"))})
		}, code: CodeInvalidInput, fields: []string{"groups too-many"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := lodz(t)
			shared, frozen := w.Groups, w.Groups[0].Frozen
			if err := tc.do(w); CodeOf(err) != tc.code || !slices.Equal(fields(err), tc.fields) {
				t.Fatalf("got %v %v, want %q %v", err, fields(err), tc.code, tc.fields)
			}
			if shared[0].Frozen != frozen {
				t.Error("the earlier version changed as well")
			}
		})
	}
}

func add(w *Workshop, c GroupChange) error { _, err := w.AddGroup("new", c); return err }

func alter(w *Workshop, id GroupID, c GroupChange) error { _, err := w.ChangeGroup(id, c); return err }

func TestApply(t *testing.T) {
	for name, tc := range map[string]struct {
		change Change
		fields []string
	}{
		"OKAll":         {change: Change{Title: new("T"), City: new("C"), Language: new(English), Visibility: new(VisibleToWorkshop), Status: new(Closed)}},
		"OKNothing":     {},
		"ErrStatus":     {change: Change{Status: new(Status("gone"))}, fields: []string{"status bad-choice"}},
		"ErrVisibility": {change: Change{Visibility: new(Visibility("all"))}, fields: []string{"visibility bad-choice"}},
		"ErrNothingSet": {change: Change{Title: new("new"), City: new(" ")}, fields: []string{"city required"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := lodz(t)
			err := w.Apply(tc.change)
			if !slices.Equal(fields(err), tc.fields) {
				t.Fatalf("got %v, want %v", err, tc.fields)
			}
			if err != nil && w.Title != "Zarządzanie miastem" {
				t.Error("a refused change was half made")
			}
		})
	}
}

func TestCodeOpens(t *testing.T) {
	w := lodz(t)
	for name, tc := range map[string]struct {
		code string
		at   time.Time
		do   func()
		want Code
	}{
		"OK":         {"ABCD-EFGH", start.Add(CodeLifetime), func() {}, ""},
		"ErrOld":     {"ABCD-EFGH", start.Add(CodeLifetime + 1), func() {}, CodeCodeExpired},
		"ErrRotated": {"WXYZ-2345", start, func() {}, CodeCodeExpired},
		"ErrClosed":  {"ABCD-EFGH", start, func() { w.Status = Closed }, CodeCodeExpired},
	} {
		t.Run(name, func(t *testing.T) {
			w = lodz(t)
			tc.do()
			if err := w.CodeOpens(tc.code, tc.at); CodeOf(err) != tc.want {
				t.Errorf("got %v, want %q", err, tc.want)
			}
		})
	}
}

func TestViewShowsTheCodeToWhoMaySeeIt(t *testing.T) {
	w := lodz(t)
	for role, want := range map[Role]string{Facilitator: "ABCD-EFGH", Projector: "ABCD-EFGH", Member: "", "stranger": ""} {
		if got := w.View(role).JoinCode; got != want {
			t.Errorf("%s sees code %q, want %q", role, got, want)
		}
	}
	v := w.View(Member)
	if !slices.Equal(v.Groups[0].Members, []ParticipantID{"anna"}) || v.Groups[1].Members == nil {
		t.Errorf("members: %+v", v.Groups)
	}
	p := w.Preview([]Text{{"a", "b"}})
	if p.Groups[0].MemberCount != 1 || p.Groups[0].Capacity != 2 || len(p.Departments) != 1 {
		t.Errorf("preview: %+v", p)
	}
}
