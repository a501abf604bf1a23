package main

import (
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pathboard/pathboard/hub/loadtest/floor"
)

type options struct {
	scenarios   []string
	target      string
	url, token  string
	redis, data string
	pids        []int
	duration    time.Duration
	json        bool
	serve, addr string
	profile     string
	heap        string
	rate        float64
	name, table string
	plain       bool
}

// scenario measures one thing and reports it.
type scenario struct {
	about     string
	instances int
	run       func(ctx context.Context, o options, t *target) (report, error)
}

var scenarios = map[string]scenario{
	"s1":   {"a workshop: 6 boards x 6 writers x 2/s, a projector on all", 1, steady(shape{boards: 6, writers: 6, rate: 2, projector: true})},
	"s2":   {"ten typists on one board, 10/s each", 1, steady(shape{boards: 1, writers: 10, rate: 10})},
	"s3":   {"100 boards x 8 writers x 1/s", 1, steady(shape{boards: 100, writers: 8, rate: 1})},
	"s4":   {"saturation: 20 boards x 10 writers, rate raised until p99 passes 100 ms", 1, saturate},
	"s5":   {"5,000 idle connections on 100 boards, present to each other", 1, idle(5000)},
	"s5x":  {"10,000 idle connections on 100 boards, present to each other", 1, idle(10_000)},
	"s6":   {"500 clients join a 1 MB board within a second, others work beside", 1, join},
	"s7":   {"two instances: 6 boards x 6 writers x 5/s, deliveries that cross", 2, steady(shape{boards: 6, writers: 6, rate: 5, crossing: true})},
	"s8":   {"kill -9 under load and a start at once, clients come back", 1, killed},
	"s8x":  {"kill -9 of one of two instances under load, clients come back", 2, killed},
	"over": {"far above saturation: nothing cut, nothing lost, memory bounded", 1, overload},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "loadtest:", err)
		os.Exit(1)
	}
}

func parse() (options, error) {
	var o options
	var names, pids string
	flag.StringVar(&names, "scenario", "s1,s2,s3,s5,s6", "comma-separated: s1 to s8, s5x, s8x, over, or all")
	flag.StringVar(&o.target, "target", "hub", "what to start: hub, "+strings.Join(slices.Sorted(maps.Keys(floor.Kinds)), ", "))
	flag.StringVar(&o.url, "url", "", "measure the server at this address instead; two, separated by a comma, for s7")
	flag.StringVar(&o.token, "token", "any", "token for -url")
	flag.StringVar(&pids, "pid", "", "processes of the server at -url, for processor time and memory")
	flag.StringVar(&o.redis, "redis", "", "Redis for what is started; s7 and s8x need one")
	flag.DurationVar(&o.duration, "duration", 10*time.Second, "of a steady scenario")
	flag.BoolVar(&o.plain, "plain", false, "the server at -url speaks y-websocket: its address and a document's name are the document's")
	flag.StringVar(&o.name, "name", "", "what to call the server in reports")
	flag.StringVar(&o.table, "table", "", "read reports (-json) of several servers from this file and print each target of performance as a ratio")
	flag.BoolVar(&o.json, "json", false, "one JSON object a line")
	flag.StringVar(&o.serve, "serve", "", "be a server of that kind; used by the program itself")
	flag.StringVar(&o.addr, "addr", "127.0.0.1:0", "listen address with -serve")
	flag.Float64Var(&o.rate, "rate", 0, "hold this many updates per second and writer instead of the scenario's; s4 raises none")
	flag.StringVar(&o.profile, "profile", "", "write a CPU profile of the first server started to this file")
	flag.StringVar(&o.heap, "heap", "", "write what the first server started holds, at its most, to this file: a heap profile")
	flag.StringVar(&o.data, "data", "", "folder of the store with -serve")
	flag.Parse()
	if names == "all" {
		names = strings.Join(slices.Sorted(maps.Keys(scenarios)), ",")
	}
	o.scenarios = strings.Split(names, ",")
	for _, name := range o.scenarios {
		if _, ok := scenarios[name]; !ok && o.serve == "" {
			return o, fmt.Errorf("no scenario %q", name)
		}
	}
	for _, pid := range strings.FieldsFunc(pids, func(r rune) bool { return r == ',' }) {
		n, err := strconv.Atoi(pid)
		if err != nil {
			return o, fmt.Errorf("-pid: %w", err)
		}
		o.pids = append(o.pids, n)
	}
	return o, nil
}

func run(ctx context.Context) error {
	o, err := parse()
	if err != nil {
		return err
	}
	if o.serve != "" {
		return serve(ctx, o)
	}
	if o.table != "" {
		return printTable(o.table, os.Stdout)
	}
	for _, name := range o.scenarios {
		s := scenarios[name]
		if s.instances > 1 && o.url == "" && o.redis == "" {
			return fmt.Errorf("%s needs -redis", name)
		}
		r, err := measure(ctx, o, s)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		r.Scenario, r.Target = name, cmp.Or(o.name, o.url, o.target)
		r.print(o.json, s.about)
		if r.Lost > 0 {
			return fmt.Errorf("%s: %d acknowledged updates are lost", name, r.Lost)
		}
	}
	return nil
}

func measure(ctx context.Context, o options, s scenario) (report, error) {
	t, err := startTarget(ctx, o, s.instances)
	if err != nil {
		return report{}, err
	}
	defer t.stop()
	return s.run(ctx, o, t)
}

// report is what a scenario found; zero fields were not measured.
type report struct {
	Scenario, Target    string
	Updates, Deliveries int           `json:",omitempty"`
	PerSecond           float64       `json:",omitempty"` // deliveries
	P50, P95, P99, P999 time.Duration `json:",omitempty"` // of deliveries
	AckP50, AckP99      time.Duration `json:",omitempty"`
	CPUPerMillion       float64       `json:",omitempty"` // seconds per million deliveries
	PerCoreSecond       float64       `json:",omitempty"` // deliveries
	RSSMB, KBPerConn    float64       `json:",omitempty"`
	BesideP99           time.Duration `json:",omitempty"` // of deliveries on other boards
	BackP50, BackMax    time.Duration `json:",omitempty"` // from the kill to synced again
	Cut                 int           // connections that the server ended
	MemoryGrowth        float64       `json:",omitempty"` // most under load over idle
	Lost, Missed        int           // acknowledged and not stored; expected and not seen
	Note                string        `json:",omitempty"`
}

func (r report) print(asJSON bool, about string) {
	if asJSON {
		_ = json.NewEncoder(os.Stdout).Encode(r)
		return
	}
	fmt.Printf("%s  %s  (%s)\n", r.Scenario, about, r.Target)
	ms := func(d time.Duration) string { return fmt.Sprintf("%.2f", float64(d.Microseconds())/1000) }
	if r.Deliveries > 0 {
		fmt.Printf("    %d deliveries", r.Deliveries)
		if r.PerSecond > 0 {
			fmt.Printf(", %.0f/s", r.PerSecond)
		}
		for _, q := range []struct {
			name string
			took time.Duration
		}{{"; p50", r.P50}, {" p95", r.P95}, {" p99", r.P99}, {" p99.9", r.P999}, {"; acknowledged p50", r.AckP50}, {" p99", r.AckP99}} {
			if q.took > 0 { // a scenario measures what it is about
				fmt.Printf("%s %s", q.name, ms(q.took))
			}
		}
		fmt.Println(" ms")
	}
	if r.CPUPerMillion > 0 {
		fmt.Printf("    %.1f CPU-s per million deliveries, %.0f deliveries per core-second\n", r.CPUPerMillion, r.PerCoreSecond)
	}
	if r.RSSMB > 0 {
		fmt.Printf("    %.0f MB resident", r.RSSMB)
		if r.KBPerConn > 0 {
			fmt.Printf(", %.1f KB per connection", r.KBPerConn)
		}
		fmt.Println()
	}
	if r.BackMax > 0 {
		fmt.Printf("    back after p50 %s ms, worst %s ms\n", ms(r.BackP50), ms(r.BackMax))
	}
	if r.BesideP99 > 0 {
		fmt.Printf("    deliveries on other boards p99 %s ms\n", ms(r.BesideP99))
	}
	if r.MemoryGrowth > 0 {
		fmt.Printf("    memory at most %.1f x idle\n", r.MemoryGrowth)
	}
	fmt.Printf("    lost %d, missed %d", r.Lost, r.Missed)
	if r.Note != "" {
		fmt.Printf("; %s", r.Note)
	}
	fmt.Println()
}
