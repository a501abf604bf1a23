package ydoc

import (
	"cmp"
	"slices"
)

// Change is one step of a delta: what to insert, how many units to keep, or how
// many to delete. Insert is a string in texts or an embedded value or shared
// type; in lists it is a []any of values.
type Change struct {
	Insert     any            `json:"insert,omitempty"`
	Retain     int            `json:"retain,omitempty"`
	Delete     int            `json:"delete,omitempty"`
	Attributes map[string]any `json:"attributes,omitempty"`
}

// KeyAction says what happened to a key.
type KeyAction string

// What can happen to a key.
const (
	KeyAdded   KeyAction = "add"
	KeyUpdated KeyAction = "update"
	KeyDeleted KeyAction = "delete"
)

// KeyChange says what a transaction did to a key of a map or to an attribute.
type KeyChange struct {
	Key    string
	Action KeyAction
	// OldValue is what Get gave before. A shared type is deleted by now, and
	// thus empty.
	OldValue any
}

// Event says what one transaction changed in one shared type. It is valid while
// the observer it was given to runs.
type Event struct {
	// Target is the type that changed. Types that are new or were deleted have
	// no events: their parents' say so.
	Target *Type

	keys   []keyID
	listed bool
	before []uint32 // per client index, its clock before the transaction
}

// Observe has f called after each transaction that changes the document, be it
// an update or a change of one's own, before garbage is collected. Parents'
// events come before their children's. f must not change the document. Observe
// returns a function that ends it.
func (d *Doc) Observe(f func([]*Event)) (stop func()) {
	d.observers = append(d.observers, &f)
	return func() {
		d.observers = slices.DeleteFunc(d.observers, func(o *func([]*Event)) bool { return o == &f })
	}
}

// notify tells the observers about the transaction under way.
func (d *Doc) notify() {
	if events := d.events(); len(events) > 0 {
		for _, f := range slices.Clone(d.observers) {
			(*f)(events)
		}
	}
}

// events finds the types that the transaction changed.
func (d *Doc) events() []*Event {
	before := make([]uint32, len(d.clients))
	for i, c := range d.clients {
		before[i] = c.end
	}
	for _, t := range d.txn.touched {
		before[t.client] = t.before
	}
	byType := map[*Type]*Event{}
	var events []*Event
	note := func(it *item) {
		t := it.parent
		if t == nil || t.deleted() || t.item != nil && t.item.clock >= before[t.item.client] {
			return
		}
		e := byType[t]
		if e == nil {
			e = &Event{Target: t, before: before}
			byType[t] = e
			events = append(events, e)
		}
		if it.key == noKey {
			e.listed = true
		} else if !slices.Contains(e.keys, it.key) {
			e.keys = append(e.keys, it.key)
		}
	}
	for _, t := range d.txn.touched {
		c := d.clients[t.client]
		for at, ok := c.find(t.before), t.before < c.end; ok; at, ok = c.next(at) {
			note(c.at(at))
		}
	}
	for _, it := range d.txn.deleted {
		note(it)
	}
	slices.SortStableFunc(events, func(a, b *Event) int { return cmp.Compare(a.Target.depth, b.Target.depth) })
	return events
}

// Path leads from the root to the type: keys of maps as strings, indexes in
// lists as ints. It is empty for a root; Root names that.
func (e *Event) Path() []any {
	path := []any{}
	for t := e.Target; t.item != nil; t = t.item.parent {
		if t.item.key != noKey {
			path = append(path, t.doc.keys.name(t.item.key))
			continue
		}
		index := 0
		for it := t.item.left; it != nil; it = it.left {
			if it.listed() {
				index += int(it.length)
			}
		}
		path = append(path, index)
	}
	slices.Reverse(path)
	return path
}

// Root is the name of the root that the type is in.
func (e *Event) Root() string {
	t := e.Target
	for t.item != nil {
		t = t.item.parent
	}
	return t.name
}

// Keys returns the keys of a map, or the attributes, that changed, sorted.
func (e *Event) Keys() []KeyChange {
	var changes []KeyChange
	for _, key := range e.keys {
		it := e.Target.entries.get(key)
		if it == nil {
			continue
		}
		prev, change := it, KeyChange{Key: e.Target.doc.keys.name(key)}
		for prev != nil && e.adds(prev) {
			prev = prev.left
		}
		had := prev != nil && prev.flags&isFresh != 0
		switch {
		case had && it.deleted():
			change.Action = KeyDeleted
		case had:
			change.Action = KeyUpdated
		case !it.deleted() && e.adds(it):
			change.Action = KeyAdded
		default:
			continue
		}
		if had {
			change.OldValue = prev.lastValue()
		}
		changes = append(changes, change)
	}
	slices.SortFunc(changes, func(a, b KeyChange) int { return cmp.Compare(a.Key, b.Key) })
	return changes
}

// adds reports whether all of an item is new.
func (e *Event) adds(it *item) bool { return it.clock >= e.before[it.client] }

// had returns how many units of an item were there before; they stand first.
func (e *Event) had(it *item) (old uint32) {
	before := e.before[it.client]
	return min(max(before, it.clock)-it.clock, it.length)
}

// Delta returns what changed in a list or text, from its beginning on.
func (e *Event) Delta() []Change {
	switch {
	case !e.listed:
		return nil
	case e.Target.reads() == KindText:
		return e.textDelta()
	}
	return e.listDelta()
}

// reads is what the content of a type is read as: a text or a list.
func (t *Type) reads() Kind {
	switch {
	case t.kind == KindText, t.kind == KindXMLText,
		t.kind == KindUnknown && t.first != nil && (t.first.kind == kindString || t.first.kind == kindFormat):
		return KindText
	}
	return KindArray
}

func (e *Event) listDelta() []Change {
	var w changeWriter
	for it := e.Target.first; it != nil; it = it.right {
		old := e.had(it)
		switch {
		case !it.deleted():
			w.retain(old)
			if old < it.length {
				w.insertValues(it.appendValues(nil)[min(old, uint32(valuesIn(it))):])
			}
		case it.flags&isFresh != 0:
			w.delete(old)
		}
	}
	return w.trimmed()
}

// valuesIn is how many values appendValues gives for an item.
func valuesIn(it *item) int {
	if it.kind == kindFormat {
		return 0
	}
	return int(it.length)
}

// changeWriter joins steps of the same sort.
type changeWriter struct{ changes []Change }

// last returns the last step if it is of the sort that is wanted, else a new
// one.
func (w *changeWriter) last(fits func(*Change) bool) *Change {
	if n := len(w.changes); n == 0 || !fits(&w.changes[n-1]) {
		w.changes = append(w.changes, Change{})
	}
	return &w.changes[len(w.changes)-1]
}

func (w *changeWriter) retain(n uint32) {
	if n > 0 {
		w.last(func(c *Change) bool { return c.Retain > 0 && c.Attributes == nil }).Retain += int(n)
	}
}

func (w *changeWriter) delete(n uint32) {
	if n > 0 {
		w.last(func(c *Change) bool { return c.Delete > 0 }).Delete += int(n)
	}
}

func (w *changeWriter) insertValues(values []any) {
	c := w.last(func(c *Change) bool { return c.Insert != nil })
	have, _ := c.Insert.([]any)
	c.Insert = append(have, values...)
}

// trimmed returns the steps without those at the end that change nothing.
func (w *changeWriter) trimmed() []Change {
	n := len(w.changes)
	for n > 0 && w.changes[n-1].Retain > 0 && w.changes[n-1].Attributes == nil {
		n--
	}
	return w.changes[:n]
}
