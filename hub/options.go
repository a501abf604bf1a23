package hub

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/pathboard/pathboard/hub/bus"
	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/ydoc"
)

// ErrDenied is wrapped by an Authorizer that refuses; its text is shown to the
// client. Any other error means "cannot say now": the connection is closed and
// the client comes back.
var ErrDenied = errors.New("permission denied")

// ErrClosed is returned by calls on a hub that is closing.
var ErrClosed = errors.New("hub: closed")

// Grant says who a connection is on one document and what it may do.
type Grant struct {
	// Workshop is the larger whole that the document belongs to, for the limit on
	// its connections; empty: none.
	Workshop string
	// Subject owns the Yjs client ids that write under this grant. It is
	// stored with the document, so it must be a pseudonym, never a name.
	Subject string
	// Session tells the devices of one subject apart.
	Session string
	// Role is the caller's label.
	Role string
	// ReadOnly refuses every change.
	ReadOnly bool
	// Ephemeral marks a document without content: nothing is stored.
	Ephemeral bool
	// Presence is stamped as "user" over every awareness state of the
	// connection; nil drops its awareness.
	Presence map[string]any
	// Said is what the client last said on the document by a stateless message
	// of at most MaxSaid bytes. Broadcast fills it in, and nothing about it is
	// checked.
	Said string
}

// MaxSaid bounds what is kept of a client's stateless messages; a longer one is
// not taken.
const MaxSaid = 64

// Authorizer decides who may open a document. It is asked again whenever the
// caller says so (Hub.Reauthorize).
type Authorizer interface {
	Authorize(ctx context.Context, doc store.DocName, token string) (Grant, error)
}

// Limits of the hub. Zero fields take the default.
type Limits struct {
	// MessageBytes is the largest websocket message that is read whole; of a
	// larger one the change is refused, and one of more than five times the
	// size closes the connection with 1009.
	MessageBytes int64
	// HandshakeBytes is the largest message before a document is open.
	HandshakeBytes int
	// UpdateBytes is the largest live update; SyncStep2 may be as large as a
	// message.
	UpdateBytes int
	// BoardBytes is the encoded size at which a document takes no more
	// additions (deleting still works).
	BoardBytes int
	// BoardStructs likewise bounds its structs.
	BoardStructs int
	// ClientIDs is how many Yjs client ids a document may hold.
	ClientIDs int
	// DeletesPerUpdate is how many units one update may delete.
	DeletesPerUpdate uint64
	// AwarenessBytes is the largest awareness state of one client.
	AwarenessBytes int
	// Connections bounds the connections on one hub; further ones are turned
	// away with 503 and Retry-After.
	Connections int
	// ConnectionsPerAddress bounds those of one client address, NewPerSecond
	// and NewBurst the pace at which it makes them; what is more is turned away
	// with 429. A hall full of people is one address.
	ConnectionsPerAddress  int
	NewPerSecond, NewBurst int
	// ConnectionsPerDoc bounds the connections on one document.
	ConnectionsPerDoc int
	// ConnectionsPerWorkshop bounds the connections on the documents of one
	// workshop (Grant.Workshop).
	ConnectionsPerWorkshop int
	// DocsPerConnection bounds the documents on one connection.
	DocsPerConnection int
	// MessagesPerSecond and MessageBurst bound what one connection may send;
	// the excess is delayed.
	MessagesPerSecond, MessageBurst int
	// OutboxBytes and OutboxCount bound what waits for a slow reader before
	// updates are replaced by one diff later.
	OutboxBytes, OutboxCount int
	// BacklogBytes bounds the answers that wait for a reader before its
	// connection is closed with 1013.
	BacklogBytes int
	// HandshakeTimeout is how long a connection may stay without a document.
	HandshakeTimeout time.Duration
	// UnloadAfter is how long an unused document stays in memory.
	UnloadAfter time.Duration
	// AppendPatience is how long an append is tried again while the store is
	// away, before the room gives up and its clients reconnect.
	AppendPatience time.Duration
	// SampleEvery is how often a document asks one of its clients whether it has
	// what it was sent.
	SampleEvery time.Duration
	// CompactEntries and CompactBytes are the length of the log at which a
	// snapshot is made.
	CompactEntries, CompactBytes int
	// HistoryBytes and HistoryAge bound what is kept of a document's past; what
	// is beyond them goes with the next snapshot. PinBytes bounds its pins.
	HistoryBytes, PinBytes int
	HistoryAge             time.Duration
}

// DefaultLimits fit a workshop of a thousand on a small machine.
func DefaultLimits() Limits {
	return Limits{
		MessageBytes:           4 << 20,
		HandshakeBytes:         64 << 10,
		UpdateBytes:            256 << 10,
		BoardBytes:             4 << 20,
		BoardStructs:           200_000,
		ClientIDs:              2_000,
		DeletesPerUpdate:       100_000,
		AwarenessBytes:         4 << 10,
		Connections:            50_000,
		ConnectionsPerAddress:  5_000,
		NewPerSecond:           200,
		NewBurst:               3_000,
		ConnectionsPerDoc:      2_000,
		ConnectionsPerWorkshop: 5_000,
		DocsPerConnection:      250,
		MessagesPerSecond:      200,
		MessageBurst:           1_000,
		OutboxBytes:            1 << 20,
		OutboxCount:            512,
		BacklogBytes:           32 << 20,
		HandshakeTimeout:       15 * time.Second,
		UnloadAfter:            30 * time.Second,
		AppendPatience:         10 * time.Second,
		SampleEvery:            30 * time.Second,
		CompactEntries:         500,
		CompactBytes:           256 << 10,
		HistoryBytes:           2 << 20,
		PinBytes:               16 << 20,
		HistoryAge:             30 * 24 * time.Hour,
	}
}

func orDefault[T ~int | ~int64 | ~uint64](v *T, def T) {
	if *v == 0 {
		*v = def
	}
}

func (l Limits) withDefaults() Limits {
	d := DefaultLimits()
	orDefault(&l.MessageBytes, d.MessageBytes)
	orDefault(&l.HandshakeBytes, d.HandshakeBytes)
	orDefault(&l.UpdateBytes, d.UpdateBytes)
	orDefault(&l.BoardBytes, d.BoardBytes)
	orDefault(&l.BoardStructs, d.BoardStructs)
	orDefault(&l.ClientIDs, d.ClientIDs)
	orDefault(&l.DeletesPerUpdate, d.DeletesPerUpdate)
	orDefault(&l.AwarenessBytes, d.AwarenessBytes)
	orDefault(&l.Connections, d.Connections)
	orDefault(&l.ConnectionsPerAddress, d.ConnectionsPerAddress)
	orDefault(&l.NewPerSecond, d.NewPerSecond)
	orDefault(&l.NewBurst, d.NewBurst)
	orDefault(&l.ConnectionsPerDoc, d.ConnectionsPerDoc)
	orDefault(&l.ConnectionsPerWorkshop, d.ConnectionsPerWorkshop)
	orDefault(&l.DocsPerConnection, d.DocsPerConnection)
	orDefault(&l.MessagesPerSecond, d.MessagesPerSecond)
	orDefault(&l.MessageBurst, d.MessageBurst)
	orDefault(&l.OutboxBytes, d.OutboxBytes)
	orDefault(&l.OutboxCount, d.OutboxCount)
	orDefault(&l.BacklogBytes, d.BacklogBytes)
	orDefault(&l.HandshakeTimeout, d.HandshakeTimeout)
	orDefault(&l.UnloadAfter, d.UnloadAfter)
	orDefault(&l.AppendPatience, d.AppendPatience)
	orDefault(&l.SampleEvery, d.SampleEvery)
	orDefault(&l.CompactEntries, d.CompactEntries)
	orDefault(&l.CompactBytes, d.CompactBytes)
	orDefault(&l.HistoryBytes, d.HistoryBytes)
	orDefault(&l.PinBytes, d.PinBytes)
	orDefault(&l.HistoryAge, d.HistoryAge)
	return l
}

// update returns the engine's limits for bytes from clients.
func (l Limits) update() ydoc.Limits {
	y := ydoc.DefaultLimits()
	y.UpdateBytes = int(l.MessageBytes)
	y.Clients = l.ClientIDs
	y.Structs = l.BoardStructs
	return y
}

// Options of a hub. Store, Bus and Authorizer are required.
type Options struct {
	Store      store.Store
	Bus        bus.Bus
	Authorizer Authorizer
	Limits     Limits
	Logger     *slog.Logger
	Registerer prometheus.Registerer
	// Address is where a request comes from, for the limits per address; empty
	// for one that has none. nil: those limits do not hold.
	Address func(*http.Request) string
	// Trace is told of opened documents, appends and notices; nil: nobody is.
	Trace Tracer
	// Left is told of each connection that leaves a document; lost says that
	// its line broke, with a goodbye neither from the client nor from the hub.
	// It must not block. nil: nobody is told.
	Left func(doc store.DocName, m Member, lost bool)
	// Greet returns stateless payloads for a connection that has just opened
	// the document.
	Greet func(ctx context.Context, doc store.DocName, g Grant) [][]byte
}
