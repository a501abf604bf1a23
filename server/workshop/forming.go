package workshop

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strings"
)

// Seat is a person to be placed.
type Seat struct {
	ID         ParticipantID
	Department string // "" counts as nobody's colleague
	Wish       AreaID // "" for none
	Fixed      int    // index of the group they stay in, -1: free
}

// FormInput is the task of forming groups: people, the area of each group,
// pairs (indices of People) that should not share a group.
type FormInput struct {
	People []Seat
	Areas  []AreaID
	Apart  [][2]int
	// Seed chooses among equally good results.
	Seed uint64
}

// FormCost is how far a result is from ideal, the most important first; see
// docs/forming.md.
type FormCost struct {
	Apart      int // pairs together that should be apart
	Colleagues int // pairs of one department in one group
	Wishes     int // people in another area than they wished for
}

// Compare orders costs: negative when c is better than d.
func (c FormCost) Compare(d FormCost) int {
	return cmp.Or(cmp.Compare(c.Apart, d.Apart), cmp.Compare(c.Colleagues, d.Colleagues), cmp.Compare(c.Wishes, d.Wishes))
}

// Weights that make one number of a FormCost without changing its order: a
// workshop has fewer than 2^12 wishes and 2^24 pairs (mostLimits).
const (
	weightWish      = 1
	weightColleague = 1 << 12
	weightApart     = 1 << 36
)

// Form places everybody: the index of a group for each person. Group sizes
// differ by at most one, unless people who stay where they are prevent it; then
// they are as equal as those allow. Among such results it looks for the least
// cost: a good start, then exchanges that improve it, from several starts. The
// same input gives the same result. There must be a group.
func Form(in FormInput) []int {
	var best []int
	bestCost := int64(0)
	for start := range formStarts(len(in.People)) {
		f := newFormer(in, uint64(start))
		f.deal()
		f.improve()
		if cost := f.cost(); best == nil || cost < bestCost {
			best, bestCost = f.of, cost
		}
	}
	return best
}

// formStarts is how many starts are worth their time: small tasks have traps,
// large ones have room.
func formStarts(people int) int {
	switch {
	case people <= 60:
		return 24
	case people <= 300:
		return 12
	default:
		return 3
	}
}

// CostOf is the cost of a result.
func CostOf(in FormInput, of []int) FormCost {
	var c FormCost
	for _, pair := range in.Apart {
		if of[pair[0]] == of[pair[1]] {
			c.Apart++
		}
	}
	type cell struct {
		group      int
		department string
	}
	count := map[cell]int{}
	for i, p := range in.People {
		if p.Wish != "" && in.Areas[of[i]] != p.Wish {
			c.Wishes++
		}
		if d := departmentKey(p.Department); d != "" {
			at := cell{of[i], d}
			c.Colleagues += count[at]
			count[at]++
		}
	}
	return c
}

func departmentKey(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// former is one attempt.
type former struct {
	in    FormInput
	rng   *rand.Rand
	dept  []int   // department of each person, -1 for none
	apart [][]int // who should be apart from each person
	of    []int   // group of each person, -1: not placed
	size  []int
	count [][]int // people of a department in a group: [group][department]
	free  []int   // people who may move
}

func newFormer(in FormInput, attempt uint64) *former {
	f := &former{
		in: in, rng: rand.New(rand.NewPCG(in.Seed, attempt)), dept: make([]int, len(in.People)), apart: make([][]int, len(in.People)),
		of: make([]int, len(in.People)), size: make([]int, len(in.Areas)), count: make([][]int, len(in.Areas)),
	}
	known := map[string]int{}
	for i, p := range in.People {
		f.of[i], f.dept[i] = -1, -1
		if d := departmentKey(p.Department); d != "" {
			if _, ok := known[d]; !ok {
				known[d] = len(known)
			}
			f.dept[i] = known[d]
		}
	}
	for g := range f.count {
		f.count[g] = make([]int, len(known))
	}
	for _, pair := range in.Apart {
		f.apart[pair[0]] = append(f.apart[pair[0]], pair[1])
		f.apart[pair[1]] = append(f.apart[pair[1]], pair[0])
	}
	for i, p := range in.People {
		if p.Fixed >= 0 {
			f.put(i, p.Fixed)
		} else {
			f.free = append(f.free, i)
		}
	}
	return f
}

func (f *former) put(i, g int) {
	f.of[i] = g
	f.size[g]++
	if d := f.dept[i]; d >= 0 {
		f.count[g][d]++
	}
}

func (f *former) take(i int) {
	g := f.of[i]
	f.of[i] = -1
	f.size[g]--
	if d := f.dept[i]; d >= 0 {
		f.count[g][d]--
	}
}

// price is what person i, who is in no group, would add to group g.
func (f *former) price(i, g int) int64 {
	var p int64
	if d := f.dept[i]; d >= 0 {
		p += weightColleague * int64(f.count[g][d])
	}
	for _, j := range f.apart[i] {
		if f.of[j] == g {
			p += weightApart
		}
	}
	if wish := f.in.People[i].Wish; wish != "" && f.in.Areas[g] != wish {
		p += weightWish
	}
	return p
}

// deal places the free people, large departments first, each into a smallest
// group where they cost least.
func (f *former) deal() {
	people := slices.Clone(f.free)
	f.rng.Shuffle(len(people), func(a, b int) { people[a], people[b] = people[b], people[a] })
	total := map[int]int{}
	for _, i := range people {
		total[f.dept[i]]++
	}
	slices.SortStableFunc(people, func(a, b int) int {
		return cmp.Or(cmp.Compare(total[f.dept[b]], total[f.dept[a]]), cmp.Compare(f.dept[a], f.dept[b]))
	})
	for _, i := range people {
		least := slices.Min(f.size)
		best, at, ties := int64(-1), 0, 0
		for g := range f.size {
			if f.size[g] != least {
				continue
			}
			switch p := f.price(i, g); {
			case best < 0 || p < best:
				best, at, ties = p, g, 1
			case p == best:
				if ties++; f.rng.IntN(ties) == 0 {
					at = g
				}
			}
		}
		f.put(i, at)
	}
}

// sweepsMost bounds the rounds of improvement. Each costs the square of the
// people; a thousand take a second.
const sweepsMost = 12

// improve exchanges people, or moves one from a larger to a smaller group, as
// long as that helps.
func (f *former) improve() {
	for range sweepsMost {
		better := false
		for n, i := range f.free {
			better = f.moveOut(i) || better
			if f.worth(i) == 0 {
				continue // nothing to gain but by those who exchange with them
			}
			for m, j := range f.free {
				if n != m && f.of[i] != f.of[j] && f.exchange(i, j) {
					better = true
				}
			}
		}
		if !better {
			return
		}
	}
}

// worth is what person i costs where they are.
func (f *former) worth(i int) int64 {
	g := f.of[i]
	f.take(i)
	p := f.price(i, g)
	f.put(i, g)
	return p
}

// moveOut moves a person to a group that is smaller by one, if that is better.
func (f *former) moveOut(i int) bool {
	from := f.of[i]
	f.take(i)
	best, at := f.price(i, from), from
	for g := range f.size {
		if f.size[g] == f.size[from] && g != from {
			if p := f.price(i, g); p < best {
				best, at = p, g
			}
		}
	}
	f.put(i, at)
	return at != from
}

// exchange swaps two people of different groups, if that is better.
func (f *former) exchange(i, j int) bool {
	g, h := f.of[i], f.of[j]
	f.take(i)
	f.take(j)
	before := f.price(i, g) + f.price(j, h)
	after := f.price(i, h) + f.price(j, g)
	if after < before {
		g, h = h, g
	}
	f.put(i, g)
	f.put(j, h)
	return after < before
}

func (f *former) cost() int64 {
	c := CostOf(f.in, f.of)
	return int64(c.Apart)*weightApart + int64(c.Colleagues)*weightColleague + int64(c.Wishes)*weightWish
}
