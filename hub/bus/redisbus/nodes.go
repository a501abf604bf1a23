package redisbus

import (
	"context"
	"math/rand/v2"
	"sync"

	"github.com/redis/go-redis/v9"

	"github.com/pathboard/pathboard/hub/store/redisstore"
)

// nodes are the servers that notices go over: the one Redis, or any node of a
// cluster, which passes them on to all others.
type nodes interface {
	// next is the server to listen to from now on.
	next(ctx context.Context) (*redis.Client, error)
	// near is the server listened to.
	near(ctx context.Context) (*redis.Client, error)
	// far is any server; tries is how many to try.
	far(ctx context.Context) (*redis.Client, error)
	tries() int
}

// oneNode is a Redis that is no cluster.
type oneNode struct{ client *redis.Client }

func (o oneNode) next(context.Context) (*redis.Client, error) { return o.client, nil }
func (o oneNode) near(context.Context) (*redis.Client, error) { return o.client, nil }
func (o oneNode) far(context.Context) (*redis.Client, error)  { return o.client, nil }
func (o oneNode) tries() int                                  { return 1 }

// anyMaster goes round the masters of a cluster.
type anyMaster struct {
	cluster *redis.ClusterClient

	mu      sync.Mutex // guards what follows
	current *redis.Client
	turn    int
}

var _, _ nodes = oneNode{}, (*anyMaster)(nil)

func (a *anyMaster) tries() int { return 3 }

func (a *anyMaster) next(ctx context.Context) (*redis.Client, error) {
	masters, err := redisstore.Masters(ctx, a.cluster)
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	i := rand.N(len(masters)) // instances spread over the nodes
	if masters[i] == a.current {
		i = (i + 1) % len(masters)
	}
	a.current = masters[i]
	return a.current, nil
}

func (a *anyMaster) near(ctx context.Context) (*redis.Client, error) {
	a.mu.Lock()
	current := a.current
	a.mu.Unlock()
	if current == nil {
		return a.far(ctx)
	}
	return current, nil
}

func (a *anyMaster) far(ctx context.Context) (*redis.Client, error) {
	masters, err := redisstore.Masters(ctx, a.cluster)
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.turn++
	return masters[a.turn%len(masters)], nil
}
