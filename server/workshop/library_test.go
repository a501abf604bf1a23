package workshop

import (
	"slices"
	"strings"
	"testing"
)

func tool(name string) EntryInput {
	return EntryInput{Kind: "tool", Name: Text{PL: name}, Text: Text{PL: "Do czego\njest"}, URL: "qgis.org"}
}

// TestGroupsPropose and who leads decides; what was decided reads on.
func TestGroupsPropose(t *testing.T) {
	w := lodz(t)
	if err := w.ProposeEntry("own.1", "id-2", tool("QGIS"), start); err != nil {
		t.Fatal(err)
	}
	e := w.Library.Entries[0]
	if e.State != EntryProposed || e.Name.EN != "QGIS" || e.Text.PL != "Do czego jest" || e.URL != "https://qgis.org" || len(e.Stages) == 0 || e.Checked != "" {
		t.Errorf("%+v", e)
	}
	if n := len(w.Library.Accepted()); n != 0 || w.Library.Waiting() != 1 || len(w.Library.Of("id-3")) != 0 {
		t.Errorf("%d accepted, %d waiting", n, w.Library.Waiting())
	}
	if err := w.DecideEntry("own.1", false, "  Już jest ", start); err != nil {
		t.Fatal(err)
	}
	if e := w.Library.Of("id-2")[0]; e.State != EntryRefused || e.Answer != "Już jest" {
		t.Errorf("%+v", e)
	}
	before := w.Library.Entries
	if err := w.DecideEntry("own.1", true, "", start); err != nil {
		t.Fatal(err)
	}
	if a := w.Library.Accepted(); len(a) != 1 || a[0].Answer != "" || a[0].Checked != "2024-02-22" || before[0].State != EntryRefused {
		t.Errorf("%+v; before %+v", a, before)
	}
	changed := tool("QGIS 3")
	changed.Stages, changed.Areas = []StageID{"elsewhere"}, []AreaID{"economy", "moon"}
	if err := w.ChangeEntry("own.1", changed, start); err != nil {
		t.Fatal(err)
	}
	if e := w.Library.Accepted()[0]; e.Name.PL != "QGIS 3" || e.Group != "id-2" || !slices.Equal(e.Areas, []AreaID{"economy"}) || slices.Contains(e.Stages, "elsewhere") {
		t.Errorf("%+v", e)
	}
	if err := w.RemoveEntry("own.1"); err != nil || len(w.Library.Entries) != 0 {
		t.Errorf("%v, %+v", err, w.Library)
	}
	for name, err := range map[string]error{
		"decide": w.DecideEntry("own.1", true, "", start), "change": w.ChangeEntry("own.1", changed, start), "remove": w.RemoveEntry("own.1"),
	} {
		if CodeOf(err) != CodeNotFound {
			t.Errorf("%s what is gone: %v", name, err)
		}
	}
	w.Status = Closed
	if err := w.ProposeEntry("own.2", "id-2", tool("x"), start); CodeOf(err) != CodeWorkshopClosed {
		t.Errorf("closed: %v", err)
	}
}

func TestEntriesAreChecked(t *testing.T) {
	for name, tc := range map[string]struct {
		spoil func(*EntryInput)
		want  string
	}{
		"no name":      {func(e *EntryInput) { e.Name = Text{} }, "name required"},
		"long text":    {func(e *EntryInput) { e.Text.EN = strings.Repeat("x", MaxEntryText+1) }, "text too-long"},
		"kind":         {func(e *EntryInput) { e.Kind = "rumour" }, "kind bad-choice"},
		"no city":      {func(e *EntryInput) { e.Kind = "example" }, "city required"},
		"script":       {func(e *EntryInput) { e.URL = "javascript:alert(1)" }, "url bad-address"},
		"secret in it": {func(e *EntryInput) { e.URL = "https://me:pass@x.pl" }, "url bad-address"},
		"direction":    {func(e *EntryInput) { e.Access.PL = "a\u202eb" }, "access bad-characters"},
		"date":         {func(e *EntryInput) { e.Checked = "yesterday" }, "checked bad-date"},
	} {
		w, in := lodz(t), tool("QGIS")
		tc.spoil(&in)
		if got := fields(w.ProposeEntry("own.1", "id-2", in, start)); !slices.Contains(got, tc.want) || len(w.Library.Entries) != 0 {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
	intranet := tool("Rejestr")
	intranet.URL = "http://intranet.example/rejestr"
	if err := lodz(t).AddEntry("own.1", intranet, start); err != nil {
		t.Errorf("an intranet: %v", err)
	}
}

func TestLibraryHasRoomForSoMuch(t *testing.T) {
	w := lodz(t)
	id := func(n int) EntryID { return EntryID(strings.Repeat("x", n+1)) }
	for n := range MaxProposals {
		if err := w.ProposeEntry(id(n), "id-2", tool("x"), start); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.ProposeEntry("more", "id-2", tool("x"), start); CodeOf(err) != CodeLibraryFull {
		t.Errorf("one group too many: %v", err)
	}
	if err := w.ProposeEntry("other", "id-3", tool("x"), start); err != nil {
		t.Errorf("another group: %v", err)
	}
	for len(w.Library.Entries) < DefaultLimits().LibraryEntries {
		if err := w.AddEntry(id(len(w.Library.Entries)+100), tool("x"), start); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.AddEntry("more", tool("x"), start); CodeOf(err) != CodeLibraryFull {
		t.Errorf("too many: %v", err)
	}
}

// TestAFileIsReadWholeOrNotAtAll: entries of the same id are replaced.
func TestAFileIsReadWholeOrNotAtAll(t *testing.T) {
	w := lodz(t)
	file := []EntryFromFile{{"lodz.lokale", tool("Lokale")}, {"own.2", tool("Drugi")}}
	if err := w.ReadEntries(file, start); err != nil {
		t.Fatal(err)
	}
	file[0].Name.PL = "Lokale gminy"
	if err := w.ReadEntries(file, start); err != nil {
		t.Fatal(err)
	}
	if a := w.Library.Accepted(); len(a) != 2 || a[0].ID != "own.lodz.lokale" || a[0].Name.PL != "Lokale gminy" || a[1].ID != "own.2" {
		t.Errorf("%+v", a)
	}
	revision := w.Library.Revision
	got := fields(w.ReadEntries([]EntryFromFile{{"a", tool("A")}, {"a", tool("")}, {"b c", tool("B")}}, start))
	for _, want := range []string{"entries[1].id duplicate", "entries[1].name required", "entries[2].id bad-characters"} {
		if !slices.Contains(got, want) {
			t.Errorf("%q lacks %q", got, want)
		}
	}
	if len(w.Library.Entries) != 2 || w.Library.Revision != revision {
		t.Errorf("a bad file changed the library: %+v", w.Library)
	}
}
