package hub

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Reasons why a connection is turned away at the door, also labels of the
// metric turned_away_total.
const (
	doorInstance = "instance" // Limits.Connections
	doorAddress  = "address"  // Limits.ConnectionsPerAddress
	doorPace     = "pace"     // Limits.NewPerSecond
)

// maxCallers bounds the addresses remembered for their pace alone.
const maxCallers = 20_000

// comeBack is what a client that is turned away is told to wait, in seconds.
const comeBack = 5

// door counts connections before they are made: what it turns away has cost
// one HTTP request.
type door struct {
	lim     Limits
	address func(*http.Request) string

	mu      sync.Mutex // guards what follows
	open    int
	callers map[string]*caller
}

// caller is an address with connections, or with some lately.
type caller struct {
	open int
	pace *rate.Limiter
}

func newDoor(lim Limits, address func(*http.Request) string) *door {
	return &door{lim: lim, address: address, callers: map[string]*caller{}}
}

// enter counts a connection in until leave is called; with a reason it is
// turned away.
func (d *door) enter(r *http.Request) (leave func(), reason string) {
	address := ""
	if d.address != nil {
		address = d.address(r)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.open >= d.lim.Connections {
		return nil, doorInstance
	}
	var c *caller
	if address != "" {
		c = d.caller(address)
		if c.open >= d.lim.ConnectionsPerAddress {
			return nil, doorAddress
		}
		if !c.pace.Allow() {
			return nil, doorPace
		}
		c.open++
	}
	d.open++
	return func() { d.leave(c) }, ""
}

func (d *door) leave(c *caller) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.open--
	if c != nil {
		c.open--
	}
}

// caller returns the address's line. The caller holds mu.
func (d *door) caller(address string) *caller {
	if c := d.callers[address]; c != nil {
		return c
	}
	if len(d.callers) >= maxCallers {
		now := time.Now()
		for a, c := range d.callers {
			if c.open == 0 && c.pace.TokensAt(now) >= float64(d.lim.NewBurst) {
				delete(d.callers, a)
			}
		}
	}
	c := &caller{pace: rate.NewLimiter(rate.Limit(d.lim.NewPerSecond), d.lim.NewBurst)}
	d.callers[address] = c
	return c
}

// turnAway answers a request that may not become a connection now.
func turnAway(w http.ResponseWriter, reason string) {
	status := http.StatusTooManyRequests
	if reason == doorInstance {
		status = http.StatusServiceUnavailable
	}
	w.Header().Set("Retry-After", strconv.Itoa(comeBack))
	http.Error(w, "too many connections: "+reason, status)
}
