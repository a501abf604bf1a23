package hub

import (
	"crypto/tls"
	"net"

	"golang.org/x/sys/unix"
)

// unsent is how many bytes written to a connection its other end has not taken
// yet; -1 where that is not known.
func unsent(c net.Conn) (n int) {
	if secured, ok := c.(*tls.Conn); ok {
		c = secured.NetConn()
	}
	bare, ok := c.(*net.TCPConn)
	if !ok {
		return -1
	}
	raw, err := bare.SyscallConn()
	if err != nil {
		return -1
	}
	gone := raw.Control(func(fd uintptr) { n, err = unix.IoctlGetInt(int(fd), unix.SIOCOUTQ) })
	if gone != nil || err != nil {
		return -1
	}
	return n
}
