package live

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/pathboard/pathboard/server/workshop"
)

// asClient is a workshop as a client holds it that knows nothing of ours but
// JSON.
type asClient map[string]any

func whole(t *testing.T, w *workshop.Workshop, role workshop.Role) asClient {
	t.Helper()
	var m struct{ Workshop asClient }
	if err := json.Unmarshal(message(w, role), &m); err != nil {
		t.Fatal(err)
	}
	return m.Workshop
}

// take puts a change in, by the words of its description.
func (c asClient) take(t *testing.T, raw []byte) {
	t.Helper()
	var change struct {
		From, Version        uint64
		Set                  asClient
		Unset                []string
		Derived              bool
		Groups, Participants *listChange[asClient]
	}
	if err := json.Unmarshal(raw, &change); err != nil {
		t.Fatal(err)
	}
	if float64(change.From) != c["version"] {
		t.Fatalf("a change from %d for version %v", change.From, c["version"])
	}
	for name, list := range map[string]*listChange[asClient]{"groups": change.Groups, "participants": change.Participants} {
		if list != nil {
			c[name] = list.into(c[name].([]any))
		}
	}
	for name, value := range change.Set {
		c[name] = value
	}
	for _, name := range change.Unset {
		delete(c, name)
	}
	if change.Derived {
		c.deriveMembers()
	}
}

// deriveMembers tells the members of groups from the participants.
func (c asClient) deriveMembers() {
	for _, g := range c["groups"].([]any) {
		members := []any{}
		for _, m := range c["participants"].([]any) {
			if m := m.(map[string]any); m["groupId"] == g.(map[string]any)["id"] {
				members = append(members, m["id"])
			}
		}
		g.(map[string]any)["members"] = members
	}
}

func (l *listChange[T]) into(list []any) []any {
	id := func(v any) any { return v.(map[string]any)["id"] }
	list = slices.DeleteFunc(list, func(v any) bool { return slices.Contains(l.Gone, id(v).(string)) })
	for _, raw := range l.Put {
		put := map[string]any(any(raw).(asClient))
		if at := slices.IndexFunc(list, func(v any) bool { return id(v) == put["id"] }); at >= 0 {
			list[at] = put
		} else {
			list = append(list, put)
		}
	}
	return list
}

// TestChangesLeadToTheWholeWorkshop: any row of changes, put in one after the
// other, gives the workshop that somebody who comes then is told.
func TestChangesLeadToTheWholeWorkshop(t *testing.T) {
	for seed := range uint64(15) {
		r := rand.New(rand.NewPCG(seed, 4))
		w := workshop.Workshop{ID: "w1", Version: 1, Title: "Dzień", JoinCode: "ABCD-EFGH", Status: workshop.Open, CreatedAt: time.Unix(1e9, 0)}
		clients := map[workshop.Role]asClient{workshop.Member: nil, workshop.Facilitator: nil, workshop.Projector: nil}
		derived := seed%2 == 1
		for role := range clients {
			clients[role] = whole(t, &w, role)
		}
		for step := range 40 {
			before := w
			before.Participants, before.Groups = slices.Clone(w.Participants), slices.Clone(w.Groups)
			for range 1 + r.IntN(3) {
				alter(r, &w)
			}
			w.Version += 1 + r.Uint64N(3)
			for role, c := range clients {
				c.take(t, changeMessage(&before, &w, role, derived))
				if want := whole(t, &w, role); !reflect.DeepEqual(c, want) {
					t.Fatalf("seed %d, step %d, %s: got\n%v\nwant\n%v", seed, step, role, c, want)
				}
			}
		}
	}
}

// alter does one thing that may be done to a workshop.
func alter(r *rand.Rand, w *workshop.Workshop) {
	person := func() *workshop.Participant {
		if len(w.Participants) == 0 {
			w.Participants = append(w.Participants, workshop.Participant{ID: "first"})
		}
		return &w.Participants[r.IntN(len(w.Participants))]
	}
	id := fmt.Sprint(r.Uint64())
	switch r.IntN(13) {
	case 0, 1, 2:
		w.Participants = append(w.Participants, workshop.Participant{ID: workshop.ParticipantID(id), Name: "Ada"})
	case 3:
		w.Groups = append(w.Groups, workshop.Group{ID: workshop.GroupID(id), Name: "Grupa"})
	case 4:
		person().Name = id
	case 5:
		p := person()
		w.Participants = slices.DeleteFunc(w.Participants, func(m workshop.Participant) bool { return m.ID == p.ID })
	case 6:
		if len(w.Groups) > 0 {
			person().Group = w.Groups[r.IntN(len(w.Groups))].ID
		}
	case 7: // another order
		r.Shuffle(len(w.Participants), func(i, j int) {
			w.Participants[i], w.Participants[j] = w.Participants[j], w.Participants[i]
		})
	case 8:
		w.Day.Frozen, w.FeedbackOpen = !w.Day.Frozen, !w.FeedbackOpen
	case 9:
		w.Apart = [][]workshop.Pair{nil, {{"a", "b"}}}[r.IntN(2)]
	case 10:
		w.JoinCode = []string{"", "ABCD-EFGH"}[r.IntN(2)]
	case 11:
		w.Screen.HideNames = !w.Screen.HideNames
	default:
		w.OutcomeUntil = []time.Time{{}, time.Unix(2e9, 0)}[r.IntN(2)]
	}
}

// TestEachRoleIsToldInItsOwnForm: what facilitators alone may know stays with
// them, and a projector that hides names is not told any.
func TestEachRoleIsToldInItsOwnForm(t *testing.T) {
	before := workshop.Workshop{ID: "w1", Version: 1}
	after := workshop.Workshop{
		ID: "w1", Version: 2, Apart: []workshop.Pair{{"a", "b"}}, Screen: workshop.Screen{HideNames: true},
		Participants: []workshop.Participant{{ID: "a", Name: "Ada"}},
	}
	for role, want := range map[string][2]bool{"facilitator": {true, true}, "projector": {false, false}, "member": {false, true}, "unheard-of": {false, false}} {
		for what, raw := range map[string][]byte{"whole": show(&after).to(role), "change": changeMessage(&before, &after, formFor(role), true)} {
			if got := [2]bool{bytes.Contains(raw, []byte(`"apart"`)), bytes.Contains(raw, []byte("Ada"))}; got != want {
				t.Errorf("%s to a %s: pairs kept apart and names %v, want %v", what, role, got, want)
			}
		}
	}
}

func TestAChangeIsSmallHoweverLargeTheHall(t *testing.T) {
	var before workshop.Workshop
	for i := range 1000 {
		before.Participants = append(before.Participants, workshop.Participant{ID: workshop.ParticipantID(fmt.Sprint(i)), Name: "Ada"})
	}
	after := before
	after.Day.Frozen = true
	after.Participants = append(slices.Clone(before.Participants), workshop.Participant{ID: "new"})
	after.Groups = []workshop.Group{{ID: "g"}}
	for i := range after.Participants {
		after.Participants[i].Group = "g"
	}
	before.Groups = after.Groups
	before.Participants = slices.Clone(after.Participants[:1000])
	if got := changeMessage(&before, &after, workshop.Member, true); len(got) > 400 {
		t.Errorf("%d bytes for somebody who joins a large group: %s", len(got), got)
	}
	before.Groups, after.Groups = nil, nil
	if got := changeMessage(&before, &after, workshop.Member, false); len(got) > 400 {
		t.Errorf("%d bytes: %s", len(got), got)
	}
}
