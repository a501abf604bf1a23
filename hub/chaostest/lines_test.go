package chaostest

import (
	"testing"
	"time"

	"github.com/pathboard/pathboard/hub/hubtest"
)

// throughProxies puts a proxy before each hub.
func (g *rig) throughProxies() (proxies []*hubtest.Proxy, hubs func() string) {
	for _, h := range g.hubs {
		proxies = append(proxies, hubtest.NewProxy(g.t, h.address))
	}
	return proxies, func() string { return "ws://" + proxies[g.chance(len(proxies))].Address() + "/ws" }
}

// TestT1CutLines resets all sockets again and again, also in the middle of a
// message.
func TestT1CutLines(t *testing.T) {
	g := newRig(t, 2, 200)
	proxies, hubs := g.throughProxies()
	g.write(3, size(3, 10), size(300, 3000), 0, hubs)
	g.each(size(8, 40), func(int) {
		whole := g.chance(len(proxies)) // a document may be longer than the others let pass
		for i, p := range proxies {
			p.Cut()
			if i == whole {
				p.Heal()
			} else {
				p.CutAfter(g.chance(2) * (200 + g.chance(20_000)))
			}
		}
	})
	for _, p := range proxies {
		p.Heal()
	}
	g.finish(2 * time.Minute)
	g.verify()
}

// TestT2HalfOpenLines swallows everything on all lines while both ends believe
// that they are connected.
func TestT2HalfOpenLines(t *testing.T) {
	g := newRig(t, 1, 200)
	proxies, hubs := g.throughProxies()
	docs, tokens := size(2, 5), size(300, 3000)
	for d := range docs {
		for range 2 {
			g.add(d, tokens, hubs).silent = 2 * time.Second
		}
	}
	g.start()
	g.each(size(2, 8), func(int) {
		proxies[0].HalfOpen()
		g.hold(time.Duration(size(3, 30)) * time.Second)
		proxies[0].Heal()
	})
	g.finish(3 * time.Minute)
	g.verify()
}

// TestT10LinksToRedis breaks one hub's line to Redis in every way; the others
// go on undisturbed.
func TestT10LinksToRedis(t *testing.T) {
	g := newRig(t, 2, 200)
	p := hubtest.NewProxy(t, g.redis.Address())
	g.hubs = append(g.hubs, startHub(t, "redis://"+p.Address(), "", 200))
	g.write(3, 3, size(400, 10_000), 2*time.Millisecond, g.anyHub)
	g.each(size(4, 200), func(n int) {
		switch n % 4 {
		case 0:
			p.Stall()
			g.hold(time.Duration(size(1500, 10_000)) * time.Millisecond)
			p.Heal()
		case 1:
			g.redisDo("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
			g.redisDo("CLIENT", "KILL", "TYPE", "pubsub")
		case 2:
			p.HalfOpen()
			g.hold(time.Duration(size(1500, 10_000)) * time.Millisecond)
			p.Heal()
		default:
			g.redisDo("CONFIG", "SET", "client-output-buffer-limit", "normal 1000 1000 1")
			g.hold(200 * time.Millisecond)
			g.redisDo("CONFIG", "SET", "client-output-buffer-limit", "normal 0 0 0")
		}
	})
	g.finish(3 * time.Minute)
	g.verify()
}
