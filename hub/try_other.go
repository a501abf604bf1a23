//go:build !unix

package hub

// tryWrite writes nothing: a goroutine that may block writes it.
func (c *conn) tryWrite([]byte) (int, error) { return 0, nil }

// tryRead is for connections that a poller watches.
func (c *conn) tryRead([]byte) (int, error) { panic("hub: nobody watches sockets here") }
