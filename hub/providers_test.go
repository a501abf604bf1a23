package hub_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pathboard/pathboard/hub"
	"github.com/pathboard/pathboard/hub/bus/localbus"
	"github.com/pathboard/pathboard/hub/hubtest"
	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/store/filestore"
)

// tokens understands "rw:name" and "ro:name".
type tokens struct {
	mu     sync.Mutex
	frozen bool
}

func (a *tokens) Authorize(_ context.Context, _ store.DocName, token string) (hub.Grant, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	mode, name, ok := strings.Cut(token, ":")
	if !ok {
		return hub.Grant{}, fmt.Errorf("no such token: %w", hub.ErrDenied)
	}
	return hub.Grant{
		Subject: name, Session: token, Role: mode, ReadOnly: mode == "ro" || a.frozen,
		Presence: map[string]any{"id": name, "name": name},
	}, nil
}

func (a *tokens) freeze(on bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.frozen = on
}

// instance is a hub on a store and a port, which can be restarted.
type instance struct {
	t      *testing.T
	dir    string
	addr   string
	auth   *tokens
	strict atomic.Bool // accept no origin
	store  *filestore.Store
	bus    *localbus.Bus
	hub    *hub.Hub
	http   *http.Server
	wg     sync.WaitGroup
	left   func(store.DocName, hub.Member, bool) // nil: nobody is told
	change []func(*hub.Options)
}

func startInstance(t *testing.T, change ...func(*hub.Options)) *instance {
	i := &instance{t: t, dir: t.TempDir(), addr: "127.0.0.1:0", auth: &tokens{}, change: change}
	i.up()
	t.Cleanup(i.down)
	return i
}

func (i *instance) up() {
	i.t.Helper()
	var err error
	if i.store, err = filestore.Open(context.Background(), filestore.Options{Dir: i.dir}); err != nil {
		i.t.Fatal(err)
	}
	i.bus = localbus.New(i.store)
	opts := hub.Options{Store: i.store, Bus: i.bus, Authorizer: i.auth, Left: i.left}
	for _, change := range i.change {
		change(&opts)
	}
	if i.hub, err = hub.Open(context.Background(), opts); err != nil {
		i.t.Fatal(err)
	}
	allow := func(r *http.Request) bool { return !i.strict.Load() || r.Header.Get("Origin") == "" }
	mux := http.NewServeMux()
	mux.Handle("/ws", i.hub.Handler(allow))
	mux.Handle("/y/", i.hub.PlainHandler(allow, func(r *http.Request) string { return strings.TrimPrefix(r.URL.Path, "/y/") }))
	ln, err := net.Listen("tcp", i.addr)
	if err != nil {
		i.t.Fatal(err)
	}
	i.addr = ln.Addr().String()
	i.http = &http.Server{Handler: mux, ReadHeaderTimeout: time.Second}
	i.wg.Go(func() { _ = i.http.Serve(ln) })
}

func (i *instance) down() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := i.hub.Close(ctx); err != nil {
		i.t.Error(err)
	}
	_ = i.http.Close()
	i.wg.Wait()
	if err := i.bus.Close(); err != nil {
		i.t.Error(err)
	}
	if err := i.store.Close(); err != nil {
		i.t.Error(err)
	}
}

// control lets the judge restart the hub and take rights away; it answers when
// that is done.
func (i *instance) control(w http.ResponseWriter, r *http.Request) {
	switch strings.TrimPrefix(r.URL.Path, "/") {
	case "restart":
		i.down()
		i.up()
	case "freeze", "thaw":
		i.auth.freeze(strings.HasSuffix(r.URL.Path, "freeze"))
		i.hub.ReauthorizeAll(r.Context(), func(store.DocName, hub.Grant) bool { return true })
	default:
		http.NotFound(w, r)
	}
}

// TestUnmodifiedProviders lets clients that others wrote judge the hub.
// Proves R4, W1, W2, W3, W4 of hub/SPEC.md.
func TestUnmodifiedProviders(t *testing.T) {
	i := startInstance(t)
	control := httptest.NewServer(http.HandlerFunc(i.control))
	defer control.Close()
	out, err := hubtest.Node(t, "judge.mjs", "ws://"+i.addr, control.URL).CombinedOutput()
	for line := range strings.Lines(string(out)) {
		t.Log(strings.TrimSpace(line))
		if strings.HasPrefix(line, "FAIL") {
			t.Fail()
		}
	}
	if err != nil {
		t.Error(err)
	}
}
