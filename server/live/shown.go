package live

import (
	"context"
	"hash/fnv"
	"strings"
	"sync"
	"time"

	"github.com/pathboard/pathboard/hub"
	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/server/auth"
	"github.com/pathboard/pathboard/server/workshop"
)

const (
	// bytesPerSecond is what whole workshops may cost this instance to send.
	// They grow with the people and go to each of them: a hall of a thousand that
	// fills would be sent nothing else. What cannot wait is small and goes ahead.
	bytesPerSecond = 30 << 20
	// sliceBytes is how much of them is sent at a time: what is small waits for
	// one slice at most, 70 ms at that pace.
	sliceBytes = 2 << 20
	// ahead is what a row of slices leaves to the small messages of the same
	// change, on this instance and on the others.
	ahead = 250 * time.Millisecond
	// TakesChanges is what a client says on the document of a workshop when
	// changes are enough for it: it is sent no whole workshops beyond the first.
	TakesChanges = "changes"
	// DerivesMembers says the same, and that the client knows the members of a group
	// from its participants: somebody who joins is told of in a third of the bytes.
	DerivesMembers = "changes without members"
)

// shown is one version of a workshop as connections are told of it. Whoever is
// greeted with it gets every change that comes after.
type shown struct {
	w *workshop.Workshop
	// Each form is written when the first connection needs it.
	led, wall, member func() []byte
	// first: no earlier one was shown, so that changes have nothing to build on.
	first bool
}

func show(w *workshop.Workshop) *shown {
	written := func(role workshop.Role) func() []byte {
		return sync.OnceValue(func() []byte { return message(w, role) })
	}
	return &shown{w: w, led: written(workshop.Facilitator), wall: written(workshop.Projector), member: written(workshop.Member)}
}

func (s *shown) to(role string) []byte {
	switch formFor(role) {
	case workshop.Member:
		return s.member()
	case workshop.Facilitator:
		return s.led()
	default:
		return s.wall()
	}
}

// formFor is the role in whose form a connection is told of a workshop; one
// without a form of its own is told no more than a projector.
func formFor(role string) workshop.Role {
	switch r := workshop.Role(role); r {
	case workshop.Member, workshop.Facilitator:
		return r
	default:
		return workshop.Projector
	}
}

// Greet returns what a connection is told when it has opened a document: the
// workshop, on the document of a workshop.
func (l *Live) Greet(ctx context.Context, doc store.DocName, g hub.Grant) [][]byte {
	id, ok := strings.CutPrefix(string(doc), string(auth.WorkshopDoc("")))
	if !ok {
		return nil
	}
	// From now on the workshop is looked at every minute; should the reading
	// fail, the next round tells the connection.
	l.mark(workshop.WorkshopID(id))
	w, err := l.workshops.Load(ctx, workshop.WorkshopID(id))
	if err != nil {
		l.log.Warn("workshop not read for a new connection", "workshop", id, "error", err.Error())
		return nil
	}
	l.mu.Lock()
	s := l.shown[w.ID]
	if s == nil {
		s = show(w)
		l.shown[w.ID] = s
	}
	l.mu.Unlock()
	session := sessionOf(w, g)
	return [][]byte{s.to(g.Role), concernMessage(w, session)}
}

// show brings the connections here to a version of the workshop: the change to
// everybody, the whole to those for whom it is not enough.
func (l *Live) show(ctx context.Context, w *workshop.Workshop) {
	next := show(w)
	l.mu.Lock()
	last := l.shown[w.ID]
	if last != nil && last.w.Version >= w.Version {
		l.mu.Unlock()
		return
	}
	next.first = last == nil
	// Greeted with this one from now on, a connection misses no change: it is in
	// the room before it is greeted.
	l.shown[w.ID] = next
	l.mu.Unlock()
	if last != nil {
		l.sendChange(last.w, w)
	}
	if slices := l.slices(next); slices <= 1 {
		l.sendWhole(next, 0, 1)
	} else {
		l.sendInSlices(ctx, next)
	}
}

// sendChange tells everybody what is different; each form is written once.
func (l *Live) sendChange(before, after *workshop.Workshop) {
	type form struct {
		role    workshop.Role
		derived bool
	}
	written := map[form][]byte{}
	l.hub.Broadcast(auth.WorkshopDoc(after.ID), func(g hub.Grant) []byte {
		f := form{formFor(g.Role), g.Said == DerivesMembers}
		if written[f] == nil {
			written[f] = changeMessage(before, after, f.role, f.derived)
		}
		return written[f]
	})
}

// needs reports whether a connection has to be sent the whole workshop.
func (s *shown) needs(said string) bool {
	return s.first || said != TakesChanges && said != DerivesMembers
}

// slices is how many slices it takes to send the whole workshop here.
func (l *Live) slices(s *shown) int {
	n := 0
	for _, m := range l.hub.Members(auth.WorkshopDoc(s.w.ID)) {
		if s.needs(m.Said) {
			n++
		}
	}
	return (n*len(s.member()) + sliceBytes - 1) / sliceBytes
}

// sendWhole sends the whole workshop to one slice of those who need it. Consoles
// and projectors are in the first.
func (l *Live) sendWhole(s *shown, slice, of int) {
	l.hub.Broadcast(auth.WorkshopDoc(s.w.ID), func(g hub.Grant) []byte {
		if s.needs(g.Said) && sliceOf(g, of) == slice {
			return s.to(g.Role)
		}
		return nil
	})
}

func sliceOf(g hub.Grant, of int) int {
	if of <= 1 || g.Role != string(workshop.Member) {
		return 0
	}
	h := fnv.New32a()
	h.Write([]byte(g.Session))
	return int(h.Sum32() % uint32(of))
}

// sendInSlices sends the whole workshop a slice at a time, and then what it has
// become meanwhile. Each workshop has one such row under way, so that small
// ones do not wait for a hall.
func (l *Live) sendInSlices(ctx context.Context, s *shown) {
	id := s.w.ID
	l.mu.Lock()
	under := l.slicing[id]
	l.slicing[id] = true
	l.mu.Unlock()
	if under {
		return
	}
	l.wg.Go(func() {
		for next := s; next != nil; {
			l.sendRow(ctx, next)
			next = l.newerThan(next)
		}
	})
}

// sendRow sends one version to all who need it.
func (l *Live) sendRow(ctx context.Context, s *shown) {
	wait := ahead
	of := max(1, l.slices(s))
	for slice := range of {
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return
		}
		wait = sliceBytes * time.Second / bytesPerSecond
		l.sendWhole(s, slice, of)
	}
}

// newerThan returns what is shown by now, or ends the row with nil when that
// has been sent.
func (l *Live) newerThan(s *shown) *shown {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now := l.shown[s.w.ID]; now != nil && now.w.Version > s.w.Version {
		return now
	}
	delete(l.slicing, s.w.ID)
	return nil
}
