package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/pathboard/pathboard/frontend"
	"github.com/pathboard/pathboard/hub"
	"github.com/pathboard/pathboard/hub/poll"
	"github.com/pathboard/pathboard/server/auth"
	"github.com/pathboard/pathboard/server/config"
	"github.com/pathboard/pathboard/server/demo"
	"github.com/pathboard/pathboard/server/httpapi"
	"github.com/pathboard/pathboard/server/i18n"
	"github.com/pathboard/pathboard/server/janitor"
	"github.com/pathboard/pathboard/server/library"
	"github.com/pathboard/pathboard/server/lines"
	"github.com/pathboard/pathboard/server/live"
	"github.com/pathboard/pathboard/server/obs"
	"github.com/pathboard/pathboard/server/persist"
	"github.com/pathboard/pathboard/server/signin"
	"github.com/pathboard/pathboard/server/template"
	"github.com/pathboard/pathboard/server/workshop"
)

// App is the whole program: what it is made of is named here and nowhere else.
type App struct {
	// static after Open
	log     *slog.Logger
	storage storage
	hub     *hub.Hub
	live    *live.Live
	lines   *lines.Lines
	poll    *poll.Handler
	phases  *phaseKeeper
	traces  *obs.Traces // nil: none
	measure *obs.Metrics
	server  *http.Server
	metrics *http.Server // nil without a metrics address
	addr    net.Addr

	draining atomic.Bool
	ready    readiness
	serving  sync.WaitGroup

	stopTidying context.CancelFunc // nil before it began
	tidying     sync.WaitGroup
}

// OpenApp starts everything that the settings ask for. When it returns, the
// program serves; Close ends it.
func OpenApp(ctx context.Context, c config.Config, log *slog.Logger) (*App, error) {
	st, err := openStorage(ctx, c, log)
	if err != nil {
		return nil, err
	}
	a := &App{log: log, storage: st}
	if err := a.open(ctx, c); err != nil {
		return nil, errors.Join(err, a.Close(ctx))
	}
	return a, nil
}

func (a *App) open(ctx context.Context, c config.Config) error {
	metrics := obs.NewMetrics()
	a.measure = metrics
	trace := a.trace(c)
	limits, bounds, err := limitsOf(c)
	if err != nil {
		return err
	}
	workshops := persist.NewWorkshops(a.storage.store)
	workshops.Limits = bounds
	keys := auth.NewKeys(persist.NewSecrets(a.storage.store), time.Now, auth.Limits{
		Idle: c.SessionIdle, Lifetime: c.SessionLifetime, Refused: metrics.SessionRefused,
	})
	authority := auth.NewAuthority(keys, workshops)
	a.live = live.New(workshops, a.storage.bus, a.log)
	a.lines = a.newLines()
	proxies, err := c.Proxies()
	if err != nil {
		return err
	}
	a.hub, err = hub.Open(ctx, hub.Options{
		Store: a.storage.store, Bus: a.storage.bus, Greet: a.live.Greet,
		Authorizer: auth.NewGate(authority, func(l workshop.Language) string { return i18n.Text(l, "role.facilitator", nil) }),
		Logger:     a.log, Registerer: metrics.Registry,
		Limits: limits, Address: limitedAddress(proxies), Left: a.lines.Left, Trace: trace,
	})
	if err != nil {
		return fmt.Errorf("open hub: %w", err)
	}
	a.live.Start(a.hub)
	a.lines.Start(a.hub)
	a.poll = poll.New(poll.Options{Socket: hub.OverRequests(a.hub.Handler(httpapi.AllowOrigin(c.PublicURL, proxies)))})
	templates, err := template.All()
	if err != nil {
		return fmt.Errorf("read templates: %w", err)
	}
	shelf, err := library.LoadWith(c.Library)
	if err != nil {
		return err
	}
	web, err := fs.Sub(frontend.Dist, "dist")
	if err != nil {
		return fmt.Errorf("read web app: %w", err)
	}
	images := persist.NewImages(a.storage.store)
	a.phases = startPhaseKeeper(a.hub, a.log)
	work := boards{hub: a.hub, shelf: shelf, images: images, films: make(chan struct{}, filmsAtOnce), phases: a.phases}
	service := &workshop.Service{
		Repository: workshops, Secrets: keys, Announcer: a.live,
		Private: persist.NewPrivate(a.storage.store), Boards: work,
		Audit: persist.NewAudit(a.storage.store), Ends: persist.NewEnds(a.storage.store),
		Templates: templates, NewID: newID, Now: time.Now, Limits: bounds,
	}
	signIn := a.signIn(c)
	handler, err := httpapi.New(httpapi.Options{
		SignIn:    signIn,
		Service:   service,
		Authority: authority, Guard: auth.NewGuard(a.storage.store, time.Now),
		Boards: work, Images: images, Library: bookshelf{shelf},
		Web:    web,
		Socket: a.hub.Handler, Plain: a.hub.PlainHandler, Poll: a.poll, Ready: a.checks, Lines: a.lines,
		AdminToken: c.AdminToken, Controller: httpapi.Controller{Name: c.Controller, Contact: c.Contact},
		PublicURL: c.PublicURL, TrustedProxies: proxies, Rehearse: rehearse,
		NewID: newID, Logger: a.log, Observe: metrics.Request, Trace: trace, ObserveImage: metrics.Image, ObserveProblem: metrics.Problem,
	})
	if err != nil {
		return fmt.Errorf("build the HTTP surface: %w", err)
	}
	if c.MetricsAddr != "" {
		a.metrics = newServer(metrics.Handler())
		if _, err := a.serve(ctx, a.metrics, c.MetricsAddr); err != nil {
			return fmt.Errorf("PATHBOARD_METRICS_ADDR: %w", err)
		}
	}
	a.tidy(&janitor.Janitor{
		Work: service, Leases: persist.NewLeases(a.storage.store), Clock: persist.NewClock(a.storage.store), Holder: newID(), Now: time.Now, Logger: a.log,
		Expire: a.expire(keys),
	})
	a.server = newServer(handler)
	a.addr, err = a.serve(ctx, a.server, c.Addr)
	return err
}

// limitedAddress is where connections are counted to. Whatever comes from this
// machine itself is a proxy on it, or its operator, and is not counted.
func limitedAddress(proxies []netip.Prefix) func(*http.Request) string {
	return func(r *http.Request) string {
		address := httpapi.ClientAddress(r, proxies)
		ip, err := netip.ParseAddr(address)
		if err != nil {
			return address
		}
		if ip = ip.Unmap(); ip.IsLoopback() {
			return ""
		}
		if p, err := ip.Prefix(64); err == nil && ip.Is6() {
			return p.String() // one customer's network
		}
		return ip.String()
	}
}

// signIn is how facilitators sign in; nil: they do not.
func (a *App) signIn(c config.Config) *httpapi.SignIn {
	if c.OIDCIssuer == "" {
		return nil
	}
	return &httpapi.SignIn{
		Provider: signin.NewProvider(signin.Options{
			Issuer: c.OIDCIssuer, ClientID: c.OIDCClientID, Secret: c.OIDCClientSecret, Allowed: c.AllowedToCreate(),
		}),
		Sessions: signin.NewSessions(a.storage.store, time.Now),
	}
}

// expire removes sign-ins and sessions whose time is over.
func (a *App) expire(keys *auth.Keys) func(context.Context) error {
	signIns := signin.NewSessions(a.storage.store, time.Now)
	return func(ctx context.Context) error {
		ended, err := keys.Expire(ctx)
		if len(ended) > 0 {
			a.live.SessionsEnded(ctx, ended)
		}
		return errors.Join(err, signIns.Expire(ctx))
	}
}

// tidy has the janitor work until Close.
func (a *App) tidy(j *janitor.Janitor) {
	ctx, stop := context.WithCancel(context.Background())
	a.stopTidying = stop
	a.tidying.Go(func() { j.Run(ctx) })
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// newServer returns a server whose clients cannot hold it up.
func newServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug),
	}
}

// serve listens and answers until the server is shut down.
func (a *App) serve(ctx context.Context, s *http.Server, addr string) (net.Addr, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w; choose another with --addr", addr, err)
	}
	a.serving.Go(func() {
		if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			a.log.Error("server ended", "addr", addr, "error", err.Error())
		}
	})
	return l.Addr(), nil
}

// Close drains and ends everything: not ready and nobody let in any more, sockets
// told and their edits saved, requests finished, store closed.
func (a *App) Close(ctx context.Context) error {
	a.draining.Store(true)
	if a.stopTidying != nil {
		a.stopTidying()
		a.tidying.Wait()
	}
	// No new connections from here on: whoever is told to come back must not
	// come here, and a proxy that is refused asks another instance.
	stopped := make(chan error, 2)
	stopping := a.stopServers(ctx, stopped)
	var errs []error
	if a.hub != nil {
		errs = append(errs, a.hub.Close(ctx))
	}
	if a.poll != nil {
		a.poll.Close()
	}
	for range stopping {
		errs = append(errs, <-stopped)
	}
	a.serving.Wait()
	if a.phases != nil {
		a.phases.Close(ctx)
	}
	if a.live != nil {
		a.live.Close()
	}
	if a.lines != nil {
		a.lines.Close()
	}
	errs = append(errs, a.storage.close())
	if a.traces != nil {
		a.traces.Close()
	}
	return errors.Join(errs...)
}

// stopServers begins to shut the servers down and returns how many answers to
// expect.
func (a *App) stopServers(ctx context.Context, stopped chan<- error) (n int) {
	for _, s := range []*http.Server{a.server, a.metrics} {
		if s != nil {
			n++
			go func() { stopped <- s.Shutdown(ctx) }()
		}
	}
	return n
}

// rehearse fills in the demonstration workshop for somebody who wants to try a
// day out. The address is never looked up: client is the server itself.
func rehearse(ctx context.Context, client *http.Client, l workshop.Language) (httpapi.Rehearsal, error) {
	made, err := demo.Fill(ctx, demo.Options{URL: "http://pathboard", Language: string(l), Client: client})
	return httpapi.Rehearsal{
		Workshop: workshop.WorkshopID(made.Workshop), Recovery: made.Recovery,
		Facilitator: made.Facilitator, Projector: made.Projector, Join: made.Join,
	}, err
}
