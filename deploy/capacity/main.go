// Command capacity computes what a number of participants at once needs, from
// costs that were measured. Its output for a country is in docs/scale.md.
//
//	go run ./deploy/capacity -participants 1000000 -workshops 40000
//	go run ./deploy/capacity -simulate 1
package main

import (
	"flag"
	"fmt"
	"io"
	"math"
	"os"
)

// Load is what people do.
type Load struct {
	Participants, Workshops float64
	GroupsPerWorkshop       float64
	// EditsPerSecond and PresencePerSecond are those of one participant, over
	// the whole day: people talk more than they type.
	EditsPerSecond, PresencePerSecond float64
	// BytesPerDelivery is an edit or a presence on the wire, with all headers.
	BytesPerDelivery float64
}

// Costs are measured; docs/performance.md names the commands.
type Costs struct {
	KBPerConnection  float64 // S5: resident, idle
	MBPerBoard       float64 // a board of 500 cards in an instance
	KBStoredPerBoard float64 // its snapshots, log and past in Redis
	CPUPerDelivery   float64 // seconds, S1
	AppendsPerSecond float64 // one Redis, appendfsync always, one entry a round trip
}

// Cell is a deployment by itself: instances on one Redis.
type Cell struct {
	Instances, CoresPerInstance float64
	// Use is how much of processor and Redis the plan uses, for peaks and for
	// the loss of an instance.
	Use float64
	// Connections are those one instance takes: one must hold all of its cell
	// while the other is away.
	Connections float64
}

// Prices are assumptions, in euro: a month of rented machines.
type Prices struct{ Core, GB, TrafficGB, HoursOfTraffic float64 }

// Need is the answer.
type Need struct {
	Boards, Edits, Deliveries         float64
	Cores, CellsByCPU, CellsByRedis   float64
	CellsByConnections                float64
	Cells, PeoplePerCell              float64
	MemoryPerInstanceGB, RedisGB      float64
	GbitPerSecond, SpreadMemoryGB     float64
	EuroPerMonth, EuroPerPersonAndDay float64
}

// Measured and the rest are what docs/scale.md computes with.
var (
	Measured = Costs{KBPerConnection: 8, MBPerBoard: 0.8, KBStoredPerBoard: 700, CPUPerDelivery: 43e-6, AppendsPerSecond: 47_000}
	Typical  = Load{Participants: 1_000_000, Workshops: 40_000, GroupsPerWorkshop: 6, EditsPerSecond: 0.1, PresencePerSecond: 0.3, BytesPerDelivery: 250}
	Standard = Cell{Instances: 2, CoresPerInstance: 4, Use: 0.5, Connections: 20_000}
	Assumed  = Prices{Core: 15, GB: 2.5, TrafficGB: 0.01, HoursOfTraffic: 120}
)

// Compute is the whole model.
func Compute(l Load, c Costs, cell Cell, p Prices) Need {
	var n Need
	n.Boards = l.Workshops * l.GroupsPerWorkshop
	members := l.Participants / n.Boards
	n.Edits = l.Participants * l.EditsPerSecond
	// Everybody else on the board, the projector and the facilitator; presence
	// goes to the members alone.
	n.Deliveries = n.Edits*(members+1) + l.Participants*l.PresencePerSecond*(members-1)
	// An edit is read from the log by the other instance too.
	n.Cores = n.Deliveries * c.CPUPerDelivery / cell.Use
	n.CellsByCPU = math.Ceil(n.Cores / (cell.Instances * cell.CoresPerInstance))
	n.CellsByRedis = math.Ceil(n.Edits / (c.AppendsPerSecond * cell.Use))
	n.CellsByConnections = math.Ceil(l.Participants / cell.Connections)
	n.Cells = max(n.CellsByCPU, n.CellsByRedis, n.CellsByConnections)
	n.PeoplePerCell = l.Participants / n.Cells
	boards := n.Boards / n.Cells
	n.MemoryPerInstanceGB = (n.PeoplePerCell/cell.Instances*c.KBPerConnection/1e6 + boards*c.MBPerBoard/1e3)
	n.RedisGB = boards * c.KBStoredPerBoard / 1e6 * 2 // half is free while the file is rewritten
	n.GbitPerSecond = n.Deliveries * l.BytesPerDelivery * 8 / 1e9
	// All instances on one Redis cluster, connections spread evenly: nearly
	// every member of a board sits on an instance of its own.
	n.SpreadMemoryGB = n.Boards*min(members+2, n.Cells*cell.Instances)*c.MBPerBoard/1e3 + l.Participants*c.KBPerConnection/1e6
	memory := n.Cells * (cell.Instances*(2*n.MemoryPerInstanceGB+0.5) + n.RedisGB)
	traffic := n.Deliveries * l.BytesPerDelivery / 1e9 * 3600 * p.HoursOfTraffic
	n.EuroPerMonth = n.Cells*(cell.Instances*cell.CoresPerInstance+2)*p.Core + memory*p.GB + traffic*p.TrafficGB
	n.EuroPerPersonAndDay = n.EuroPerMonth / l.Participants / 20
	return n
}

// Print writes the answer as the table of docs/scale.md.
func (n Need) Print(w io.Writer) {
	for _, row := range []struct{ name, value string }{
		{"boards open at once", whole(n.Boards)},
		{"edits saved per second", whole(n.Edits)},
		{"deliveries per second", whole(n.Deliveries)},
		{"cores at half use", whole(n.Cores)},
		{"cells of two instances and a Redis: by processor, by Redis, by connections", whole(n.CellsByCPU) + ", " + whole(n.CellsByRedis) + ", " + whole(n.CellsByConnections)},
		{"people per cell", whole(n.PeoplePerCell)},
		{"memory of an instance, GB", fmt.Sprintf("%.1f", n.MemoryPerInstanceGB)},
		{"memory of a cell's Redis, GB", fmt.Sprintf("%.1f", n.RedisGB)},
		{"network out, all cells, Gbit/s", fmt.Sprintf("%.1f", n.GbitPerSecond)},
		{"memory if it were one system without cells, GB", whole(n.SpreadMemoryGB)},
		{"euro a month", whole(n.EuroPerMonth)},
		{"euro per participant and day", fmt.Sprintf("%.4f", n.EuroPerPersonAndDay)},
	} {
		fmt.Fprintf(w, "| %s | %s |\n", row.name, row.value)
	}
}

// whole writes a number with commas.
func whole(f float64) string {
	s := fmt.Sprintf("%.0f", f)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func main() {
	l, cell := Typical, Standard
	flag.Float64Var(&l.Participants, "participants", l.Participants, "people at once")
	flag.Float64Var(&l.Workshops, "workshops", l.Workshops, "workshops at once")
	flag.Float64Var(&l.GroupsPerWorkshop, "groups", l.GroupsPerWorkshop, "groups of a workshop")
	flag.Float64Var(&l.EditsPerSecond, "edits", l.EditsPerSecond, "edits of one person per second, over the day")
	flag.Float64Var(&cell.CoresPerInstance, "cores", cell.CoresPerInstance, "cores of an instance")
	simulate := flag.Uint64("simulate", 0, "play an hour with this `seed` instead")
	flag.Parse()
	n := Compute(l, Measured, cell, Assumed)
	if *simulate != 0 {
		Simulate(l, Measured, cell, int(n.Cells), *simulate).Print(os.Stdout)
		return
	}
	n.Print(os.Stdout)
}
