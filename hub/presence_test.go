package hub

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/pathboard/pathboard/hub/wire"
)

// faded is when a client is no longer shown, in time since the beginning.
type faded map[uint64]time.Duration

// presenceWorld is a document on two hubs with a clock of its own. Everybody is
// on the near hub; client numbers are those of members.
type presenceWorld struct {
	t         *testing.T
	now       time.Time
	near, far *core
	lost      func(notice []byte) bool // on its way from the near hub; nil: none is
}

func newPresenceWorld(t *testing.T, names ...string) *presenceWorld {
	w := &presenceWorld{t: t, now: time.Unix(1e9, 0)}
	w.near = newCore(DefaultLimits(), incarnation{1}, 1<<33, false)
	w.far = newCore(DefaultLimits(), incarnation{2}, 1<<34, false)
	for i, name := range names {
		id := memberID(i + 1)
		w.near.join(id, Grant{Subject: name, Presence: map[string]any{"id": name, "name": name}})
		state := []wire.AwarenessState{{Client: uint64(id), Clock: 1, JSON: json.RawMessage(`{"stage":"data"}`)}}
		w.near.awareness(w.near.members[id], wire.EncodeAwareness(state), w.now)
	}
	w.pass()
	return w
}

// pass delivers what the hubs tell each other.
func (w *presenceWorld) pass() {
	for range 3 { // a question, its answer, and what the answer changes
		for _, way := range [][2]*core{{w.near, w.far}, {w.far, w.near}} {
			for _, e := range way[0].take() {
				if e.kind == effectNotice && (way[0] == w.far || w.lost == nil || !w.lost(e.data)) {
					way[1].noticed(e.data, w.now)
				}
			}
		}
	}
}

// run lets the time pass as rooms do: who is alive answers each ping. It
// returns when each client disappeared from either hub.
func (w *presenceWorld) run(d time.Duration, nearLives bool, alive ...memberID) (near, far faded) {
	near, far = faded{}, faded{}
	began, lastPing, lastTold := w.now, w.now, w.now
	for w.now.Sub(began) < d {
		w.now = w.now.Add(roomTick)
		if w.now.Sub(lastPing) >= pingEvery {
			lastPing = w.now
			for _, id := range alive {
				w.near.heard(id, w.now)
			}
		}
		if nearLives {
			w.near.expire(w.now)
			if w.now.Sub(lastTold) >= announceEvery {
				lastTold = w.now
				w.near.announce()
			}
			w.near.tellAges(w.now)
			w.pass()
		}
		w.far.expire(w.now)
		for hub, gone := range map[*core]faded{w.near: near, w.far: far} {
			for id := range memberID(len(w.near.members)) + 1 {
				if _, there := hub.presence.entries[uint64(id)]; id > 0 && !there && gone[uint64(id)] == 0 {
					gone[uint64(id)] = w.now.Sub(began)
				}
			}
		}
	}
	return near, far
}

// TestWhoIsGoneDisappears: R11. A line that breaks in sight takes its person
// away at once; one that goes silent, and a hub that dies, within 35 s; who
// answers pings stays.
func TestWhoIsGoneDisappears(t *testing.T) {
	const most = 35 * time.Second
	t.Run("the line breaks", func(t *testing.T) {
		w := newPresenceWorld(t, "ada", "jan")
		w.near.leave(2)
		w.pass()
		for name, hub := range map[string]*core{"near": w.near, "far": w.far} {
			if !slices.Equal(hub.presence.order, []uint64{1}) {
				t.Errorf("the %s hub shows %v", name, hub.presence.order)
			}
		}
	})
	t.Run("the line is silent", func(t *testing.T) {
		w := newPresenceWorld(t, "ada", "jan")
		near, far := w.run(2*time.Minute, true, 1)
		for name, gone := range map[string]faded{"near": near, "far": far} {
			if at := gone[2]; at < pingEvery || at > most {
				t.Errorf("the %s hub let the silent go after %v", name, at)
			}
			if at, ok := gone[1]; ok {
				t.Errorf("the %s hub let somebody go after %v who answers", name, at)
			}
		}
	})
	t.Run("and is seen when back", func(t *testing.T) {
		w := newPresenceWorld(t, "ada", "jan")
		viewer := map[uint64]uint64{} // clocks that a client of the far hub keeps
		shown := map[uint64]bool{}
		look := func() {
			for range 3 {
				for _, e := range w.near.take() {
					if e.kind == effectNotice {
						w.far.noticed(e.data, w.now)
					}
				}
				for _, e := range w.far.take() {
					if e.kind != effectCast {
						continue
					}
					states, err := wire.ParseAwareness(e.msg.payload)
					if err != nil {
						t.Fatal(err)
					}
					for _, s := range states {
						if s.Clock > viewer[s.Client] || s.Clock == viewer[s.Client] && s.Gone() {
							viewer[s.Client], shown[s.Client] = s.Clock, !s.Gone()
						}
					}
				}
			}
		}
		theirs := w.near.presence.entries[2].Clock // what the hub has told jan of himself
		viewer[2], shown[2] = theirs, true
		w.near.leave(2)
		look()
		if shown[2] {
			t.Fatal("who has left is still shown")
		}
		w.now = w.now.Add(time.Second)
		w.near.join(3, Grant{Subject: "jan", Presence: map[string]any{"id": "jan", "name": "jan"}})
		state := []wire.AwarenessState{{Client: 2, Clock: theirs, JSON: json.RawMessage(`{"stage":"data"}`)}}
		w.near.awareness(w.near.members[3], wire.EncodeAwareness(state), w.now)
		look()
		if !shown[2] {
			t.Error("who has come back is not shown")
		}
	})
	t.Run("the goodbye is lost", func(t *testing.T) {
		w := newPresenceWorld(t, "ada", "jan")
		w.lost = func(notice []byte) bool { return bytes.Contains(notice, []byte("null")) }
		near, far := w.run(2*time.Minute, true, 1)
		for name, gone := range map[string]faded{"near": near, "far": far} {
			if at := gone[2]; at < pingEvery || at > most {
				t.Errorf("the %s hub let the silent go after %v", name, at)
			}
			if at, ok := gone[1]; ok {
				t.Errorf("the %s hub let somebody go after %v who answers", name, at)
			}
		}
	})
	t.Run("notices are lost in a row", func(t *testing.T) {
		w := newPresenceWorld(t, "ada", "jan")
		ages := 0
		w.lost = func(notice []byte) bool {
			if notice[0] != noticeAges {
				return false
			}
			ages++
			return ages%3 != 0 // two of three
		}
		_, far := w.run(5*time.Minute, true, 1, 2)
		if len(far) != 0 {
			t.Errorf("who answers was let go: %v", far)
		}
	})
	t.Run("the far hub has lost sight of somebody who is there", func(t *testing.T) {
		w := newPresenceWorld(t, "ada", "jan")
		w.far.depart([]uint64{2})
		w.pass()
		if _, there := w.far.presence.entries[2]; !there {
			t.Error("who is there is not shown again")
		}
		// Where the line is silent here too, a hub's goodbye is not contradicted.
		w.now = w.now.Add(renewAfter)
		w.near.heard(1, w.now)
		w.far.depart([]uint64{2})
		w.pass()
		if _, there := w.far.presence.entries[2]; there {
			t.Error("whom neither hub hears is shown again")
		}
		w.near.heard(2, w.now)
		w.near.expire(w.now.Add(time.Second))
		w.pass()
		if _, there := w.far.presence.entries[2]; !there {
			t.Error("who is heard again is not shown")
		}
	})
	t.Run("what a hub says of the silent is believed where it is the newest", func(t *testing.T) {
		w := newPresenceWorld(t, "ada", "jan")
		began := w.now
		w.now = w.now.Add(10 * time.Second)
		w.near.tellAges(w.now)
		w.pass()
		if got := w.far.presence.entries[2].seen; !got.Equal(began) {
			t.Errorf("jan was heard %v ago, not 10s", w.now.Sub(got))
		}
		for _, broken := range []string{"\xff", "\x02", "\x02\x01", "\x02\x00\x7f", "\x63\x01\x01"} {
			w.far.remoteAges([]byte(broken), w.now)
		}
		if got := w.far.presence.entries[2].seen; !got.Equal(began) || len(w.far.presence.order) != 2 {
			t.Error("a broken or late notice changed something")
		}
	})
	t.Run("the hub dies", func(t *testing.T) {
		w := newPresenceWorld(t, "ada", "jan")
		_, far := w.run(2*time.Minute, false)
		for client, at := range far {
			if at > most {
				t.Errorf("client %d of a dead hub was shown for %v", client, at)
			}
		}
		if len(far) != 2 {
			t.Errorf("of two clients of a dead hub %d went", len(far))
		}
	})
}
