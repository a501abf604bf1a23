//go:build !linux

package hub

import "net"

// unsent is not known here: what a write has not returned for has not been
// taken.
func unsent(net.Conn) int { return -1 }
