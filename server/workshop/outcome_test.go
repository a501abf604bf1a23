package workshop

import (
	"testing"
	"time"
)

func TestOutcomeOpenUntilItsTimeIsOver(t *testing.T) {
	w := lodz(t)
	if err := w.OutcomeOpen(Member, start); CodeOf(err) != CodeOutcomeClosed {
		t.Errorf("not shared: %v", err)
	}
	if err := w.ShareOutcome(2, start); err != nil {
		t.Fatal(err)
	}
	for after, want := range map[time.Duration]Code{0: "", 47 * time.Hour: "", 48 * time.Hour: CodeOutcomeClosed} {
		for _, role := range []Role{Member, Reader} {
			if err := w.OutcomeOpen(role, start.Add(after)); CodeOf(err) != want {
				t.Errorf("%s after %v: %v, want %q", role, after, err, want)
			}
		}
		if err := w.OutcomeOpen(Facilitator, start.Add(after)); err != nil {
			t.Errorf("facilitator after %v: %v", after, err)
		}
	}
}
