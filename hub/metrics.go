package hub

import (
	"github.com/prometheus/client_golang/prometheus"
)

// metrics are registered where the caller says, so that two hubs fit into one
// process. No label names a document or a person.
type metrics struct {
	connections, rooms, members        prometheus.Gauge
	updates, deliveries, lagging       prometheus.Counter
	appendFailures, resets, compacted  prometheus.Counter
	reconciled, brought                prometheus.Counter
	compared, lacked, delayed, unshown prometheus.Counter
	refused, denied                    *prometheus.CounterVec
	closed, turnedAway, forgotten      *prometheus.CounterVec
	appendSeconds, appendBatch, loaded prometheus.Histogram
}

func newMetrics(reg prometheus.Registerer) *metrics {
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Namespace: "pathboard", Subsystem: "hub", Name: name, Help: help})
	}
	gauge := func(name, help string) prometheus.Gauge {
		return prometheus.NewGauge(prometheus.GaugeOpts{Namespace: "pathboard", Subsystem: "hub", Name: name, Help: help})
	}
	vec := func(name, help, label string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "pathboard", Subsystem: "hub", Name: name, Help: help}, []string{label})
	}
	histogram := func(name, help string, start float64) prometheus.Histogram {
		return prometheus.NewHistogram(prometheus.HistogramOpts{
			Namespace: "pathboard", Subsystem: "hub", Name: name, Help: help,
			Buckets: prometheus.ExponentialBuckets(start, 2, 16),
		})
	}
	m := &metrics{
		connections:    gauge("connections", "open websocket connections"),
		rooms:          gauge("rooms", "documents in memory"),
		members:        gauge("members", "documents opened by connections"),
		updates:        counter("updates_total", "updates made durable"),
		deliveries:     counter("deliveries_total", "frames queued for members"),
		lagging:        counter("lagging_total", "times a slow reader was put off to a diff"),
		appendFailures: counter("append_failures_total", "updates that could not be made durable"),
		resets:         counter("resets_total", "rooms given up and loaded anew"),
		compacted:      counter("snapshots_total", "snapshots written"),
		reconciled:     counter("reconciled_total", "documents in memory compared with the store"),
		brought:        counter("brought_back_total", "documents of which the store lacked something"),
		compared:       counter("compared_total", "clients asked whether they have what they were sent"),
		lacked:         counter("lacked_total", "clients that lacked something they had been sent"),
		unshown:        counter("unshown_total", "presences that were too large to be shown"),
		delayed:        counter("delayed_total", "messages that came faster than their connection may send"),
		refused:        vec("refused_total", "updates refused", "code"),
		denied:         vec("denied_total", "documents not opened", "code"),
		closed:         vec("closed_total", "connections closed by the hub", "code"),
		turnedAway:     vec("turned_away_total", "connections, and documents on them, turned away by a limit", "limit"),
		forgotten:      vec("past_forgotten_total", "pieces of documents' pasts that were not kept, and pins refused", "limit"),
		appendSeconds:  histogram("append_seconds", "duration of a durable write", 0.0001),
		appendBatch:    histogram("append_batch", "entries in a durable write", 1),
		loaded:         histogram("load_seconds", "duration of loading a document", 0.0001),
	}
	if reg != nil {
		reg.MustRegister(m.connections, m.rooms, m.members, m.updates, m.deliveries, m.lagging, m.appendFailures,
			m.resets, m.compacted, m.reconciled, m.brought, m.compared, m.lacked, m.refused, m.denied, m.delayed, m.unshown,
			m.closed, m.turnedAway, m.forgotten, m.appendSeconds, m.appendBatch, m.loaded)
	}
	return m
}
