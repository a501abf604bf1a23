package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/pathboard/pathboard/server/trial"
)

// site is a Redis, instances on it and a balancer before them.
type site struct {
	folder   string
	redis    *trial.Redis
	balancer *balancer
	all      []*trial.Program // those that serve, oldest first
	started  int
	ended    trial.Spread
}

func startSite(ctx context.Context) (_ *site, err error) {
	s := &site{}
	defer func() {
		if err != nil {
			s.stop()
		}
	}()
	if s.folder, err = os.MkdirTemp("", "rollout-"); err != nil {
		return nil, err
	}
	if s.redis, err = trial.StartRedis(ctx, s.folder); err != nil {
		return nil, err
	}
	s.balancer, err = startBalancer()
	return s, err
}

// grow starts an instance and waits until the balancer sends people there.
func (s *site) grow(ctx context.Context, binary string) error {
	folder := filepath.Join(s.folder, strconv.Itoa(s.started))
	s.started++
	p, err := trial.Start(binary, "PATHBOARD_REDIS_URL="+s.redis.URL, "PATHBOARD_DATA="+folder,
		"PATHBOARD_PUBLIC_URL="+s.balancer.url, "PATHBOARD_TRUSTED_PROXIES=127.0.0.1", "PATHBOARD_LOG_LEVEL=error")
	if err != nil {
		return err
	}
	s.all = append(s.all, p)
	s.balancer.add(p.URL)
	return trial.Wait(ctx, p.URL+" is ready", func() bool { return s.balancer.healthy(p.URL) })
}

// shrink ends the oldest instance in an orderly way.
func (s *site) shrink(ctx context.Context) error {
	p := s.all[0]
	s.all = s.all[1:]
	took, err := p.Stop(ctx)
	if err != nil {
		p.Kill()
		return err
	}
	s.ended = append(s.ended, took)
	s.balancer.remove(p.URL)
	return nil
}

// change is the whole course of changes.
func (s *site) change(ctx context.Context, o options, h *hall) error {
	var steps []func() error
	grow := func() error { return s.grow(ctx, o.binary) }
	shrink := func() error { return s.shrink(ctx) }
	steps = append(steps, grow)
	for range o.instances { // roll: the new one first, then the old one goes
		steps = append(steps, grow, shrink)
	}
	for range o.instances { // down to one
		steps = append(steps, shrink)
	}
	for range o.instances - 1 {
		steps = append(steps, grow)
	}
	for n, step := range steps {
		if err := errors.Join(h.live(ctx, n), h.pass(ctx, o.between)); err != nil {
			return err
		}
		if err := step(); err != nil {
			return err
		}
	}
	return h.pass(ctx, o.between)
}

// restart kills everything and starts it again, on what Redis holds.
func (s *site) restart(ctx context.Context, binary string) error {
	n := len(s.all)
	for _, p := range s.all {
		p.Kill()
		s.balancer.remove(p.URL)
	}
	s.all = nil
	for range n {
		if err := s.grow(ctx, binary); err != nil {
			return err
		}
	}
	return nil
}

func (s *site) stop() {
	for _, p := range s.all {
		p.Kill()
	}
	if s.balancer != nil {
		s.balancer.close()
	}
	s.redis.Stop()
	if s.folder != "" {
		_ = os.RemoveAll(s.folder)
	}
}

// programs are the programs that serve now, each by the hash of its file.
func (s *site) programs() []string {
	var out []string
	for _, p := range s.all {
		content, err := os.ReadFile(p.Binary)
		if err != nil {
			continue // it runs, so it was there
		}
		out = append(out, fmt.Sprintf("%x", sha256.Sum256(content))[:12])
	}
	return out
}
