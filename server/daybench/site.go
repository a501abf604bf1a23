package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/pathboard/pathboard/server/trial"
)

// site is two instances of the program on a Redis of their own.
type site struct {
	folder    string
	redis     *trial.Redis
	instances []*trial.Program
	used      time.Duration // processor time at the last look
}

func startSite(ctx context.Context, binary string) (_ *site, err error) {
	s := &site{}
	defer func() {
		if err != nil {
			s.stop()
		}
	}()
	if s.folder, err = os.MkdirTemp("", "daybench-"); err != nil {
		return nil, err
	}
	if s.redis, err = trial.StartRedis(ctx, s.folder); err != nil {
		return nil, err
	}
	for range 2 {
		p, err := trial.Start(binary, "PATHBOARD_REDIS_URL="+s.redis.URL, "PATHBOARD_DATA="+s.folder)
		if err != nil {
			return nil, err
		}
		s.instances = append(s.instances, p)
	}
	return s, nil
}

// url is an instance for the nth of those who ask.
func (s *site) url(n int) string { return s.instances[n%len(s.instances)].URL }

// usage is the processor time since the last look, and the memory now.
func (s *site) usage() string {
	var used time.Duration
	var resident int64
	for _, p := range s.instances {
		used += p.ProcessorTime()
		resident += p.Resident()
	}
	since := used - s.used
	s.used = used
	return fmt.Sprintf("servers: %.1f s of processor, %d MB", since.Seconds(), resident>>20)
}

func (s *site) stop() {
	for _, p := range s.instances {
		p.Kill()
	}
	s.redis.Stop()
	_ = os.RemoveAll(s.folder)
}
