package board

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/pathboard/pathboard/hub/ydoc"
)

func clone(t *testing.T, d *ydoc.Doc) *ydoc.Doc {
	t.Helper()
	c := ydoc.New(ydoc.Options{})
	if _, err := c.Apply(d.EncodeStateAsUpdate(nil)); err != nil {
		t.Fatal(err)
	}
	return c
}

func transact(t *testing.T, d *ydoc.Doc, client uint64, f func(x *ydoc.Txn) error) []byte {
	t.Helper()
	update, err := d.Transact(client, f)
	if err != nil {
		t.Fatal(err)
	}
	return update
}

// rewrite makes a board read as another, as if people had worked on it.
func rewrite(t *testing.T, d *ydoc.Doc, b Board) {
	t.Helper()
	transact(t, d, 9, func(x *ydoc.Txn) error { return Restore(x, write(t, b)) })
}

// TestRestoredBoardsReadAsBefore goes between unlike boards, and a client that
// wrote meanwhile agrees.
func TestRestoredBoardsReadAsBefore(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 5))
		before := random(r)
		d := write(t, before)
		past := clone(t, d)
		rewrite(t, d, random(r))
		client := clone(t, d)
		update := transact(t, d, 11, func(x *ydoc.Txn) error { return Restore(x, past) })
		if got := Read(d, stages); !reflect.DeepEqual(got, before) {
			t.Fatalf("seed %d:\ngot  %+v\nwant %+v", seed, got, before)
		}
		if update == nil {
			continue
		}
		if _, err := client.Apply(update); err != nil || !reflect.DeepEqual(Read(client, stages), before) {
			t.Fatalf("seed %d: a client reads %+v (%v)", seed, Read(client, stages), err)
		}
		if again := transact(t, d, 11, func(x *ydoc.Txn) error { return Restore(x, past) }); again != nil {
			t.Errorf("seed %d: restoring twice writes twice", seed)
		}
	}
}

// TestRestoredCardLeavesTheOthers changes and deletes cards and brings one back
// with its comments, while somebody writes on another and into the same one.
func TestRestoredCardLeavesTheOthers(t *testing.T) {
	b := Board{
		Cards: []Card{
			{ID: "a", Kind: "data", Stage: "data", Order: "a0", Text: "dane o ruchu", Tags: []string{"pilne"}},
			{ID: "b", Kind: "note", Stage: "data", Order: "a1", Text: "druga"},
		},
		Comments: []Comment{{ID: "k", Card: "a", Text: "skąd?"}, {ID: "l", Card: "b", Text: "tak"}},
	}
	d := write(t, b)
	past := clone(t, d)
	cards := func(d *ydoc.Doc) *ydoc.Type { return d.Root("cards", ydoc.KindMap) }
	transact(t, d, 9, func(x *ydoc.Txn) error {
		for root, id := range map[string]string{"cards": "a", "comments": "k"} {
			if err := x.Delete(x.Root(root, ydoc.KindMap), id); err != nil {
				return err
			}
		}
		return x.Set(cards(d).GetType("b"), "stage", "solution")
	})
	other := clone(t, d)
	meanwhile := transact(t, other, 10, func(x *ydoc.Txn) error {
		return x.InsertText(cards(other).GetType("b").GetType("text"), 5, " karta")
	})
	restored := transact(t, d, 11, func(x *ydoc.Txn) error { return RestoreCard(x, past, "a") })
	for doc, update := range map[*ydoc.Doc][]byte{d: meanwhile, other: restored} {
		if _, err := doc.Apply(update); err != nil {
			t.Fatal(err)
		}
		got := Read(doc, stages)
		if len(got.Cards) != 2 || len(got.Comments) != 2 || !reflect.DeepEqual(got.Cards[0], b.Cards[0]) {
			t.Fatalf("got %+v", got)
		}
		if c := got.Cards[1]; c.Text != "druga karta" || c.Stage != "solution" {
			t.Errorf("the other card is %+v", c)
		}
	}
	transact(t, d, 11, func(x *ydoc.Txn) error { return RestoreCard(x, ydoc.New(ydoc.Options{}), "b") })
	if cards(d).GetType("b") != nil {
		t.Error("a card that was not there yet is still here")
	}
}
