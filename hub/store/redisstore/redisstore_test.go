package redisstore_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/store/redisstore"
	"github.com/pathboard/pathboard/hub/store/redistest"
	"github.com/pathboard/pathboard/hub/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(t *testing.T, url string) *redisstore.Store {
	t.Helper()
	s, err := redisstore.Open(t.Context(), redisstore.Options{URL: url, TrimGrace: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestConformance(t *testing.T) {
	url := redistest.Start(t, nil).URL()
	storetest.Run(t, func(t *testing.T) store.Store { return open(t, url) })
}

func TestWeakSettingsAreRefusedWithAdvice(t *testing.T) {
	url := redistest.Start(t, map[string]string{"appendfsync": "everysec", "maxmemory-policy": "allkeys-lru"}).URL()
	_, err := redisstore.Open(t.Context(), redisstore.Options{URL: url})
	if !errors.Is(err, redisstore.ErrWeakDurability) || !strings.Contains(err.Error(), "appendfsync always") ||
		!strings.Contains(err.Error(), "noeviction") {
		t.Errorf("got %v", err)
	}
	s, err := redisstore.Open(t.Context(), redisstore.Options{URL: url, AllowWeakDurability: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if !s.Weak() {
		t.Error("the store does not know that it is weak")
	}
}

func TestUnreachableAtStart(t *testing.T) {
	if _, err := redisstore.Open(t.Context(), redisstore.Options{URL: "redis://127.0.0.1:1"}); !errors.Is(err, redisstore.ErrUnreachable) {
		t.Errorf("got %v", err)
	}
	if _, err := redisstore.Open(t.Context(), redisstore.Options{URL: "localhost:6379"}); err == nil || !strings.Contains(err.Error(), "redis://") {
		t.Errorf("got %v", err)
	}
}

func TestGraceKeepsTheLogReadable(t *testing.T) {
	s, err := redisstore.Open(t.Context(), redisstore.Options{URL: redistest.Start(t, nil).URL()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	r := s.Append(t.Context(), []store.AppendRequest{{Doc: "d", Data: []byte("young")}})
	if r[0].Err != nil {
		t.Fatal(r[0].Err)
	}
	if err := s.PutSnapshot(t.Context(), "d", 0, 0, store.Snapshot{Upto: r[0].Position, Data: []byte("s")}); err != nil {
		t.Fatal(err)
	}
	if e, err := s.Read(t.Context(), "d", store.Position{}, 9); err != nil || len(e) != 1 {
		t.Errorf("a follower one entry behind: %v, %v", e, err)
	}
	if l, err := s.Load(t.Context(), "d"); err != nil || len(l.Tail) != 0 {
		t.Errorf("load repeats what the snapshot holds: %+v, %v", l, err)
	}
}

// TestKilledRedisLosesNothingAcknowledged kills Redis under load, five times.
// Proves R1 of hub/SPEC.md.
func TestKilledRedisLosesNothingAcknowledged(t *testing.T) {
	server := redistest.Start(t, nil)
	s := open(t, server.URL())
	acked := map[string]bool{}
	for round := range 5 {
		for i := range 100 {
			data := fmt.Sprintf("%d.%d", round, i)
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
			r := s.Append(ctx, []store.AppendRequest{{Doc: "d", Data: []byte(data)}})
			cancel()
			if r[0].Err == nil {
				acked[data] = true
			} else if !errors.Is(r[0].Err, store.ErrUnavailable) {
				t.Fatal(r[0].Err)
			}
			if i == 60+round {
				server.Kill()
			}
			if i == 70+round {
				server.Up()
			}
		}
	}
	l, err := s.Load(t.Context(), "d")
	for errors.Is(err, store.ErrUnavailable) && t.Context().Err() == nil { // it may still be reading its file
		l, err = s.Load(t.Context(), "d")
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range l.Tail {
		delete(acked, string(e.Data))
	}
	if len(acked) > 0 {
		t.Errorf("lost %v", acked)
	}
}
