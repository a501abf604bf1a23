package persist

import (
	"testing"
	"time"
)

// TestLease: one holder at a time, the same one again, another when it is over.
func TestLease(t *testing.T) {
	l := NewLeases(openStore(t))
	for i, step := range []struct {
		holder string
		at     time.Duration
		want   bool
	}{{"a", 0, true}, {"b", time.Minute, false}, {"a", 2 * time.Minute, true}, {"b", 11 * time.Minute, false}, {"b", 12 * time.Minute, true}, {"a", 13 * time.Minute, false}} {
		now := start.Add(step.at)
		got, err := l.Take(t.Context(), "work", step.holder, now, now.Add(10*time.Minute))
		if err != nil || got != step.want {
			t.Errorf("step %d: %v %v", i, got, err)
		}
	}
}
