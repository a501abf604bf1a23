package obs

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/pprof"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Logger returns a logger of JSON lines from the level (debug, info, warn,
// error) on.
func Logger(w io.Writer, level string) *slog.Logger {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		l = slog.LevelInfo
	}
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: l}))
}

// Metrics is the program's registry with what it measures of HTTP.
type Metrics struct {
	Registry *prometheus.Registry
	requests *prometheus.HistogramVec
	ready    *prometheus.GaugeVec
	images   *prometheus.CounterVec
	stored   prometheus.Counter
	ended    *prometheus.CounterVec
	problems *prometheus.CounterVec
	limits   *prometheus.CounterVec
}

// NewMetrics returns a fresh registry; two programs in one process do not meet
// in it.
func NewMetrics() *Metrics {
	m := &Metrics{
		Registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: "pathboard", Subsystem: "http", Name: "request_seconds",
			Help:    "Time to answer HTTP requests, by route pattern.",
			Buckets: []float64{.001, .005, .02, .1, .5, 2, 10},
		}, []string{"method", "route", "status"}),
		ready: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Namespace: "pathboard", Name: "ready", Help: "1 when the last look at this part found it working, else 0.",
		}, []string{"check"}),
		images: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: "pathboard", Name: "images_total", Help: "Pictures sent for boards, by what became of them.",
		}, []string{"outcome"}),
		stored: prometheus.NewCounter(prometheus.CounterOpts{
			Namespace: "pathboard", Name: "image_bytes_total", Help: "Bytes of pictures taken into the store.",
		}),
	}
	m.ended = prometheus.NewCounterVec(prometheus.CounterOpts{
		Namespace: "pathboard", Name: "session_refusals_total", Help: "Requests and documents refused because their session is over a limit: idle or lifetime.",
	}, []string{"limit"})
	m.problems = prometheus.NewCounterVec(prometheus.CounterOpts{
		Namespace: "pathboard", Subsystem: "http", Name: "refusals_total", Help: "Requests answered with a problem, by its code.",
	}, []string{"code"})
	m.limits = prometheus.NewCounterVec(prometheus.CounterOpts{
		Namespace: "pathboard", Subsystem: "workshop", Name: "limits_total", Help: "Requests refused by a limit of one workshop, by its name.",
	}, []string{"limit"})
	m.Registry.MustRegister(m.requests, m.ready, m.images, m.stored, m.ended, m.problems, m.limits, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Request notes an answered request. route is a pattern, so that there are as
// many series as routes and no more.
func (m *Metrics) Request(method, route string, status int, took time.Duration) {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
	default:
		method = "other"
	}
	m.requests.WithLabelValues(method, route, strconv.Itoa(status)).Observe(took.Seconds())
}

// Ready notes what a look at a part of the program found.
func (m *Metrics) Ready(check string, works bool) {
	value := 0.0
	if works {
		value = 1
	}
	m.ready.WithLabelValues(check).Set(value)
}

// Image notes a picture that was sent, what became of it, and the bytes it added
// to the store.
func (m *Metrics) Image(outcome string, size int) {
	m.images.WithLabelValues(outcome).Inc()
	m.stored.Add(float64(size))
}

// SessionRefused notes that a session is over a limit.
func (m *Metrics) SessionRefused(limit string) { m.ended.WithLabelValues(limit).Inc() }

// Problem notes a request that was refused, by the code of the refusal, and the
// limit of the workshop that refused it, if one did.
func (m *Metrics) Problem(code, limit string) {
	m.problems.WithLabelValues(code).Inc()
	if limit != "" {
		m.limits.WithLabelValues(limit).Inc()
	}
}

// Handler serves /metrics and /debug/pprof/. It belongs on a listener that is
// not reachable from outside.
func (m *Metrics) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.Registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	return mux
}
