package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"time"
)

// aim is a target of performance: a figure of the hub in relation to another
// server's in the same run, or by itself.
type aim struct {
	scenario, what string
	figure         func(report) float64
	unit           string
	beside         string  // whose figure is the measure; empty: the figure itself
	limit          float64 // of the ratio, or of the figure
	atLeast        bool    // otherwise at most
	plus           float64 // added to beside's figure before dividing
	worst          bool    // of several rounds the worst counts, not the best
}

// of returns the figure of several rounds: other work on the machine makes it
// worse, so for both sides the best counts, but of promises the worst. Processor
// time is that of the round with the least latency: a starved server makes
// larger batches and seems cheaper than it is.
func (a aim) of(rounds []report) (v float64, ok bool) {
	if a.unit == cpuSeconds && len(rounds) > 0 {
		return a.figure(slices.MinFunc(rounds, func(x, y report) int { return cmp.Compare(x.P50, y.P50) })), true
	}
	for i, r := range rounds {
		if x := a.figure(r); i == 0 || (x > v) == (a.atLeast || a.worst) {
			v = x
		}
	}
	return v, len(rounds) > 0
}

const cpuSeconds = "CPU-s"

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

var (
	p50       = func(r report) float64 { return ms(r.P50) }
	p99       = func(r report) float64 { return ms(r.P99) }
	cpu       = func(r report) float64 { return r.CPUPerMillion }
	perCore   = func(r report) float64 { return r.PerCoreSecond }
	perConn   = func(r report) float64 { return r.KBPerConn }
	backMax   = func(r report) float64 { return ms(r.BackMax) }
	lostEdits = func(r report) float64 { return float64(r.Lost) }
)

// aims in the order in which they are printed. A hub shows and acknowledges an
// edit when it is on disk, which "floor" does not; "floor-disk" does and says what
// of a ratio is the disk's.
var aims = []aim{
	{"s1", "latency p50", p50, "ms", "floor", 1.5, false, 0, false},
	{"s1", "latency p99", p99, "ms", "floor", 3, false, 0, false},
	{"s2", "latency p50", p50, "ms", "floor", 1.5, false, 0, false},
	{"s2", "latency p99", p99, "ms", "floor", 3, false, 0, false},
	{"s3", "latency p50", p50, "ms", "floor", 1.5, false, 0, false},
	{"s3", "latency p99", p99, "ms", "floor", 3, false, 0, false},
	{"s3", "CPU-s per 1M deliveries", cpu, cpuSeconds, "floor", 1, false, 0, false},
	{"s1", "latency p50, of a relay that flushes each edit to disk", p50, "ms", "floor-disk", 1.5, false, 0, false},
	{"s2", "latency p50, of a relay that flushes each edit to disk", p50, "ms", "floor-disk", 1.5, false, 0, false},
	{"s3", "latency p50, of a relay that flushes each edit to disk", p50, "ms", "floor-disk", 1.5, false, 0, false},
	{"s3", "latency p99, of a relay that flushes each edit to disk", p99, "ms", "floor-disk", 3, false, 0, false},
	{"s3", "CPU-s per 1M deliveries, of a relay that flushes each edit to disk", cpu, cpuSeconds, "floor-disk", 1, false, 0, false},
	{"s4", "deliveries per core-second", perCore, "", "floor-batch", 0.6, true, 0, false},
	{"s4", "deliveries per core-second", perCore, "", "hocuspocus", 3, true, 0, false},
	{"s5", "resident per connection", perConn, "KB", "", 8, false, 0, false},
	{"s5x", "resident per connection", perConn, "KB", "", 8, false, 0, false},
	{"s6", "join p99", p99, "ms", "", 100, false, 0, false},
	{"s6", "p99 on other boards", func(r report) float64 { return ms(r.BesideP99) }, "ms", "", 100, false, 0, false},
	{"s7", "crossing p50", p50, "ms", "floor-redis", 1.3, false, 0, false},
	{"s7", "crossing p99", p99, "ms", "floor-redis", 2, false, 0, false},
	{"s8x", "worst client back, less 50 ms", backMax, "ms", "floor-redis", 1, false, 50, false},
	{"s8", "acknowledged edits lost", lostEdits, "", "", 0, false, 0, true},
	{"s8x", "acknowledged edits lost", lostEdits, "", "", 0, false, 0, true},
	{"over", "connections cut", func(r report) float64 { return float64(r.Cut) }, "", "", 0, false, 0, true},
	{"over", "acknowledged edits lost", lostEdits, "", "", 0, false, 0, true},
	{"over", "memory over idle", func(r report) float64 { return r.MemoryGrowth }, "x", "", 2, false, 0, true},
}

// peers of whom the table has a column, besides the hub.
var peers = []string{"floor", "floor-batch", "floor-direct", "floor-disk", "floor-redis", "floor-blob", "hocuspocus", "y-websocket"}

// printTable reads reports, one JSON object a line, and prints each target
// beside the floors and peers of the same run.
func printTable(path string, out io.Writer) error {
	reports, err := readReports(path)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "| | what | hub | floor | peers | ratio | target | |\n|---|---|---|---|---|---|---|---|")
	for _, a := range aims {
		got, ok := a.of(reports[a.scenario]["hub"])
		if !ok {
			continue
		}
		ratio, floors, others := "", "", ""
		value, known := got, true
		for _, name := range peers {
			switch v, ok := a.of(reports[a.scenario][name]); {
			case !ok || v == 0:
			case name == "hocuspocus" || name == "y-websocket":
				others += fmt.Sprintf("%s %s ", name, short(v))
			default:
				floors += fmt.Sprintf("%s %s ", name, short(v))
			}
		}
		if a.beside != "" {
			measure, ok := a.of(reports[a.scenario][a.beside])
			known = ok && measure > 0
			value = got / (measure + a.plus)
			ratio = fmt.Sprintf("%.2f × %s", value, a.beside)
		}
		fmt.Fprintf(out, "| %s | %s | %s | %s| %s| %s | %s | %s |\n",
			a.scenario, a.what, short(got)+unit(a.unit), floors, others, ratio, a.wish(), a.verdict(value, known))
	}
	return nil
}

func (a aim) wish() string {
	word := "at most"
	if a.atLeast {
		word = "at least"
	}
	if a.beside != "" {
		return fmt.Sprintf("%s %g ×", word, a.limit)
	}
	return fmt.Sprintf("%s %g%s", word, a.limit, unit(a.unit))
}

func (a aim) verdict(value float64, known bool) string {
	switch {
	case !known:
		return "not measured"
	case a.atLeast == (value >= a.limit) || value == a.limit:
		return "met"
	}
	return "**missed**"
}

func unit(u string) string {
	if u == "" {
		return ""
	}
	return " " + u
}

func short(v float64) string {
	switch {
	case v >= 1000:
		return fmt.Sprintf("%.0f,%03d", float64(int(v)/1000), int(v)%1000)
	case v >= 10 || v == float64(int(v)):
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

func readReports(path string) (map[string]map[string][]report, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read reports: %w", err)
	}
	defer f.Close()
	reports := map[string]map[string][]report{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var r report
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			return nil, fmt.Errorf("read reports: %w", err)
		}
		if reports[r.Scenario] == nil {
			reports[r.Scenario] = map[string][]report{}
		}
		reports[r.Scenario][r.Target] = append(reports[r.Scenario][r.Target], r)
	}
	return reports, lines.Err()
}
