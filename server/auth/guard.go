package auth

import (
	"context"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/server/workshop"
)

// Limits on wrong join codes. A city hall is one address to us, so a right
// code is never counted, and an address that is over its first limits is only
// told so: its right codes still open. From the hard limit on nothing more is
// looked up for it. Guessing one of 50 live codes at this pace takes
// centuries.
const (
	wrongPerMinute     = 5
	wrongPerHour       = 20
	hardPerMinute      = 60
	instancesPerMinute = 100 // all addresses on all instances; then slow mode

	// maxBlocked bounds the memory of addresses at the hard limit.
	maxBlocked = 10_000
	// maxQueue is how long a try waits for its turn in slow mode.
	maxQueue = 2 * time.Second
)

// Counter counts within windows, shared by all instances.
type Counter interface {
	Increment(ctx context.Context, key string, window time.Duration) (int64, error)
}

var _ Counter = (store.Records)(nil)

// Guard slows down guessing of join codes. It is safe for concurrent use.
type Guard struct {
	counter Counter
	now     func() time.Time
	slow    *rate.Limiter

	mu        sync.Mutex
	slowUntil time.Time
	blocked   map[string]time.Time // address key -> until
}

// NewGuard returns a guard that counts with counter.
func NewGuard(counter Counter, now func() time.Time) *Guard {
	return &Guard{
		counter: counter, now: now, blocked: map[string]time.Time{},
		slow: rate.NewLimiter(rate.Every(time.Minute/instancesPerMinute), 1),
	}
}

// Try runs look, which looks up a code for the address, unless the address is
// blocked. When look reports CodeUnknownCode the try is counted and may become
// CodeTooManyTries.
func (g *Guard) Try(ctx context.Context, address string, look func() error) error {
	key := addressKey(address)
	if wait := g.blockedFor(key); wait > 0 {
		return tooMany(wait)
	}
	if g.isSlow() {
		ctx, cancel := context.WithTimeout(ctx, maxQueue)
		defer cancel()
		if err := g.slow.Wait(ctx); err != nil {
			return tooMany(maxQueue)
		}
	}
	err := look()
	if workshop.CodeOf(err) != workshop.CodeUnknownCode {
		return err
	}
	return g.wrong(ctx, key, err)
}

// wrong counts a wrong code and says what to answer: the error itself, or that
// there were too many.
func (g *Guard) wrong(ctx context.Context, key string, cause error) error {
	minute, err := g.counter.Increment(ctx, "tries/minute/"+key, time.Minute)
	if err != nil {
		return fmt.Errorf("count wrong codes: %w", err)
	}
	hour, err := g.counter.Increment(ctx, "tries/hour/"+key, time.Hour)
	if err != nil {
		return fmt.Errorf("count wrong codes: %w", err)
	}
	all, err := g.counter.Increment(ctx, "tries/all", time.Minute)
	if err != nil {
		return fmt.Errorf("count wrong codes: %w", err)
	}
	if all > instancesPerMinute {
		g.goSlow()
	}
	if minute > hardPerMinute {
		g.block(key)
	}
	if minute > wrongPerMinute || hour > wrongPerHour {
		return tooMany(time.Minute)
	}
	return cause
}

// Within counts under a key and reports whether no more than limit came within
// the window, on all instances together. A count that fails says no.
func (g *Guard) Within(ctx context.Context, key string, limit int64, window time.Duration) bool {
	n, err := g.counter.Increment(ctx, key, window)
	return err == nil && n <= limit
}

func tooMany(wait time.Duration) error {
	return &workshop.Error{Code: workshop.CodeTooManyTries, Params: workshop.Params{"seconds": int(wait/time.Second) + 1}}
}

func (g *Guard) isSlow() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.now().Before(g.slowUntil)
}

func (g *Guard) goSlow() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.slowUntil = g.now().Add(time.Minute)
}

func (g *Guard) blockedFor(key string) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	until, ok := g.blocked[key]
	if !ok {
		return 0
	}
	wait := until.Sub(g.now())
	if wait <= 0 {
		delete(g.blocked, key)
	}
	return max(wait, 0)
}

func (g *Guard) block(key string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	if len(g.blocked) >= maxBlocked {
		for k, until := range g.blocked {
			if !now.Before(until) {
				delete(g.blocked, k)
			}
		}
	}
	if len(g.blocked) < maxBlocked {
		g.blocked[key] = now.Add(time.Minute)
	}
}

// addressKey names an address in counters without keeping it: a hash of the
// IPv4 address, or of the IPv6 network that one customer has.
func addressKey(address string) string {
	if ip, err := netip.ParseAddr(address); err == nil {
		ip = ip.Unmap()
		if ip.Is6() {
			if p, err := ip.Prefix(64); err == nil {
				ip = p.Addr()
			}
		}
		address = ip.WithZone("").String()
	}
	return hashSecret(address).String()[:24]
}
