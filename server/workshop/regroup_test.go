package workshop

import (
	"fmt"
	"slices"
	"testing"
)

func TestAddPeople(t *testing.T) {
	for name, tc := range map[string]struct {
		rows   []PersonInput
		before func(*Workshop)
		code   Code
		fields []string
	}{
		"OK":           {rows: []PersonInput{{"Ewa", "Budżet"}, {"Ewa", "Kadry"}, {"Jan", ""}}},
		"ErrNothing":   {code: CodeInvalidInput, fields: []string{"rows required"}},
		"ErrRows":      {rows: []PersonInput{{"", "Budżet"}, {"Jan", ""}, {"J\x00", ""}}, code: CodeInvalidInput, fields: []string{"rows[0].name required", "rows[2].name bad-characters"}},
		"ErrTwice":     {rows: []PersonInput{{"Ewa", "Budżet"}, {"EWA", "budżet"}}, code: CodeInvalidInput, fields: []string{"rows[1].name duplicate"}},
		"ErrAlreadyIn": {rows: []PersonInput{{"anna", ""}}, code: CodeInvalidInput, fields: []string{"rows[0].name duplicate"}},
		"ErrFull":      {rows: make([]PersonInput, DefaultLimits().Participants), code: CodeWorkshopFull},
		"ErrClosed":    {rows: []PersonInput{{"Ewa", ""}}, before: shut, code: CodeWorkshopClosed},
	} {
		t.Run(name, func(t *testing.T) {
			w := lodz(t)
			if tc.before != nil {
				tc.before(w)
			}
			err := w.AddPeople(tc.rows, ids())
			if CodeOf(err) != tc.code || !slices.Equal(fields(err), tc.fields) {
				t.Fatalf("got %v, want %q %v", err, tc.code, tc.fields)
			}
			if want := 1 + len(tc.rows); err == nil && len(w.Participants) != want || err != nil && len(w.Participants) != 1 {
				t.Errorf("%d participants", len(w.Participants))
			}
		})
	}
}

// TestJoinRecognises: who is on the list and comes is that person, once.
func TestJoinRecognises(t *testing.T) {
	for name, tc := range map[string]struct {
		in   JoinInput
		want ParticipantID
	}{
		"ByBoth":        {JoinInput{Name: "EWA", Department: "kadry"}, "id-2"},
		"ByNameOnly":    {JoinInput{Name: "Ewa"}, "id-1"},
		"OtherOffice":   {JoinInput{Name: "Ewa", Department: "Sport"}, "new"},
		"OtherName":     {JoinInput{Name: "Eva", Department: "Kadry"}, "new"},
		"AlreadyJoined": {JoinInput{Name: "Anna"}, "new"},
	} {
		t.Run(name, func(t *testing.T) {
			w := lodz(t)
			if err := w.AddPeople([]PersonInput{{"Ewa", "Budżet"}, {"Ewa", "Kadry"}}, ids()); err != nil {
				t.Fatal(err)
			}
			m, err := w.Join("new", tc.in, start)
			if err != nil || m.ID != tc.want || m.JoinedAt.IsZero() {
				t.Fatalf("%+v %v", m, err)
			}
			if again, err := w.Join("again", tc.in, start); err != nil || again.ID == m.ID {
				t.Errorf("the second of that name is the same person: %+v %v", again, err)
			}
		})
	}
}

// crowd is lodz with n people of four departments, without groups.
func crowd(t *testing.T, n int) *Workshop {
	t.Helper()
	w := lodz(t)
	for i := range n {
		if _, err := w.Join(ParticipantID(fmt.Sprint("p", i)), JoinInput{Name: fmt.Sprint("P", i), Department: fmt.Sprint("D", i%4)}, start); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

func sizes(w *Workshop) []int {
	var out []int
	for _, g := range w.Groups {
		out = append(out, w.memberCount(g.ID))
	}
	slices.Sort(out)
	return out
}

func TestFormGroups(t *testing.T) {
	w := crowd(t, 22)
	if err := w.FormGroups(FormCommand{Groups: 4, Seed: 1}, func() NewID { n := 0; return func() string { n++; return fmt.Sprint("made-", n) } }()); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(sizes(w), []int{5, 6, 6, 6}) || w.Groups[3].Name != "Grupa 4" || w.Groups[3].Area != "services" {
		t.Errorf("sizes %v, groups %+v", sizes(w), w.Groups)
	}
	// A pinned person stays through every reshuffle, a pair stays apart.
	pinned := w.Participants[5]
	if _, err := w.ChangeParticipant(pinned.ID, MeChange{Pinned: new(true)}); err != nil {
		t.Fatal(err)
	}
	if err := w.SetApart([]Pair{{"p0", "p1"}}); err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(20) {
		if err := w.FormGroups(FormCommand{Seed: seed}, ids()); err != nil {
			t.Fatal(err)
		}
		a, _ := w.Participant("p0")
		b, _ := w.Participant("p1")
		if w.Participants[5].Group != pinned.Group || a.Group == b.Group {
			t.Fatalf("seed %d: pinned %v, together %v", seed, w.Participants[5].Group, a.Group == b.Group)
		}
	}
	// A latecomer is placed at once, and nobody else moves.
	before := slices.Clone(w.Participants)
	late, err := w.Join("late", JoinInput{Name: "Late", Department: "D0"}, start)
	if err != nil || late.Group == "" || !slices.Equal(sizes(w), []int{6, 6, 6, 6}) {
		t.Fatalf("late %+v %v, sizes %v", late, err, sizes(w))
	}
	for i, m := range before {
		if w.Participants[i].Group != m.Group {
			t.Errorf("%s was moved by a latecomer", m.ID)
		}
	}
}

func TestFormGroupsRefuses(t *testing.T) {
	for name, tc := range map[string]struct {
		do   func(*Workshop) error
		code Code
	}{
		"TooMany":   {func(w *Workshop) error { return w.FormGroups(FormCommand{Groups: DefaultLimits().Groups + 1}, ids()) }, CodeInvalidInput},
		"Negative":  {func(w *Workshop) error { return w.FormGroups(FormCommand{Groups: -1}, ids()) }, CodeInvalidInput},
		"None":      {func(w *Workshop) error { w.Groups = nil; return w.FormGroups(FormCommand{}, ids()) }, CodeInvalidInput},
		"NoArea":    {func(w *Workshop) error { w.Areas = nil; return w.FormGroups(FormCommand{Groups: 9}, ids()) }, CodeUnknownArea},
		"Closed":    {func(w *Workshop) error { shut(w); return w.FormGroups(FormCommand{}, ids()) }, CodeWorkshopClosed},
		"ApartSelf": {func(w *Workshop) error { return w.SetApart([]Pair{{"anna", "anna"}}) }, CodeInvalidInput},
		"ApartGone": {func(w *Workshop) error { return w.SetApart([]Pair{{"anna", "x"}}) }, CodeInvalidInput},
		"ApartMany": {func(w *Workshop) error { return w.SetApart(make([]Pair, MaxApart+1)) }, CodeInvalidInput},
		"WishGone": {func(w *Workshop) error {
			_, err := w.ChangeParticipant("anna", MeChange{Wish: new(AreaID("x"))})
			return err
		}, CodeUnknownArea},
	} {
		t.Run(name, func(t *testing.T) {
			w := lodz(t)
			if err := tc.do(w); CodeOf(err) != tc.code {
				t.Errorf("got %v, want %s", err, tc.code)
			}
		})
	}
}
