package redistest

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// SentinelName is what the sentinels call their master.
const SentinelName = "pathboard"

// StartReplica runs a server that follows another.
func StartReplica(t testing.TB, of *Server, settings map[string]string) *Server {
	t.Helper()
	conf := map[string]string{"replicaof": "127.0.0.1 " + strconv.Itoa(of.peerPort()), "repl-diskless-sync-delay": "0"}
	for k, v := range settings {
		conf[k] = v
	}
	return Start(t, conf)
}

// StartSentinels runs sentinels that watch over a master and fail over when two
// of them have not heard of it for a second. It returns the address by which
// clients find the master.
func StartSentinels(t testing.TB, master *Server, number int) (url string, sentinels []*Server) {
	t.Helper()
	return startSentinels(t, master, number, nil)
}

// StartTLSSentinels does the same for servers that speak TLS.
func StartTLSSentinels(t testing.TB, master *Server, number int, certificates Certificates) (url string, sentinels []*Server) {
	t.Helper()
	return startSentinels(t, master, number, certificates.Settings())
}

func startSentinels(t testing.TB, master *Server, number int, tls map[string]string) (url string, sentinels []*Server) {
	t.Helper()
	scheme := "redis"
	var hosts []string
	for range number {
		s := &Server{t: t, dir: t.TempDir(), port: freePort(t)}
		file := filepath.Join(s.dir, "sentinel.conf") // they write into it
		conf := fmt.Sprintf("port %d\nbind 127.0.0.1\ndir %s\nsentinel monitor %s 127.0.0.1 %d 2\n"+
			"sentinel down-after-milliseconds %s 1000\nsentinel failover-timeout %s 5000\n",
			s.port, s.dir, SentinelName, master.peerPort(), SentinelName, SentinelName)
		if tls != nil {
			scheme, s.tlsPort = "rediss", freePort(t)
			for name, value := range tls {
				if name == "tls-port" {
					value = strconv.Itoa(s.tlsPort)
				}
				conf += name + " " + value + "\n"
			}
		}
		if err := os.WriteFile(file, []byte(conf), 0o600); err != nil {
			t.Fatal(err)
		}
		s.args = []string{file, "--sentinel"}
		s.Up()
		t.Cleanup(s.Kill)
		sentinels = append(sentinels, s)
		hosts = append(hosts, fmt.Sprintf("127.0.0.1:%d", s.peerPort()))
	}
	return scheme + "://" + strings.Join(hosts, ",") + "?master=" + SentinelName, sentinels
}
