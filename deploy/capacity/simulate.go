package main

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
)

// Played is what a simulated hour finds where the model has averages: workshops of
// different sizes, placed one by one, whose people write in bursts.
type Played struct {
	Largest int // people of the largest workshop
	// PeopleInFullest are those of the fullest cell, when each workshop goes to
	// any cell, and when it goes to the emptier of any two.
	PeopleInFullest, OfTwo int
	// Edits and Deliveries are those of the busiest second of any cell.
	Edits, Deliveries float64
	// Processor and Redis are the parts of what a cell has that this second takes.
	Processor, Redis float64
}

const (
	// calm and busy are how much of the average people write in, a tenth of the
	// minutes being busy: a facilitator says "now write".
	calm, busy = 0.67, 4.0
	// minutes are played.
	minutes = 60
)

// Simulate plays an hour of the load on the cells that the model asks for. The
// same seed plays the same hour.
func Simulate(l Load, c Costs, cell Cell, cells int, seed uint64) Played {
	r := rand.New(rand.NewPCG(seed, 1))
	mean := l.Participants / l.Workshops
	sizes := make([]int, int(l.Workshops))
	any, two := make([]int, cells), make([]int, cells)
	at := make([][]int, cells)
	var p Played
	for i := range sizes {
		// Log-normal, most below the mean and a few halls of hundreds.
		sizes[i] = max(4, int(mean*math.Exp(0.6*r.NormFloat64()-0.18)))
		p.Largest = max(p.Largest, sizes[i])
		any[r.IntN(cells)] += sizes[i]
		a, b := r.IntN(cells), r.IntN(cells)
		if two[b] < two[a] {
			a = b
		}
		two[a] += sizes[i]
		at[a] = append(at[a], i)
	}
	for k := range cells {
		p.PeopleInFullest, p.OfTwo = max(p.PeopleInFullest, any[k]), max(p.OfTwo, two[k])
		for range minutes {
			edits, deliveries := cellSecond(r, l, at[k], sizes)
			p.Edits, p.Deliveries = max(p.Edits, edits), max(p.Deliveries, deliveries)
		}
	}
	p.Processor = p.Deliveries * c.CPUPerDelivery / (cell.Instances * cell.CoresPerInstance)
	p.Redis = p.Edits / c.AppendsPerSecond
	return p
}

// cellSecond is one second of a cell: each workshop is calm or busy by itself.
func cellSecond(r *rand.Rand, l Load, workshops, sizes []int) (edits, deliveries float64) {
	for _, w := range workshops {
		pace := calm
		if r.IntN(10) == 0 {
			pace = busy
		}
		people := float64(sizes[w])
		members := people / l.GroupsPerWorkshop
		// The sum of many people's edits is nearly normal.
		mean := people * l.EditsPerSecond * pace
		n := max(0, mean+math.Sqrt(mean)*r.NormFloat64())
		edits += n
		deliveries += n*(members+1) + people*l.PresencePerSecond*pace*max(0, members-1)
	}
	return edits, deliveries
}

// Print writes the answer as a table of docs/scale.md.
func (p Played) Print(w io.Writer) {
	for _, row := range []struct{ name, value string }{
		{"people of the largest workshop", whole(float64(p.Largest))},
		{"people in the fullest cell, each workshop in any cell", whole(float64(p.PeopleInFullest))},
		{"people in the fullest cell, each in the emptier of any two", whole(float64(p.OfTwo))},
		{"edits in the busiest second of any cell", whole(p.Edits)},
		{"deliveries in it", whole(p.Deliveries)},
		{"of the cell's processors, of its Redis", fmt.Sprintf("%.0f %%, %.0f %%", 100*p.Processor, 100*p.Redis)},
	} {
		fmt.Fprintf(w, "| %s | %s |\n", row.name, row.value)
	}
}
