// Package store says what the hub needs of durable storage: an ordered log and
// fenced snapshots for every document, and small versioned records beside them.
//
// The store never looks inside what it keeps. Two implementations exist,
// filestore (one folder, SQLite) and redisstore (a stream per document), and
// storetest holds both to the promises written here.
package store

import (
	"cmp"
	"context"
	"errors"
	"time"
)

// Errors every implementation returns, possibly wrapped.
var (
	// ErrNotFound: the record does not exist.
	ErrNotFound = errors.New("store: not found")
	// ErrConflict: the record changed since the version the caller expected.
	ErrConflict = errors.New("store: version conflict")
	// ErrFenced: somebody else wrote a snapshot first; the log was not touched.
	ErrFenced = errors.New("store: snapshot fenced off")
	// ErrTrimmed: the log no longer reaches back to the asked position; load
	// the snapshot and read on from there.
	ErrTrimmed = errors.New("store: position trimmed")
	// ErrEpoch: the document was restored or rebuilt since it was loaded; the
	// caller must load it again.
	ErrEpoch = errors.New("store: document epoch changed")
	// ErrUnavailable: the store cannot be reached or written now. Whether an
	// append that failed this way took place is unknown.
	ErrUnavailable = errors.New("store: unavailable")
)

// DocName names a document, for example "board.018f…".
type DocName string

// Position is a place in one document's log. The zero value lies before the
// first entry. Positions of one document only grow; they have gaps.
type Position struct{ Hi, Lo uint64 }

// Compare orders positions: negative when p lies before q.
func (p Position) Compare(q Position) int {
	return cmp.Or(cmp.Compare(p.Hi, q.Hi), cmp.Compare(p.Lo, q.Lo))
}

// Entry is one durable addition to a document's log.
type Entry struct {
	Position Position
	Data     []byte
	// At is when the store took it, by the store's clock, to the millisecond.
	// Entries that come by a bus need not have it.
	At time.Time
}

// Snapshot stands for every log entry up to and including Upto.
type Snapshot struct {
	// Version grows by one with each snapshot; 0 means there is none yet.
	Version uint64
	Upto    Position
	Data    []byte
	SavedAt time.Time
	// Replaces, if not zero, is the Upto of the snapshot that this one goes on
	// from: a store that came back from an older state counts the same versions
	// again. It is written only.
	Replaces Position
	// Past goes into the document's history together with the snapshot; nil
	// leaves a gap there. It is written only: Load and Snapshots leave it out.
	Past *Past
}

// Past is one piece of a document's history: a segment, which is what a
// snapshot took the place of, or a pin, which is a state kept on request. The
// store does not look inside Data.
type Past struct {
	// ID names the piece; the store counts it up within a document.
	ID uint64
	// Snapshot is the version of the snapshot that took the segment's place; 0
	// in a pin.
	Snapshot uint64
	// From and To are the times of its first and last entry.
	From, To time.Time
	// Base marks a segment that can be read without those before it.
	Base bool
	// Label is what a pin is for.
	Label string
	// Size is the length of Data; History leaves Data out.
	Size int
	Data []byte
	// Forget, in a segment to be written, drops the segments of older
	// snapshots than this version with it; pins stay.
	Forget uint64
}

// Pinned tells pins from segments.
func (p Past) Pinned() bool { return p.Snapshot == 0 }

// Loaded is a document as the store holds it: the newest snapshot and all
// entries after it, in order.
type Loaded struct {
	Epoch    uint64
	Snapshot Snapshot
	Tail     []Entry
}

// AppendRequest asks for one entry at the end of a document's log.
type AppendRequest struct {
	Doc DocName
	// Epoch must equal the document's (Loaded.Epoch), else ErrEpoch.
	Epoch uint64
	Data  []byte
}

// AppendResult answers the request of the same index.
type AppendResult struct {
	Position Position
	Err      error
}

// Log keeps documents. All methods may be called concurrently.
type Log interface {
	// Append adds entries, many documents in one durable write. A nil Err
	// means the entry survives a crash of the process and of the machine.
	// Requests for one document keep their order, and none is written without
	// those before it; entries of different documents succeed or fail on their
	// own.
	Append(ctx context.Context, batch []AppendRequest) []AppendResult

	// Load returns a document; one that was never written is empty, with no
	// error. Any failure is an error: a document is never shown emptier than
	// it is.
	Load(ctx context.Context, doc DocName) (Loaded, error)

	// Read returns up to limit entries after the position, oldest first, or
	// ErrTrimmed.
	Read(ctx context.Context, doc DocName, after Position, limit int) ([]Entry, error)

	// PutSnapshot stores snap as version expect+1 if the newest version is
	// expect and the one that snap replaces, and the log has the entry at
	// snap.Upto, else ErrFenced; in the same step it drops the log entries up to
	// snap.Upto that are older than the store's grace period. The last few
	// snapshots stay readable through Snapshots. snap.Version is ignored.
	PutSnapshot(ctx context.Context, doc DocName, epoch, expect uint64, snap Snapshot) error

	// Snapshots returns the kept snapshots, newest first.
	Snapshots(ctx context.Context, doc DocName) ([]Snapshot, error)

	// History returns the document's segments and pins without their data, in
	// the order of their ids.
	History(ctx context.Context, doc DocName) ([]Past, error)
	// ReadPast returns one piece of the history, or ErrNotFound.
	ReadPast(ctx context.Context, doc DocName, id uint64) (Past, error)
	// Pin keeps a piece until it is unpinned or the document dropped, and
	// returns its id. The epoch must equal the document's, else ErrEpoch.
	Pin(ctx context.Context, doc DocName, epoch uint64, p Past) (id uint64, err error)
	// ForgetPast removes pieces of the history; without ids all of it and every
	// snapshot but the newest. Removing what does not exist is no error.
	ForgetPast(ctx context.Context, doc DocName, ids ...uint64) error

	// Drop removes a document for good: log, snapshots, history, everything. The epoch
	// grows, so a hub that still holds the document cannot append to it.
	Drop(ctx context.Context, doc DocName) error

	// Docs calls f for each document that has content; f's error ends it.
	Docs(ctx context.Context, f func(DocName) error) error
}

// Record is a small value under a key, changed by compare-and-set.
type Record struct {
	Key     string
	Version uint64
	Value   []byte
}

// Lanes is what a store may also be able to say: documents of different lanes
// are written independently, so that appends to one need not wait for those to
// another. A document's lane never changes while the store is open.
type Lanes interface {
	// Lanes is how many there are, at least one.
	Lanes() int
	// Lane is the document's, from 0 on.
	Lane(doc DocName) int
}

// Records keeps records, as durable as the log.
type Records interface {
	// Get returns the record or ErrNotFound.
	Get(ctx context.Context, key string) (Record, error)
	// Put writes value if the record's version is expect (0: it must not
	// exist) and returns the new version, expect+1; else ErrConflict.
	Put(ctx context.Context, key string, expect uint64, value []byte) (uint64, error)
	// Delete removes the record; removing what does not exist is no error.
	Delete(ctx context.Context, key string) error
	// List calls f for each record whose key begins with prefix, in key order.
	List(ctx context.Context, prefix string, f func(Record) error) error
	// Increment adds one to a counter that starts at 0 and is forgotten after
	// window; it returns the new count. Counters need not survive a restart.
	Increment(ctx context.Context, key string, window time.Duration) (int64, error)
}

// Restorer writes back what a backup holds. Both methods may run beside hubs
// that serve from the store: they notice, and load what they hold anew.
type Restorer interface {
	// RestoreDoc replaces a document by a snapshot, in one step. Its epoch
	// becomes greater than it was and greater than epoch, that of the backup, so
	// nobody who held the document before can append to it. The log begins with
	// one entry without data, which the snapshot covers: it tells those who
	// follow the log.
	RestoreDoc(ctx context.Context, doc DocName, epoch uint64, data []byte) error
	// RestoreRecord replaces a record. Its version becomes greater than it was
	// and greater than r.Version.
	RestoreRecord(ctx context.Context, r Record) error
}

// Store is all the hub and its server keep.
type Store interface {
	Log
	Records
	// Ready reports whether a durable write would succeed now.
	Ready(ctx context.Context) error
	// Close ends all work begun by the store and waits for it.
	Close() error
}
