package httpapi

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/pathboard/pathboard/server/workshop"
)

// TestFewFilesAreMadeAtATime: one more waits, is told so in time, and comes
// through when another is done.
func TestFewFilesAreMadeAtATime(t *testing.T) {
	a := &api{exports: make(chan struct{}, maxExports)}
	a.ExportWait = time.Millisecond
	c := &call{ctx: context.Background()}
	going, done := make(chan struct{}), make(chan struct{})
	finished := make(chan error, maxExports)
	for range maxExports {
		go func() {
			finished <- a.oneOfFew(c, func() error {
				going <- struct{}{}
				<-done
				return nil
			})
		}()
		<-going
	}
	if err := a.oneOfFew(c, func() error { return nil }); workshop.CodeOf(err) != workshop.CodeExportsBusy {
		t.Errorf("one more: %v", err)
	}
	a.ExportWait = time.Hour
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	if err := a.oneOfFew(&call{ctx: gone}, func() error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("whoever leaves: %v", err)
	}
	waits := make(chan error)
	go func() { waits <- a.oneOfFew(c, func() error { return nil }) }()
	close(done)
	for range maxExports {
		if err := <-finished; err != nil {
			t.Error(err)
		}
	}
	if err := <-waits; err != nil {
		t.Errorf("whoever waits: %v", err)
	}
}
