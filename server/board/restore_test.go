package board

import (
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
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
	past := write(t, b)
	transact(t, d, 9, func(x *ydoc.Txn) error {
		for _, name := range []string{"meta", "stages", "cards", "links", "comments"} {
			if err := x.Revert(x.Root(name, ydoc.KindMap), past.Root(name, ydoc.KindMap)); err != nil {
				return err
			}
		}
		return nil
	})
}

const restoredAt = 1_700_000_000_000

// old is a board without what a restore has put aside and the links that end
// there, and these cards as they were before.
func old(b Board) (kept Board, aside []Card) {
	kept, gone := b, map[string]bool{}
	kept.Cards, kept.Links = nil, nil
	for _, c := range b.Cards {
		if at, ok := c.Extra["archivedAt"]; !ok || at != float64(restoredAt) {
			kept.Cards = append(kept.Cards, c)
			continue
		}
		c.Extra = maps.Clone(c.Extra)
		if delete(c.Extra, "archivedAt"); len(c.Extra) == 0 {
			c.Extra = nil
		}
		aside, gone[c.ID] = append(aside, c), true
	}
	for _, l := range b.Links {
		if !gone[l.From] && !gone[l.To] {
			kept.Links = append(kept.Links, l)
		}
	}
	return kept, aside
}

// TestRestoredBoardsReadAsBefore goes between unlike boards, and a client that
// wrote meanwhile agrees. Cards made since are put aside, whole.
func TestRestoredBoardsReadAsBefore(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 5))
		before := random(r)
		d := write(t, before)
		past := clone(t, d)
		since := random(r)
		rewrite(t, d, since)
		client := clone(t, d)
		update := transact(t, d, 11, func(x *ydoc.Txn) error { return Restore(x, past, restoredAt) })
		got, aside := old(Read(d, stages))
		if !reflect.DeepEqual(got, before) {
			t.Fatalf("seed %d:\ngot  %+v\nwant %+v", seed, got, before)
		}
		for _, c := range since.Cards {
			was := slices.ContainsFunc(before.Cards, func(o Card) bool { return o.ID == c.ID })
			kept := slices.ContainsFunc(aside, func(o Card) bool { return reflect.DeepEqual(o, c) })
			if was == kept {
				t.Fatalf("seed %d: card %+v: there before %v, put aside %v", seed, c, was, kept)
			}
		}
		if update == nil {
			continue
		}
		if _, err := client.Apply(update); err != nil || !reflect.DeepEqual(Read(client, stages), Read(d, stages)) {
			t.Fatalf("seed %d: a client reads %+v (%v)", seed, Read(client, stages), err)
		}
		if again := transact(t, d, 11, func(x *ydoc.Txn) error { return Restore(x, past, restoredAt+1) }); again != nil {
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
	restored := transact(t, d, 11, func(x *ydoc.Txn) error { return RestoreCard(x, past, "a", restoredAt) })
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
	transact(t, d, 11, func(x *ydoc.Txn) error { return RestoreCard(x, ydoc.New(ydoc.Options{}), "b", restoredAt) })
	if _, aside := old(Read(d, stages)); len(aside) != 1 || aside[0].ID != "b" || aside[0].Text != "druga karta" {
		t.Errorf("a card that was not there yet is not put aside: %+v", aside)
	}
}

// TestRestoredLinksAndWhatWasSaidSince: a card comes back with the links that
// it had, and restoring all takes no newer comment away.
func TestRestoredLinksAndWhatWasSaidSince(t *testing.T) {
	b := Board{
		Cards: []Card{{ID: "a", Kind: "difficulty", Stage: "data", Order: "a0"}, {ID: "b", Kind: "solution", Stage: "data", Order: "a1"}},
		Links: []Link{{ID: "ab", From: "a", To: "b", Kind: "answers"}},
	}
	d := write(t, b)
	past := clone(t, d)
	transact(t, d, 9, func(x *ydoc.Txn) error {
		if err := x.Delete(x.Root("cards", ydoc.KindMap), "a"); err != nil {
			return err
		}
		return x.Delete(x.Root("links", ydoc.KindMap), "ab")
	})
	transact(t, d, 9, func(x *ydoc.Txn) error { return AddComment(x, Comment{ID: "n", Card: "b", Text: "nowe"}) })
	one := clone(t, d)
	transact(t, one, 11, func(x *ydoc.Txn) error { return RestoreCard(x, past, "a", restoredAt) })
	transact(t, d, 11, func(x *ydoc.Txn) error { return Restore(x, past, restoredAt) })
	for name, doc := range map[string]*ydoc.Doc{"one card": one, "all": d} {
		got := Read(doc, stages)
		if !reflect.DeepEqual(got.Cards, b.Cards) || !reflect.DeepEqual(got.Links, b.Links) || len(got.Comments) != 1 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
