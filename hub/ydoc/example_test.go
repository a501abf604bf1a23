package ydoc_test

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/pathboard/pathboard/hub/ydoc"
)

// Two documents that exchange updates end equal, in whatever order those come.
func Example() {
	anna, jan := ydoc.New(ydoc.Options{}), ydoc.New(ydoc.Options{})
	first, err := anna.Transact(1, func(x *ydoc.Txn) error {
		return x.InsertText(x.Root("notes", ydoc.KindText), 0, "ścieżka")
	})
	if err != nil {
		panic(err)
	}
	if _, err := jan.Apply(first); err != nil {
		panic(err)
	}
	// Both write at once.
	a, err := anna.Transact(1, func(x *ydoc.Txn) error {
		return x.InsertText(x.Root("notes", ydoc.KindText), 7, " rowerowa")
	})
	if err != nil {
		panic(err)
	}
	b, err := jan.Transact(2, func(x *ydoc.Txn) error {
		return x.InsertText(x.Root("notes", ydoc.KindText), 0, "nowa ")
	})
	if err != nil {
		panic(err)
	}
	if _, err := anna.Apply(b); err != nil {
		panic(err)
	}
	if _, err := jan.Apply(a); err != nil {
		panic(err)
	}
	fmt.Println(anna.Root("notes", ydoc.KindText).Text())
	fmt.Println(jan.Root("notes", ydoc.KindText).Text())
	// Output:
	// nowa ścieżka rowerowa
	// nowa ścieżka rowerowa
}

// A server relates an update to its document, looks who writes what, and only
// then lets it in. What goes on to others is the canonical update.
func ExampleDoc_Plan() {
	server := ydoc.New(ydoc.Options{Limits: ydoc.DefaultLimits()})
	update, err := ydoc.New(ydoc.Options{}).Transact(7, func(x *ydoc.Txn) error {
		return x.Set(x.Root("meta", ydoc.KindMap), "title", "Łódź")
	})
	if err != nil {
		panic(err)
	}
	u, err := ydoc.Decode(update, ydoc.DefaultLimits())
	if err != nil {
		panic(err) // ErrMalformed or ErrLimit
	}
	plan, err := server.Plan(u)
	if errors.Is(err, ydoc.ErrMissing) {
		fmt.Printf("send me what I lack: %x\n", server.EncodeStateVector())
		return
	}
	for client := range plan.Clients() {
		fmt.Println("writes under client id", client)
	}
	canonical, err := server.Commit(plan)
	fmt.Println(len(canonical) > 0, err)
	// Output:
	// writes under client id 7
	// true <nil>
}

// Formatted text is read as pieces with attributes.
func ExampleTxn_Format() {
	d := ydoc.New(ydoc.Options{})
	_, err := d.Transact(1, func(x *ydoc.Txn) error {
		t := x.Root("text", ydoc.KindText)
		if err := x.InsertText(t, 0, "ważne słowo"); err != nil {
			return err
		}
		return x.Format(t, 0, 5, map[string]any{"bold": true})
	})
	if err != nil {
		panic(err)
	}
	delta, err := json.Marshal(d.Root("text", ydoc.KindText).Delta())
	fmt.Println(string(delta), err)
	// Output:
	// [{"insert":"ważne","attributes":{"bold":true}},{"insert":" słowo"}] <nil>
}

// An observer learns what each transaction changed.
func ExampleDoc_Observe() {
	d := ydoc.New(ydoc.Options{})
	stop := d.Observe(func(events []*ydoc.Event) {
		for _, e := range events {
			fmt.Println(e.Root(), e.Path(), e.Keys(), e.Delta())
		}
	})
	defer stop()
	_, err := d.Transact(1, func(x *ydoc.Txn) error {
		if err := x.Set(x.Root("meta", ydoc.KindMap), "title", "Łódź"); err != nil {
			return err
		}
		return x.Insert(x.Root("order", ydoc.KindArray), 0, "a", "b")
	})
	if err != nil {
		panic(err)
	}
	// Output:
	// meta [] [{title add <nil>}] []
	// order [] [] [{[a b] 0 0 map[]}]
}

// A cursor tied to a character stays there while others write before it.
func ExampleDoc_Resolve() {
	d := ydoc.New(ydoc.Options{})
	text := d.Root("text", ydoc.KindText)
	write := func(index int, s string) {
		if _, err := d.Transact(1, func(x *ydoc.Txn) error { return x.InsertText(text, index, s) }); err != nil {
			panic(err)
		}
	}
	write(0, "kot")
	cursor, err := text.RelativePosition(2, 0)
	if err != nil {
		panic(err)
	}
	write(0, "mały ")
	_, index, ok := d.Resolve(cursor)
	fmt.Println(index, ok)
	// Output: 7 true
}

// A document that keeps what is deleted can be had as it was.
func ExampleDoc_Restore() {
	d := ydoc.New(ydoc.Options{KeepDeleted: true})
	text := d.Root("text", ydoc.KindText)
	change := func(f func(x *ydoc.Txn) error) {
		if _, err := d.Transact(1, f); err != nil {
			panic(err)
		}
	}
	change(func(x *ydoc.Txn) error { return x.InsertText(text, 0, "before") })
	monday := d.Snapshot()
	change(func(x *ydoc.Txn) error { return x.DeleteRange(text, 0, 6) })
	change(func(x *ydoc.Txn) error { return x.InsertText(text, 0, "after") })
	past, err := d.Restore(monday, ydoc.Options{})
	if err != nil {
		panic(err)
	}
	fmt.Println(past.Root("text", ydoc.KindText).Text(), text.Text())
	// Output: before after
}

// An inbox lets what comes too early wait.
func ExampleInbox() {
	sender := ydoc.New(ydoc.Options{})
	var updates [][]byte
	for _, word := range []string{"c", "b", "a"} {
		u, err := sender.Transact(1, func(x *ydoc.Txn) error {
			return x.InsertText(x.Root("text", ydoc.KindText), 0, word)
		})
		if err != nil {
			panic(err)
		}
		updates = append(updates, u)
	}
	d := ydoc.New(ydoc.Options{})
	in := ydoc.NewInbox(d, ydoc.InboxLimits{})
	for _, i := range []int{2, 0, 1} {
		if _, err := in.Apply(updates[i]); err != nil {
			panic(err)
		}
		waiting, _ := in.Pending()
		fmt.Printf("%q, %d waiting\n", d.Root("text", ydoc.KindText).Text(), waiting)
	}
	// Output:
	// "", 1 waiting
	// "c", 1 waiting
	// "abc", 0 waiting
}
