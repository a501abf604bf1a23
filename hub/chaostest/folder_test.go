package chaostest

import (
	"syscall"
	"testing"
	"time"
)

// newFolderRig starts one hub on the embedded store.
func newFolderRig(t *testing.T, compact int) *rig {
	t.Helper()
	g := newBareRig(t)
	g.hubs = append(g.hubs, startHub(t, "", t.TempDir(), compact))
	return g
}

// TestT6OneFolder kills the only hub under load, ends it as an operator does, or
// stops it for a while. Its folder has to have all that it ever called saved.
func TestT6OneFolder(t *testing.T) {
	g := newFolderRig(t, 40)
	h := g.hubs[0]
	g.write(size(2, 10), 4, size(200, 5000), 0, g.anyHub)
	g.each(size(6, 60), func(n int) {
		switch n % 3 {
		case 0:
			h.kill()
			h.up()
		case 1:
			h.stop()
			h.up()
		default:
			h.signal(syscall.SIGSTOP)
			g.hold(time.Duration(200+g.chance(500)) * time.Millisecond)
			h.signal(syscall.SIGCONT)
		}
	})
	g.finish(4 * time.Minute)
	g.verify()
	g.readByYjs(g.docs()[0])
}

// TestT5OneFolder has people come and go on the embedded store while documents
// are being unloaded.
func TestT5OneFolder(t *testing.T) {
	g := newFolderRig(t, 50)
	for d := range size(3, 20) {
		for range 2 {
			y := g.add(d, size(20, 250), g.anyHub)
			y.leave, y.away = 5, 1500*time.Millisecond
		}
	}
	g.start()
	g.finish(4 * time.Minute)
	g.verify()
}
