//go:build !linux

package hub

import "context"

// poller watches nothing here: each connection is read by a goroutine.
type poller struct{}

func newPoller() (*poller, error) { return nil, nil }

func (p *poller) add(*conn) bool { return false }
func (p *poller) remove(*conn)   {}
func (p *poller) nudge(*conn)    {}

func (p *poller) close(context.Context) error { return nil }
