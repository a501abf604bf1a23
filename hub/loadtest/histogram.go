package main

import (
	"slices"
	"sync"
	"time"
)

// histogram keeps every duration, to be asked for quantiles at the end.
type histogram struct {
	mu     sync.Mutex
	values []time.Duration
	sorted bool
}

func (h *histogram) add(d time.Duration) {
	h.mu.Lock()
	h.values = append(h.values, d)
	h.sorted = false
	h.mu.Unlock()
}

func (h *histogram) count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.values)
}

// quantile returns the duration below which the share q lies, 0 of nothing.
func (h *histogram) quantile(q float64) time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.values) == 0 {
		return 0
	}
	if !h.sorted {
		slices.Sort(h.values)
		h.sorted = true
	}
	return h.values[min(len(h.values)-1, int(q*float64(len(h.values))))]
}

// reset forgets everything and returns how many there were and their quantile.
func (h *histogram) reset(q float64) (int, time.Duration) {
	n, v := h.count(), h.quantile(q)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.values = h.values[:0]
	return n, v
}
