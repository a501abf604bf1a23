package workshop

import (
	"testing"
	"time"
)

func TestFollowUpHasAnEndOfItsOwn(t *testing.T) {
	w := lodz(t)
	if err := w.FollowOpen(Follower, start); CodeOf(err) != CodeFollowClosed {
		t.Errorf("not opened: %v", err)
	}
	for _, days := range []int{-1, MaxFollowDays + 1} {
		if err := w.FollowActions(days, start); CodeOf(err) != CodeInvalidInput {
			t.Errorf("%d days: %v", days, err)
		}
	}
	if err := w.FollowActions(190, start); err != nil {
		t.Fatal(err)
	}
	w.Status = Closed
	for after, want := range map[time.Duration]Code{0: "", 189 * 24 * time.Hour: "", 190 * 24 * time.Hour: CodeFollowClosed} {
		for _, role := range []Role{Member, Follower} {
			if err := w.FollowOpen(role, start.Add(after)); CodeOf(err) != want {
				t.Errorf("%s after %v: %v, want %q", role, after, err, want)
			}
		}
		if err := w.FollowOpen(Facilitator, start.Add(after)); err != nil {
			t.Errorf("facilitator after %v: %v", after, err)
		}
	}
	if err := w.OutcomeOpen(Follower, start); CodeOf(err) != CodeOutcomeClosed {
		t.Errorf("the follow-up does not share the outcome: %v", err)
	}
	if err := w.FollowActions(0, start); err != nil || !w.FollowUntil.IsZero() {
		t.Errorf("%v, %v", err, w.FollowUntil)
	}
}
