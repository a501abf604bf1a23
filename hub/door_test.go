package hub

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestDoor(t *testing.T) {
	d := newDoor(Limits{Connections: 5, ConnectionsPerAddress: 2, NewPerSecond: 1, NewBurst: 3}.withDefaults(), func(r *http.Request) string { return r.RemoteAddr })
	var leave []func()
	for i, tc := range []struct{ from, reason string }{
		{"hall", ""}, {"hall", ""}, {"hall", doorAddress},
		{"home", ""}, {"", ""}, {"", ""}, {"", doorInstance}, {"other", doorInstance},
	} {
		r := httptest.NewRequest(http.MethodGet, "/ws", nil)
		r.RemoteAddr = tc.from
		out, reason := d.enter(r)
		if reason != tc.reason {
			t.Fatalf("%d, from %q: turned away for %q, want %q", i, tc.from, reason, tc.reason)
		}
		if out != nil {
			leave = append(leave, out)
		}
	}
	for _, out := range leave {
		out()
	}
	if d.open != 0 || d.callers["hall"].open != 0 {
		t.Errorf("%d are inside after all have left, %d of the hall", d.open, d.callers["hall"].open)
	}
	r := httptest.NewRequest(http.MethodGet, "/ws", nil)
	r.RemoteAddr = "hall"
	if _, reason := d.enter(r); reason != "" {
		t.Errorf("the third of its burst: %q", reason)
	}
	if _, reason := d.enter(r); reason != doorPace {
		t.Errorf("beyond its burst: %q", reason)
	}
}
