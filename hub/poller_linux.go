package hub

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
)

const (
	// pollEvents is how many sockets one look at the kernel's list may name.
	pollEvents = 128
	// idleReaders is how many goroutines wait for the next readable socket.
	idleReaders = 32
	// epollET is EPOLLET without the sign that package syscall gives it.
	epollET = 1 << 31
)

// poller watches the sockets of all connections, so that an idle one needs
// neither a goroutine nor a buffer for reading. Its list in the kernel (epoll)
// is itself a file that Go's runtime waits for: no thread blocks in it.
type poller struct {
	// static
	file *os.File
	raw  syscall.RawConn
	work chan *conn // to readers that wait
	done chan struct{}

	waiting atomic.Int32 // readers that wait, or are about to
	wg      sync.WaitGroup

	mu    sync.Mutex // guards what follows
	conns map[int32]*conn
	last  int32
}

func newPoller() (*poller, error) {
	fd, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("watch sockets: %w", err)
	}
	if err := syscall.SetNonblock(fd, true); err != nil {
		return nil, errors.Join(fmt.Errorf("watch sockets: %w", err), syscall.Close(fd))
	}
	p := &poller{
		file: os.NewFile(uintptr(fd), "epoll"), conns: map[int32]*conn{},
		work: make(chan *conn), done: make(chan struct{}),
	}
	if p.raw, err = p.file.SyscallConn(); err != nil {
		return nil, errors.Join(fmt.Errorf("watch sockets: %w", err), p.file.Close())
	}
	p.wg.Go(p.run)
	return p, nil
}

// add watches a connection: conn.readable runs whenever there may be something
// to read. It reports false if the connection has to be read by a goroutine of
// its own.
func (p *poller) add(c *conn) bool {
	if c.raw == nil {
		return false
	}
	p.mu.Lock()
	for used := true; used; _, used = p.conns[p.last] {
		p.last = (p.last + 1) & (1<<31 - 1)
	}
	c.watched = p.last
	p.conns[c.watched] = c
	p.mu.Unlock()
	var err error
	gone := c.raw.Control(func(fd uintptr) {
		err = syscall.EpollCtl(p.epoll(), syscall.EPOLL_CTL_ADD, int(fd), &syscall.EpollEvent{
			Events: syscall.EPOLLIN | syscall.EPOLLRDHUP | epollET, Fd: c.watched,
		})
	})
	if gone != nil || err != nil {
		p.remove(c)
		return false
	}
	return true
}

func (p *poller) epoll() (fd int) {
	_ = p.raw.Control(func(f uintptr) { fd = int(f) })
	return fd
}

// remove forgets a connection; the kernel does so when its socket is closed.
func (p *poller) remove(c *conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, c.watched)
}

// run finds out who is readable until the poller is closed.
func (p *poller) run() {
	events := make([]syscall.EpollEvent, pollEvents)
	ready := make([]*conn, 0, pollEvents)
	for {
		var n int
		if p.raw.Read(func(fd uintptr) bool {
			n, _ = syscall.EpollWait(int(fd), events, 0)
			return n > 0
		}) != nil {
			return
		}
		p.mu.Lock()
		for _, e := range events[:n] {
			if c := p.conns[e.Fd]; c != nil {
				ready = append(ready, c)
			}
		}
		p.mu.Unlock()
		for _, c := range ready {
			p.nudge(c)
		}
		clear(ready)
		ready = ready[:0]
	}
}

// nudge has a watched connection read. One goroutine reads a connection at a
// time; it may wait for a room as long as it likes.
func (p *poller) nudge(c *conn) {
	if !c.beginReading() {
		return
	}
	select {
	case p.work <- c:
	default:
		p.wg.Go(func() { p.read(c) })
	}
}

func (p *poller) read(c *conn) {
	for {
		c.readable()
		if p.waiting.Add(1) > idleReaders {
			p.waiting.Add(-1)
			return
		}
		select {
		case c = <-p.work:
			p.waiting.Add(-1)
		case <-p.done:
			return
		}
	}
}

// close ends the poller when all its connections have ended.
func (p *poller) close(ctx context.Context) error {
	close(p.done)
	return errors.Join(p.file.Close(), wait(ctx, &p.wg))
}
