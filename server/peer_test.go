package main

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/pathboard/pathboard/hub/hubtest"
	"github.com/pathboard/pathboard/hub/wire"
)

// patience is how long a test waits for what must come.
const patience = 15 * time.Second

// peer is a client of a whole server, which speaks of workshops too.
type peer struct{ *hubtest.Peer }

func dial(t *testing.T, base string) *peer {
	t.Helper()
	return &peer{hubtest.Dial(t, base+"/ws", nil)}
}

// workshop waits for a stateless message about the workshop that holds.
func (p *peer) workshop(what string, holds func(pushed) bool) pushed {
	var m pushed
	p.Await(what, 0, func(f wire.Frame) bool {
		m = pushed{}
		return f.Type == wire.TypeStateless && json.Unmarshal([]byte(f.Text), &m) == nil && m.Type == "workshop" && holds(m)
	})
	return m
}

// pushed is the workshop as it travels on the socket.
type pushed struct {
	Type     string       `json:"type"`
	Version  uint64       `json:"version"`
	Workshop seenWorkshop `json:"workshop"`
}

// tcp is an address of a listener.
type tcp string

func (tcp) Network() string  { return "tcp" }
func (a tcp) String() string { return string(a) }
