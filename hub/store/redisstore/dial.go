package redisstore

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

const (
	dialTimeout = 3 * time.Second
	// answerTimeout bounds one answer where another server can take over: a
	// master that stands still must not hold up what its replica can do.
	answerTimeout = 2500 * time.Millisecond
	// stateInterval is how old a client's picture of the cluster may be.
	stateInterval = time.Second
	// avoidSeconds is how long a node that failed is passed over where another
	// will do.
	avoidSeconds = 2
	// nodeConnections bounds the connections to one node: a lane of appends
	// that hangs at it takes one.
	nodeConnections = 4 * Lanes
)

// silence keeps the client library from writing to standard error by itself:
// what it has to say is in the errors it returns.
var silence = sync.OnceFunc(func() { redis.SetLogger(noLog{}) })

type noLog struct{}

func (noLog) Printf(context.Context, string, ...any) {}

// Dial returns a client for the URL; see Options.URL. It does not ask Redis
// anything: only several addresses are taken for a cluster.
func Dial(address string) (redis.UniversalClient, error) { return dial(address, false, nil) }

func dial(address string, cluster bool, connected func(context.Context, *redis.Conn) error) (redis.UniversalClient, error) {
	silence()
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "redis" && u.Scheme != "rediss" || u.Host == "" {
		return nil, errors.New("the address of Redis must look like redis://host:6379 or rediss://user:password@host:6380")
	}
	hosts := strings.Split(u.Host, ",")
	single := *u
	single.Host = hosts[0]
	query := single.Query()
	take := func(name string) string {
		value := query.Get(name)
		query.Del(name)
		return value
	}
	options := redis.UniversalOptions{
		Addrs: hosts, MasterName: take("master"), IsClusterMode: cluster,
		SentinelUsername: take("sentinel_username"), SentinelPassword: take("sentinel_password"),
		DialTimeout: dialTimeout, DialerRetries: 1, ContextTimeoutEnabled: true, MaxRetries: 1, DisableIdentity: true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
		OnConnect:                connected,
	}
	authority := take("ca")
	single.RawQuery = query.Encode()
	o, err := redis.ParseURL(single.String())
	if err != nil {
		return nil, fmt.Errorf("address of Redis: %w", err)
	}
	if err := trust(o.TLSConfig, authority); err != nil {
		return nil, fmt.Errorf("address of Redis: %w", err)
	}
	options.Username, options.Password, options.DB, options.TLSConfig = o.Username, o.Password, o.DB, o.TLSConfig
	if len(hosts) == 1 && !cluster && options.MasterName == "" {
		return redis.NewUniversalClient(&options), nil
	}
	if options.TLSConfig != nil {
		options.TLSConfig.ServerName = "" // each by the name it is dialled by
	}
	options.ReadTimeout = answerTimeout
	if options.MasterName != "" {
		return redis.NewUniversalClient(&options), nil
	}
	if options.DB != 0 {
		return nil, errors.New("address of Redis: a cluster has database 0 alone")
	}
	of := options.Cluster()
	of.MaxRetries, of.ClusterStateReloadInterval, of.FailingTimeoutSeconds, of.PoolSize = -1, stateInterval, avoidSeconds, nodeConnections
	return redis.NewClusterClient(of), nil
}

// trust has TLS believe the authority in the file, and no other; "" leaves it to
// those of the system.
func trust(c *tls.Config, file string) error {
	if file == "" {
		return nil
	}
	if c == nil {
		return errors.New("ca= is for rediss://")
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("ca: %w", err)
	}
	c.RootCAs = x509.NewCertPool()
	if !c.RootCAs.AppendCertsFromPEM(b) {
		return fmt.Errorf("ca: %s holds no certificate in PEM", file)
	}
	return nil
}

// ofCluster reports whether the server is a node of a cluster.
func ofCluster(ctx context.Context, c *redis.Client) bool {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	info, err := c.Info(ctx, "cluster").Result()
	return err == nil && strings.Contains(info, "cluster_enabled:1")
}
