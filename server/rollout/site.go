package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// instance is one process of the program.
type instance struct {
	binary, url string
	cmd         *exec.Cmd
	ended       chan struct{} // closed when the process has ended
}

// site is a Redis, instances on it and a balancer before them.
type site struct {
	folder   string
	redisURL string
	redis    *exec.Cmd
	balancer *balancer
	all      []*instance // those that serve, oldest first
	started  int
	ended    spread
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
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := l.Addr().String()
	l.Close()
	_, port, _ := net.SplitHostPort(address)
	s.redis = exec.Command("redis-server", "--port", port, "--bind", "127.0.0.1", "--dir", s.folder,
		"--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction", "--maxmemory", "1gb", "--save", "")
	if err := s.redis.Start(); err != nil {
		return nil, fmt.Errorf("start redis-server: %w", err)
	}
	s.redisURL = "redis://" + address
	if err := wait(ctx, "redis-server accepts", func() bool {
		c, err := net.Dial("tcp", address)
		if err == nil {
			c.Close()
		}
		return err == nil
	}); err != nil {
		return nil, err
	}
	s.balancer, err = startBalancer()
	return s, err
}

// wait looks until holds does.
func wait(ctx context.Context, what string, holds func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("not in time: %s", what)
		}
	}
	return nil
}

// grow starts an instance and waits until the balancer sends people there.
func (s *site) grow(ctx context.Context, binary string) error {
	cmd := exec.Command(binary, "serve")
	folder := filepath.Join(s.folder, strconv.Itoa(s.started))
	s.started++
	cmd.Env = append(os.Environ(), "PATHBOARD_ADDR=127.0.0.1:0", "PATHBOARD_REDIS_URL="+s.redisURL, "PATHBOARD_DATA="+folder,
		"PATHBOARD_PUBLIC_URL="+s.balancer.url, "PATHBOARD_TRUSTED_PROXIES=127.0.0.1", "PATHBOARD_LOG_LEVEL=error")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", binary, err)
	}
	i := &instance{binary: binary, cmd: cmd, ended: make(chan struct{})}
	lines := bufio.NewScanner(out)
	for i.url == "" && lines.Scan() {
		i.url, _ = strings.CutPrefix(lines.Text(), "pathboard listening on ")
		if !strings.HasPrefix(i.url, "http") {
			i.url = ""
		}
	}
	go func() {
		for lines.Scan() { // whatever else it says is not of interest
		}
		_ = cmd.Wait()
		close(i.ended)
	}()
	if i.url == "" {
		return errors.New("an instance ended before it listened")
	}
	s.all = append(s.all, i)
	s.balancer.add(i.url)
	return wait(ctx, i.url+" is ready", func() bool { return s.balancer.healthy(i.url) })
}

// shrink ends the oldest instance in an orderly way.
func (s *site) shrink(ctx context.Context) error {
	i := s.all[0]
	s.all = s.all[1:]
	began := time.Now()
	if err := i.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	if err := wait(ctx, "an instance ends", func() bool {
		select {
		case <-i.ended:
			return true
		default:
			return false
		}
	}); err != nil {
		return err
	}
	s.ended = append(s.ended, time.Since(began))
	s.balancer.remove(i.url)
	if code := i.cmd.ProcessState.ExitCode(); code != 0 {
		return fmt.Errorf("an instance ended with status %d", code)
	}
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
	for _, i := range s.all {
		_ = i.cmd.Process.Kill()
		<-i.ended
		s.balancer.remove(i.url)
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
	for _, i := range s.all {
		_ = i.cmd.Process.Kill()
		<-i.ended
	}
	if s.balancer != nil {
		s.balancer.close()
	}
	if s.redis != nil && s.redis.Process != nil {
		_ = s.redis.Process.Kill()
		_ = s.redis.Wait()
	}
	if s.folder != "" {
		_ = os.RemoveAll(s.folder)
	}
}

// programs are the programs that serve now, each by the hash of its file.
func (s *site) programs() []string {
	var out []string
	for _, i := range s.all {
		content, err := os.ReadFile(i.binary)
		if err != nil {
			continue // it runs, so it was there
		}
		out = append(out, fmt.Sprintf("%x", sha256.Sum256(content))[:12])
	}
	return out
}

var client = &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
