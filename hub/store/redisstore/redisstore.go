// Package redisstore keeps documents and records in Redis: a stream per
// document is its log, and at the same time the bus that other instances read
// (package redisbus). All keys of one document share a hash tag.
//
//	pb:{doc}:log    stream, field "d"
//	pb:{doc}:meta   hash: epoch, version, upto, trimmed, past (the last id)
//	pb:{doc}:snaps  list of snapshots, newest first
//	pb:{doc}:past   hash: what is known of each piece of history, by its id
//	pb:{doc}:pastdata  hash: the pieces
//	pb:rec:KEY      hash: v (version), d (value)
//	pb:cnt:KEY      counter
//
// Whether an acknowledged append survives depends on Redis: appendonly yes and
// appendfsync always are asked for at Open.
package redisstore

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"github.com/pathboard/pathboard/hub/store"
)

const (
	// DefaultTrimGrace keeps log entries readable behind a snapshot.
	DefaultTrimGrace = time.Minute
	// DefaultKeepSnapshots is how many snapshots of a document stay readable.
	DefaultKeepSnapshots = 3
	dialTimeout          = 3 * time.Second
)

// ErrWeakDurability says that Redis may lose what it has acknowledged; the
// text lists what to set.
var ErrWeakDurability = errors.New("these settings of Redis can lose acknowledged edits")

// ErrUnreachable says that Redis does not answer at start.
var ErrUnreachable = errors.New("Redis cannot be reached")

// Options of a store. URL is required.
type Options struct {
	// URL is redis:// or rediss://; ?master=NAME asks the sentinels at the hosts,
	// which commas separate. Several hosts without a master are a cluster.
	URL string
	// AllowWeakDurability accepts settings that can lose edits.
	AllowWeakDurability bool
	// TrimGrace and KeepSnapshots default as the constants say; a negative
	// TrimGrace means none.
	TrimGrace     time.Duration
	KeepSnapshots int
	Logger        *slog.Logger
}

// Store implements store.Store on Redis.
type Store struct {
	client redis.UniversalClient
	opts   Options
	weak   bool
}

var (
	_ store.Store    = (*Store)(nil)
	_ store.Restorer = (*Store)(nil)
)

// Open connects and checks that Redis is as durable as asked.
func Open(ctx context.Context, opts Options) (*Store, error) {
	if opts.TrimGrace == 0 {
		opts.TrimGrace = DefaultTrimGrace
	}
	if opts.KeepSnapshots <= 0 {
		opts.KeepSnapshots = DefaultKeepSnapshots
	}
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	client, err := Dial(opts.URL)
	if err != nil {
		return nil, err
	}
	s := &Store{client: client, opts: opts}
	if err := s.check(ctx); err != nil {
		return nil, errors.Join(err, client.Close())
	}
	return s, nil
}

// silence keeps the client library from writing to standard error by itself:
// what it has to say is in the errors it returns.
var silence = sync.OnceFunc(func() { redis.SetLogger(noLog{}) })

type noLog struct{}

func (noLog) Printf(context.Context, string, ...any) {}

// Dial returns a client for the URL; see Options.URL.
func Dial(address string) (redis.UniversalClient, error) {
	silence()
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "redis" && u.Scheme != "rediss" || u.Host == "" {
		return nil, errors.New("the address of Redis must look like redis://host:6379 or rediss://user:password@host:6380")
	}
	hosts := strings.Split(u.Host, ",")
	single := *u
	single.Host = hosts[0]
	query := single.Query()
	master := query.Get("master")
	query.Del("master")
	single.RawQuery = query.Encode()
	o, err := redis.ParseURL(single.String())
	if err != nil {
		return nil, fmt.Errorf("address of Redis: %w", err)
	}
	return redis.NewUniversalClient(&redis.UniversalOptions{
		Addrs: hosts, MasterName: master, Username: o.Username, Password: o.Password, DB: o.DB, TLSConfig: o.TLSConfig,
		DialTimeout: dialTimeout, DialerRetries: 1, ContextTimeoutEnabled: true, MaxRetries: 1, DisableIdentity: true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	}), nil
}

// Weak reports whether Redis may lose what it has acknowledged.
func (s *Store) Weak() bool { return s.weak }

// Client is the connection, to be shared with the bus.
func (s *Store) Client() redis.UniversalClient { return s.client }

// check asks Redis for the settings that durability depends on.
func (s *Store) check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*dialTimeout)
	defer cancel()
	if err := s.client.Ping(ctx).Err(); err != nil {
		return fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	want := map[string]string{"appendonly": "yes", "appendfsync": "always", "maxmemory-policy": "noeviction"}
	var wrong []string
	for _, name := range []string{"appendonly", "appendfsync", "maxmemory-policy"} {
		got, err := s.client.ConfigGet(ctx, name).Result()
		if err != nil {
			// A server that hides its settings may still tell whether it logs.
			s.opts.Logger.Warn("Redis does not show its settings; make sure of them", "want", want, "error", err)
			return s.checkInfo(ctx)
		}
		if got[name] != want[name] {
			wrong = append(wrong, fmt.Sprintf("set %s %s (it is %q)", name, want[name], got[name]))
		}
	}
	return s.judge(wrong)
}

func (s *Store) checkInfo(ctx context.Context) error {
	info, err := s.client.Info(ctx, "persistence").Result()
	if err != nil || strings.Contains(info, "aof_enabled:1") {
		return nil
	}
	return s.judge([]string{"set appendonly yes"})
}

func (s *Store) judge(wrong []string) error {
	if len(wrong) == 0 {
		return nil
	}
	if s.opts.AllowWeakDurability {
		s.weak = true
		s.opts.Logger.Warn("Redis can lose acknowledged edits", "settings", wrong)
		return nil
	}
	return fmt.Errorf("%w: %s; or allow it with PATHBOARD_ALLOW_WEAK_DURABILITY=true", ErrWeakDurability, strings.Join(wrong, ", "))
}

// Ready performs a durable write.
func (s *Store) Ready(ctx context.Context) error {
	return unavailable(s.client.Set(ctx, "pb:ready", time.Now().UTC().Format(time.RFC3339Nano), 0).Err())
}

// Close ends the connections.
func (s *Store) Close() error {
	err := s.client.Close()
	if errors.Is(err, redis.ErrClosed) {
		return nil
	}
	return err
}

func unavailable(err error) error {
	if err == nil || errors.Is(err, redis.Nil) {
		return nil
	}
	return fmt.Errorf("%w: %w", store.ErrUnavailable, err)
}

// LogKey is the stream of a document.
func LogKey(doc store.DocName) string { return "pb:{" + string(doc) + "}:log" }

// MetaKey is the hash beside it.
func MetaKey(doc store.DocName) string { return "pb:{" + string(doc) + "}:meta" }

func snapsKey(doc store.DocName) string { return "pb:{" + string(doc) + "}:snaps" }

// ParsePosition reads a stream id.
func ParsePosition(id string) store.Position {
	hi, lo, _ := strings.Cut(id, "-")
	var p store.Position
	p.Hi, _ = strconv.ParseUint(hi, 10, 64)
	p.Lo, _ = strconv.ParseUint(lo, 10, 64)
	return p
}

// StreamID writes a position as a stream id.
func StreamID(p store.Position) string {
	return strconv.FormatUint(p.Hi, 10) + "-" + strconv.FormatUint(p.Lo, 10)
}

// Entries turns stream messages into log entries.
func Entries(messages []redis.XMessage) []store.Entry {
	out := make([]store.Entry, 0, len(messages))
	for _, m := range messages {
		data, _ := m.Values["d"].(string)
		at := ParsePosition(m.ID)
		out = append(out, store.Entry{Position: at, Data: []byte(data), At: time.UnixMilli(int64(at.Hi)).UTC()})
	}
	return out
}

// A stored snapshot is its version, position and time, then the data.
const snapshotHead = 8 + 16 + 8

func encodeSnapshot(version uint64, snap store.Snapshot, now time.Time) []byte {
	b := make([]byte, 0, snapshotHead+len(snap.Data))
	b = binary.BigEndian.AppendUint64(b, version)
	b = binary.BigEndian.AppendUint64(b, snap.Upto.Hi)
	b = binary.BigEndian.AppendUint64(b, snap.Upto.Lo)
	b = binary.BigEndian.AppendUint64(b, uint64(now.UnixMilli()))
	return append(b, snap.Data...)
}

func decodeSnapshot(s string) (store.Snapshot, error) {
	b := []byte(s)
	if len(b) < snapshotHead {
		return store.Snapshot{}, errors.New("truncated snapshot")
	}
	return store.Snapshot{
		Version: binary.BigEndian.Uint64(b),
		Upto:    store.Position{Hi: binary.BigEndian.Uint64(b[8:]), Lo: binary.BigEndian.Uint64(b[16:])},
		SavedAt: time.UnixMilli(int64(binary.BigEndian.Uint64(b[24:]))).UTC(),
		Data:    b[snapshotHead:],
	}, nil
}
