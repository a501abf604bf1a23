package doctor

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

const (
	requestTimeout = 10 * time.Second
	// maxSkew is how far two clocks may be apart: countdowns are shown to the
	// second.
	maxSkew = 2 * time.Second
	// idleFor is how long the server lets a socket without a document be, and
	// so how long an idle one can be watched.
	idleFor = 15 * time.Second
	// nearEnd is when a certificate is told to end soon.
	nearEnd = 14 * 24 * time.Hour
	// bodyBytes is a request as large as a filled board.
	bodyBytes = 900 << 10
)

// Web examines the server at its public address, through whatever stands
// before it.
type Web struct {
	URL *url.URL
	// TLS is for a certificate of one's own authority; nil: the system's.
	TLS *tls.Config
}

// Checks are those of the public address, in order.
func (w Web) Checks() []Check {
	return []Check{
		{"address", w.reach}, {"TLS", w.secure}, {"clock", w.clock}, {"large requests", w.body},
		{"websocket", w.socket}, {"foreign pages", w.origin}, {"without websockets", w.requests}, {"idle socket", w.idle},
	}
}

func (w Web) client() *http.Client {
	return &http.Client{
		Timeout:       requestTimeout,
		Transport:     &http.Transport{TLSClientConfig: w.TLS, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func (w Web) do(ctx context.Context, method, path string, header http.Header, body []byte) (*http.Response, []byte, error) {
	r, err := http.NewRequestWithContext(ctx, method, w.URL.JoinPath(path).String(), bytes.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	for k, v := range header {
		r.Header[k] = v
	}
	res, err := w.client().Do(r)
	if err != nil {
		return nil, nil, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(io.LimitReader(res.Body, 64<<10))
	return res, b, err
}

// ours reports whether an answer comes from Pathboard and not from a proxy.
func ours(res *http.Response) bool { return res.Header.Get("X-Request-Id") != "" }

func (w Web) reach(ctx context.Context) Finding {
	began := time.Now()
	res, body, err := w.do(ctx, http.MethodGet, "/readyz", nil, nil)
	switch {
	case err != nil:
		return Wrong("check the name in DNS, the firewall, the proxy and that the server runs; see its log", "%s does not answer: %v", w.URL, err)
	case !ours(res) && res.StatusCode >= 300 && res.StatusCode < 400:
		return Wrong("set PATHBOARD_PUBLIC_URL to the address people end up at", "%s leads on to %s", w.URL, res.Header.Get("Location"))
	case !ours(res):
		return Wrong("let the proxy pass all paths to Pathboard, with the header X-Request-Id of its answers", "something else answers at %s: %s", w.URL, res.Status)
	case res.StatusCode != http.StatusOK:
		return Wrong("see the server's log: the store or Redis is away, or the disk is full", "the server is not ready: %s", strings.TrimSpace(string(body)))
	}
	return fine("%s answers in %d ms and can save edits", w.URL, time.Since(began).Milliseconds())
}

func (w Web) secure(ctx context.Context) Finding {
	if w.URL.Scheme != "https" {
		if host := w.URL.Hostname(); host == "localhost" || strings.HasPrefix(host, "127.") {
			return fine("not needed on this machine itself")
		}
		return Wrong("put a proxy with a certificate before it, see deploy/; without TLS phones keep no copy of a board", "%s is not encrypted", w.URL)
	}
	res, _, err := w.do(ctx, http.MethodGet, "/healthz", nil, nil)
	if err != nil {
		return Wrong("see the check before", "no answer: %v", err)
	}
	if res.Header.Get("Strict-Transport-Security") == "" {
		return Wrong("name the proxy's network in PATHBOARD_TRUSTED_PROXIES and let it send X-Forwarded-Proto: https", "the server does not know that people come over TLS")
	}
	end := res.TLS.PeerCertificates[0].NotAfter
	if time.Until(end) < nearEnd {
		return Wrong("renew it", "the certificate ends on %s", end.Format(time.DateOnly))
	}
	return fine("the certificate is good until %s", end.Format(time.DateOnly))
}

func (w Web) clock(ctx context.Context) Finding {
	before := time.Now()
	res, body, err := w.do(ctx, http.MethodGet, "/api/time", nil, nil)
	if err != nil || res.StatusCode != http.StatusOK {
		return Wrong("see the check of the address", "the server does not tell its time: %v", err)
	}
	var answer struct {
		Now int64 `json:"now"`
	}
	if err := json.Unmarshal(body, &answer); err != nil || answer.Now == 0 {
		return Wrong("see the check of the address", "the server's time cannot be read")
	}
	there := time.UnixMilli(answer.Now)
	return Skew("the server's clock", there, before, time.Now())
}

// Skew compares a clock that was asked between two moments with ours.
func Skew(whose string, there, before, after time.Time) Finding {
	skew := max(before.Sub(there), there.Sub(after), 0)
	if skew > maxSkew {
		return Wrong("set both by NTP (timedatectl set-ntp true)", "%s differs from this machine's by %s", whose, skew.Round(time.Millisecond))
	}
	return fine("%s agrees with this machine's", whose)
}

func (w Web) body(ctx context.Context) Finding {
	res, _, err := w.do(ctx, http.MethodPost, "/api/join/preview", nil, bytes.Repeat([]byte(" "), bodyBytes))
	if err != nil {
		return Wrong("let the proxy pass bodies of 6 MB (nginx: client_max_body_size)", "a request of %d KB gets no answer: %v", bodyBytes>>10, err)
	}
	if !ours(res) {
		return Wrong("let the proxy pass bodies of 6 MB (nginx: client_max_body_size)", "a request of %d KB is stopped on the way: %s", bodyBytes>>10, res.Status)
	}
	return fine("%d KB come through", bodyBytes>>10)
}

// dial opens a socket as a page of an origin would.
func (w Web) dial(ctx context.Context, origin string) (*websocket.Conn, *http.Response, error) {
	u := *w.URL
	u.Scheme = strings.Replace(u.Scheme, "http", "ws", 1)
	d := websocket.Dialer{HandshakeTimeout: requestTimeout, TLSClientConfig: w.TLS}
	ws, res, err := d.DialContext(ctx, u.JoinPath("/ws").String(), http.Header{"Origin": {origin}})
	if res != nil {
		res.Body.Close()
	}
	return ws, res, err
}

const mendUpgrade = "let the proxy speak HTTP/1.1 to the server and pass the headers Upgrade and Connection, see deploy/; until then boards work by plain requests"

func (w Web) socket(ctx context.Context) Finding {
	origin := w.URL.Scheme + "://" + w.URL.Host
	began := time.Now()
	ws, res, err := w.dial(ctx, origin)
	if err != nil {
		if res != nil && res.StatusCode == http.StatusForbidden && ours(res) {
			return Wrong("set PATHBOARD_PUBLIC_URL to "+origin+", or let the proxy pass the header Host unchanged", "the server takes its own page for a foreign one")
		}
		if res != nil {
			return Wrong(mendUpgrade, "no websocket comes through: %s", res.Status)
		}
		return Wrong(mendUpgrade, "no websocket comes through: %v", err)
	}
	defer ws.Close()
	opened := time.Since(began)
	began = time.Now()
	_ = ws.SetReadDeadline(began.Add(requestTimeout))
	if err := ws.WriteMessage(websocket.BinaryMessage, []byte{9}); err != nil { // the protocol's ping
		return Wrong(mendUpgrade, "the socket does not carry messages: %v", err)
	}
	if _, b, err := ws.ReadMessage(); err != nil || !bytes.Equal(b, []byte{10}) {
		return Wrong("let the proxy buffer nothing on /ws", "a message on the socket is not answered: %v", err)
	}
	return fine("opens in %d ms, a message takes %.1f ms there and back", opened.Milliseconds(), float64(time.Since(began).Microseconds())/1000)
}

func (w Web) origin(ctx context.Context) Finding {
	ws, res, err := w.dial(ctx, "https://foreign.invalid")
	if err == nil {
		ws.Close()
		return Wrong("do not let the proxy change or drop the header Origin", "a page from elsewhere can open sockets")
	}
	if res == nil || res.StatusCode != http.StatusForbidden {
		return fine("their sockets do not open")
	}
	return fine("are refused")
}

const (
	headerLine  = "Pathboard-Line"
	headerBatch = "Pathboard-Batch"
	headerClose = "Pathboard-Close"
)

// requests opens a line by plain requests and waits at it until the server ends
// it: so long the proxy must be patient.
func (w Web) requests(ctx context.Context) Finding {
	header := http.Header{"Origin": {w.URL.Scheme + "://" + w.URL.Host}}
	res, _, err := w.do(ctx, http.MethodPost, "/ws/poll", header, nil)
	if err != nil || res.StatusCode != http.StatusCreated {
		return Wrong("let the proxy pass /ws/poll with POST, GET and DELETE", "boards do not work without websockets: %s", statusOf(res, err))
	}
	header.Set(headerLine, res.Header.Get(headerLine))
	header.Set(headerBatch, "0")
	defer w.do(context.WithoutCancel(ctx), http.MethodDelete, "/ws/poll", header, nil) // else it ends by itself
	began := time.Now()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, w.URL.JoinPath("/ws/poll").String(), nil)
	if err != nil {
		return Wrong("", "%v", err)
	}
	r.Header = header
	client := w.client()
	client.Timeout = 2 * idleFor
	res, err = client.Do(r)
	if err != nil {
		return Wrong("let the proxy wait 60 s for an answer", "a request that waits was cut after %s: %v", time.Since(began).Round(time.Second), err)
	}
	res.Body.Close()
	if !ours(res) || res.Header.Get(headerClose) == "" {
		return Wrong("let the proxy wait 60 s for an answer", "a request that waits was cut after %s: %s", time.Since(began).Round(time.Second), res.Status)
	}
	return fine("boards work by plain requests too; one that waits is left alone for %s", time.Since(began).Round(time.Second))
}

func statusOf(res *http.Response, err error) string {
	if err != nil {
		return err.Error()
	}
	return res.Status
}

// idle watches a socket that says nothing until the server ends it with a code
// of its own.
func (w Web) idle(ctx context.Context) Finding {
	ws, res, err := w.dial(ctx, w.URL.Scheme+"://"+w.URL.Host)
	if err != nil {
		return Wrong(mendUpgrade, "no websocket comes through: %s", statusOf(res, err))
	}
	defer ws.Close()
	began := time.Now()
	_ = ws.SetReadDeadline(began.Add(2 * idleFor))
	_, _, err = ws.ReadMessage()
	took := time.Since(began).Round(time.Second)
	if e, ok := errors.AsType[*websocket.CloseError](err); ok && e.Code == 4408 {
		return fine("lives %s without a word; the server speaks every 18 s", took)
	}
	return Wrong("let the proxy leave idle sockets alone for 60 s (nginx: proxy_read_timeout, HAProxy: timeout tunnel)", "an idle socket was cut after %s: %v", took, err)
}
