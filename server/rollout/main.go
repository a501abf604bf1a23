package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"

	"github.com/pathboard/pathboard/server/trial"
)

type options struct {
	binary, from  string
	instances     int
	people        int
	pace, between time.Duration
	limit         time.Duration
}

func main() {
	var o options
	flag.StringVar(&o.binary, "binary", "bin/pathboard", "the program to change to")
	flag.StringVar(&o.from, "from", "", "the program to change from; default: the same")
	flag.IntVar(&o.instances, "instances", 3, "instances")
	flag.IntVar(&o.people, "people", 200, "participants, five to a group")
	flag.DurationVar(&o.pace, "pace", 500*time.Millisecond, "between two edits of a person")
	flag.DurationVar(&o.between, "between", 3*time.Second, "between two changes of the site")
	flag.DurationVar(&o.limit, "limit", 2*time.Second, "fail when anybody waits longer for an edit to be saved; 0: never")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	f, err := run(ctx, o)
	stop()
	fmt.Println(f)
	if err != nil {
		fmt.Fprintln(os.Stderr, "rollout:", err)
		os.Exit(1)
	}
}

// figures are what people noticed.
type figures struct {
	edits, requests, failed int
	saved                   trial.Spread // from an edit to its acknowledgement
	away                    trial.Spread // without a line that works
	ended                   trial.Spread // from SIGTERM to the end of an instance
	seen                    []string
}

func (f figures) String() string {
	return fmt.Sprintf("%d edits, all there; saved after %s\nlines given up and back: %d; without a line: %s\ninstances ended: %d, each within %s\nrequests: %d, failed: %d\nprograms: %v",
		f.edits, f.saved, len(f.away), f.away, len(f.ended), f.ended, f.requests, f.failed, f.seen)
}

func run(ctx context.Context, o options) (figures, error) {
	ctx, cancel := context.WithTimeout(ctx, 15*time.Minute)
	defer cancel()
	if o.from == "" {
		o.from = o.binary
	}
	s, err := startSite(ctx)
	if err != nil {
		return figures{}, err
	}
	defer s.stop()
	for range o.instances {
		if err := s.grow(ctx, o.from); err != nil {
			return figures{}, err
		}
	}
	h, err := newHall(ctx, s, o)
	if err != nil {
		return figures{}, err
	}
	defer h.leave()
	if err := h.join(ctx, o.people); err != nil {
		return figures{}, err
	}
	changed := s.change(ctx, o, h)
	if err := h.finish(ctx); err != nil {
		return figures{}, err
	}
	f := h.figures()
	f.ended = s.ended
	if changed != nil {
		return f, changed
	}
	if err := h.verify(ctx, o); err != nil {
		return f, err
	}
	return f, f.judge(o)
}

// judge holds the figures against what is promised.
func (f figures) judge(o options) error {
	if worst := f.saved.Quantile(1); o.limit > 0 && worst > o.limit {
		return fmt.Errorf("somebody waited %v for an edit to be saved", worst.Round(time.Millisecond))
	}
	if worst := f.ended.Quantile(1); worst > 10*time.Second {
		return fmt.Errorf("an instance took %v to end", worst.Round(time.Millisecond))
	}
	return nil
}
