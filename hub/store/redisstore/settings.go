package redisstore

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/redis/go-redis/v9"
)

// wanted is what durability depends on.
var wanted = []struct{ name, value string }{
	{"appendonly", "yes"}, {"appendfsync", "always"}, {"maxmemory-policy", "noeviction"},
}

// check makes sure that Redis answers, and with it that every server that can
// be asked has the settings: a failover may land on any of them.
func (s *Store) check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*dialTimeout)
	defer cancel()
	err := s.client.Ping(ctx).Err()
	if s.cluster != nil {
		err = s.checkNodes(ctx)
	}
	switch {
	case errors.Is(err, ErrWeakDurability):
		return err
	case err != nil:
		return fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	return nil
}

// judgeConnection is asked before a new connection is used.
func (s *Store) judgeConnection(ctx context.Context, conn *redis.Conn) error {
	pipe := conn.Pipeline()
	answers := make([]*redis.MapStringStringCmd, len(wanted))
	for i, w := range wanted {
		answers[i] = pipe.ConfigGet(ctx, w.name)
	}
	memory := pipe.ConfigGet(ctx, "maxmemory")
	_, _ = pipe.Exec(ctx) // each command has its own error
	var wrong []string
	for i, w := range wanted {
		got, err := answers[i].Result()
		if err != nil {
			return s.judgeHidden(ctx, conn, err)
		}
		if got[w.name] != w.value {
			wrong = append(wrong, fmt.Sprintf("set %s %s (it is %q)", w.name, w.value, got[w.name]))
		}
	}
	if memory.Val()["maxmemory"] == "0" {
		s.warnOnce("Redis may take all memory: set maxmemory to half of the machine's")
	}
	return s.judge(wrong)
}

// judgeHidden judges a server that hides its settings; it may still tell
// whether it logs.
func (s *Store) judgeHidden(ctx context.Context, conn *redis.Conn, err error) error {
	var refusal redis.Error
	if !errors.As(err, &refusal) {
		return err
	}
	if server, err := conn.Info(ctx, "server").Result(); err == nil && strings.Contains(server, "redis_mode:sentinel") {
		return nil // it only says who the master is
	}
	s.warnOnce("Redis does not show its settings; make sure of them: " + wantedText())
	info, err := conn.Info(ctx, "persistence").Result()
	if err != nil || strings.Contains(info, "aof_enabled:1") {
		return nil
	}
	return s.judge([]string{"set appendonly yes"})
}

func wantedText() string {
	parts := make([]string, len(wanted))
	for i, w := range wanted {
		parts[i] = w.name + " " + w.value
	}
	return strings.Join(parts, ", ")
}

func (s *Store) judge(wrong []string) error {
	if len(wrong) == 0 {
		return nil
	}
	text := strings.Join(wrong, ", ")
	if s.opts.AllowWeakDurability {
		s.weak.Store(true)
		s.warnOnce("Redis can lose acknowledged edits: " + text)
		return nil
	}
	return weakError(text)
}

// weakError is an ErrWeakDurability that wraps nothing: the client library
// unwraps once what judgeConnection returns.
type weakError string

func (e weakError) Error() string {
	return fmt.Sprintf("%v: %s; or allow it with PATHBOARD_ALLOW_WEAK_DURABILITY=true", ErrWeakDurability, string(e))
}

func (e weakError) Is(target error) bool { return target == ErrWeakDurability }

// warnOnce says the same only once: every connection would repeat it.
func (s *Store) warnOnce(text string) {
	if _, before := s.said.LoadOrStore(text, true); !before {
		s.opts.Logger.Warn(text)
	}
}
