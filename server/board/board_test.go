package board

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/pathboard/pathboard/hub/ydoc"
)

var stages = []string{"problem", "data", "solution"}

func write(t *testing.T, b Board) *ydoc.Doc {
	t.Helper()
	doc := ydoc.New(ydoc.Options{})
	if _, err := doc.Transact(7, func(x *ydoc.Txn) error { return Write(x, b) }); err != nil {
		t.Fatal(err)
	}
	return doc
}

func random(r *rand.Rand) Board {
	texts := []string{"", "Zażółć gęślą jaźń", "😀👩‍👧", "a\nb", "=cmd()", "x"}
	pick := func() string { return texts[r.IntN(len(texts))] }
	b := Board{Title: pick(), Problem: pick()}
	for i := range r.IntN(12) {
		c := Card{
			ID: fmt.Sprint("c", i), Kind: Kinds[r.IntN(len(Kinds))], Stage: stages[r.IntN(len(stages))], Order: Order(r.IntN(100)),
			Text: pick(), Author: "p1", CreatedAt: r.Int64N(1e12) + 1, Color: pick(), Owner: pick(),
		}
		if r.IntN(2) == 0 {
			c.Tags = []string{"pilne", "ważne"}
		}
		if r.IntN(3) == 0 {
			c.Extra = map[string]any{"hologram": true, "depth": 2.5}
		}
		b.Cards = append(b.Cards, c)
	}
	for i := 1; i < len(b.Cards); i++ {
		b.Links = append(b.Links, Link{ID: fmt.Sprint("l", i), From: b.Cards[i-1].ID, To: b.Cards[i].ID, Label: pick()})
	}
	b.Stages = append(b.Stages, Stage{ID: "data", Summary: pick(), Done: r.IntN(2) == 0})
	b.Comments = append(b.Comments, Comment{ID: "k", Card: "c0", Author: "p2", Text: "?", CreatedAt: 5})
	b.sort(stages)
	return b
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	for seed := range uint64(200) {
		want := random(rand.New(rand.NewPCG(seed, 1)))
		got := Read(write(t, want), stages)
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("seed %d:\ngot  %+v\nwant %+v", seed, got, want)
		}
	}
}

func TestImportOfAnExportIsEqual(t *testing.T) {
	for seed := range uint64(200) {
		want := random(rand.New(rand.NewPCG(seed, 2)))
		data, err := Encode(Header{ExportedAt: time.Unix(0, 0)}, want)
		if err != nil {
			t.Fatal(err)
		}
		decoded, err := Decode(data)
		if err != nil {
			t.Fatal(err)
		}
		if got := Read(write(t, decoded), stages); !reflect.DeepEqual(got, want) {
			t.Fatalf("seed %d:\ngot  %+v\nwant %+v", seed, got, want)
		}
	}
}

func TestReadingForgives(t *testing.T) {
	doc := ydoc.New(ydoc.Options{})
	_, err := doc.Transact(1, func(x *ydoc.Txn) error {
		cards := x.Root("cards", ydoc.KindMap)
		if err := x.Set(cards, "number", 42); err != nil {
			return err
		}
		odd, err := x.SetType(cards, "odd", ydoc.KindMap)
		if err != nil {
			return err
		}
		return errors.Join(x.Set(odd, "kind", "hologram"), x.Set(odd, "text", "plain"), x.Set(odd, "createdAt", "yesterday"))
	})
	if err != nil {
		t.Fatal(err)
	}
	b := Read(doc, stages)
	if len(b.Cards) != 1 || b.Cards[0].Text != "plain" || b.Cards[0].ShownKind() != "note" || b.Cards[0].Kind != "hologram" ||
		b.Cards[0].Extra["createdAt"] != "yesterday" {
		t.Errorf("got %+v", b.Cards)
	}
}

func TestDecodeRefuses(t *testing.T) {
	many, _ := json.Marshal(map[string]any{"cards": make([]map[string]any, MaxCards+1)})
	for name, data := range map[string]string{
		"a list":           `[]`,
		"nothing":          ` null `,
		"no id":            `{"cards":[{"kind":"note"}]}`,
		"an id twice":      `{"cards":[{"id":"a"},{"id":"a"}]}`,
		"too many cards":   string(many),
		"stages as number": `{"stages":3}`,
	} {
		if _, err := Decode([]byte(data)); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOrderGrows(t *testing.T) {
	var keys []string
	for i := range 3000 {
		keys = append(keys, Order(i))
	}
	if !slices.IsSorted(keys) || len(slices.Compact(keys)) != 3000 {
		t.Error("keys do not grow")
	}
}
