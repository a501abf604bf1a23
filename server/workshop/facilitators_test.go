package workshop

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestFacilitators(t *testing.T) {
	many := func(w *Workshop) {
		for i := range DefaultLimits().Facilitators {
			w.Facilitators = append(w.Facilitators, Lead{ID: FacilitatorID(fmt.Sprint("f", i)), Name: fmt.Sprint("F", i)})
		}
	}
	add := func(name string) func(*Workshop) error {
		return func(w *Workshop) error { _, err := w.AddFacilitator("new", name, start); return err }
	}
	for name, tc := range map[string]struct {
		before func(*Workshop)
		do     func(*Workshop) error
		fields []string
		code   Code
		leads  []string
	}{
		"AddOK":            {do: add(" Iga Lis "), leads: []string{"", "Ola", "Iga Lis"}},
		"AddAfterwards":    {before: shut, do: add("Iga"), leads: []string{"", "Ola", "Iga"}},
		"AddNobody":        {do: add("  "), code: CodeInvalidInput, fields: []string{"name required"}},
		"AddLong":          {do: add(strings.Repeat("x", 81)), code: CodeInvalidInput, fields: []string{"name too-long"}},
		"AddTwice":         {do: add("Ola"), code: CodeInvalidInput, fields: []string{"name duplicate"}},
		"AddTooMany":       {before: many, do: add("Iga"), code: CodeInvalidInput, fields: []string{"facilitators too-many"}},
		"RenameOK":         {do: func(w *Workshop) error { return w.RenameFacilitator("founder", "Jan") }, leads: []string{"Jan", "Ola"}},
		"RenameSame":       {do: func(w *Workshop) error { return w.RenameFacilitator("ola", "Ola") }, leads: []string{"", "Ola"}},
		"RenameToOther":    {do: func(w *Workshop) error { return w.RenameFacilitator("founder", "Ola") }, code: CodeInvalidInput, fields: []string{"name duplicate"}},
		"RenameNobody":     {do: func(w *Workshop) error { return w.RenameFacilitator("x", "Y") }, code: CodeNotFound},
		"RemoveOK":         {do: func(w *Workshop) error { return w.RemoveFacilitator("founder") }, leads: []string{"Ola"}},
		"RemoveNobody":     {do: func(w *Workshop) error { return w.RemoveFacilitator("x") }, code: CodeNotFound},
		"RemoveLast":       {before: func(w *Workshop) { _ = w.RemoveFacilitator("ola") }, do: func(w *Workshop) error { return w.RemoveFacilitator("founder") }, code: CodeInvalidInput, fields: []string{"facilitators required"}},
		"RestoreThere":     {do: func(w *Workshop) error { w.restoreFacilitator("founder", start); return nil }, leads: []string{"", "Ola"}},
		"RestoreAfterGone": {before: func(w *Workshop) { _ = w.RemoveFacilitator("founder") }, do: func(w *Workshop) error { w.restoreFacilitator("founder", start); return nil }, leads: []string{"", "Ola"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := lodz(t)
			w.restoreFacilitator("founder", start)
			coLead(w)
			if tc.before != nil {
				tc.before(w)
			}
			err := tc.do(w)
			if CodeOf(err) != tc.code || !slices.Equal(fields(err), tc.fields) {
				t.Fatalf("got %v %v, want %q %v", err, fields(err), tc.code, tc.fields)
			}
			var leads []string
			for _, l := range w.Facilitators {
				leads = append(leads, l.Name)
			}
			if tc.leads != nil && !slices.Equal(leads, tc.leads) {
				t.Errorf("leads %q, want %q", leads, tc.leads)
			}
		})
	}
}

func TestAuditWordsStayOneWord(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "board-1": "board-1", "a\r\nb": "ab", "\x00\x1b[2Jx": "[2Jx", "Żaneta Kowalska": "anetaKowalska",
		strings.Repeat("a", 200): strings.Repeat("a", 80), "\u2028\u202ex": "x",
	} {
		if got := auditWord(in); got != want {
			t.Errorf("auditWord(%q) = %q, want %q", in, got, want)
		}
	}
}
