package board

import (
	"testing"

	"github.com/pathboard/pathboard/hub/ydoc"
)

func TestAddCardsGoBehindWhatIsThere(t *testing.T) {
	doc := ydoc.New(ydoc.Options{})
	edit := func(f func(*ydoc.Txn) error) {
		t.Helper()
		if _, err := doc.Transact(7, f); err != nil {
			t.Fatal(err)
		}
	}
	edit(func(x *ydoc.Txn) error {
		return Write(x, Board{Cards: []Card{{ID: "a", Stage: "data", Order: "a5", Text: "first"}}})
	})
	edit(func(x *ydoc.Txn) error {
		added := []Card{{ID: "b", Stage: "data", Text: "second"}, {ID: "c", Stage: "data", Text: "third"}, {ID: "d", Stage: "problem", Text: "alone"}}
		return AddCards(x, Read(x.Doc(), []string{"problem", "data"}), added)
	})
	edit(func(x *ydoc.Txn) error {
		return AddComment(x, Comment{ID: "k", Card: "a", Author: "anna", Text: "dobre"})
	})
	edit(func(x *ydoc.Txn) error { return SetState(x, "a", "done") })
	edit(func(x *ydoc.Txn) error { return SetState(x, "b", "done") })
	edit(func(x *ydoc.Txn) error { return SetState(x, "b", "") })
	edit(func(x *ydoc.Txn) error { return SetState(x, "gone", "done") })
	got := ""
	b := Read(doc, []string{"problem", "data"})
	for _, c := range b.Cards {
		got += c.ID + c.Status
	}
	if got != "dadonebc" || len(b.Comments) != 1 || b.Comments[0].Text != "dobre" {
		t.Errorf("cards %s, comments %+v", got, b.Comments)
	}
}
