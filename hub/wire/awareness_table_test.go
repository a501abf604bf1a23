package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// step is one thing that happens to a participant of a scenario; the words are
// those of awareness.mjs.
type step struct {
	Do      string          `json:"do"`
	At      int             `json:"at"`
	From    int             `json:"from"`
	State   json.RawMessage `json:"state"`
	Clients []uint64        `json:"clients"`
	Rename  string          `json:"rename,omitempty"`
	MS      int             `json:"ms"`
}

type scenario struct {
	Peers []uint64 `json:"peers"`
	Steps []step   `json:"steps"`
}

type outcome struct {
	Added, Removed, Updated, Changed []uint64
	Table                            []byte
}

func randomScenario(r *rand.Rand) scenario {
	s := scenario{Peers: []uint64{3, 1 << 40, 77, 5}}
	some := func() (clients []uint64) {
		for _, c := range s.Peers {
			if r.IntN(3) > 0 {
				clients = append(clients, c)
			}
		}
		return append(clients, 99)
	}
	for range 60 {
		st := step{At: r.IntN(len(s.Peers)), From: r.IntN(len(s.Peers)), Clients: []uint64{}, State: json.RawMessage("null")}
		switch r.IntN(10) {
		case 0:
			st.Do = "local"
		case 1, 2:
			st.Do, st.State = "local", json.RawMessage(fmt.Sprintf(`{"name":"Łucja","cursor":%d}`, r.IntN(3)))
		case 3:
			st.Do, st.Clients = "remove", some()
		case 4, 5:
			st.Do, st.MS = "wait", r.IntN(20_000)
		default:
			st.Do, st.Clients = "send", some()
			if r.IntN(4) == 0 {
				st.Rename = "Jan"
			}
		}
		s.Steps = append(s.Steps, st)
	}
	return s
}

// TestAwarenessIsThatOfYProtocols plays random scenarios on both.
func TestAwarenessIsThatOfYProtocols(t *testing.T) {
	var all []scenario
	for seed := range uint64(200) {
		all = append(all, randomScenario(rand.New(rand.NewPCG(seed, 0))))
	}
	want := askYProtocols(t, all)
	now := time.Unix(1000, 0)
	for i, s := range all {
		peers := make([]*AwarenessTable, len(s.Peers))
		for k, id := range s.Peers {
			peers[k] = NewAwarenessTable(id)
			peers[k].SetLocal(json.RawMessage("{}"), now) // as the constructor there does
		}
		for k, st := range s.Steps {
			c := play(t, peers, st, &now)
			a := peers[st.At]
			got := outcome{c.Added, c.Removed, c.Updated, c.Changed, a.Encode(a.Known())}
			if !same(got, want[i][k]) {
				t.Fatalf("scenario %d, step %d %+v\n got %+v\nwant %+v", i, k, st, got, want[i][k])
			}
		}
	}
}

func same(a, b outcome) bool {
	return bytes.Equal(a.Table, b.Table) && slices.Equal(a.Added, b.Added) && slices.Equal(a.Removed, b.Removed) &&
		slices.Equal(a.Updated, b.Updated) && slices.Equal(a.Changed, b.Changed)
}

func play(t *testing.T, peers []*AwarenessTable, st step, now *time.Time) AwarenessChange {
	t.Helper()
	a := peers[st.At]
	switch st.Do {
	case "local":
		if string(st.State) == "null" {
			return a.SetLocal(nil, *now)
		}
		return a.SetLocal(st.State, *now)
	case "remove":
		return a.Remove(st.Clients, *now)
	case "wait":
		*now = now.Add(time.Duration(st.MS) * time.Millisecond)
		return a.Tick(*now)
	}
	message := peers[st.From].Encode(st.Clients)
	if st.Rename != "" {
		var err error
		if message, err = ModifyAwareness(message, rename(st.Rename)); err != nil {
			t.Fatal(err)
		}
	}
	c, err := a.Apply(message, *now)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// rename sets the name of whoever is there, behind what else is said.
func rename(name string) func(uint64, json.RawMessage) json.RawMessage {
	return func(_ uint64, state json.RawMessage) json.RawMessage {
		var v struct {
			Name   string `json:"name"`
			Cursor *int   `json:"cursor,omitempty"`
		}
		if string(state) == "null" || json.Unmarshal(state, &v) != nil {
			return state
		}
		v.Name = name
		b, err := json.Marshal(v)
		if err != nil {
			return state
		}
		return b
	}
}

func askYProtocols(t *testing.T, all []scenario) (want [][]outcome) {
	t.Helper()
	const dir = "oracle"
	if _, err := os.Stat(filepath.Join(dir, "node_modules", "y-protocols", "package.json")); err != nil {
		npm := exec.Command("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error")
		npm.Dir = dir
		if out, err := npm.CombinedOutput(); err != nil {
			t.Fatalf("npm ci in oracle: %v\n%s", err, out)
		}
	}
	in, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	node := exec.Command("node", "awareness.mjs")
	node.Dir, node.Stdin, node.Stderr = dir, bytes.NewReader(in), os.Stderr
	out, err := node.Output()
	if err != nil {
		t.Fatalf("node: %v", err)
	}
	if err := json.Unmarshal(out, &want); err != nil {
		t.Fatal(err)
	}
	return want
}

// A table keeps its bounds and forgets who left long ago.
func TestAwarenessIsBounded(t *testing.T) {
	now := time.Unix(1000, 0)
	a := NewAwarenessTable(1)
	for first := uint64(2); first < MaxAwarenessClients+2; first += MaxAwarenessStates {
		var states []AwarenessState
		for id := first; id < first+MaxAwarenessStates; id++ {
			states = append(states, AwarenessState{id, 1, json.RawMessage("{}")})
		}
		if _, err := a.Apply(EncodeAwareness(states), now); err != nil {
			t.Fatal(err)
		}
	}
	more := EncodeAwareness([]AwarenessState{{2, 2, json.RawMessage(`{"x":1}`)}, {1 << 40, 1, json.RawMessage("{}")}})
	c, err := a.Apply(more, now)
	if !errors.Is(err, ErrAwarenessFull) || !slices.Equal(c.Changed, []uint64{2}) || a.State(1<<40) != nil {
		t.Errorf("one too many: %v, %+v", err, c)
	}
	if n := len(a.Tick(now.Add(AwarenessTimeout)).Removed); n != MaxAwarenessClients || len(a.Clients()) != 0 {
		t.Errorf("%d timed out, %d still there", n, len(a.Clients()))
	}
	a.Tick(now.Add(2 * time.Hour))
	if n := len(a.Known()); n != 0 {
		t.Errorf("%d clients are remembered for ever", n)
	}
	if _, err := a.Apply([]byte{1, 2}, now); !errors.Is(err, ErrMalformed) {
		t.Errorf("malformed: %v", err)
	}
}
