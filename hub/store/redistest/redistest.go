// Package redistest runs a real redis-server for a test, as durable as the
// product asks for, and lets the test kill and restart it.
package redistest

import (
	"context"
	"fmt"
	"maps"
	"net"
	"os/exec"
	"strconv"
	"testing"
	"time"
)

// Server is a redis-server process on a free port of the loopback interface.
type Server struct {
	t    testing.TB
	dir  string
	port int
	// tlsPort speaks TLS; 0: none does.
	tlsPort int
	args    []string
	cmd     *exec.Cmd
}

// Start runs a server until the test ends. settings override the durable
// defaults, as "name value" pairs of redis.conf.
func Start(t testing.TB, settings map[string]string) *Server {
	t.Helper()
	s := &Server{t: t, dir: t.TempDir(), port: freePort(t)}
	conf := map[string]string{
		"bind": "127.0.0.1", "port": strconv.Itoa(s.port), "dir": s.dir, "save": "",
		"appendonly": "yes", "appendfsync": "always", "maxmemory-policy": "noeviction", "maxmemory": "256mb",
	}
	maps.Copy(conf, settings)
	s.begin(conf)
	return s
}

// StartConfigured runs a server with a redis.conf; settings override it, and
// port, bind and dir always do.
func StartConfigured(t testing.TB, file string, settings map[string]string) *Server {
	t.Helper()
	s := &Server{t: t, dir: t.TempDir(), port: freePort(t), args: []string{file}}
	conf := maps.Clone(settings)
	conf["bind"], conf["port"], conf["dir"] = "127.0.0.1", strconv.Itoa(s.port), s.dir
	s.begin(conf)
	return s
}

func (s *Server) begin(conf map[string]string) {
	s.t.Helper()
	if conf["tls-port"] == TLSPort {
		s.tlsPort = freePort(s.t)
		conf["tls-port"] = strconv.Itoa(s.tlsPort)
	}
	for k, v := range conf {
		s.args = append(s.args, "--"+k, v)
	}
	s.Up()
	s.t.Cleanup(s.Kill)
}

// Address is the server's host and port.
func (s *Server) Address() string { return fmt.Sprintf("127.0.0.1:%d", s.port) }

// URL is where to connect.
func (s *Server) URL() string { return "redis://" + s.Address() }

// Up starts the server, again after Kill.
func (s *Server) Up() {
	s.t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		s.t.Fatal("redis-server is needed for this test: apt-get install redis-server")
	}
	s.cmd = exec.CommandContext(context.Background(), path, s.args...)
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	deadline := time.Now().Add(10 * time.Second)
	for time.Now().Before(deadline) {
		c, err := net.Dial("tcp", s.Address())
		if err == nil {
			c.Close()
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	s.t.Fatal("redis-server does not answer")
}

// Kill ends the server with SIGKILL.
func (s *Server) Kill() {
	if s.cmd != nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
		s.cmd = nil
	}
}

// Dir is where the server keeps its files.
func (s *Server) Dir() string { return s.dir }

// Flush empties the server.
func (s *Server) Flush() {
	s.t.Helper()
	c, err := net.Dial("tcp", s.Address())
	if err != nil {
		s.t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Write([]byte("FLUSHALL\r\n")); err != nil {
		s.t.Fatal(err)
	}
	answer := make([]byte, 5)
	if _, err := c.Read(answer); err != nil || string(answer) != "+OK\r\n" {
		s.t.Fatalf("flush: %q, %v", answer, err)
	}
}

func freePort(t testing.TB) int {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().(*net.TCPAddr).Port
}
