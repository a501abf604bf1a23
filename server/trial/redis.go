package trial

import (
	"context"
	"fmt"
	"net"
	"os/exec"
	"time"
)

// Redis is a redis-server process, as durable as the product asks for.
type Redis struct {
	URL string
	cmd *exec.Cmd
}

// StartRedis runs one on a free port, with its files in the folder, and waits
// until it accepts.
func StartRedis(ctx context.Context, folder string) (*Redis, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := l.Addr().String()
	l.Close()
	_, port, _ := net.SplitHostPort(address)
	r := &Redis{URL: "redis://" + address}
	r.cmd = exec.Command("redis-server", "--port", port, "--bind", "127.0.0.1", "--dir", folder,
		"--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction", "--maxmemory", "1gb", "--save", "")
	if err := r.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start redis-server: %w", err)
	}
	accepts := func() bool {
		c, err := net.Dial("tcp", address)
		if err == nil {
			c.Close()
		}
		return err == nil
	}
	if err := Wait(ctx, "redis-server accepts", accepts); err != nil {
		r.Stop()
		return nil, err
	}
	return r, nil
}

// Stop ends it with SIGKILL; it may be called on nil.
func (r *Redis) Stop() {
	if r != nil {
		_ = r.cmd.Process.Kill()
		_ = r.cmd.Wait()
	}
}

// Wait looks every 10 ms until holds does, for at most a minute.
func Wait(ctx context.Context, what string, holds func() bool) error {
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
