package trial

import (
	"fmt"
	"slices"
	"time"
)

// Spread is a set of durations, to be asked for quantiles.
type Spread []time.Duration

// Quantile is the duration that the share q, 0 to 1, does not exceed; 0 of none.
func (s Spread) Quantile(q float64) time.Duration {
	if len(s) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(s))
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}

func (s Spread) String() string {
	ms := func(q float64) time.Duration { return s.Quantile(q).Round(100 * time.Microsecond) }
	return fmt.Sprintf("p50 %s, p90 %s, p99 %s, most %s", ms(0.5), ms(0.9), ms(0.99), ms(1))
}
