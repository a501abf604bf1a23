package hubtest

import (
	"testing"
	"time"
)

// Until looks again and again until done holds, and returns what value is then.
// It fails the test when that takes longer than Patience.
func Until[T any](t testing.TB, what string, done func() bool, value func() T) T {
	t.Helper()
	deadline := time.NewTimer(Patience)
	defer deadline.Stop()
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for !done() {
		select {
		case <-look.C:
		case <-deadline.C:
			t.Fatalf("waited in vain for %s", what)
		}
	}
	return value()
}
