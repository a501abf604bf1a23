package hub

import (
	"errors"
	"slices"

	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/ydoc"
)

// backUp remembers the store as it is.
func (w *world) backUp() {
	s := w.store
	b := simBackup{entries: len(s.all), trimmed: s.trimmed, snapshot: s.snapshot}
	s.backups = append(s.backups[max(0, len(s.backups)-3):], b)
}

// rollBack brings the store back as it once was: from an older file, or from a
// replica that was behind. It happens only while hubs hold all that goes.
func (w *world) rollBack() {
	s := w.store
	if len(s.backups) == 0 || w.rolled {
		return
	}
	b := s.backups[w.r.IntN(len(s.backups))]
	for _, e := range s.all[b.entries:] {
		if !w.held(e.Data) {
			return
		}
	}
	w.log("the store comes back with %d of %d entries", b.entries, len(s.all))
	lost := len(s.all) > b.entries
	s.all, s.trimmed, s.snapshot = s.all[:b.entries:b.entries], b.trimmed, b.snapshot
	s.backups = nil
	if w.rolled = lost; lost {
		w.rolls++
	}
	for h, room := range w.hubs {
		if room != nil {
			room.lost = room.followed > len(s.all)
			room.followed = min(room.followed, len(s.all))
			w.deliverLog(h)
		}
	}
}

// held says whether some hub has an entry in memory.
func (w *world) held(data []byte) bool {
	rec, err := decodeEntry(data)
	if err != nil {
		w.broken("R1", "unreadable entry: %v", err)
	}
	u, err := ydoc.Decode(rec.update, ydoc.Limits{})
	if err != nil {
		w.broken("R1", "unreadable update: %v", err)
	}
	return slices.ContainsFunc(w.hubs[:], func(room *simRoom) bool {
		if room == nil {
			return false
		}
		p, err := room.core.doc.Plan(u)
		return err == nil && p.Empty()
	})
}

// compareHub lets a hub compare itself with the store, as it asked for.
func (w *world) compareHub(h int) bool {
	room := w.hubs[h]
	if room == nil || !room.comparing {
		return false
	}
	if w.chance(3) {
		return true // the document cannot be loaded yet
	}
	room.comparing, room.lost = false, false
	room.followed = len(w.store.all)
	if _, err := room.core.reconcile(w.store.load(), room.compareFor); err != nil {
		if !errors.Is(err, ydoc.ErrMissing) {
			w.broken("R13", "the store cannot be compared with: %v", err)
		}
		room.core.emit(effect{kind: effectReset, err: err})
	} else if room.unread {
		room.unread = false
		room.core.readOn()
	}
	w.perform(h)
	return true
}

// fill loads a document as a room does, with what was kept of a former one.
func (w *world) fill(h int, room *simRoom, l store.Loaded) bool {
	var err error
	if old := w.kept[h]; old != nil {
		w.kept[h] = nil
		if _, err = room.core.loadWith(l, old); err != nil {
			w.kept[h] = room.core
			for _, e := range room.core.take() {
				if e.kind == effectAppend {
					_, _ = w.store.append(w, l.Epoch, e.data)
				}
			}
		}
	} else {
		err = room.core.load(l)
	}
	if w.healed(); err != nil && !(w.rolled && errors.Is(err, ydoc.ErrMissing)) {
		w.broken("R5", "the document cannot be loaded: %v", err)
	}
	return err == nil
}

// mend opens the document of a room that was given up, as a hub does by itself.
func (w *world) mend(h int) {
	if w.kept[h] != nil {
		w.room(h)
	}
}

// healed notes that the store has all again that it ever acknowledged.
func (w *world) healed() {
	if !w.rolled {
		return
	}
	stored, err := buildTruth(w.store)
	if err != nil {
		return
	}
	w.rolled = !covers(stored.doc, w.store.truth)
}

// covers says whether a document has all that another has.
func covers(d, other *ydoc.Doc) bool {
	u, err := ydoc.Decode(other.EncodeStateAsUpdate(nil), ydoc.Limits{})
	if err != nil {
		return false
	}
	p, err := d.Plan(u)
	return err == nil && p.Empty()
}
