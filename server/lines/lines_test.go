package lines

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/pathboard/pathboard/hub"
	"github.com/pathboard/pathboard/hub/bus"
	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/server/workshop"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// air carries notices to all instances, while it is not broken.
type air struct {
	bus.Bus
	mu          sync.Mutex // guards what follows
	subscribers map[string][]func([]byte)
	broken      bool
}

func (a *air) Publish(_ context.Context, topic string, payload []byte) error {
	a.mu.Lock()
	subscribers, broken := slices.Clone(a.subscribers[topic]), a.broken
	a.mu.Unlock()
	if broken {
		return errors.New("no air")
	}
	for _, f := range subscribers {
		f(payload)
	}
	return nil
}

func (a *air) Subscribe(topic string, f func([]byte)) func() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.subscribers[topic] = append(a.subscribers[topic], f)
	return func() {}
}

// members are the connections on every workshop's document.
type members []hub.Member

func (m *members) Members(store.DocName) []hub.Member { return *m }

func instance(b bus.Bus, name string, m *members) *Lines {
	l := New(Options{
		Bus: b, Instance: name, Version: "v1", Now: time.Now, Logger: slog.New(slog.DiscardHandler),
		Health: func(context.Context) []Health { return []Health{{Name: "store", OK: true, Milliseconds: 2}} },
	})
	l.Start(m)
	return l
}

const (
	doc = store.DocName("workshop.w")
	w   = workshop.WorkshopID("w")
)

// TestTwoInstancesTellTogether: whoever asks one hears what all know.
func TestTwoInstancesTellTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bus := &air{subscribers: map[string][]func([]byte){}}
		anna := hub.Member{Subject: "anna", Role: "member", Since: time.Now(), Trip: 900 * time.Millisecond}
		lead := hub.Member{Subject: "facilitator:w:ola", Role: "facilitator", Since: time.Now(), Trip: 200 * time.Microsecond}
		screen := hub.Member{Subject: "projector:w", Role: "projector", Since: time.Now(), Requests: true}
		ma, mb := &members{lead}, &members{anna, screen}
		a, b := instance(bus, "a", ma), instance(bus, "b", mb)
		defer a.Close()
		defer b.Close()
		time.Sleep(hereEvery) // both have said that they are here

		jan := hub.Member{Subject: "jan", Role: "member"}
		a.Left(doc, anna, true)
		b.Left(doc, anna, true)
		b.Left(doc, jan, true)
		b.Left(doc, hub.Member{Subject: "ewa", Role: "member"}, true)
		b.Left("board.x", jan, true)
		time.Sleep(time.Second)
		a.Left(doc, hub.Member{Subject: "ewa", Role: "member"}, true)
		time.Sleep(time.Second)
		a.Left(doc, hub.Member{Subject: "ewa", Role: "member"}, false)

		v := a.Look(t.Context(), w)
		if len(v.Instances) != 2 || !v.Instances[0].Here || v.Instances[1].Here || v.Instances[1].Connections != 2 || !v.Instances[1].Health[0].OK {
			t.Errorf("instances: %+v", v.Instances)
		}
		got := map[string]Line{}
		for _, l := range v.Lines {
			got[string(l.Role)+l.Person] = l
		}
		if l := got["memberanna"]; !l.Connected || l.Drops != 2 || l.Milliseconds != 900 || l.LostAt != nil {
			t.Errorf("who came back: %+v", l)
		}
		if l := got["memberjan"]; l.Connected || l.Drops != 1 || l.LostAt == nil {
			t.Errorf("who did not come back: %+v", l)
		}
		if _, told := got["memberewa"]; told {
			t.Error("who said goodbye is told as lost")
		}
		if l := got["facilitatorola"]; !l.Connected || l.Milliseconds != 1 {
			t.Errorf("who leads: %+v", l)
		}
		if l := got["projector"]; !l.Requests || l.Milliseconds != 0 {
			t.Errorf("a screen: %+v", l)
		}
		time.Sleep(remembered + hereEvery)
		if v = a.Look(t.Context(), w); len(v.Lines) != 3 || v.Lines[1].Drops != 0 {
			t.Errorf("ten minutes later: %+v", v.Lines)
		}
		if len(a.troubled) != 0 || a.people != 0 || len(b.troubled) != 0 {
			t.Errorf("what is over is kept: %v", a.troubled)
		}
	})
}

// TestAnInstanceThatIsSilent is told as such, in time, and is forgotten; one
// that closes is not waited for.
func TestAnInstanceThatIsSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bus := &air{subscribers: map[string][]func([]byte){}}
		a, b, c := instance(bus, "a", &members{}), instance(bus, "b", &members{}), instance(bus, "c", &members{})
		defer a.Close()
		defer b.Close()
		time.Sleep(hereEvery)
		c.Close()
		bus.mu.Lock()
		bus.broken = true
		bus.mu.Unlock()
		began := time.Now()
		v := a.Look(t.Context(), w)
		if took := time.Since(began); len(v.Instances) != 2 || !v.Instances[1].Silent || took > patience {
			t.Errorf("after %v: %+v", took, v.Instances)
		}
		time.Sleep(goneAfter + 2*hereEvery)
		if v = a.Look(t.Context(), w); len(v.Instances) != 1 {
			t.Errorf("after %v: %+v", goneAfter, v.Instances)
		}
	})
}
