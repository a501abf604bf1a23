package hub_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pathboard/pathboard/hub"
	"github.com/pathboard/pathboard/hub/hubtest"
	"github.com/pathboard/pathboard/hub/wire"
)

// losses are the documents of which the next update to a client by way of a
// relay is to be lost.
type losses struct {
	mu   sync.Mutex
	docs map[string]bool
}

func (l *losses) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.docs[strings.TrimPrefix(r.URL.Path, "/")] = true
}

// loses says whether a message is the one that is to be lost.
func (l *losses) loses(path string, message []byte) bool {
	f, err := wire.Parse(message)
	if doc, plain := strings.CutPrefix(path, "/y/"); plain {
		f = wire.Frame{}
		if err = nil; len(message) > 1 && message[0] == byte(wire.TypeSync) {
			f.Type, f.Sync, f.Doc = wire.TypeSync, wire.SyncKind(message[1]), doc
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil || f.Type != wire.TypeSync || f.Sync != wire.SyncUpdate || !l.docs[f.Doc] {
		return false
	}
	delete(l.docs, f.Doc)
	return true
}

// TestMissedUpdatesAreSentAgain loses updates on their way to clients that
// others wrote, which notice nothing. Proves R14 of hub/SPEC.md.
func TestMissedUpdatesAreSentAgain(t *testing.T) {
	t.Parallel()
	i := startInstance(t, func(o *hub.Options) { o.Limits.SampleEvery = time.Millisecond })
	l := &losses{docs: map[string]bool{}}
	control := httptest.NewServer(l)
	defer control.Close()
	relay := hubtest.NewRelay(t, "ws://"+i.addr)
	relay.Lose(l.loses)
	out, err := hubtest.Node(t, "missed.mjs", "ws://"+i.addr, relay.URL(), control.URL).CombinedOutput()
	for line := range strings.Lines(string(out)) {
		t.Log(strings.TrimSpace(line))
	}
	if err != nil {
		t.Error(err)
	}
}
