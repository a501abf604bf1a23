package main

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/pathboard/pathboard/hub/store/redistest"
	"github.com/pathboard/pathboard/server/config"
	"github.com/pathboard/pathboard/server/doctor"
)

// complains checks a finding: what is wrong and how to mend it, or nothing.
func complains(t *testing.T, name string, f doctor.Finding, wrong, mend string) {
	t.Helper()
	if (f.Wrong == "") != (wrong == "") || !strings.Contains(f.Wrong, wrong) || !strings.Contains(f.Mend, mend) {
		t.Errorf("%s: %+v, want %q and %q", name, f, wrong, mend)
	}
}

// TestTheDoctorLooksAtRedis: at each setting that can lose edits or all memory,
// and at one that is away or answers as nobody.
func TestTheDoctorLooksAtRedis(t *testing.T) {
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	for name, tc := range map[string]struct {
		settings    map[string]string
		wrong, mend string
	}{
		"Well":        {},
		"NoFile":      {map[string]string{"appendonly": "no"}, "appendonly", "deploy/redis/redis.conf"},
		"EverySecond": {map[string]string{"appendfsync": "everysec"}, "appendfsync", "deploy/redis/redis.conf"},
		"Evicts":      {map[string]string{"maxmemory-policy": "allkeys-lru"}, "maxmemory-policy", "deploy/redis/redis.conf"},
		"AllMemory":   {map[string]string{"maxmemory": "0"}, "may take all memory", "half of the machine's memory"},
		"Password":    {map[string]string{"requirepass": "hush"}, "NOAUTH", "deploy/secrets.sh"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := config.Default()
			c.RedisURL = redistest.Start(t, tc.settings).URL()
			complains(t, name, examineRedis(t.Context(), c, quiet), tc.wrong, tc.mend)
		})
	}
	t.Run("Away", func(t *testing.T) {
		c := config.Default()
		s := redistest.Start(t, nil)
		c.RedisURL = s.URL()
		s.Kill()
		complains(t, "Away", examineRedis(t.Context(), c, quiet), "refused", "deploy/redis/redis.conf")
	})
}

func TestTheDoctorLooksAtPorts(t *testing.T) {
	own := func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X-Request-Id", "1") }
	other := func(http.ResponseWriter, *http.Request) {}
	for name, tc := range map[string]struct {
		answers     http.HandlerFunc // nil: nobody
		metrics     string
		wrong, mend string
	}{
		"Well":          {answers: own, metrics: "127.0.0.1:9090"},
		"Taken":         {answers: other, wrong: "something else answers", mend: "PATHBOARD_ADDR"},
		"Nobody":        {wrong: "nothing answers", mend: "start the server"},
		"MetricsOpen":   {answers: own, metrics: ":9090", wrong: "served to everybody", mend: "127.0.0.1:9090"},
		"MetricsPublic": {answers: own, metrics: "8.8.8.8:9090", wrong: "served to everybody", mend: "inner network"},
	} {
		t.Run(name, func(t *testing.T) {
			s := httptest.NewServer(tc.answers)
			defer s.Close()
			c := config.Default()
			c.Addr, c.MetricsAddr = strings.TrimPrefix(s.URL, "http://"), tc.metrics
			if tc.answers == nil {
				s.Close()
			}
			complains(t, name, examinePorts(t.Context(), c), tc.wrong, tc.mend)
		})
	}
}
