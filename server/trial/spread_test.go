package trial

import (
	"testing"
	"time"
)

func TestQuantile(t *testing.T) {
	var of100 Spread
	for n := 100; n > 0; n-- {
		of100 = append(of100, time.Duration(n)*time.Millisecond)
	}
	for _, c := range []struct {
		s    Spread
		q    float64
		want time.Duration
	}{
		{nil, 0.5, 0},
		{Spread{7}, 0, 7},
		{Spread{7}, 1, 7},
		{of100, 0.5, 51 * time.Millisecond},
		{of100, 0.99, 100 * time.Millisecond},
		{of100, 1, 100 * time.Millisecond},
	} {
		if got := c.s.Quantile(c.q); got != c.want {
			t.Errorf("quantile %v of %d: %s, want %s", c.q, len(c.s), got, c.want)
		}
	}
}
