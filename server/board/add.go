package board

import (
	"github.com/pathboard/pathboard/hub/ydoc"
)

// AddCards puts cards at the end of their stages, in the given order, beside
// whatever the board holds. Their Order is chosen here.
func AddCards(x *ydoc.Txn, present Board, cards []Card) error {
	last := map[string]string{}
	for _, c := range present.Cards {
		last[c.Stage] = max(last[c.Stage], c.Order)
	}
	w := writer{x: x}
	root := x.Root("cards", ydoc.KindMap)
	for _, c := range cards {
		c.Order = behind(last[c.Stage])
		last[c.Stage] = c.Order
		w.card(w.object(root, c.ID), c)
	}
	return w.err
}

// behind returns a key that sorts after the other and is a key of the web app.
func behind(order string) string {
	if order == "" {
		return Order(0)
	}
	return order + "V"
}

// AddComment puts a comment on the board.
func AddComment(x *ydoc.Txn, c Comment) error {
	w := writer{x: x}
	w.comment(w.object(x.Root("comments", ydoc.KindMap), c.ID), c)
	return w.err
}

// SetState says how far what stands on a card is; "" takes it back. A card that
// is not there is left alone.
func SetState(x *ydoc.Txn, card, state string) error {
	m := x.Root("cards", ydoc.KindMap).GetType(card)
	if m == nil {
		return nil
	}
	if state != "" {
		return x.Set(m, "state", state)
	}
	if _, said := m.Get("state"); !said {
		return nil
	}
	return x.Delete(m, "state")
}
