package poll

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// socket is a websocket server that answers each message with itself, "bye" by
// closing with 4001, and "flood" with more than there is room for.
func socket(t *testing.T) http.Handler {
	var serving sync.WaitGroup
	t.Cleanup(serving.Wait)
	up := websocket.Upgrader{CheckOrigin: func(r *http.Request) bool { return r.Header.Get("Origin") != "https://evil.example" }}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Forwarded-For") == "203.0.113.9" {
			w.Header().Set("Retry-After", "5")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		ws, err := up.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		serving.Go(func() {
			defer ws.Close()
			for {
				_, b, err := ws.ReadMessage()
				switch {
				case err != nil:
					return
				case string(b) == "bye":
					_ = ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(4001, "bye"), time.Now().Add(time.Second))
					return
				case string(b) == "flood":
					for i := range 64 {
						if ws.WriteMessage(websocket.BinaryMessage, bytes.Repeat([]byte{byte(i)}, 100<<10)) != nil {
							return
						}
					}
				default:
					_ = ws.WriteMessage(websocket.BinaryMessage, b)
				}
			}
		})
	})
}

// client speaks the transport by hand.
type client struct {
	t    *testing.T
	h    http.Handler
	line string
}

func start(t *testing.T, o Options) (*Handler, *client) {
	t.Helper()
	if o.Socket == nil {
		o.Socket = socket(t)
	}
	h := New(o)
	t.Cleanup(h.Close)
	c := &client{t: t, h: h}
	res := c.do(http.MethodPost, -1, nil)
	if res.Code != http.StatusCreated || len(res.Header().Get(HeaderLine)) < 26 {
		t.Fatalf("opening: %d %v", res.Code, res.Header())
	}
	c.line = res.Header().Get(HeaderLine)
	return h, c
}

func (c *client) do(method string, batch int, body []byte) *httptest.ResponseRecorder {
	c.t.Helper()
	r := httptest.NewRequestWithContext(c.t.Context(), method, "/ws/poll", bytes.NewReader(body))
	if c.line != "" {
		r.Header.Set(HeaderLine, c.line)
	}
	if batch >= 0 {
		r.Header.Set(HeaderBatch, fmt.Sprint(batch))
	}
	w := httptest.NewRecorder()
	c.h.ServeHTTP(w, r)
	return w
}

func (c *client) say(batch int, messages ...string) int {
	c.t.Helper()
	var b [][]byte
	for _, m := range messages {
		b = append(b, []byte(m))
	}
	return c.do(http.MethodPost, batch, join(b)).Code
}

func (c *client) hear(batch int) (int, []string) {
	c.t.Helper()
	res := c.do(http.MethodGet, batch, nil)
	if res.Code != http.StatusOK {
		return res.Code, nil
	}
	b, _ := io.ReadAll(res.Body)
	messages, ok := split(b)
	if !ok {
		c.t.Fatalf("malformed answer %q", b)
	}
	var out []string
	for _, m := range messages {
		out = append(out, string(m))
	}
	return res.Code, out
}

// all fetches until n messages have come.
func (c *client) all(batch, n int) (got []string, last int) {
	c.t.Helper()
	for len(got) < n {
		code, more := c.hear(batch)
		if code == http.StatusOK {
			batch++
		} else if code != http.StatusNoContent {
			c.t.Fatalf("%d after %d messages", code, len(got))
		}
		got = append(got, more...)
	}
	return got, batch
}

func TestMessagesTravelInOrder(t *testing.T) {
	_, c := start(t, Options{})
	if got := c.say(1, "a", "b", "", "ż"); got != http.StatusNoContent {
		t.Fatalf("sending: %d", got)
	}
	if got, _ := c.all(0, 4); strings.Join(got, ",") != "a,b,,ż" {
		t.Errorf("got %q", got)
	}
}

// TestNothingIsLostOrDoubled: a request whose answer was lost is made again.
func TestNothingIsLostOrDoubled(t *testing.T) {
	_, c := start(t, Options{Hold: 50 * time.Millisecond})
	for range 3 {
		if got := c.say(1, "once"); got != http.StatusNoContent {
			t.Fatalf("sending again: %d", got)
		}
	}
	for range 3 { // the first two answers are lost
		if code, got := c.hear(0); code != http.StatusOK || strings.Join(got, ",") != "once" {
			t.Fatalf("asking again: %d %q", code, got)
		}
	}
	if code, got := c.hear(1); code != http.StatusNoContent {
		t.Errorf("after it has arrived: %d %q", code, got)
	}
	for _, batch := range []int{0, 3, 9} {
		if got := c.say(batch, "x"); got != http.StatusConflict {
			t.Errorf("batch %d after 1: %d", batch, got)
		}
	}
	if code, _ := c.hear(7); code != http.StatusConflict {
		t.Errorf("messages after a batch that never was: %d", code)
	}
}

func TestTheCloseCodeArrivesAfterTheMessages(t *testing.T) {
	_, c := start(t, Options{})
	c.say(1, "last", "bye")
	if got, _ := c.all(0, 1); got[0] != "last" {
		t.Errorf("got %q", got)
	}
	res := c.do(http.MethodGet, 1, nil)
	if res.Code != http.StatusGone || res.Header().Get(HeaderClose) != "4001" {
		t.Errorf("%d %v", res.Code, res.Header())
	}
	if res = c.do(http.MethodGet, 1, nil); res.Code != http.StatusGone || res.Header().Get(HeaderClose) != "1006" {
		t.Errorf("a line that is gone: %d %v", res.Code, res.Header())
	}
}

// TestASlowClientIsReadNoFurther: what waits for it stays bounded, and all of
// it comes in the end.
func TestASlowClientIsReadNoFurther(t *testing.T) {
	h, c := start(t, Options{})
	c.say(1, "flood")
	l := h.lines[c.line]
	got, batch := c.all(0, 1)
	l.mu.Lock()
	if l.bytes > maxWaiting+200<<10 {
		t.Errorf("%d bytes wait", l.bytes)
	}
	l.mu.Unlock()
	rest, _ := c.all(batch, 64-len(got))
	for i, m := range append(got, rest...) {
		if len(m) != 100<<10 || m[0] != byte(i) {
			t.Fatalf("message %d begins with %d and has %d bytes", i, m[0], len(m))
		}
	}
}

func TestALineNobodyAsksForIsClosed(t *testing.T) {
	h, c := start(t, Options{Idle: 20 * time.Millisecond})
	h.mu.Lock()
	l := h.lines[c.line]
	h.mu.Unlock()
	if l != nil {
		<-l.ended
	}
	if code, _ := c.hear(0); code != http.StatusGone {
		t.Errorf("got %d", code)
	}
}

// TestANewerRequestTakesTheTurn: two waiting requests do not share messages.
func TestANewerRequestTakesTheTurn(t *testing.T) {
	h, c := start(t, Options{})
	l := h.lines[c.line]
	older := make(chan int, 1)
	waiting := l.news
	go func() { code, _ := c.hear(0); older <- code }()
	<-waiting
	go func() {
		if code := <-older; code == http.StatusNoContent {
			c.say(1, "for the newer")
		}
	}()
	if code, got := c.hear(0); code != http.StatusOK || got[0] != "for the newer" {
		t.Errorf("%d %q", code, got)
	}
}

func TestWhatTheSocketRefuses(t *testing.T) {
	h := New(Options{Socket: socket(t), MaxBody: 64})
	t.Cleanup(h.Close)
	for name, tc := range map[string]struct {
		method string
		header map[string]string
		body   string
		want   int
	}{
		"Origin":      {method: "POST", header: map[string]string{"Origin": "https://evil.example"}, want: 403},
		"Limit":       {method: "POST", header: map[string]string{"X-Forwarded-For": "203.0.113.9"}, want: 429},
		"NoLine":      {method: "GET", want: 400},
		"UnknownLine": {method: "GET", header: map[string]string{HeaderLine: "guess"}, want: 410},
		"Opens":       {method: "POST", want: 201},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequestWithContext(context.Background(), tc.method, "/ws/poll", strings.NewReader(tc.body))
			for k, v := range tc.header {
				r.Header.Set(k, v)
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != tc.want || tc.want == 429 && w.Header().Get("Retry-After") != "5" {
				t.Errorf("%d %v", w.Code, w.Header())
			}
		})
	}
	_, c := start(t, Options{MaxBody: 64})
	for name, tc := range map[string]struct {
		method string
		batch  int
		body   []byte
		want   int
	}{
		"NoBatch":   {method: "POST", batch: -1, want: 400},
		"Malformed": {method: "POST", batch: 1, body: []byte{0, 0, 0, 9, 1}, want: 400},
		"TooLarge":  {method: "POST", batch: 1, body: make([]byte, 100), want: 413},
		"Method":    {method: "PUT", batch: 1, want: 405},
	} {
		if got := c.do(tc.method, tc.batch, tc.body).Code; got != tc.want {
			t.Errorf("%s: %d, want %d", name, got, tc.want)
		}
	}
	if got := c.do("DELETE", -1, nil).Code; got != http.StatusNoContent {
		t.Errorf("closing: %d", got)
	}
}

// TestAPingIsAnsweredByTheClient: how long the way to a client takes is not
// what the pipe inside the process takes.
func TestAPingIsAnsweredByTheClient(t *testing.T) {
	ponged := make(chan struct{})
	var serving sync.WaitGroup
	t.Cleanup(serving.Wait)
	up := websocket.Upgrader{}
	_, c := start(t, Options{Hold: 50 * time.Millisecond, Socket: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := up.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		ws.SetPongHandler(func(string) error { close(ponged); return nil })
		serving.Go(func() {
			defer ws.Close()
			_ = ws.WriteControl(websocket.PingMessage, nil, time.Now().Add(time.Second))
			_ = ws.WriteMessage(websocket.BinaryMessage, []byte("with the ping"))
			for {
				if _, _, err := ws.ReadMessage(); err != nil {
					return
				}
			}
		})
	})})
	if got, _ := c.all(0, 1); got[0] != "with the ping" {
		t.Fatalf("got %q", got)
	}
	select {
	case <-ponged:
		t.Fatal("answered before the client said that it has it")
	default:
	}
	if code, _ := c.hear(1); code != http.StatusNoContent {
		t.Fatalf("asking for more: %d", code)
	}
	<-ponged
}
