package ydoc

// textDelta computes a text's delta as yjs does.
func (e *Event) textDelta() []Change {
	w := textChanges{e: e}
	for it := e.Target.first; it != nil; it = it.right {
		switch it.kind {
		case kindString:
			w.text(it)
		case kindType, kindEmbed:
			w.embed(it)
		case kindFormat:
			w.mark(it)
		}
	}
	w.flush()
	return w.out.trimmed()
}

// textChanges walks over a text and keeps account of attributes before and
// after the transaction.
type textChanges struct {
	e             *Event
	out           changeWriter
	step          Change // being collected; its attributes come in flush
	current, old  attributes
	changed       attributes // of what is retained
	insertingText []byte
}

func (w *textChanges) text(it *item) {
	old := w.e.had(it)
	fresh := it.flags&isFresh != 0
	left, right := it.data, []byte(nil)
	if old == 0 {
		left, right = nil, it.data
	} else if old < it.length {
		left, right = splitUTF16(it.data, int(old))
	}
	if len(left) > 0 {
		w.known(int(old), fresh, it.deleted())
	}
	if len(right) > 0 && !it.deleted() {
		if w.step.Retain > 0 || w.step.Delete > 0 {
			w.flush()
		}
		w.insertingText = append(w.insertingText, right...)
	}
}

func (w *textChanges) embed(it *item) {
	switch {
	case !w.e.adds(it):
		w.known(1, it.flags&isFresh != 0, it.deleted())
	case !it.deleted():
		w.flush()
		w.step.Insert = it.lastValue()
		w.flush()
	}
}

// known notes units that were there before: deleted now, before, or never.
func (w *textChanges) known(n int, fresh, deleted bool) {
	switch {
	case fresh:
		if w.step.Delete == 0 {
			w.flush()
		}
		w.step.Delete += n
	case !deleted:
		if w.step.Retain == 0 {
			w.flush()
		}
		w.step.Retain += n
	}
}

func (w *textChanges) mark(it *item) {
	a := it.attribute()
	current, added, needless := w.current.get(a.key), w.e.adds(it), false
	switch {
	case it.flags&isFresh != 0:
		if !added {
			w.old.set(a)
			if !current.equal(a) {
				w.endRetain()
				w.changed.set(current)
			}
		}
	case it.deleted():
	case added:
		switch {
		case current.equal(a):
			needless = a.value != nil
		case a.equal(w.old.get(a.key)):
			w.endRetain()
			w.changed.remove(a.key)
		default:
			w.endRetain()
			w.changed.set(a)
		}
	default:
		needless = w.kept(a)
	}
	if !it.deleted() && !needless {
		if w.step.Retain == 0 && w.step.Delete == 0 {
			w.flush()
		}
		w.current.apply(a)
	}
}

// kept notes a mark that was there before and still is. It reports whether it
// says what is in force anyway.
func (w *textChanges) kept(a attribute) (needless bool) {
	w.old.set(a)
	if !w.changed.has(a.key) {
		return false
	}
	if changed := w.changed.get(a.key); changed.equal(a) {
		return changed.value != nil
	}
	w.endRetain()
	if a.value == nil {
		w.changed.remove(a.key)
	} else {
		w.changed.set(a)
	}
	return false
}

func (w *textChanges) endRetain() {
	if w.step.Retain > 0 {
		w.flush()
	}
}

// flush ends the step being collected.
func (w *textChanges) flush() {
	if len(w.insertingText) > 0 {
		w.step.Insert = string(w.insertingText)
		w.insertingText = w.insertingText[:0]
	}
	switch {
	case w.step.Insert != nil:
		w.step.Attributes = w.current.values()
	case w.step.Retain > 0:
		w.step.Attributes = w.changed.values()
	}
	if w.step.Insert != nil || w.step.Retain > 0 || w.step.Delete > 0 {
		w.out.changes = append(w.out.changes, w.step)
	}
	w.step = Change{}
}

// values returns the attributes as a map, nil if there are none.
func (a attributes) values() map[string]any {
	if len(a) == 0 {
		return nil
	}
	m := make(map[string]any, len(a))
	for _, one := range a {
		m[one.key] = one.value
	}
	return m
}
