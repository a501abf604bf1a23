package export

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pathboard/pathboard/server/board"
	"github.com/pathboard/pathboard/server/export/pdf/pdftest"
	"github.com/pathboard/pathboard/server/workshop"
)

// TestTwoExportsAreEqual: the same state at the same moment gives the same bytes.
func TestTwoExportsAreEqual(t *testing.T) {
	one, two := built(t, sample(workshop.Polish)), built(t, sample(workshop.Polish))
	for _, format := range WorkshopFormats {
		if !bytes.Equal(whole(t, one, format), whole(t, two, format)) {
			t.Errorf("%s of the workshop differs", format)
		}
	}
	for _, format := range GroupFormats {
		if !bytes.Equal(group(t, one, 0, format), group(t, two, 0, format)) {
			t.Errorf("%s of the group differs", format)
		}
	}
}

// TestListsFollowTheAlphabet of the language: Polish letters are not behind z.
func TestListsFollowTheAlphabet(t *testing.T) {
	src := sample(workshop.Polish)
	src.Workshop.Participants = nil
	for _, name := range []string{"Zofia", "Łucja", "łukasz", "Lena", "Śliwa", "Sowa", "Ćma", "Cis"} {
		src.Workshop.Participants = append(src.Workshop.Participants, workshop.Participant{Name: name, Department: "Wydział " + name})
	}
	var got []string
	for _, d := range built(t, src).Departments {
		got = append(got, strings.TrimPrefix(d.Name, "Wydział "))
	}
	if want := []string{"Cis", "Ćma", "Lena", "Łucja", "łukasz", "Sowa", "Śliwa", "Zofia"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestShortGroupsShareAPage: forty groups of three cards take few pages, and a
// long one begins its own.
func TestShortGroupsShareAPage(t *testing.T) {
	pages := func(s Source) int {
		f, err := pdftest.Read(whole(t, built(t, s), "pdf"))
		if err != nil {
			t.Fatal(err)
		}
		return f.Pages
	}
	if n := pages(odd(oddWorkshops["forty groups"], workshop.Polish)); n > 25 {
		t.Errorf("forty short groups take %d pages", n)
	}
	breaks := 0
	for b := range built(t, odd(oddWorkshops["three hundred cards in one stage"], workshop.Polish)).Blocks() {
		if _, ok := b.(Break); ok {
			breaks++
		}
	}
	if breaks != 4 { // people, each of the two groups, what lies across them
		t.Errorf("%d breaks", breaks)
	}
}

// TestAPictureOfABoardTellsItsLinks, and what was noted on its cards.
func TestAPictureOfABoardTellsItsLinks(t *testing.T) {
	svg := string(group(t, built(t, odd(func(_ *Source, boards map[workshop.GroupID]board.Board) {
		b := board.Board{Cards: []board.Card{{ID: "one", Kind: "action", Stage: "data", Order: "a", Text: "Pilotaż", Owner: "Wydział", Tags: []string{"pilne"}}}}
		for i := range 7 {
			id := fmt.Sprint("c", i)
			b.Cards = append(b.Cards, board.Card{ID: id, Kind: "note", Stage: "data", Order: fmt.Sprint("b", i), Text: fmt.Sprint("Skutek ", i+1)})
			b.Links = append(b.Links, board.Link{ID: id, From: "one", To: id, Kind: "feeds"})
		}
		boards["g1"] = b
	}, workshop.Polish)), 0, "svg"))
	for _, want := range []string{"odpowiada: Wydział", "→ Skutek 4 (zasila)", "→ … (+3)", "pilne"} {
		if !strings.Contains(svg, want) {
			t.Errorf("the picture lacks %q", want)
		}
	}
}

// TestACardWithoutTextKeepsItsLinks: it is called by its picture, or said to have
// no text.
func TestACardWithoutTextKeepsItsLinks(t *testing.T) {
	r := built(t, odd(func(_ *Source, boards map[workshop.GroupID]board.Board) {
		boards["g1"] = board.Board{
			Cards: []board.Card{{ID: "one", Kind: "note", Stage: "data", Text: " "}, {ID: "two", Kind: "note", Stage: "data", Extra: pictureExtra(imageOne, "Szkic")}},
			Links: []board.Link{{ID: "l", From: "one", To: "two"}},
		}
	}, workshop.Polish))
	if md := string(group(t, r, 0, "md")); !strings.Contains(md, "- (bez treści) → Szkic") {
		t.Errorf("the report says\n%s", md)
	}
}

// TestMarkdownShowsWhatWasWritten: what looks like markup at the beginning of a
// line stays text, numbers of lists and indented lines too.
func TestMarkdownShowsWhatWasWritten(t *testing.T) {
	for text, want := range map[string]string{
		"1. raz\n2) dwa": `1\. raz  
  2\) dwa`,
		"W 2027. roku":       "W 2027. roku",
		"# a\n- b\n    c":    "\\# a  \n  \\- b  \n  c",
		"12 m\n3.5 m":        "12 m  \n  3\\.5 m",
		"www.x.pl https://y": "www&#46;x.pl https&#58;//y",
	} {
		if got := escape(text, true); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}
