package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/pathboard/pathboard/server/config"
	"github.com/pathboard/pathboard/server/doctor"
)

// errUnwell is the end of an examination that found something.
var errUnwell = errors.New("something has to be mended, see above")

// examine runs the checks that fit the settings: the store, and the server at
// --url, its public URL or its own address.
func examine(ctx context.Context, c config.Config, log *slog.Logger, stdout io.Writer) error {
	address, err := publicAddress(c)
	if err != nil {
		return err
	}
	checks := doctor.Web{URL: address}.Checks()
	if c.RedisURL != "" {
		checks = append([]doctor.Check{{Name: "Redis", Run: func(ctx context.Context) doctor.Finding { return examineRedis(ctx, c, log) }}}, checks...)
	} else if _, err := os.Stat(c.Data); err == nil || c.URL == "" {
		checks = append([]doctor.Check{doctor.Disk(c.Data)}, checks...)
	}
	if c.URL == "" { // on the server itself
		checks = append([]doctor.Check{{Name: "ports", Run: func(ctx context.Context) doctor.Finding { return examinePorts(ctx, c) }}}, checks...)
	}
	if doctor.Run(ctx, stdout, checks) > 0 {
		return errUnwell
	}
	return nil
}

// examinePorts looks at the ports of this machine: the server's must be its own,
// and the one with metrics and profiles not for everybody.
func examinePorts(ctx context.Context, c config.Config) doctor.Finding {
	if c.MetricsAddr != "" {
		host, _, _ := net.SplitHostPort(c.MetricsAddr)
		if ip := net.ParseIP(host); host == "" || ip != nil && (ip.IsUnspecified() || !ip.IsLoopback() && !ip.IsPrivate()) {
			return doctor.Wrong("write PATHBOARD_METRICS_ADDR=127.0.0.1:9090, or the address of an inner network", "metrics and profiles are served to everybody at %s", c.MetricsAddr)
		}
	}
	addr, err := net.ResolveTCPAddr("tcp", c.Addr)
	if err != nil {
		return doctor.Wrong("write host:port or :port", "PATHBOARD_ADDR: %v", err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, localURL(addr)+"/healthz", nil)
	if err != nil {
		return doctor.Wrong("write host:port or :port", "PATHBOARD_ADDR: %v", err)
	}
	client := http.Client{Timeout: portTimeout}
	res, err := client.Do(r)
	if err != nil {
		return doctor.Wrong("start the server, see its log; or set PATHBOARD_ADDR as it has it", "nothing answers on %s: %v", c.Addr, err)
	}
	res.Body.Close()
	if res.Header.Get("X-Request-Id") == "" {
		return doctor.Wrong("stop it, or choose another port with PATHBOARD_ADDR, for the proxy too", "something else answers on %s", c.Addr)
	}
	return doctor.Fine("the server answers on %s", c.Addr)
}

// portTimeout bounds a question to a port of this machine.
const portTimeout = 5 * time.Second

func publicAddress(c config.Config) (*url.URL, error) {
	for _, address := range []string{c.URL, c.PublicURL} {
		if address != "" {
			return url.Parse(address)
		}
	}
	addr, err := net.ResolveTCPAddr("tcp", c.Addr)
	if err != nil {
		return nil, fmt.Errorf("PATHBOARD_ADDR: %w", err)
	}
	return url.Parse(localURL(addr))
}

// slowRedis is a durable write from which on people wait for "saved".
const slowRedis = 50 * time.Millisecond

func examineRedis(ctx context.Context, c config.Config, log *slog.Logger) doctor.Finding {
	c.AllowWeakDurability = false
	s, err := openRedisStore(ctx, c, log)
	if err != nil {
		return doctor.Wrong("see deploy/redis/redis.conf and deploy/secrets.sh for the settings and rights that are needed", "%v", err)
	}
	defer s.Close()
	nodes, err := s.Nodes(ctx)
	if err != nil {
		return doctor.Wrong("see CLUSTER NODES for masters that are away", "%v", err)
	}
	for _, node := range nodes {
		if f := examineNode(ctx, node, len(nodes) > 1); f.Wrong != "" {
			return f
		}
	}
	began := time.Now()
	if err := s.Ready(ctx); err != nil {
		return doctor.Wrong("see the log of Redis: the disk or the memory is full, or it is a replica", "Redis takes no write: %v", err)
	}
	took := time.Since(began)
	if took > slowRedis {
		return doctor.Wrong("put Redis near the server and its file on a local SSD", "a durable write takes %s", took.Round(time.Millisecond))
	}
	return doctor.Fine("settings are durable, a durable write takes %.1f ms, the clocks agree", float64(took.Microseconds())/1000)
}

// examineNode examines the one Redis, or one master of a cluster.
func examineNode(ctx context.Context, node *redis.Client, ofCluster bool) doctor.Finding {
	which := "Redis"
	if ofCluster {
		which = "Redis " + node.Options().Addr
	}
	before := time.Now()
	there, err := node.Time(ctx).Result()
	if err != nil {
		return doctor.Wrong("give the user the command TIME, see deploy/secrets.sh", "%s does not tell its time: %v", which, err)
	}
	if f := doctor.Skew("the clock of "+which, there, before, time.Now()); f.Wrong != "" {
		return f
	}
	if memory, err := node.ConfigGet(ctx, "maxmemory").Result(); err == nil && memory["maxmemory"] == "0" {
		return doctor.Wrong("set maxmemory to half of the machine's memory: the rest is needed while the file is rewritten", "%s may take all memory", which)
	}
	if !ofCluster {
		return doctor.Finding{}
	}
	if whole, err := node.ConfigGet(ctx, "cluster-require-full-coverage").Result(); err == nil && whole["cluster-require-full-coverage"] == "yes" {
		return doctor.Wrong("set cluster-require-full-coverage no on every node: else all boards stand still while one master is away", "%s serves nothing while any slot has no master", which)
	}
	if info, err := node.Info(ctx, "replication").Result(); err == nil && strings.Contains(info, "connected_slaves:0") {
		return doctor.Wrong("add a replica: its boards stand still for as long as it is away", "%s has no replica that is connected", which)
	}
	return doctor.Finding{}
}
