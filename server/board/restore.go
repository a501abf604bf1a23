package board

import "github.com/pathboard/pathboard/hub/ydoc"

// Restore makes a whole board read as an older state of it, with new edits:
// nothing is rolled back, and what others write meanwhile merges as ever. What
// is the same in both is not touched. Newer work is not destroyed: cards made
// since are put aside, with the links that end at them, and comments made
// since stay. Roots the schema does not know are left as they are. past is
// only read; now is in milliseconds since 1970.
func Restore(x *ydoc.Txn, past *ydoc.Doc, now int64) error {
	for _, name := range []string{"meta", "stages"} {
		if err := x.Revert(x.Root(name, ydoc.KindMap), past.Root(name, ydoc.KindMap)); err != nil {
			return err
		}
	}
	cards, then := x.Root("cards", ydoc.KindMap), past.Root("cards", ydoc.KindMap)
	for _, id := range then.Keys() {
		if err := x.RevertKey(cards, then, id); err != nil {
			return err
		}
	}
	for _, id := range cards.Keys() {
		if _, had := then.Get(id); had {
			continue
		}
		if err := putAside(x, id, now); err != nil {
			return err
		}
	}
	if err := restoreLinks(x, past); err != nil {
		return err
	}
	return restoreComments(x, past, "")
}

// RestoreCard makes one card read as in an older state; links and comments on
// it that are there no more come back. A card the older state does not have is
// put aside. Everything else stays as it is.
func RestoreCard(x *ydoc.Txn, past *ydoc.Doc, card string, now int64) error {
	then := past.Root("cards", ydoc.KindMap)
	if _, had := then.Get(card); !had {
		return putAside(x, card, now)
	}
	if err := x.RevertKey(x.Root("cards", ydoc.KindMap), then, card); err != nil {
		return err
	}
	links := past.Root("links", ydoc.KindMap)
	for _, id := range links.Keys() {
		link := links.GetType(id)
		if link == nil || !ends(link, card) || !joinable(x, link) {
			continue
		}
		if _, there := x.Root("links", ydoc.KindMap).Get(id); there {
			continue
		}
		if err := x.RevertKey(x.Root("links", ydoc.KindMap), links, id); err != nil {
			return err
		}
	}
	return restoreComments(x, past, card)
}

// putAside archives a card that is not archived yet.
func putAside(x *ydoc.Txn, card string, now int64) error {
	m := x.Root("cards", ydoc.KindMap).GetType(card)
	if m == nil {
		return nil
	}
	if _, aside := m.Get("archivedAt"); aside {
		return nil
	}
	return x.Set(m, "archivedAt", float64(now))
}

// restoreLinks takes away links made since between cards of the older state,
// and brings back those of it whose cards are there.
func restoreLinks(x *ydoc.Txn, past *ydoc.Doc) error {
	links, then := x.Root("links", ydoc.KindMap), past.Root("links", ydoc.KindMap)
	for _, id := range then.Keys() {
		if link := then.GetType(id); link == nil || !joinable(x, link) {
			continue
		}
		if err := x.RevertKey(links, then, id); err != nil {
			return err
		}
	}
	old := past.Root("cards", ydoc.KindMap)
	for _, id := range links.Keys() {
		link := links.GetType(id)
		if _, had := then.Get(id); had || link == nil {
			continue
		}
		from, to := end(link, "from"), end(link, "to")
		if old.GetType(from) == nil || old.GetType(to) == nil {
			continue
		}
		if err := x.Delete(links, id); err != nil {
			return err
		}
	}
	return nil
}

// restoreComments brings back comments that are there no more: those on a card,
// or all. What was said since stays.
func restoreComments(x *ydoc.Txn, past *ydoc.Doc, card string) error {
	comments, then := x.Root("comments", ydoc.KindMap), past.Root("comments", ydoc.KindMap)
	for _, id := range then.Keys() {
		comment := then.GetType(id)
		if comment == nil || card != "" && end(comment, "card") != card {
			continue
		}
		if _, there := comments.Get(id); there {
			continue
		}
		if err := x.RevertKey(comments, then, id); err != nil {
			return err
		}
	}
	return nil
}

// end is the card under a key of a link or comment.
func end(m *ydoc.Type, key string) string {
	v, _ := m.Get(key)
	id, _ := v.(string)
	return id
}

func ends(link *ydoc.Type, card string) bool {
	return end(link, "from") == card || end(link, "to") == card
}

// joinable says whether both cards of a link are on the board.
func joinable(x *ydoc.Txn, link *ydoc.Type) bool {
	cards := x.Root("cards", ydoc.KindMap)
	return cards.GetType(end(link, "from")) != nil && cards.GetType(end(link, "to")) != nil
}
