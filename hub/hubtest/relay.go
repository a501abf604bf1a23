package hubtest

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/gorilla/websocket"
)

// Relay passes websocket messages on between clients and a server and loses what
// it is told to, which neither end notices: the connection stays.
type Relay struct {
	t    testing.TB
	to   string
	http *httptest.Server
	wg   sync.WaitGroup

	mu    sync.Mutex
	loses func(path string, message []byte) bool
}

// NewRelay relays to a server at ws://host:port until the test ends.
func NewRelay(t testing.TB, to string) *Relay {
	t.Helper()
	r := &Relay{t: t, to: to}
	r.http = httptest.NewServer(r)
	t.Cleanup(func() {
		r.http.CloseClientConnections()
		r.http.Close()
		r.wg.Wait()
	})
	return r
}

// URL is where to connect.
func (r *Relay) URL() string { return "ws" + strings.TrimPrefix(r.http.URL, "http") }

// Lose asks f about every message to a client from now on; true loses it. The
// path is that of the client's connection.
func (r *Relay) Lose(f func(path string, message []byte) bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.loses = f
}

func (r *Relay) lost(path string, message []byte) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.loses != nil && r.loses(path, message)
}

// ServeHTTP takes a client's connection.
func (r *Relay) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	up, res, err := websocket.DefaultDialer.DialContext(req.Context(), r.to+req.URL.String(), nil)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	res.Body.Close()
	upgrader := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	down, err := upgrader.Upgrade(w, req, nil)
	if err != nil {
		up.Close()
		return
	}
	r.wg.Go(func() { pass(down, up, func([]byte) bool { return false }) })
	r.wg.Go(func() { pass(up, down, func(b []byte) bool { return r.lost(req.URL.Path, b) }) })
}

// pass forwards messages one way until the connection ends, then ends both.
func pass(from, to *websocket.Conn, lost func([]byte) bool) {
	defer from.Close()
	defer to.Close()
	for {
		kind, b, err := from.ReadMessage()
		if err != nil {
			return
		}
		if lost(b) {
			continue
		}
		if to.WriteMessage(kind, b) != nil {
			return
		}
	}
}
