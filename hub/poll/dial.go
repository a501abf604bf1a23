package poll

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"net/url"

	"github.com/gorilla/websocket"
)

// passedOn are the headers by which the handler judges a request.
var passedOn = []string{"Origin", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded", "User-Agent"}

// dial opens a websocket to the handler, in the name of the request. Without a
// websocket it returns what the handler answered. Only the client's own leaving
// ends the wait for it.
func dial(handler http.Handler, r *http.Request) (*websocket.Conn, int, http.Header) {
	near, far := net.Pipe()
	answer := &answer{conn: far, header: http.Header{}}
	served := make(chan struct{})
	go func() {
		defer close(served)
		handshake, err := http.ReadRequest(bufio.NewReader(far))
		if err != nil {
			far.Close()
			return
		}
		inner := handshake.WithContext(r.Context())
		inner.RemoteAddr, inner.Host, inner.TLS = r.RemoteAddr, r.Host, r.TLS
		for _, name := range passedOn {
			if v := r.Header.Values(name); v != nil {
				inner.Header[name] = v
			}
		}
		handler.ServeHTTP(answer, inner)
		if !answer.taken {
			far.Close()
		}
	}()
	there := context.AfterFunc(r.Context(), func() { near.Close() })
	ws, res, err := websocket.NewClient(near, &url.URL{Scheme: "ws", Host: "inside", Path: "/ws"}, nil, 1024, 1024)
	if err != nil {
		near.Close()
		<-served
		status := answer.status
		if status == 0 {
			status = http.StatusBadGateway
		}
		return nil, status, answer.header
	}
	res.Body.Close()
	<-served
	there() // a client that left just now is one that nobody asks for
	return ws, 0, nil
}

// answer is the handler's way out: it takes the pipe over, or says why not.
type answer struct {
	conn   net.Conn
	header http.Header
	status int
	taken  bool
}

func (a *answer) Header() http.Header { return a.header }

func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

func (a *answer) Write(b []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return len(b), nil
}

// Hijack implements http.Hijacker.
func (a *answer) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	a.taken = true
	return a.conn, bufio.NewReadWriter(bufio.NewReader(a.conn), bufio.NewWriter(a.conn)), nil
}
