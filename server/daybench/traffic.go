package main

import (
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/pathboard/pathboard/hub/wire"
)

// traffic is what all people were sent, in bytes, by what it tells.
type traffic struct {
	answers  atomic.Int64 // to requests
	whole    atomic.Int64 // workshops
	changes  atomic.Int64 // of workshops
	presence atomic.Int64
	other    atomic.Int64
}

func (t *traffic) add(f wire.Frame, n int) {
	of := &t.other
	switch {
	case f.Type == wire.TypeAwareness:
		of = &t.presence
	case f.Type == wire.TypeStateless && strings.HasPrefix(f.Text, `{"type":"workshop"`):
		of = &t.whole
	case f.Type == wire.TypeStateless && strings.HasPrefix(f.Text, `{"type":"change"`):
		of = &t.changes
	}
	of.Add(int64(n))
}

func (t *traffic) kinds() []*atomic.Int64 {
	return []*atomic.Int64{&t.answers, &t.whole, &t.changes, &t.presence, &t.other}
}

func (t *traffic) all() (n int64) {
	for _, of := range t.kinds() {
		n += of.Load()
	}
	return n
}

func (t *traffic) reset() {
	for _, of := range t.kinds() {
		of.Store(0)
	}
}

func (t *traffic) String() string {
	mb := func(n int64) float64 { return float64(n) / 1e6 }
	return fmt.Sprintf("%.0f MB (answers %.0f, whole workshops %.0f, changes %.0f, presence %.0f, other %.0f)", mb(t.all()),
		mb(t.answers.Load()), mb(t.whole.Load()), mb(t.changes.Load()), mb(t.presence.Load()), mb(t.other.Load()))
}
