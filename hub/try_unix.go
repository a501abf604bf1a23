//go:build unix

package hub

import (
	"errors"
	"syscall"
)

// tryWrite writes what the socket takes without waiting. A connection that is
// not a bare socket takes nothing.
func (c *conn) tryWrite(b []byte) (n int, err error) {
	if c.raw == nil || len(b) == 0 {
		return 0, nil
	}
	closed := c.raw.Write(func(fd uintptr) bool {
		n, err = syscall.Write(int(fd), b)
		return true
	})
	if err == nil {
		err = closed
	}
	if errors.Is(err, syscall.EAGAIN) || errors.Is(err, syscall.EINTR) {
		err = nil
	}
	return max(n, 0), err
}
