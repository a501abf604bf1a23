package live

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pathboard/pathboard/hub"
	"github.com/pathboard/pathboard/hub/bus"
	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/server/auth"
	"github.com/pathboard/pathboard/server/workshop"
)

const (
	// topic of the notices; the payload is the workshop's id.
	topic = "workshop-changed"
	// endedTopic tells of sessions that ended; the payload is their ids.
	endedTopic = "sessions-ended"
	// spacing is the least time between two rounds of pushing, so that a
	// hundred people joining at once are told in a few messages.
	spacing = 200 * time.Millisecond
	// recheck is how often everything is looked at again, whatever was lost.
	recheck = 45 * time.Second
	// patience bounds one reading of a workshop.
	patience = 10 * time.Second
	// endedAtOnce is how many ended sessions one notice names.
	endedAtOnce = 500
)

// Hub is what live needs of the engine.
type Hub interface {
	Broadcast(doc store.DocName, payload func(hub.Grant) []byte)
	ReauthorizeAll(ctx context.Context, match func(store.DocName, hub.Grant) bool)
	Members(doc store.DocName) []hub.Member
}

// Live pushes workshops. It is safe for concurrent use.
type Live struct {
	// static after New
	workshops auth.Loader
	bus       bus.Bus
	log       *slog.Logger
	wake      chan struct{} // one slot: something is dirty

	// static after Start
	hub  Hub
	stop func()
	wg   sync.WaitGroup

	mu    sync.Mutex // guards what follows
	dirty map[workshop.WorkshopID]bool
	all   bool            // notices were missed: look at everything
	ended map[string]bool // sessions whose connections must go
	// shown are the workshops as the connections here know them.
	shown map[workshop.WorkshopID]*shown
	// slicing: a row of slices of the workshop is under way.
	slicing map[workshop.WorkshopID]bool

	// owned by run: the workshops with connections here, as last looked at.
	pushed map[workshop.WorkshopID]*workshop.Workshop
	// again are the rights to ask about once more in the next round: a
	// connection that was let in while the first round ran is in this one.
	again []func(store.DocName, hub.Grant) bool
}

var _ workshop.Announcer = (*Live)(nil)

// New returns a Live that does nothing before Start.
func New(workshops auth.Loader, b bus.Bus, log *slog.Logger) *Live {
	return &Live{
		workshops: workshops, bus: b, log: log, wake: make(chan struct{}, 1),
		dirty: map[workshop.WorkshopID]bool{}, ended: map[string]bool{}, pushed: map[workshop.WorkshopID]*workshop.Workshop{},
		shown: map[workshop.WorkshopID]*shown{}, slicing: map[workshop.WorkshopID]bool{},
	}
}

// Start begins to listen and to push through the hub, until Close.
func (l *Live) Start(h Hub) {
	l.hub = h
	ctx, cancel := context.WithCancel(context.Background())
	unsubscribe, unended := l.bus.Subscribe(topic, l.notice), l.bus.Subscribe(endedTopic, l.endedNotice)
	l.stop = func() { unsubscribe(); unended(); cancel() }
	l.wg.Go(func() { l.run(ctx) })
}

// Close ends the pushing and waits for it. Without Start it does nothing.
func (l *Live) Close() {
	if l.stop == nil {
		return
	}
	l.stop()
	l.wg.Wait()
}

// WorkshopChanged tells all instances. This one does not depend on the bus.
func (l *Live) WorkshopChanged(ctx context.Context, id workshop.WorkshopID, _ uint64) {
	l.mark(id)
	if err := l.bus.Publish(context.WithoutCancel(ctx), topic, []byte(id)); err != nil {
		l.log.Warn("workshop change not announced", "workshop", id, "error", err.Error())
	}
}

// SessionsEnded has the connections of these sessions closed on all instances.
func (l *Live) SessionsEnded(ctx context.Context, sessions []workshop.SessionID) {
	ids := make([]string, len(sessions))
	for i, id := range sessions {
		ids[i] = string(id)
	}
	for part := range slices.Chunk(ids, endedAtOnce) {
		payload := []byte(strings.Join(part, " "))
		l.endedNotice(payload)
		if err := l.bus.Publish(context.WithoutCancel(ctx), endedTopic, payload); err != nil {
			l.log.Warn("end of sessions not announced", "sessions", len(part), "error", err.Error())
		}
	}
}

// endedNotice takes the ids of sessions that ended; nil: some were missed.
func (l *Live) endedNotice(payload []byte) {
	l.mu.Lock()
	if payload == nil {
		l.all = true
	}
	for _, id := range strings.Fields(string(payload)) {
		l.ended[id] = true
	}
	l.mu.Unlock()
	l.awake()
}

func (l *Live) notice(payload []byte) {
	if payload == nil {
		l.mu.Lock()
		l.all = true
		l.mu.Unlock()
	}
	l.mark(workshop.WorkshopID(payload))
}

func (l *Live) mark(id workshop.WorkshopID) {
	if id != "" {
		l.mu.Lock()
		l.dirty[id] = true
		l.mu.Unlock()
	}
	l.awake()
}

func (l *Live) awake() {
	select {
	case l.wake <- struct{}{}:
	default: // already awake: it will find what was marked
	}
}

func (l *Live) run(ctx context.Context) {
	round := time.NewTimer(spacing)
	defer round.Stop()
	everything := time.NewTicker(recheck)
	defer everything.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-everything.C:
			l.everything(ctx)
		case <-l.wake:
			l.round(ctx)
			round.Reset(spacing)
			select {
			case <-round.C:
			case <-ctx.Done():
				return
			}
			l.askAgain(ctx)
		}
	}
}

// round pushes what was marked.
func (l *Live) round(ctx context.Context) {
	l.mu.Lock()
	dirty, all, ended := l.dirty, l.all, l.ended
	l.dirty, l.all, l.ended = map[workshop.WorkshopID]bool{}, false, map[string]bool{}
	l.mu.Unlock()
	if len(ended) > 0 {
		match := func(_ store.DocName, g hub.Grant) bool { return ended[g.Session] }
		l.hub.ReauthorizeAll(ctx, match)
		l.again = append(l.again, match)
	}
	for id := range dirty {
		l.push(ctx, id)
	}
	if all {
		l.everything(ctx)
	}
}

// push sends a workshop to its connections here and asks again about the
// rights its change may concern.
func (l *Live) push(ctx context.Context, id workshop.WorkshopID) {
	w, err := l.load(ctx, id)
	if err != nil {
		if ctx.Err() == nil && workshop.CodeOf(err) != workshop.CodeNotFound {
			l.log.Warn("workshop not read for a push", "workshop", id, "error", err.Error())
		}
		return
	}
	before := l.pushed[id]
	if before == nil || before.Version != w.Version {
		l.pushed[id] = w
		l.tell(ctx, before, w)
	}
	l.show(ctx, w)
}

func (l *Live) load(ctx context.Context, id workshop.WorkshopID) (*workshop.Workshop, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return l.workshops.Load(ctx, id)
}

// tell sends what a change alters at once, and asks again about the rights it
// may concern.
func (l *Live) tell(ctx context.Context, before, w *workshop.Workshop) {
	if before != nil && workshop.DayMoved(before, w) {
		now := nowMessage(w)
		l.hub.Broadcast(auth.WorkshopDoc(w.ID), func(hub.Grant) []byte { return now })
	}
	if before == nil || workshop.ConcernsMoved(before, w) {
		l.pushConcerns(w)
	}
	if match := concerned(before, w); match != nil {
		l.hub.ReauthorizeAll(ctx, match)
		l.again = append(l.again, match)
	}
}

// concerned selects the connections whose rights the change may have altered;
// nil: none.
func concerned(before, after *workshop.Workshop) func(store.DocName, hub.Grant) bool {
	docs := map[store.DocName]bool{}
	reach := workshop.ReachOf(before, after)
	for _, id := range reach.Boards {
		docs[auth.BoardDoc(id)] = true
	}
	if reach.Everyone {
		docs[auth.WorkshopDoc(after.ID)] = true
		for _, g := range after.Groups {
			docs[auth.BoardDoc(g.ID)] = true
		}
		if before != nil {
			for _, g := range before.Groups {
				docs[auth.BoardDoc(g.ID)] = true
			}
		}
	}
	if len(docs) == 0 {
		return nil
	}
	return func(doc store.DocName, _ hub.Grant) bool { return docs[doc] }
}

func (l *Live) askAgain(ctx context.Context) {
	matches := l.again
	l.again = nil
	for _, match := range matches {
		l.hub.ReauthorizeAll(ctx, match)
	}
}

// everything looks at each workshop with connections here and at all rights.
func (l *Live) everything(ctx context.Context) {
	for id := range l.pushed {
		if len(l.hub.Members(auth.WorkshopDoc(id))) == 0 {
			delete(l.pushed, id)
			l.mu.Lock()
			delete(l.shown, id)
			l.mu.Unlock()
			continue
		}
		l.push(ctx, id)
	}
	l.hub.ReauthorizeAll(ctx, func(store.DocName, hub.Grant) bool { return true })
}
