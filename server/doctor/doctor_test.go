package doctor

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// installation answers as Pathboard behind a proxy that does all well, but for
// what a test puts in the place of a path.
type installation struct {
	faults map[string]http.HandlerFunc
}

func (i *installation) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	fault := i.faults[r.Method+" "+r.URL.Path]
	if fault == nil {
		fault = i.faults[r.URL.Path]
	}
	if fault != nil {
		fault(w, r)
		return
	}
	w.Header().Set("X-Request-Id", "1")
	w.Header().Set("Strict-Transport-Security", "max-age=31536000")
	switch r.URL.Path {
	case "/readyz", "/healthz":
		fmt.Fprint(w, `{"status":"ok"}`)
	case "/api/time":
		fmt.Fprintf(w, `{"now":%d}`, time.Now().UnixMilli())
	case "/api/join/preview":
		_, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader(http.StatusBadRequest)
	case "/ws":
		if r.Header.Get("Origin") != "https://"+r.Host {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		speak(w, r, 4408)
	case "/ws/poll":
		if r.Method == http.MethodPost {
			w.Header().Set(headerLine, "line")
			w.WriteHeader(http.StatusCreated)
			return
		}
		w.Header().Set(headerClose, "4408")
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

// speak answers a ping of the protocol, and ends a socket that says nothing for
// a moment with the code.
func speak(w http.ResponseWriter, r *http.Request, code int) {
	u := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	ws, err := u.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer ws.Close()
	_ = ws.SetReadDeadline(time.Now().Add(time.Second / 2))
	if _, b, err := ws.ReadMessage(); err == nil && bytes.Equal(b, []byte{9}) {
		_ = ws.WriteMessage(websocket.BinaryMessage, []byte{10})
		return
	}
	if code != 0 {
		_ = ws.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""))
	}
}

func status(code int, own bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if own {
			w.Header().Set("X-Request-Id", "1")
		}
		w.WriteHeader(code)
	}
}

// TestEveryFaultIsNamedWithItsRemedy: of an installation in which one thing is
// wrong the doctor complains of that, and says what to do.
func TestEveryFaultIsNamedWithItsRemedy(t *testing.T) {
	for name, tc := range map[string]struct {
		faults map[string]http.HandlerFunc
		wrong  string // the checks that complain
		says   string
		mend   string
	}{
		"Well":           {wrong: ""},
		"SomethingElse":  {faults: map[string]http.HandlerFunc{"/readyz": status(200, false)}, wrong: "address", says: "something else answers", mend: "X-Request-Id"},
		"LeadsElsewhere": {faults: map[string]http.HandlerFunc{"/readyz": status(301, false)}, wrong: "address", says: "leads on to", mend: "PATHBOARD_PUBLIC_URL"},
		"NotReady":       {faults: map[string]http.HandlerFunc{"/readyz": status(503, true)}, wrong: "address", says: "not ready", mend: "the disk is full"},
		"TLSNotSeen":     {faults: map[string]http.HandlerFunc{"/healthz": status(200, true)}, wrong: "TLS", says: "does not know that people come over TLS", mend: "PATHBOARD_TRUSTED_PROXIES"},
		"ClockAhead": {faults: map[string]http.HandlerFunc{"/api/time": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, `{"now":%d}`, time.Now().Add(time.Minute).UnixMilli())
		}}, wrong: "clock", says: "differs from this machine's by", mend: "NTP"},
		"NoTime":          {faults: map[string]http.HandlerFunc{"/api/time": status(404, false)}, wrong: "clock", says: "does not tell its time", mend: "address"},
		"SmallBodies":     {faults: map[string]http.HandlerFunc{"/api/join/preview": status(413, false)}, wrong: "large requests", says: "is stopped on the way: 413", mend: "client_max_body_size"},
		"NoUpgrade":       {faults: map[string]http.HandlerFunc{"/ws": status(502, false)}, wrong: "websocket, idle socket", says: "no websocket comes through: 502", mend: "Upgrade and Connection"},
		"HostRewritten":   {faults: map[string]http.HandlerFunc{"/ws": status(403, true)}, wrong: "websocket, idle socket", says: "takes its own page for a foreign one", mend: "header Host unchanged"},
		"Buffered":        {faults: map[string]http.HandlerFunc{"/ws": mute}, wrong: "websocket", says: "is not answered", mend: "buffer nothing on /ws"},
		"OriginDropped":   {faults: map[string]http.HandlerFunc{"/ws": func(w http.ResponseWriter, r *http.Request) { speak(w, r, 4408) }}, wrong: "foreign pages", says: "a page from elsewhere can open sockets", mend: "header Origin"},
		"NoPlainRequests": {faults: map[string]http.HandlerFunc{"POST /ws/poll": status(405, false)}, wrong: "without websockets", says: "boards do not work without websockets: 405", mend: "POST, GET and DELETE"},
		"WaitingCut":      {faults: map[string]http.HandlerFunc{"GET /ws/poll": status(504, false)}, wrong: "without websockets", says: "was cut after", mend: "wait 60 s"},
		"IdleCut":         {faults: map[string]http.HandlerFunc{"/ws": func(w http.ResponseWriter, r *http.Request) { foreignOr(w, r, 0) }}, wrong: "idle socket", says: "an idle socket was cut", mend: "proxy_read_timeout"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := httptest.NewTLSServer(&installation{faults: tc.faults})
			defer s.Close()
			u, err := url.Parse(s.URL)
			if err != nil {
				t.Fatal(err)
			}
			authority := x509.NewCertPool()
			authority.AddCert(s.Certificate())
			checks := Web{URL: u, TLS: &tls.Config{RootCAs: authority}}.Checks()
			var out bytes.Buffer
			n := Run(t.Context(), &out, checks)
			var wrong []string
			for _, c := range checks {
				if strings.Contains(out.String(), "WRONG  "+c.Name+":") {
					wrong = append(wrong, c.Name)
				}
			}
			if got := strings.Join(wrong, ", "); got != tc.wrong || n != len(wrong) {
				t.Errorf("complains of %q, want %q:\n%s", got, tc.wrong, &out)
			}
			if !strings.Contains(out.String(), tc.says) || !strings.Contains(out.String(), tc.mend) {
				t.Errorf("says\n%s\nwant %q and %q", &out, tc.says, tc.mend)
			}
		})
	}
}

// foreignOr refuses foreign pages and ends the others' sockets with the code; 0:
// without a word, as a proxy does.
func foreignOr(w http.ResponseWriter, r *http.Request, code int) {
	if r.Header.Get("Origin") != "https://"+r.Host {
		status(http.StatusForbidden, true)(w, r)
		return
	}
	speak(w, r, code)
}

// mute takes messages of a socket and passes none back, as a proxy that gathers
// answers; to one that says nothing it is well behaved.
func mute(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Origin") != "https://"+r.Host {
		status(http.StatusForbidden, true)(w, r)
		return
	}
	u := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	ws, err := u.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer ws.Close()
	_ = ws.SetReadDeadline(time.Now().Add(time.Second / 2))
	if _, _, err := ws.ReadMessage(); err != nil {
		_ = ws.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(4408, ""))
	}
}

func TestNobodyAnswers(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	s.Close() // its port answers no more
	w := Web{URL: u}
	for _, c := range w.Checks() {
		f := c.Run(t.Context())
		if c.Name == "TLS" || c.Name == "foreign pages" {
			continue // on this machine itself there is nothing to say
		}
		if f.Wrong == "" || f.Mend == "" {
			t.Errorf("%s: %+v", c.Name, f)
		}
	}
	u = &url.URL{Scheme: "http", Host: "warsztat.invalid"}
	if f := (Web{URL: u}).secure(t.Context()); !strings.Contains(f.Wrong, "is not encrypted") || !strings.Contains(f.Mend, "certificate") {
		t.Errorf("without TLS: %+v", f)
	}
}

func TestDiskFindings(t *testing.T) {
	folder := t.TempDir()
	if f := Disk(folder).Run(context.Background()); f.Wrong != "" && !strings.Contains(f.Mend, "SSD") || f.Wrong == "" && !strings.Contains(f.Detail, "durable in") {
		t.Errorf("a folder: %+v", f)
	}
	if f := Disk(filepath.Join(folder, "none")).Run(context.Background()); !strings.Contains(f.Wrong, "cannot be read") || !strings.Contains(f.Mend, "PATHBOARD_DATA") {
		t.Errorf("no folder: %+v", f)
	}
	if f := judge([]time.Duration{30 * time.Millisecond, 40 * time.Millisecond, 50 * time.Millisecond}); !strings.Contains(f.Wrong, "takes 40ms") || !strings.Contains(f.Mend, "local SSD") {
		t.Errorf("a slow disk: %+v", f)
	}
	if f := judge([]time.Duration{time.Millisecond, 2 * time.Millisecond, 50 * time.Millisecond}); f.Wrong != "" {
		t.Errorf("a fast disk that was slow once: %+v", f)
	}
}
