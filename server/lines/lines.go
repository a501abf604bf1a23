package lines

import (
	"context"
	"encoding/json"
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
	// remembered is how long a broken line counts.
	remembered = 10 * time.Minute
	// mostDrops bounds what is remembered of one person, mostPeople of one
	// instance.
	mostDrops  = 50
	mostPeople = 20_000
	// hereEvery is how often an instance says that it is there; one that was
	// silent for goneAfter is not waited for.
	hereEvery = 10 * time.Second
	goneAfter = 25 * time.Second
	// patience bounds the waiting for the other instances.
	patience = 1500 * time.Millisecond
)

// Topics of the notices.
const (
	hereTopic = "instance-here"
	askTopic  = "lines-asked"
	tellTopic = "lines-told"
)

// Hub is what is needed of the engine.
type Hub interface {
	Members(doc store.DocName) []hub.Member
}

// Health is what one instance says of a part that it needs.
type Health struct {
	Name string `json:"name"`
	OK   bool   `json:"ok"`
	// Milliseconds that a probe took.
	Milliseconds int64 `json:"milliseconds"`
}

// Options of Lines. All are required.
type Options struct {
	Bus bus.Bus
	// Instance names this process, Version its program.
	Instance, Version string
	Health            func(context.Context) []Health
	Now               func() time.Time
	Logger            *slog.Logger
}

// key is a person of a workshop, or a screen.
type key struct {
	role   workshop.Role
	person string
}

// trouble is what is remembered of a key.
type trouble struct {
	drops []time.Time // newest last
	left  time.Time   // the newest goodbye
}

// Lines is safe for concurrent use.
type Lines struct {
	opts Options

	// static after Start
	hub  Hub
	stop func()
	wg   sync.WaitGroup

	mu       sync.Mutex // guards what follows
	troubled map[workshop.WorkshopID]map[key]*trouble
	people   int
	others   map[string]time.Time // instances by when they were last heard
	asking   map[string]chan told
	closed   bool
}

// New returns Lines that know nothing before Start; Left may be called already.
func New(o Options) *Lines {
	return &Lines{
		opts: o, troubled: map[workshop.WorkshopID]map[key]*trouble{},
		others: map[string]time.Time{}, asking: map[string]chan told{},
	}
}

// Start begins to answer the other instances, until Close.
func (l *Lines) Start(h Hub) {
	l.hub = h
	ctx, cancel := context.WithCancel(context.Background())
	stops := []func(){
		l.opts.Bus.Subscribe(hereTopic, l.heard),
		l.opts.Bus.Subscribe(askTopic, func(b []byte) { l.asked(ctx, b) }),
		l.opts.Bus.Subscribe(tellTopic, l.takeTold),
	}
	l.stop = func() {
		for _, stop := range stops {
			stop()
		}
		cancel()
	}
	l.wg.Go(func() { l.run(ctx) })
}

// Close tells the other instances and ends. Without Start it does nothing.
func (l *Lines) Close() {
	if l.stop == nil {
		return
	}
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	l.stop()
	l.wg.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	l.publish(ctx, hereTopic, here{Instance: l.opts.Instance, Gone: true})
}

// Left takes that a connection has left a document (hub.Options.Left).
func (l *Lines) Left(doc store.DocName, m hub.Member, lost bool) {
	id, ok := strings.CutPrefix(string(doc), string(auth.WorkshopDoc("")))
	if !ok {
		return
	}
	now := l.opts.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	t := l.troubleOf(workshop.WorkshopID(id), keyOf(m), lost)
	switch {
	case t == nil:
	case lost:
		t.drops = append(t.drops[max(0, len(t.drops)-mostDrops+1):], now)
	default:
		t.left = now
	}
}

// troubleOf returns what is remembered of the key; nil when there is nothing,
// or no room, unless it is to be made. The caller holds mu.
func (l *Lines) troubleOf(id workshop.WorkshopID, k key, make bool) *trouble {
	if t := l.troubled[id][k]; t != nil || !make || l.people >= mostPeople {
		return t
	}
	if l.troubled[id] == nil {
		l.troubled[id] = map[key]*trouble{}
	}
	t := &trouble{}
	l.troubled[id][k] = t
	l.people++
	return t
}

// keyOf tells people by their ids, screens by their role.
func keyOf(m hub.Member) key {
	k := key{role: workshop.Role(m.Role)}
	switch k.role {
	case workshop.Member:
		k.person = m.Subject
	case workshop.Facilitator:
		if parts := strings.Split(m.Subject, ":"); len(parts) == 3 {
			k.person = parts[2]
		}
	}
	return k
}

// run says now and then that this instance is here, and forgets.
func (l *Lines) run(ctx context.Context) {
	tick := time.NewTicker(hereEvery)
	defer tick.Stop()
	for {
		l.publish(ctx, hereTopic, here{Instance: l.opts.Instance, Version: l.opts.Version})
		l.forget()
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

func (l *Lines) forget() {
	now := l.opts.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	for id, people := range l.troubled {
		for k, t := range people {
			if t.drops = slices.DeleteFunc(t.drops, func(at time.Time) bool { return now.Sub(at) > remembered }); len(t.drops) == 0 {
				delete(people, k)
				l.people--
			}
		}
		if len(people) == 0 {
			delete(l.troubled, id)
		}
	}
	for instance, at := range l.others {
		if now.Sub(at) > goneAfter {
			delete(l.others, instance)
		}
	}
}

func (l *Lines) publish(ctx context.Context, topic string, v any) {
	b, err := json.Marshal(v)
	if err == nil {
		err = l.opts.Bus.Publish(ctx, topic, b)
	}
	if err != nil && ctx.Err() == nil {
		l.opts.Logger.Debug("notice about lines lost", "topic", topic, "error", err.Error())
	}
}
