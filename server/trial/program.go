package trial

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Program is one process of the product that serves.
type Program struct {
	Binary, URL string
	cmd         *exec.Cmd
	ended       chan struct{} // closed when the process has ended
}

// Start runs the binary on a free port, with these settings beside it, and
// waits until it listens.
func Start(binary string, settings ...string) (*Program, error) {
	cmd := exec.Command(binary, "serve")
	cmd.Env = append(append(os.Environ(), "PATHBOARD_ADDR=127.0.0.1:0"), settings...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", binary, err)
	}
	p := &Program{Binary: binary, cmd: cmd, ended: make(chan struct{})}
	lines := bufio.NewScanner(out)
	for p.URL == "" && lines.Scan() {
		if url, ok := strings.CutPrefix(lines.Text(), "pathboard listening on "); ok {
			p.URL = url
		}
	}
	go func() {
		for lines.Scan() { // whatever else it says is not of interest
		}
		_ = cmd.Wait()
		close(p.ended)
	}()
	if p.URL == "" {
		p.Kill()
		return nil, errors.New("the program ended before it listened")
	}
	return p, nil
}

// Kill ends it at once; it may be called again, and on nil.
func (p *Program) Kill() {
	if p != nil {
		_ = p.cmd.Process.Kill()
		<-p.ended
	}
}

// Stop asks it to end, and returns how long it took. A status other than 0 is
// an error.
func (p *Program) Stop(ctx context.Context) (time.Duration, error) {
	began := time.Now()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return 0, err
	}
	select {
	case <-p.ended:
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	if code := p.cmd.ProcessState.ExitCode(); code != 0 {
		return 0, fmt.Errorf("an instance ended with status %d", code)
	}
	return time.Since(began), nil
}

// ID is the number of the process.
func (p *Program) ID() int { return p.cmd.Process.Pid }

// ProcessorTime is what /proc says of the process, in ticks of 10 ms; 0 where
// there is no /proc.
func (p *Program) ProcessorTime() time.Duration {
	raw, err := os.ReadFile(p.proc("stat"))
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

// Resident is its memory in bytes; 0 where there is no /proc.
func (p *Program) Resident() int64 {
	raw, err := os.ReadFile(p.proc("statm"))
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

func (p *Program) proc(file string) string {
	return fmt.Sprintf("/proc/%d/%s", p.ID(), file)
}
