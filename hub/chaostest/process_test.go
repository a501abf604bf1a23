package chaostest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pathboard/pathboard/hub"
	"github.com/pathboard/pathboard/hub/bus"
	"github.com/pathboard/pathboard/hub/bus/localbus"
	"github.com/pathboard/pathboard/hub/bus/redisbus"
	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/store/filestore"
	"github.com/pathboard/pathboard/hub/store/redisstore"
)

// The test program is also the hub that it tests: a process of its own, started
// with these variables.
const (
	envRedis   = "CHAOS_HUB_REDIS"
	envDir     = "CHAOS_HUB_DIR"
	envAddress = "CHAOS_HUB_ADDRESS"
	envCompact = "CHAOS_HUB_COMPACT"
)

func TestMain(m *testing.M) {
	if os.Getenv(envRedis) != "" || os.Getenv(envDir) != "" {
		if err := serve(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

type openDoor struct{}

func (openDoor) Authorize(_ context.Context, _ store.DocName, token string) (hub.Grant, error) {
	return hub.Grant{Subject: token, Role: "chaos", Presence: map[string]any{"id": token}}, nil
}

func openParts(ctx context.Context) (store.Store, bus.Bus, error) {
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	if dir := os.Getenv(envDir); dir != "" {
		s, err := filestore.Open(ctx, filestore.Options{Dir: dir, Logger: log})
		if err != nil {
			return nil, nil, err
		}
		return s, localbus.New(s), nil
	}
	s, err := redisstore.Open(ctx, redisstore.Options{URL: os.Getenv(envRedis), Logger: log, TrimGrace: 2 * time.Second})
	if err != nil {
		return nil, nil, err
	}
	b, err := redisbus.Open(s.Client(), log)
	return s, b, err
}

// serve is a hub until SIGTERM, which it obeys as the product does: it drains.
func serve() error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	s, b, err := openParts(ctx)
	if err != nil {
		return err
	}
	compact, _ := strconv.Atoi(os.Getenv(envCompact))
	h, err := hub.Open(ctx, hub.Options{
		Store: s, Bus: b, Authorizer: openDoor{}, Logger: slog.New(slog.NewTextHandler(os.Stderr, nil)),
		Limits: hub.Limits{
			MessagesPerSecond: 1e6, MessageBurst: 1e6, BoardBytes: 64 << 20, BoardStructs: 1e7, CompactEntries: compact,
			UnloadAfter: time.Second, NewPerSecond: 1e6, NewBurst: 1e6,
		},
	})
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("/ws", h.Handler(func(*http.Request) bool { return true }))
	mux.HandleFunc("/debug/pprof/goroutine", pprof.Handler("goroutine").ServeHTTP)
	mux.HandleFunc("/ready", func(w http.ResponseWriter, r *http.Request) {
		if err := errors.Join(s.Ready(r.Context()), b.Ready(r.Context())); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
		}
	})
	ln, err := net.Listen("tcp", os.Getenv(envAddress))
	if err != nil {
		return err
	}
	web := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = web.Serve(ln) }()
	fmt.Println(ln.Addr())
	<-ctx.Done()
	ending, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return errors.Join(h.Close(ending), web.Close(), b.Close(), s.Close())
}

// process is a hub in a process of its own, always on the same port.
type process struct {
	t       *testing.T
	env     []string
	address string
	cmd     *exec.Cmd
	ended   chan error
	log     *os.File
}

// startHub starts a hub on a Redis, or on a folder if there is none.
func startHub(t *testing.T, redis, dir string, compact int) *process {
	t.Helper()
	p := &process{t: t, address: "127.0.0.1:0", env: []string{
		envRedis + "=" + redis, envDir + "=" + dir, envCompact + "=" + strconv.Itoa(compact),
	}}
	var err error
	if p.log, err = os.CreateTemp(t.TempDir(), "hub"); err != nil {
		t.Fatal(err)
	}
	p.up()
	t.Cleanup(func() {
		p.kill()
		if b, err := os.ReadFile(p.log.Name()); err == nil && (t.Failed() || strings.Contains(string(b), "panic")) {
			t.Logf("hub %s:\n%s", p.address, b[max(0, len(b)-4000):])
		}
		p.log.Close()
	})
	return p
}

func (p *process) up() {
	p.t.Helper()
	p.cmd = exec.CommandContext(context.Background(), os.Args[0])
	p.cmd.Env = append(os.Environ(), append(p.env, envAddress+"="+p.address)...)
	p.cmd.Stderr = p.log
	out, err := p.cmd.StdoutPipe()
	if err == nil {
		err = p.cmd.Start()
	}
	if err != nil {
		p.t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b, _ := os.ReadFile(p.log.Name())
		p.t.Fatalf("the hub does not start: %v\n%s", err, b)
	}
	// It comes back where it was: clients read the address meanwhile.
	if address := strings.TrimSpace(line); address != p.address {
		p.address = address
	}
	p.ended = make(chan error, 1)
	go func(cmd *exec.Cmd, ended chan error) { ended <- cmd.Wait() }(p.cmd, p.ended)
}

func (p *process) signal(s syscall.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
}

func (p *process) kill() {
	if p.cmd == nil {
		return
	}
	_ = p.cmd.Process.Kill()
	<-p.ended
	p.cmd = nil
}

// stop ends the hub as an operator does and returns how long it took.
func (p *process) stop() time.Duration {
	p.t.Helper()
	start := time.Now()
	p.signal(syscall.SIGTERM)
	if err := <-p.ended; err != nil {
		p.t.Errorf("the hub ends with %v", err)
	}
	p.cmd = nil
	return time.Since(start)
}

func (p *process) url() string { return "ws://" + p.address + "/ws" }
