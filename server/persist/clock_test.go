package persist

import (
	"testing"
	"time"
)

// TestClockInDoubt: a clock that went on by days, or back, is believed again
// only after a day of hourly looks, and starting again and again shortens
// nothing.
func TestClockInDoubt(t *testing.T) {
	c := NewClock(openStore(t))
	now := time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)
	look := func(after time.Duration, want bool) {
		t.Helper()
		now = now.Add(after)
		if got, err := c.Steady(t.Context(), now); err != nil || got != want {
			t.Fatalf("at %s: steady %v, %v", now, got, err)
		}
	}
	day := func() {
		t.Helper()
		for range grace - 1 {
			look(time.Hour, false)
		}
		look(time.Hour, true)
	}
	look(0, true)
	look(time.Hour, true)
	look(72*time.Hour, true)
	look(400*24*time.Hour, false)
	for range 100 {
		look(time.Second, false)
	}
	look(-400*24*time.Hour, false)
	day()
	look(-time.Minute, true)
	look(-time.Hour, false)
	day()
}
