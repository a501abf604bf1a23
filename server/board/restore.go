package board

import "github.com/pathboard/pathboard/hub/ydoc"

// roots are the parts of a board document, in the order in which they are
// restored.
var roots = []string{"meta", "stages", "cards", "links", "comments"}

// Restore makes a whole board read as an older state of it, with new edits:
// nothing is rolled back, and what others write meanwhile merges as ever. What
// is the same in both is not touched; cards made since are deleted. Roots
// the schema does not know are left as they are. past is only read.
func Restore(x *ydoc.Txn, past *ydoc.Doc) error {
	for _, name := range roots {
		if err := x.Revert(x.Root(name, ydoc.KindMap), past.Root(name, ydoc.KindMap)); err != nil {
			return err
		}
	}
	return nil
}

// RestoreCard makes one card read as in an older state, and the comments on it
// that are there no more come back. A card the older state does not have is
// deleted. Everything else stays as it is.
func RestoreCard(x *ydoc.Txn, past *ydoc.Doc, card string) error {
	cards, comments := past.Root("cards", ydoc.KindMap), past.Root("comments", ydoc.KindMap)
	if err := x.RevertKey(x.Root("cards", ydoc.KindMap), cards, card); err != nil {
		return err
	}
	now := x.Root("comments", ydoc.KindMap)
	for _, id := range comments.Keys() {
		then := comments.GetType(id)
		if then == nil || now.GetType(id) != nil {
			continue
		}
		if of, _ := then.Get("card"); of != card {
			continue
		}
		if err := x.RevertKey(now, comments, id); err != nil {
			return err
		}
	}
	return nil
}
