package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// collector takes OTLP over HTTP, as the JSON form of the specification has it.
type collector struct {
	t  *testing.T
	mu sync.Mutex
	// raw is all that was sent, spans what it says by name.
	raw   strings.Builder
	spans map[string][]sentSpan
}

type sentSpan struct {
	TraceID, SpanID, ParentSpanID, Name string
	Kind                                int
	StartTimeUnixNano, EndTimeUnixNano  string
	Attributes                          []struct{ Key string }
	Status                              struct{ Code int }
	service                             string
}

func (c *collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var sent struct {
		ResourceSpans []struct {
			Resource struct {
				Attributes []struct {
					Key   string
					Value struct{ StringValue string }
				}
			}
			ScopeSpans []struct{ Spans []sentSpan }
		}
	}
	if err != nil || r.URL.Path != "/v1/traces" || r.Header.Get("Content-Type") != "application/json" || json.Unmarshal(body, &sent) != nil {
		c.t.Errorf("%s %s (%s): %s", r.Method, r.URL, r.Header.Get("Content-Type"), body)
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.raw.Write(body)
	for _, resource := range sent.ResourceSpans {
		for _, s := range resource.ScopeSpans[0].Spans {
			s.service = resource.Resource.Attributes[0].Value.StringValue
			c.spans[s.Name] = append(c.spans[s.Name], s)
		}
	}
	_, _ = w.Write([]byte("{}"))
}

// TestTraces: with a collector there are spans of requests, of opening
// documents, of appends and of notices, and nothing of people in them.
func TestTraces(t *testing.T) {
	c := &collector{t: t, spans: map[string][]sentSpan{}}
	server := httptest.NewServer(c)
	defer server.Close()
	p := startProgram(t, map[string]string{"PATHBOARD_TRACES_URL": server.URL, "PATHBOARD_TRACES_RATIO": "1"})
	w := p.written("tajna treść")
	w.reads(p, "tajna treść")
	p.end()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, name := range []string{"POST /api/workshops", "POST /api/join", "join", "append", "publish"} {
		all := c.spans[name]
		if len(all) == 0 {
			t.Errorf("no span %q", name)
			continue
		}
		s := all[0]
		began, _ := strconv.ParseInt(s.StartTimeUnixNano, 10, 64)
		ended, _ := strconv.ParseInt(s.EndTimeUnixNano, 10, 64)
		kind := 1
		if strings.Contains(name, "/") {
			kind = 2
		}
		if len(s.TraceID) != 32 || len(s.SpanID) != 16 || began == 0 || ended < began || s.Kind != kind || s.Status.Code != 0 || len(s.Attributes) == 0 || s.service != "pathboard" {
			t.Errorf("span %q: %+v", name, s)
		}
	}
	for _, secret := range []string{"tajna", "Anna", w.Tokens.Facilitator, w.JoinCode, w.Workshop.ID} {
		if strings.Contains(c.raw.String(), secret) {
			t.Errorf("%q is in the traces", secret)
		}
	}
}

// TestACollectorThatIsAway holds nothing up.
func TestACollectorThatIsAway(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	p := startProgram(t, map[string]string{"PATHBOARD_TRACES_URL": server.URL, "PATHBOARD_TRACES_RATIO": "1"})
	p.written("bez kolektora").reads(p, "bez kolektora")
	p.end()
}
