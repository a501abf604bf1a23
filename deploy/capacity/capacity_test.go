package main

import (
	"math"
	"os"
	"strings"
	"testing"
)

// TestScalePageIsComputed: the table of docs/scale.md is what the model says.
func TestScalePageIsComputed(t *testing.T) {
	page, err := os.ReadFile("../../docs/scale.md")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	Compute(Typical, Measured, Standard, Assumed).Print(&b)
	if !strings.Contains(string(page), b.String()) {
		t.Errorf("docs/scale.md lacks\n%s", &b)
	}
}

// TestASimulatedHourFitsTheModel: with workshops of all sizes and people who
// write in bursts, the cells that the model asks for hold, whatever the seed; and
// the table of docs/scale.md is the first of those hours.
func TestASimulatedHourFitsTheModel(t *testing.T) {
	cells := int(Compute(Typical, Measured, Standard, Assumed).Cells)
	for seed := uint64(1); seed <= 5; seed++ {
		p := Simulate(Typical, Measured, Standard, cells, seed)
		if p.Processor > 1 || p.Redis > Standard.Use || float64(p.OfTwo) > Standard.Connections {
			t.Errorf("seed %d: %+v", seed, p)
		}
		if seed > 1 {
			continue
		}
		page, err := os.ReadFile("../../docs/scale.md")
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		p.Print(&b)
		if !strings.Contains(string(page), b.String()) {
			t.Errorf("docs/scale.md lacks\n%s", &b)
		}
	}
}

// TestTheModelAddsUp for a day that can be computed by hand: ten people on one
// board, one edit a second each.
func TestTheModelAddsUp(t *testing.T) {
	n := Compute(
		Load{Participants: 10, Workshops: 1, GroupsPerWorkshop: 1, EditsPerSecond: 1, PresencePerSecond: 2, BytesPerDelivery: 100},
		Costs{KBPerConnection: 10, MBPerBoard: 1, KBStoredPerBoard: 500, CPUPerDelivery: 0.001, AppendsPerSecond: 100},
		Cell{Instances: 2, CoresPerInstance: 1, Use: 0.5, Connections: 100}, Prices{Core: 10},
	)
	for name, pair := range map[string][2]float64{
		"edits": {n.Edits, 10}, "deliveries": {n.Deliveries, 10*11 + 10*2*9}, "cores": {n.Cores, 0.58},
		"cells": {n.Cells, 1}, "memory": {n.MemoryPerInstanceGB, 0.00105}, "Redis": {n.RedisGB, 0.001},
		"network": {n.GbitPerSecond, 290 * 100 * 8 / 1e9}, "money": {n.EuroPerMonth, 40},
	} {
		if math.Abs(pair[0]-pair[1]) > 1e-9 {
			t.Errorf("%s: %v, want %v", name, pair[0], pair[1])
		}
	}
	twice := Typical
	twice.Participants *= 2
	twice.Workshops *= 2
	one, two := Compute(Typical, Measured, Standard, Assumed), Compute(twice, Measured, Standard, Assumed)
	if two.Cells < 2*one.Cells-1 || two.Cells > 2*one.Cells+1 || two.MemoryPerInstanceGB > 1.01*one.MemoryPerInstanceGB {
		t.Errorf("twice the load is not twice the cells: %v and %v", one.Cells, two.Cells)
	}
}
