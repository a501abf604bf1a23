//go:build unix

package hub

import (
	"errors"
	"io"
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

// tryRead reads what the socket has; n is 0 and err nil when there is nothing
// now.
func (c *conn) tryRead(b []byte) (n int, err error) {
	closed := c.raw.Read(func(fd uintptr) bool {
		for {
			n, err = syscall.Read(int(fd), b)
			if !errors.Is(err, syscall.EINTR) {
				return true
			}
		}
	})
	switch {
	case closed != nil:
		return 0, closed
	case errors.Is(err, syscall.EAGAIN):
		return 0, nil
	case err == nil && n == 0:
		return 0, io.EOF
	}
	return max(n, 0), err
}
