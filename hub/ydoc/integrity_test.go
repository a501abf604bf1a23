package ydoc

import (
	"fmt"
	"math/rand/v2"
)

// checkIntegrity verifies everything a document keeps redundantly.
func checkIntegrity(d *Doc) error {
	structs, dead := 0, uint64(0)
	for i, c := range d.clients {
		if int(c.index) != i || d.ids[c.id] != c.index {
			return fmt.Errorf("client %d: index", c.id)
		}
		clock, count := uint32(0), 0
		for _, run := range c.runs {
			if len(run.items) == 0 || len(run.items) > blockMax || len(run.items) != len(run.clocks) {
				return fmt.Errorf("client %d: run of %d items, %d clocks", c.id, len(run.items), len(run.clocks))
			}
			for j, it := range run.items {
				if it.clock != clock || run.clocks[j] != clock || it.client != c.index || it.length == 0 {
					return fmt.Errorf("client %d: item at %d, expected at %d, index %d", c.id, it.clock, clock, run.clocks[j])
				}
				if err := checkItem(d, it); err != nil {
					return fmt.Errorf("client %d clock %d: %w", c.id, clock, err)
				}
				if it.deleted() {
					dead += uint64(it.length)
				}
				clock = it.end()
				count++
			}
		}
		if clock != c.end || count != c.count || clock == 0 {
			return fmt.Errorf("client %d: ends at %d, says %d", c.id, clock, c.end)
		}
		structs += count
	}
	if structs != d.structs || dead != d.deadUnits {
		return fmt.Errorf("%d structs, %d dead; counted %d and %d", d.structs, d.deadUnits, structs, dead)
	}
	for _, t := range d.roots {
		if err := checkType(t); err != nil {
			return fmt.Errorf("root %q: %w", t.name, err)
		}
	}
	return nil
}

func checkItem(d *Doc, it *item) error {
	if it.flags&isFresh != 0 {
		return fmt.Errorf("still marked as freshly deleted")
	}
	if it.kind == kindGC {
		if it.left != nil || it.right != nil || it.parent != nil || it.data != nil {
			return fmt.Errorf("garbage with links")
		}
		return nil
	}
	if it.left != nil && it.left.right != it || it.right != nil && it.right.left != it {
		return fmt.Errorf("broken links")
	}
	if it.left == nil && it.key == noKey && it.parent.first != it {
		return fmt.Errorf("not the first of its list")
	}
	if it.right == nil && it.key != noKey && it.parent.entries.get(it.key) != it {
		return fmt.Errorf("not the newest of its key")
	}
	if it.key != noKey && it.right != nil && !it.deleted() {
		return fmt.Errorf("replaced value alive")
	}
	if it.kind == kindString {
		if n, astral := utf16Len(it.data); uint32(n) != it.length || astral && it.flags&isAstral == 0 {
			return fmt.Errorf("text of %d units says %d", n, it.length)
		}
	}
	if it.shared != nil && (it.shared.item != it || it.shared.doc != d) {
		return fmt.Errorf("shared type does not know its item")
	}
	if it.shared != nil {
		return checkType(it.shared)
	}
	return nil
}

func checkType(t *Type) error {
	length := uint32(0)
	for it := t.first; it != nil; it = it.right {
		if it.parent != t {
			return fmt.Errorf("child of another parent")
		}
		if it.listed() {
			length += it.length
		}
	}
	if length != t.length {
		return fmt.Errorf("length %d, says %d", length, t.length)
	}
	return nil
}

// edit makes random server-side changes for yjs to judge.
func (c *comparison) edit(d *Doc, res *results) error {
	if !c.h.exact() {
		return nil
	}
	for range 1 + c.r.IntN(4) {
		update, err := d.Transact(uint64(1+c.r.IntN(3)), func(x *Txn) error {
			for range 1 + c.r.IntN(3) {
				if err := randomEdit(c.r, x); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("edit: %w", err)
		}
		if update != nil {
			res.edits = append(res.edits, update)
		}
		if err := checkIntegrity(d); err != nil {
			return fmt.Errorf("edit: %w", err)
		}
	}
	res.edited = d.EncodeStateAsUpdate(nil)
	return nil
}

func randomEdit(r *rand.Rand, x *Txn) error {
	cards, order, notes := x.Root("cards", KindMap), x.Root("order", KindArray), x.Root("notes", KindText)
	key := fmt.Sprintf("c%d", r.IntN(6))
	switch r.IntN(8) {
	case 0:
		return x.Set(cards, key, map[string]any{"n": r.Float64(), "list": []any{1, "ż", nil}})
	case 1:
		m, err := x.SetType(cards, key, KindMap)
		if err != nil {
			return err
		}
		return x.Set(m, "stage", "dane")
	case 2:
		return x.Delete(cards, key)
	case 3:
		return x.Insert(order, r.IntN(order.Len()+1), 1, "dwa", []byte{3}, true)
	case 4:
		if order.Len() == 0 {
			return nil
		}
		at := r.IntN(order.Len())
		return x.DeleteRange(order, at, 1+r.IntN(order.Len()-at))
	case 5:
		t, err := x.InsertType(order, r.IntN(order.Len()+1), KindText)
		if err != nil {
			return err
		}
		return x.InsertText(t, 0, "gęślą 😀")
	case 6:
		return ignoreRange(x.InsertText(notes, r.IntN(notes.Len()+1), "jaźń 😀"))
	default:
		if notes.Len() == 0 {
			return nil
		}
		at := r.IntN(notes.Len())
		return ignoreRange(x.DeleteRange(notes, at, 1+r.IntN(notes.Len()-at)))
	}
}

// ignoreRange forgives positions inside a character.
func ignoreRange(err error) error {
	if err == ErrRange {
		return nil
	}
	return err
}
