package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"

	"github.com/pathboard/pathboard/server/live"
)

type options struct {
	binary         string
	people, groups int
	within         time.Duration
	changes        int
	limit          time.Duration
	client         client
}

func main() {
	var o options
	flag.StringVar(&o.binary, "binary", "bin/pathboard", "the program to measure")
	flag.IntVar(&o.people, "people", 1000, "participants")
	flag.IntVar(&o.groups, "groups", 120, "groups")
	flag.DurationVar(&o.within, "within", 8*time.Second, "all arrive in this time")
	flag.IntVar(&o.changes, "changes", 20, "changes of phase")
	flag.DurationVar(&o.limit, "limit", 0, "fail when the 99th percentile of a change is above; 0: never")
	flag.BoolVar(&o.client.whole, "whole", false, "the people's clients want whole workshops, not changes")
	flag.StringVar(&o.client.says, "says", live.DerivesMembers, "what the people's clients say they take; browsers of the release before: "+live.TakesChanges)
	flag.BoolVar(&o.client.present, "present", true, "the people show that they are there")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "daybench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	site, err := startSite(ctx, o.binary)
	if err != nil {
		return err
	}
	defer site.stop()
	h, err := newHall(ctx, site, o)
	if err != nil {
		return err
	}
	defer h.leave()
	begin := time.Now()
	joined, err := h.joinAll(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("%d people in %d groups joined in %.1f s; each: %s\n", o.people, o.groups, time.Since(begin).Seconds(), joined)
	fmt.Printf("sent while joining: %s; connections tried again: %d; %s\n", &h.traffic, h.again.Load(), site.usage())
	h.calm(ctx)
	changes, err := h.changePhases(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("%d changes of phase, until each of %d screens had it: %s\n", o.changes, o.people, changes)
	fmt.Printf("sent for the changes: %s; %s\n", &h.traffic, site.usage())
	if p99 := changes.Quantile(0.99); o.limit > 0 && p99 > o.limit {
		return fmt.Errorf("a change took %s at the 99th percentile, more than %s", p99, o.limit)
	}
	return nil
}
