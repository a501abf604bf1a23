package workshop

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// task draws people of some departments, wishes, pairs to keep apart and
// people who stay.
func task(r *rand.Rand, people, groups, departments int, fixed bool) FormInput {
	in := FormInput{Seed: r.Uint64()}
	areas := []AreaID{"economy", "services", "environment"}
	for range groups {
		in.Areas = append(in.Areas, areas[r.IntN(len(areas))])
	}
	for i := range people {
		s := Seat{ID: ParticipantID(fmt.Sprint(i)), Fixed: -1}
		if d := r.IntN(departments + 1); d > 0 {
			s.Department = fmt.Sprint("wydział ", d)
		}
		if r.IntN(2) == 0 {
			s.Wish = areas[r.IntN(len(areas))]
		}
		if fixed && r.IntN(6) == 0 {
			s.Fixed = r.IntN(groups)
		}
		in.People = append(in.People, s)
	}
	for range people / 4 {
		a, b := r.IntN(people), r.IntN(people)
		if a != b {
			in.Apart = append(in.Apart, [2]int{a, b})
		}
	}
	return in
}

// spread is the difference between the largest and the smallest group.
func spread(in FormInput, of []int) int {
	size := make([]int, len(in.Areas))
	for _, g := range of {
		size[g]++
	}
	return slices.Max(size) - slices.Min(size)
}

// exhaustive is the least cost of all results with sizes within one.
func exhaustive(in FormInput) FormCost {
	of := make([]int, len(in.People))
	var best *FormCost
	var place func(i int)
	place = func(i int) {
		if i == len(of) {
			if spread(in, of) <= 1 {
				if c := CostOf(in, of); best == nil || c.Compare(*best) < 0 {
					best = &c
				}
			}
			return
		}
		for g := range in.Areas {
			if f := in.People[i].Fixed; f < 0 || f == g {
				of[i] = g
				place(i + 1)
			}
		}
	}
	place(0)
	return *best
}

// TestFormIsBestOnSmallTasks compares with the best of all results.
func TestFormIsBestOnSmallTasks(t *testing.T) {
	missed := 0
	const tasks = 150
	for seed := range uint64(tasks) {
		r := rand.New(rand.NewPCG(seed, 1))
		in := task(r, 4+r.IntN(5), 2+r.IntN(2), 1+r.IntN(4), false)
		got, want := CostOf(in, Form(in)), exhaustive(in)
		if got.Apart != want.Apart || got.Colleagues != want.Colleagues {
			t.Errorf("seed %d: cost %+v, best %+v", seed, got, want)
		}
		if got != want {
			missed++
		}
	}
	if missed > tasks/50 { // wishes alone, in one task of fifty at most
		t.Errorf("%d of %d tasks were not solved best", missed, tasks)
	}
}

// uneven reports a group that somebody free went to though another is smaller
// by two: people who stay may make groups uneven, free ones never do.
func uneven(in FormInput, of []int) bool {
	size, free := make([]int, len(in.Areas)), make([]bool, len(in.Areas))
	for i, g := range of {
		size[g]++
		free[g] = free[g] || in.People[i].Fixed < 0
	}
	for g := range size {
		if free[g] && size[g] > slices.Min(size)+1 {
			return true
		}
	}
	return false
}

// TestFormKeepsItsPromises: everybody is placed, who stays stays, sizes are
// within one, or as near to it as those who stay allow.
func TestFormKeepsItsPromises(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 2))
		fixed := seed%2 == 0
		in := task(r, 1+r.IntN(60), 1+r.IntN(9), 1+r.IntN(12), fixed)
		of := Form(in)
		for i, p := range in.People {
			if of[i] < 0 || of[i] >= len(in.Areas) || p.Fixed >= 0 && of[i] != p.Fixed {
				t.Fatalf("seed %d: person %d in group %d, fixed %d", seed, i, of[i], p.Fixed)
			}
		}
		if !fixed && spread(in, of) > 1 {
			t.Fatalf("seed %d: sizes differ by %d", seed, spread(in, of))
		}
		if uneven(in, of) {
			t.Fatalf("seed %d: somebody free makes the groups uneven", seed)
		}
		if !slices.Equal(of, Form(in)) {
			t.Fatalf("seed %d: the same task, another result", seed)
		}
	}
}

// TestFormGapOnLargeTasks: the pairs of colleagues against the least that the
// numbers of each department allow, if it were alone.
func TestFormGapOnLargeTasks(t *testing.T) {
	for _, tc := range []struct{ people, groups, departments int }{{23, 4, 12}, {100, 16, 5}, {300, 24, 8}, {600, 40, 9}, {1000, 120, 7}} {
		r := rand.New(rand.NewPCG(uint64(tc.people), 3))
		in := task(r, tc.people, tc.groups, tc.departments, false)
		in.Apart = in.Apart[:min(len(in.Apart), 5)]
		of := Form(in)
		c, bound := CostOf(in, of), colleaguesBound(in)
		t.Logf("%d people, %d groups: %d pairs of colleagues, at least %d; %d wishes of %d unmet", tc.people, tc.groups, c.Colleagues, bound, c.Wishes, tc.people/2)
		if c.Apart != 0 || c.Colleagues > bound+bound/20 || spread(in, of) > 1 {
			t.Errorf("%+v: cost %+v, bound %d, spread %d", tc, c, bound, spread(in, of))
		}
	}
}

// colleaguesBound spreads each department evenly and looks at nothing else.
func colleaguesBound(in FormInput) int {
	count := map[string]int{}
	for _, p := range in.People {
		if p.Department != "" {
			count[p.Department]++
		}
	}
	sum := 0
	for _, c := range count {
		q, rest := c/len(in.Areas), c%len(in.Areas)
		sum += rest*(q+1)*q/2 + (len(in.Areas)-rest)*q*(q-1)/2
	}
	return sum
}

func BenchmarkForm(b *testing.B) {
	in := task(rand.New(rand.NewPCG(1, 4)), 1000, 120, 40, false)
	for b.Loop() {
		Form(in)
	}
}
