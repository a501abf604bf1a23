package httpapi

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestForeignPagesChangeNothing: no route that changes something does so for the
// page of another site, with or without a secret; programs and own pages go on.
func TestForeignPagesChangeNothing(t *testing.T) {
	e := newEdge(t)
	send := func(method, path, origin string) *httptest.ResponseRecorder {
		header := map[string]string{"Content-Type": "text/plain", "Authorization": "Bearer " + e.token("facilitator")}
		if origin != "" {
			header["Origin"] = origin
		}
		return e.do(t, method, path, "{", header) // not JSON: what is let through changes nothing either
	}
	seen := 0
	for _, r := range append(routes(), route{method: http.MethodPost, path: "/ws/poll"}, route{method: http.MethodDelete, path: "/ws/poll"}) {
		if r.method == http.MethodGet {
			continue
		}
		seen++
		path := strings.NewReplacer("{workshopId}", string(e.created.Workshop.ID), "{groupId}", string(e.created.Workshop.Groups[0].ID)).Replace(r.path)
		for _, origin := range []string{"https://evil.example", "null", "http://example.com.evil.example", "http://sub.example.com"} {
			if res := send(r.method, path, origin); res.Code != http.StatusForbidden || !strings.Contains(res.Body.String(), `"forbidden"`) {
				t.Errorf("%s %s for a page of %s: %d %s", r.method, r.path, origin, res.Code, res.Body)
			}
		}
	}
	if seen < 40 {
		t.Errorf("%d routes", seen)
	}
	for _, origin := range []string{"", "http://example.com"} {
		if res := send(http.MethodPost, "/api/join/preview", origin); res.Code != http.StatusBadRequest {
			t.Errorf("of %q: %d %s", origin, res.Code, res.Body)
		}
	}
	if res := send(http.MethodGet, "/api/session", "https://evil.example"); res.Code != http.StatusOK || res.Header().Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("reading: %d %v", res.Code, res.Header())
	}
}

// TestNothingIsSmuggled: a request with two lengths, which a proxy before us may
// end elsewhere than we do, is the last one of its connection.
func TestNothingIsSmuggled(t *testing.T) {
	e := newEdge(t)
	s := httptest.NewServer(e.handler)
	defer s.Close()
	const hidden = "GET /healthz HTTP/1.1\r\nHost: example.com\r\n\r\n"
	for name, head := range map[string]string{
		"chunks and a length":    "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"a length and chunks":    "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
		"chunks":                 "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"two lengths":            "Content-Length: 0\r\nContent-Length: 4\r\n\r\n",
		"an unknown encoding":    "Transfer-Encoding: xchunked\r\nContent-Length: 0\r\n\r\n",
		"two encodings":          "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
		"a space before a colon": "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
		"a sign":                 "Content-Length: +0\r\n\r\n",
	} {
		c, err := net.Dial("tcp", s.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(c, "POST /api/join/preview HTTP/1.1\r\nHost: example.com\r\n"+head+hidden); err != nil {
			t.Fatal(err)
		}
		answers := 0
		r := bufio.NewReader(c)
		for {
			res, err := http.ReadResponse(r, nil)
			if err != nil {
				break // the server has closed the connection
			}
			_, _ = io.Copy(io.Discard, res.Body)
			res.Body.Close()
			answers++
		}
		c.Close()
		if answers != 1 {
			t.Errorf("%s: %d answers", name, answers)
		}
	}
}
