package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// target is what is measured: one or two instances, ours or others'.
type target struct {
	urls  []string
	token string
	pids  []int // of the processes to account for; may be empty
	// plain: it speaks y-websocket, whose address names the document.
	plain bool
	// forgets: it keeps no documents, so that nothing can be counted at the end.
	forgets bool

	servers []*server
}

// server is an instance in a process of its own, this same program.
type server struct {
	kind, addr string
	args       []string
	cmd        *exec.Cmd
	out        io.Closer
}

// startServer runs the program as a server and waits for its address.
func startServer(ctx context.Context, kind, dir, redis, addr, heap, profile string) (*server, error) {
	s := &server{kind: kind, addr: addr, args: []string{"-serve", kind, "-addr", addr, "-data", dir, "-redis", redis, "-heap", heap, "-profile", profile}}
	return s, s.up(ctx)
}

func (s *server) up(ctx context.Context) error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	s.cmd = exec.CommandContext(ctx, self, s.args...)
	s.cmd.Stderr = os.Stderr
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("start server: %w", err)
	}
	if err := s.cmd.Start(); err != nil {
		return fmt.Errorf("start server: %w", err)
	}
	s.out = out
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return errors.Join(fmt.Errorf("server %s did not start: %w", s.kind, err), s.kill())
	}
	s.addr = strings.TrimSpace(line)
	s.args[3] = s.addr // the same again after kill
	return nil
}

// kill ends the server with SIGKILL.
func (s *server) kill() error {
	if s.cmd.Process == nil {
		return nil
	}
	err := s.cmd.Process.Kill()
	_ = s.cmd.Wait() // "killed" is what was asked for
	return err
}

// end lets a server that is profiled write down what it has seen, and kills any
// other.
func (s *server) end() error {
	if s.cmd.Process == nil || s.args[len(s.args)-1] == "" {
		return s.kill()
	}
	if err := s.cmd.Process.Signal(os.Interrupt); err != nil {
		return fmt.Errorf("end server: %w", err)
	}
	return s.cmd.Wait()
}

func (s *server) url() string { return "ws://" + s.addr + "/ws" }

// startTarget starts n instances of a kind, which share dir or a Redis.
func startTarget(ctx context.Context, o options, n int) (*target, error) {
	if o.url != "" {
		return &target{urls: strings.Split(o.url, ","), token: o.token, pids: o.pids, plain: o.plain}, nil
	}
	dir, err := os.MkdirTemp("", "loadtest-")
	if err != nil {
		return nil, fmt.Errorf("make a folder: %w", err)
	}
	t := &target{token: "any", forgets: strings.HasPrefix(o.target, "floor")}
	heap, profile := o.heap, o.profile
	for range n {
		s, err := startServer(ctx, o.target, dir, o.redis, "127.0.0.1:0", heap, profile)
		heap, profile = "", ""
		if err != nil {
			return nil, errors.Join(err, t.stop())
		}
		t.servers = append(t.servers, s)
		t.urls = append(t.urls, s.url())
		t.pids = append(t.pids, s.cmd.Process.Pid)
	}
	return t, nil
}

func (t *target) stop() error {
	var errs []error
	for _, s := range t.servers {
		errs = append(errs, s.end())
	}
	return errors.Join(errs...)
}

// usage is what the processes have taken so far.
type usage struct {
	cpu time.Duration
	rss int64 // bytes resident now
}

// ticksPerSecond is the unit of processor time in /proc, fixed on Linux.
const ticksPerSecond = 100

// use reads /proc; where there is none, everything is zero.
func (t *target) use() usage {
	var u usage
	for _, pid := range t.pids {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			continue
		}
		// The name in parentheses may hold spaces.
		fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
		if len(fields) < 22 {
			continue
		}
		user, _ := strconv.ParseInt(fields[11], 10, 64)
		system, _ := strconv.ParseInt(fields[12], 10, 64)
		pages, _ := strconv.ParseInt(fields[21], 10, 64)
		u.cpu += time.Duration(user+system) * time.Second / ticksPerSecond
		u.rss += pages * int64(os.Getpagesize())
	}
	return u
}
