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
// On a cluster no command and no script touches two slots, and the script that
// appends also publishes the new position on the channel of the log's name:
// there nobody can wait for several logs at once.
//
// Whether an acknowledged append survives depends on Redis: appendonly yes and
// appendfsync always are asked for at Open, and of every server that a later
// connection leads to.
package redisstore

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/pathboard/pathboard/hub/store"
)

const (
	// DefaultTrimGrace keeps log entries readable behind a snapshot.
	DefaultTrimGrace = time.Minute
	// DefaultKeepSnapshots is how many snapshots of a document stay readable.
	DefaultKeepSnapshots = 3
)

// ErrWeakDurability says that Redis may lose what it has acknowledged; the
// text lists what to set.
var ErrWeakDurability = errors.New("these settings of Redis can lose acknowledged edits")

// ErrUnreachable says that Redis does not answer at start.
var ErrUnreachable = errors.New("Redis cannot be reached")

// Options of a store. URL is required.
type Options struct {
	// URL is redis:// or rediss://; ?master=NAME asks the sentinels at the hosts,
	// which commas separate, with ?sentinel_username= and ?sentinel_password= if
	// they want them. ?ca= names a file with the authority that signs for
	// rediss://, where that is not one of the system's. Several hosts without a master are a cluster, and so is one
	// that says so.
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
	opts               Options
	client             redis.UniversalClient
	cluster            *redis.ClusterClient // the client, if it is that of a cluster
	append, restoreDoc *redis.Script

	weak atomic.Bool
	said sync.Map // complaints about settings that are in the log
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
	s := &Store{opts: opts, append: appendScript, restoreDoc: restoreDocScript}
	if err := s.connect(ctx); err != nil {
		return nil, err
	}
	if err := s.check(ctx); err != nil {
		return nil, errors.Join(err, s.client.Close())
	}
	return s, nil
}

// connect dials. One address of a cluster finds the others by itself.
func (s *Store) connect(ctx context.Context) (err error) {
	if s.client, err = dial(s.opts.URL, false, s.judgeConnection); err != nil {
		return err
	}
	if single, ok := s.client.(*redis.Client); ok && ofCluster(ctx, single) {
		if s.client, err = dial(s.opts.URL, true, s.judgeConnection); err != nil {
			return errors.Join(err, single.Close())
		}
		if err := single.Close(); err != nil {
			return fmt.Errorf("close connection: %w", err)
		}
	}
	if s.cluster, _ = s.client.(*redis.ClusterClient); s.cluster != nil {
		s.append, s.restoreDoc = appendTellingScript, restoreDocTellingScript
	}
	return nil
}

// Weak reports whether Redis may lose what it has acknowledged.
func (s *Store) Weak() bool { return s.weak.Load() }

// Client is the connection, to be shared with the bus.
func (s *Store) Client() redis.UniversalClient { return s.client }

// Nodes are clients for the one Redis, or for each master of a cluster.
func (s *Store) Nodes(ctx context.Context) ([]*redis.Client, error) {
	if single, ok := s.client.(*redis.Client); ok {
		return []*redis.Client{single}, nil
	}
	return Masters(ctx, s.cluster)
}

// Ready performs a durable write. On a cluster most masters have to take one:
// the documents of those that do not have to wait, whoever serves them.
func (s *Store) Ready(ctx context.Context) error {
	if s.cluster != nil {
		return s.clusterReady(ctx)
	}
	return unavailable(s.client.Set(ctx, readyKey, readyValue(), 0).Err())
}

const readyKey = "pb:ready"

func readyValue() string { return time.Now().UTC().Format(time.RFC3339Nano) }

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

// DocOfLog is the document whose stream, and channel on a cluster, has the name.
func DocOfLog(key string) (doc store.DocName, ok bool) {
	name, ok := strings.CutPrefix(key, "pb:{")
	if ok {
		name, ok = strings.CutSuffix(name, "}:log")
	}
	return store.DocName(name), ok
}

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
