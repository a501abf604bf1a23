package export

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pathboard/pathboard/server/board"
	"github.com/pathboard/pathboard/server/workshop"
)

// oddWorkshops are the workshops that nobody plans for and somebody has: each a
// change of the sample.
var oddWorkshops = map[string]func(*Source, map[workshop.GroupID]board.Board){
	"no groups": func(s *Source, _ map[workshop.GroupID]board.Board) {
		s.Workshop.Groups, s.Workshop.Polls, s.Feedback = nil, nil, nil
	},
	"nobody and nothing": func(s *Source, _ map[workshop.GroupID]board.Board) {
		none := workshop.SumUp(nil)
		s.Workshop.Participants, s.Workshop.Polls, s.Feedback = nil, nil, &none
	},
	"forty groups": func(s *Source, boards map[workshop.GroupID]board.Board) {
		s.Workshop.Groups = nil
		for i := range 40 {
			id := workshop.GroupID(fmt.Sprint("g", i))
			area := s.Workshop.Areas[i%2].ID
			s.Workshop.Groups = append(s.Workshop.Groups, workshop.Group{ID: id, Name: fmt.Sprint("Grupa ", i+1), Area: area})
			boards[id] = board.Board{Problem: fmt.Sprint("Problem grupy ", i+1), Cards: []board.Card{
				{ID: "m", Kind: "method", Stage: "data", Order: "a0", Text: fmt.Sprint("Metoda grupy ", i+1)},
				{ID: "d", Kind: "data", Stage: "data", Order: "a1", Text: "Zasób lokali"},
				{ID: "a", Kind: "action", Stage: "data", Order: "a2", Text: "Pilotaż", Owner: "Wydział Budynków i Lokali", Due: "2027-04-01"},
			}}
		}
	},
	"long card": func(_ *Source, boards map[workshop.GroupID]board.Board) {
		boards["g1"] = oneCard(strings.Repeat("Lokale stoją puste, a kolejka rośnie. ", 53)[:2000])
	},
	"long card among eight stages": func(s *Source, boards map[workshop.GroupID]board.Board) {
		for i := range 6 {
			s.Workshop.Stages = append(s.Workshop.Stages, workshop.Stage{ID: workshop.StageID(fmt.Sprint("s", i)), Name: both("Etap", "Stage")})
		}
		boards["g1"] = oneCard(strings.Repeat("Lokale stoją puste, a kolejka rośnie. ", 53)[:2000])
	},
	"unbroken words": func(s *Source, boards map[workshop.GroupID]board.Board) {
		word := strings.Repeat("Nieprzerwane", 30)
		s.Workshop.Title, s.Workshop.City = word[:120], word[:60]
		s.Workshop.Groups[0].Name = word[:60]
		b := oneCard(word)
		b.Problem = word
		b.Stages = []board.Stage{{ID: "data", Summary: "https://example.org/" + strings.ToLower(word)}}
		b.Cards[0].Owner, b.Cards[0].Tags = word[:80], []string{word[:40], word[:40]}
		boards["g1"] = b
	},
	"emoji": func(s *Source, boards map[workshop.GroupID]board.Board) {
		s.Workshop.Groups[0].Name = "Grupa 🏙️🌳"
		boards["g1"] = oneCard("🏙️ 👩🏽‍💻 👨‍👩‍👧‍👦 🇵🇱 ✅ 1️⃣ miasto 🚲🚲🚲 koniec")
	},
	"right to left": func(s *Source, boards map[workshop.GroupID]board.Board) {
		s.Workshop.Groups[0].Name = "קבוצה 1"
		b := oneCard("שלום עולם, 123 abc — مرحبا بالعالم")
		b.Problem = "בעיה בעיר Łódź (2024)"
		boards["g1"] = b
	},
	"other scripts": func(_ *Source, boards map[workshop.GroupID]board.Board) {
		boards["g1"] = oneCard("Україна, Ґалаґан; Ελλάδα; 日本語の文章; हिन्दी; ქართული; Đà Nẵng; a\u0301e\u0328; ½ ≤ ≥ → € ²")
	},
	"three hundred cards in one stage": func(s *Source, boards map[workshop.GroupID]board.Board) {
		var b board.Board
		for i := range 300 {
			kind := []string{"data", "difficulty", "note", "tool"}[i%4]
			b.Cards = append(b.Cards, board.Card{ID: fmt.Sprint("c", i), Kind: kind, Stage: "data", Order: fmt.Sprintf("a%03d", i), Text: fmt.Sprintf("Kartka numer %d o danych, których nikt nie zna", i+1)})
		}
		boards["g1"] = b
	},
	"two hundred links on a card": func(_ *Source, boards map[workshop.GroupID]board.Board) {
		b := oneCard("Wszystko zależy od tego")
		for i := range 200 {
			id := fmt.Sprint("c", i)
			b.Cards = append(b.Cards, board.Card{ID: id, Kind: "note", Stage: []string{"problem", "data"}[i%2], Order: fmt.Sprintf("b%03d", i), Text: fmt.Sprint("Skutek ", i+1)})
			b.Links = append(b.Links, board.Link{ID: fmt.Sprint("l", i), From: "one", To: id, Label: []string{"", "zasila"}[i%2]})
		}
		boards["g1"] = b
	},
	"a vote with ties": func(s *Source, _ map[workshop.GroupID]board.Board) {
		var tied []workshop.PollResult
		for i := range 30 {
			tied = append(tied, workshop.PollResult{Group: s.Workshop.Groups[i%2].ID, Card: fmt.Sprint(i), Text: fmt.Sprint("Rozwiązanie ", i+1), Dots: 3})
		}
		s.Workshop.Polls = []workshop.Poll{{ID: "v", Title: "Same remisy", Counted: true, Voters: 30, Results: tied}, {ID: "n", Title: "Nikt nie głosował", Counted: true}}
	},
	"blank texts": func(s *Source, boards map[workshop.GroupID]board.Board) {
		s.Workshop.City = ""
		b := oneCard("")
		b.Cards = append(b.Cards, board.Card{ID: "two", Kind: "data", Stage: "data", Order: "a1", Text: " \n\n\t \n"})
		b.Links = []board.Link{{ID: "l", From: "one", To: "two"}, {ID: "k", From: "one", To: "gone"}}
		boards["g1"] = b
	},
}

func oneCard(text string) board.Board {
	return board.Board{Cards: []board.Card{{ID: "one", Kind: "action", Stage: "data", Order: "a0", Text: text, Owner: "Wydział", Due: "2027-04-01", Status: "doing"}}}
}

// TestOddWorkshopsInEveryFormat: each is written in each format; packed files are
// well formed and PDFs tagged. What is odd about them is no matter of language:
// the languages take turns. With PATHBOARD_FILES set each is written in both, and
// the files are kept in that folder, to be looked at.
func TestOddWorkshopsInEveryFormat(t *testing.T) {
	languages := []workshop.Language{workshop.Polish, workshop.English}
	for i, name := range slices.Sorted(maps.Keys(oddWorkshops)) {
		change, these := oddWorkshops[name], languages[i%2:i%2+1]
		if (i+8)%every != 0 { // not the largest
			continue
		}
		if os.Getenv("PATHBOARD_FILES") != "" {
			these = languages
		}
		for _, l := range these {
			t.Run(name+"/"+string(l), func(t *testing.T) {
				t.Parallel()
				r := built(t, odd(change, l))
				for _, format := range WorkshopFormats {
					sound(t, name, string(l)+".workshop", format, whole(t, r, format))
				}
				for _, format := range GroupFormats {
					if len(r.Groups) > 0 {
						sound(t, name, string(l)+".group", format, group(t, r, 0, format))
					}
				}
			})
		}
	}
}

// TestAVoteOfNobodyIsInTheReport: that nobody voted is a result too.
func TestAVoteOfNobodyIsInTheReport(t *testing.T) {
	for l, want := range map[workshop.Language]string{workshop.Polish: "Nikt nie postawił kropki.", workshop.English: "Nobody placed a dot."} {
		md := string(whole(t, built(t, odd(oddWorkshops["a vote with ties"], l)), "md"))
		if !strings.Contains(md, "Nikt nie głosował") || !strings.Contains(md, want) {
			t.Errorf("%s: the report lacks %q", l, want)
		}
	}
}

// TestNothingIsCutOnA3: all of a board stands on its pages, in few of them.
func TestNothingIsCutOnA3(t *testing.T) {
	for name, change := range oddWorkshops {
		r := built(t, odd(change, workshop.Polish))
		if len(r.Groups) == 0 {
			continue
		}
		g := &r.Groups[0]
		photos, err := r.photos(g)
		if err != nil {
			t.Fatal(err)
		}
		sheets, err := a3Sheets(r, g, photos)
		if err != nil {
			t.Fatal(err)
		}
		if len(sheets) > 3 {
			t.Errorf("%s: %d pages", name, len(sheets))
		}
		for i, s := range sheets {
			for _, p := range s.shapes {
				high := max(p.height, float64(len(p.lines))*p.size*lineStep)
				if p.y+high > s.height-footerRoom+1 {
					t.Errorf("%s, page %d: %v at %.0f is %.0f high", name, i+1, p.kind, p.y, high)
				}
			}
		}
	}
}

// odd is the sample, changed, with boards of its own.
func odd(change func(*Source, map[workshop.GroupID]board.Board), l workshop.Language) Source {
	src := sample(l)
	w := *src.Workshop
	w.Groups = slices.Clone(w.Groups)
	src.Workshop = &w
	boards, before := map[workshop.GroupID]board.Board{}, src.Board
	src.Board = func(g workshop.Group) (board.Board, error) {
		if b, ok := boards[g.ID]; ok {
			return b, nil
		}
		return before(g)
	}
	change(&src, boards)
	return src
}

// sound holds a file to the rules of its format, and keeps it if asked to.
func sound(t *testing.T, folder, name, format string, body []byte) {
	t.Helper()
	if dir := os.Getenv("PATHBOARD_FILES"); dir != "" {
		keep(t, filepath.Join(dir, strings.ReplaceAll(folder, " ", "-")), name+"."+strings.Replace(format, "a3", "a3.pdf", 1), body)
	}
	if len(bytes.TrimSpace(body)) == 0 && format != "ics" {
		t.Errorf("%s is empty", format)
	}
	readable(t, format, body)
	if format == "docx" || format == "xlsx" {
		for _, part := range unzip(t, body) {
			if strings.HasSuffix(part.name, ".xml") {
				checkXML(t, part.name, part.body)
			}
		}
	}
}

func keep(t *testing.T, dir, name string, body []byte) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), body, 0o600); err != nil {
		t.Fatal(err)
	}
}
