package redistest

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// clusterSlots is how many slots a cluster shares out.
const clusterSlots = 16384

// clusterPatience bounds every wait for a cluster to agree.
const clusterPatience = time.Minute

// Cluster is a Redis Cluster of real processes.
type Cluster struct {
	t testing.TB
	// Nodes are the masters, then the replicas; roles change with failovers.
	Nodes []*Server
	ids   map[*Server]string
}

// StartCluster runs a cluster until the test ends: so many masters, each with
// so many replicas. A replica takes over from a master that has not answered
// for a second. settings override the durable defaults of every node.
func StartCluster(t testing.TB, masters, replicasEach int, settings map[string]string) *Cluster {
	t.Helper()
	c := &Cluster{t: t, ids: map[*Server]string{}}
	for range masters * (1 + replicasEach) {
		conf := map[string]string{
			"cluster-enabled": "yes", "cluster-node-timeout": "1000", "cluster-port": strconv.Itoa(freePort(t)),
			"cluster-require-full-coverage": "no", "cluster-allow-replica-migration": "no",
			"repl-diskless-sync-delay": "0",
		}
		for k, v := range settings {
			conf[k] = v
		}
		s := Start(t, conf)
		c.Nodes = append(c.Nodes, s)
		c.ids[s] = c.must(s, "CLUSTER", "MYID").(string)
		if len(c.Nodes) > 1 {
			first := c.Nodes[0]
			c.must(s, "CLUSTER", "MEET", "127.0.0.1", first.peerPort(), first.clusterPort())
		}
	}
	c.Until("nodes that know each other", func() bool {
		return !slices.ContainsFunc(c.Nodes, func(s *Server) bool { return len(c.view(s)) != len(c.Nodes) })
	})
	for i, s := range c.Nodes[:masters] {
		c.must(s, "CLUSTER", "ADDSLOTSRANGE", i*clusterSlots/masters, (i+1)*clusterSlots/masters-1)
	}
	for i, s := range c.Nodes[masters:] {
		master := c.ids[c.Nodes[i%masters]]
		c.Until("a replica", func() bool { _, err := c.Ask(s, "CLUSTER", "REPLICATE", master); return err == nil })
	}
	c.UntilWhole()
	return c
}

// URL is where to connect: all nodes, as an operator names them.
func (c *Cluster) URL() string {
	hosts := make([]string, len(c.Nodes))
	for i, s := range c.Nodes {
		hosts[i] = s.Address()
	}
	return "redis://" + strings.Join(hosts, ",")
}

// UntilWhole waits until every slot has a master and every replica follows it.
func (c *Cluster) UntilWhole() {
	c.t.Helper()
	c.Until("a whole cluster", func() bool {
		return !slices.ContainsFunc(c.Nodes, func(s *Server) bool {
			info, err := c.Ask(s, "CLUSTER", "INFO")
			text, _ := info.(string)
			if err != nil || !strings.Contains(text, "cluster_state:ok") || !strings.Contains(text, "cluster_slots_ok:16384") ||
				!strings.Contains(text, "cluster_slots_assigned:16384") {
				return true
			}
			role, err := c.Ask(s, "ROLE")
			list, ok := role.([]any)
			return err != nil || !ok || list[0] == "slave" && list[3] != "connected"
		})
	})
}

// MasterOf is the master of a key's slot, as the other nodes see it, and a
// replica of it; either may be nil for now.
func (c *Cluster) MasterOf(key string) (master, replica *Server) {
	c.t.Helper()
	for _, witness := range c.Nodes {
		answer, err := c.Ask(witness, "CLUSTER", "KEYSLOT", key)
		if err != nil {
			continue
		}
		for _, n := range c.view(witness) {
			if n.owns(int(answer.(int64))) && !n.failing() {
				master = c.byID(n.id)
			}
		}
		if master == nil || master == witness && len(c.Nodes) > 1 {
			continue // it speaks of itself
		}
		for _, n := range c.view(witness) {
			if n.master == c.ids[master] && !n.failing() {
				replica = c.byID(n.id)
			}
		}
		return master, replica
	}
	return nil, nil
}

// Masters are the nodes that have slots, as one of them sees it.
func (c *Cluster) Masters() (out []*Server) {
	for _, witness := range c.Nodes {
		if view := c.view(witness); len(view) > 0 {
			for _, n := range view {
				if len(n.slots) > 0 && !n.failing() {
					out = append(out, c.byID(n.id))
				}
			}
			return out
		}
	}
	return nil
}

// Failover has a replica take over in agreement with its master.
func (c *Cluster) Failover(replica *Server) {
	c.t.Helper()
	c.must(replica, "CLUSTER", "FAILOVER")
	c.Until("a failover", func() bool {
		role, err := c.Ask(replica, "ROLE")
		list, ok := role.([]any)
		return err == nil && ok && list[0] == "master"
	})
}

// MoveSlot moves a slot and all its keys from one master to another, a few keys
// at a time, as redis-cli does. between runs while the slot is half moved.
func (c *Cluster) MoveSlot(slot int, from, to *Server, between func()) {
	c.t.Helper()
	c.must(to, "CLUSTER", "SETSLOT", slot, "IMPORTING", c.ids[from])
	c.must(from, "CLUSTER", "SETSLOT", slot, "MIGRATING", c.ids[to])
	for {
		keys := c.must(from, "CLUSTER", "GETKEYSINSLOT", slot, 2).([]any)
		if len(keys) == 0 {
			break
		}
		c.must(from, append([]any{"MIGRATE", "127.0.0.1", to.port, "", 0, 5000, "KEYS"}, keys...)...)
		between()
	}
	c.must(to, "CLUSTER", "SETSLOT", slot, "NODE", c.ids[to])
	c.must(from, "CLUSTER", "SETSLOT", slot, "NODE", c.ids[to])
}

// Slot is the slot of a key.
func (c *Cluster) Slot(key string) int {
	c.t.Helper()
	return int(c.must(c.Nodes[0], "CLUSTER", "KEYSLOT", key).(int64))
}

// Flush empties the cluster.
func (c *Cluster) Flush() {
	c.t.Helper()
	for _, s := range c.Masters() {
		s.Flush()
	}
}

// Ask sends one command to one node.
func (c *Cluster) Ask(s *Server, args ...any) (any, error) {
	client := redis.NewClient(&redis.Options{
		Addr: s.Address(), Protocol: 2, DialTimeout: time.Second, DialerRetries: 1, MaxRetries: -1,
		ContextTimeoutEnabled: true, DisableIdentity: true,
	})
	defer client.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	return client.Do(ctx, args...).Result()
}

func (c *Cluster) must(s *Server, args ...any) any {
	c.t.Helper()
	answer, err := c.Ask(s, args...)
	if err != nil {
		c.t.Fatalf("%v: %v", args, err)
	}
	return answer
}

// Until waits for a condition.
func (c *Cluster) Until(what string, holds func() bool) {
	c.t.Helper()
	limit := time.NewTimer(clusterPatience)
	defer limit.Stop()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-limit.C:
			c.t.Fatalf("not in time: %s", what)
		}
	}
}

func (c *Cluster) byID(id string) *Server {
	for s, of := range c.ids {
		if of == id {
			return s
		}
	}
	return nil
}

// node is what one node says of another: a line of CLUSTER NODES.
type node struct {
	id, flags, master string
	slots             []string
}

func (n node) failing() bool { return strings.Contains(n.flags, "fail") }

func (n node) owns(slot int) bool {
	return slices.ContainsFunc(n.slots, func(s string) bool {
		first, last, isRange := strings.Cut(s, "-")
		if !isRange {
			last = first
		}
		a, errA := strconv.Atoi(first)
		b, errB := strconv.Atoi(last)
		return errA == nil && errB == nil && a <= slot && slot <= b
	})
}

// view is the cluster as one node sees it; nil if it does not answer or is in
// no touch with the others.
func (c *Cluster) view(s *Server) (out []node) {
	if s.cmd == nil {
		return nil
	}
	answer, err := c.Ask(s, "CLUSTER", "NODES")
	text, ok := answer.(string)
	if err != nil || !ok {
		return nil
	}
	for line := range strings.Lines(text) {
		if f := strings.Fields(line); len(f) >= 8 && !strings.Contains(f[2], "handshake") {
			out = append(out, node{id: f[0], flags: f[2], master: f[3], slots: slices.DeleteFunc(f[8:], isMoving)})
		}
	}
	return out
}

// isMoving tells a slot on its way from those that a node has.
func isMoving(slots string) bool { return strings.HasPrefix(slots, "[") }

func (s *Server) clusterPort() int {
	for i, a := range s.args {
		if a == "--cluster-port" {
			port, _ := strconv.Atoi(s.args[i+1])
			return port
		}
	}
	s.t.Fatal(fmt.Errorf("%s is no node of a cluster", s.Address()))
	return 0
}
