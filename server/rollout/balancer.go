package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync"
	"time"
)

// lookEvery is how often the balancer asks an instance whether it is ready.
const lookEvery = 250 * time.Millisecond

// backend is an instance as the balancer sees it.
type backend struct {
	proxy   *httputil.ReverseProxy
	url     string
	ready   bool
	lines   int
	forget  context.CancelFunc
	settled chan struct{}
}

// balancer is a reverse proxy that sends each request and each socket to the
// ready instance with the fewest of them. It keeps nobody at one instance.
type balancer struct {
	url    string
	server *http.Server
	ended  chan struct{}

	mu  sync.Mutex // guards all and what their backends say
	all []*backend
}

func startBalancer() (*balancer, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	b := &balancer{url: "http://" + l.Addr().String(), ended: make(chan struct{})}
	b.server = &http.Server{Handler: b, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = b.server.Serve(l); close(b.ended) }()
	return b, nil
}

func (b *balancer) close() {
	b.server.Close()
	<-b.ended
	for len(b.all) > 0 {
		b.remove(b.all[0].url)
	}
}

// ServeHTTP implements http.Handler. An instance that takes no connection any
// more is passed over, as proxies do.
func (b *balancer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for range 3 {
		to := b.choose()
		if to == nil {
			break
		}
		refused := false
		p := *to.proxy
		p.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, err error) {
			var op *net.OpError
			if refused = asDial(err, &op); refused {
				b.down(to)
				return
			}
			w.WriteHeader(http.StatusBadGateway)
		}
		p.ServeHTTP(w, r)
		b.leave(to)
		if !refused {
			return
		}
	}
	w.WriteHeader(http.StatusServiceUnavailable)
}

func (b *balancer) choose() (best *backend) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, to := range b.all {
		if to.ready && (best == nil || to.lines < best.lines) {
			best = to
		}
	}
	if best != nil {
		best.lines++
	}
	return best
}

func (b *balancer) leave(to *backend) {
	b.mu.Lock()
	defer b.mu.Unlock()
	to.lines--
}

func (b *balancer) down(to *backend) {
	b.mu.Lock()
	defer b.mu.Unlock()
	to.ready = false
}

func (b *balancer) healthy(address string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, to := range b.all {
		if to.url == address {
			return to.ready
		}
	}
	return false
}

func (b *balancer) add(address string) {
	target, err := url.Parse(address)
	if err != nil {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	to := &backend{url: address, forget: cancel, settled: make(chan struct{})}
	to.proxy = &httputil.ReverseProxy{
		Transport: &http.Transport{MaxIdleConnsPerHost: 64, DialContext: (&net.Dialer{Timeout: time.Second}).DialContext},
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host
			r.SetXForwarded()
		},
	}
	b.mu.Lock()
	b.all = append(b.all, to)
	b.mu.Unlock()
	go func() {
		defer close(to.settled)
		tick := time.NewTicker(lookEvery)
		defer tick.Stop()
		for {
			ready := isReady(ctx, address)
			b.mu.Lock()
			to.ready = ready
			b.mu.Unlock()
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
		}
	}()
}

func (b *balancer) remove(address string) {
	b.mu.Lock()
	var gone *backend
	rest := b.all[:0]
	for _, to := range b.all {
		if to.url == address {
			gone = to
		} else {
			rest = append(rest, to)
		}
	}
	b.all = rest
	b.mu.Unlock()
	if gone != nil {
		gone.forget()
		<-gone.settled
		gone.proxy.Transport.(*http.Transport).CloseIdleConnections()
	}
}

// probes asks instances whether they are ready.
var probes = &http.Client{Timeout: 2 * time.Second}

func isReady(ctx context.Context, address string) bool {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"/readyz", nil)
	if err != nil {
		return false
	}
	res, err := probes.Do(r)
	if err != nil {
		return false
	}
	res.Body.Close()
	return res.StatusCode == http.StatusOK
}

// asDial reports whether no connection was made at all, so that nothing was
// sent and another instance may be asked.
func asDial(err error, op **net.OpError) bool {
	return errors.As(err, op) && (*op).Op == "dial"
}
