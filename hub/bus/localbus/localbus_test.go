package localbus

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/pathboard/pathboard/hub/bus"
	"github.com/pathboard/pathboard/hub/bus/bustest"
	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/store/filestore"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestConformance(t *testing.T) {
	bustest.Run(t, func(t *testing.T) (bus.Bus, bus.Bus, store.Store) {
		s, err := filestore.Open(t.Context(), filestore.Options{Dir: t.TempDir(), TrimGrace: -1})
		if err != nil {
			t.Fatal(err)
		}
		b := New(s)
		t.Cleanup(func() {
			b.Close()
			s.Close()
		})
		return b, b, s
	})
}
