package board

import (
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/pathboard/pathboard/hub/ydoc"
)

// newer fills a document as a release would that knows more than this one.
func newer(t *testing.T, more func(x *ydoc.Txn) error) *ydoc.Doc {
	t.Helper()
	doc := write(t, Board{
		Title: "Tytuł", Stages: []Stage{{ID: "data", Done: true}}, Links: []Link{{ID: "l", From: "c", To: "c"}},
		Cards:    []Card{{ID: "c", Kind: "hologram", Stage: "orbit", Order: "a0", Text: "Zażółć", Tags: []string{"pilne", "waga"}}},
		Comments: []Comment{{ID: "k", Card: "c", Text: "?", CreatedAt: 5}},
	})
	if _, err := doc.Transact(8, more); err != nil {
		t.Fatal(err)
	}
	return doc
}

// TestWhatANewerReleaseKnowsSurvivesExportAndImport: unknown roots, and unknown
// keys of everything, in the document and in the file.
func TestWhatANewerReleaseKnowsSurvivesExportAndImport(t *testing.T) {
	doc := newer(t, func(x *ydoc.Txn) error {
		at := func(root, id string) *ydoc.Type { return x.Root(root, ydoc.KindMap).GetType(id) }
		votes, err := x.SetType(x.Root("votes", ydoc.KindMap), "v1", ydoc.KindMap)
		if err != nil {
			return err
		}
		diary, err := x.SetType(at("cards", "c"), "diary", ydoc.KindText)
		if err != nil {
			return err
		}
		return errors.Join(
			x.Set(votes, "dots", 3), x.Set(votes, "by", []any{"anna", map[string]any{"deep": true}}),
			x.Insert(x.Root("lanes", ydoc.KindArray), 0, "a", 2, nil),
			x.InsertText(x.Root("minutes", ydoc.KindText), 0, "Ustaliliśmy 😀"),
			x.InsertText(diary, 0, "dzień"), x.Set(at("cards", "c"), "weight", 2.5), x.Set(at("cards", "c"), "createdAt", 12.5),
			x.Set(at("cards", "c").GetType("tags"), "waga", map[string]any{"kg": 3}),
			x.Set(at("links", "l"), "bend", []any{1, 2}), x.Set(at("stages", "data"), "mood", "good"),
			x.Set(at("comments", "k"), "likes", map[string]any{"anna": 1}), x.Set(x.Root("meta", ydoc.KindMap), "theme", "night"),
		)
	})
	want := Read(doc, stages)
	if !reflect.DeepEqual(want.Roots["votes"], map[string]any{"v1": map[string]any{"dots": 3.0, "by": []any{"anna", map[string]any{"deep": true}}}}) ||
		!reflect.DeepEqual(want.Roots["lanes"], []any{"a", 2.0, nil}) || want.Roots["minutes"] != "Ustaliliśmy 😀" {
		t.Fatalf("read %+v", want.Roots)
	}
	for round := range 2 { // as it comes from the document, and as it comes from the file
		data, err := Encode(Header{ExportedAt: time.Unix(0, 0)}, want)
		if err != nil {
			t.Fatal(err)
		}
		decoded, err := Decode(data)
		if err != nil {
			t.Fatal(err)
		}
		got := Read(write(t, decoded), stages)
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("round %d:\ngot  %+v\nwant %+v\n%s", round, got, want, data)
		}
		for _, kept := range []string{`"dots": 3`, `"lanes"`, `"minutes"`, `"diary"`, `"weight": 2.5`, `"createdAt": 12.5`, `"kg": 3`, `"bend"`, `"mood"`, `"likes"`, `"theme"`, `"hologram"`, `"orbit"`} {
			if !strings.Contains(string(data), kept) {
				t.Errorf("round %d: the file lacks %s:\n%s", round, kept, data)
			}
		}
		want = got
	}
}

// TestOddValuesDoNotKeepABoardFromBeingExported: what JSON has no form for comes
// as null, text or number.
func TestOddValuesDoNotKeepABoardFromBeingExported(t *testing.T) {
	doc := newer(t, func(x *ydoc.Txn) error {
		card, odd := x.Root("cards", ydoc.KindMap).GetType("c"), x.Root("odd", ydoc.KindMap)
		return errors.Join(
			x.Set(card, "nan", math.NaN()), x.Set(card, "far", math.Inf(1)), x.Set(card, "order", math.NaN()), x.Set(card, "createdAt", math.Inf(-1)),
			x.Set(card, "big", ydoc.BigInt(1<<60)), x.Set(card, "raw", []byte{0xff, 0}), x.Set(card, "none", ydoc.Undefined{}),
			x.Set(card, "deep", map[string]any{"list": []any{math.NaN()}}), x.Set(x.Root("meta", ydoc.KindMap), "nan", math.NaN()),
			x.Set(card.GetType("tags"), "pilne", math.NaN()),
			x.Set(odd, "nan", math.NaN()), x.Insert(x.Root("list", ydoc.KindArray), 0, math.NaN()),
		)
	})
	b := Read(doc, stages)
	data, err := Encode(Header{}, b)
	if err != nil {
		t.Fatal(err)
	}
	decoded, err := Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	if got := Read(write(t, decoded), stages); len(got.Cards) != 1 || got.Cards[0].Text != "Zażółć" || got.Cards[0].Extra["big"] != float64(1<<60) {
		t.Errorf("got %+v", got.Cards)
	}
}
