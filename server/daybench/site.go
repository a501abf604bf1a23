package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// site is two instances of the program on a Redis of their own.
type site struct {
	folder    string
	redis     *exec.Cmd
	instances []*exec.Cmd
	urls      []string
	used      time.Duration // processor time at the last look
}

func startSite(ctx context.Context, binary string) (*site, error) {
	folder, err := os.MkdirTemp("", "daybench-")
	if err != nil {
		return nil, err
	}
	s := &site{folder: folder}
	if err := s.start(ctx, binary); err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

func (s *site) start(ctx context.Context, binary string) error {
	port, err := freePort()
	if err != nil {
		return err
	}
	s.redis = exec.Command("redis-server", "--port", strconv.Itoa(port), "--bind", "127.0.0.1", "--dir", s.folder,
		"--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction", "--maxmemory", "1gb", "--save", "")
	if err := s.redis.Start(); err != nil {
		return fmt.Errorf("start redis-server: %w", err)
	}
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	if err := accepts(ctx, address); err != nil {
		return err
	}
	for range 2 {
		if err := s.startInstance(binary, "redis://"+address); err != nil {
			return err
		}
	}
	return nil
}

func (s *site) startInstance(binary, redis string) error {
	cmd := exec.Command(binary, "serve")
	cmd.Env = append(os.Environ(), "PATHBOARD_ADDR=127.0.0.1:0", "PATHBOARD_REDIS_URL="+redis, "PATHBOARD_DATA="+s.folder)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", binary, err)
	}
	s.instances = append(s.instances, cmd)
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if url, ok := strings.CutPrefix(lines.Text(), "pathboard listening on "); ok {
			s.urls = append(s.urls, url)
			go func() {
				for lines.Scan() { // whatever else it says is not of interest
				}
			}()
			return nil
		}
	}
	return errors.New("an instance ended before it listened")
}

// usage is the processor time since the last look, and the memory now.
func (s *site) usage() string {
	var used time.Duration
	var resident int64
	for _, cmd := range s.instances {
		used += processorTime(cmd.Process.Pid)
		resident += residentBytes(cmd.Process.Pid)
	}
	since := used - s.used
	s.used = used
	return fmt.Sprintf("servers: %.1f s of processor, %d MB", since.Seconds(), resident>>20)
}

func (s *site) stop() {
	for _, cmd := range append(s.instances, s.redis) {
		if cmd != nil && cmd.Process != nil {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
	}
	_ = os.RemoveAll(s.folder)
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

func accepts(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	for {
		c, err := net.Dial("tcp", address)
		if err == nil {
			return c.Close()
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("redis-server does not accept: %w", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// processorTime is what /proc says of the process, in ticks of 10 ms.
func processorTime(pid int) time.Duration {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(raw), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.ParseInt(fields[11], 10, 64)
	system, _ := strconv.ParseInt(fields[12], 10, 64)
	return time.Duration(user+system) * 10 * time.Millisecond
}

func residentBytes(pid int) int64 {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(raw))
	if len(fields) < 2 {
		return 0
	}
	pages, _ := strconv.ParseInt(fields[1], 10, 64)
	return pages * int64(os.Getpagesize())
}
