// Package bus carries what several hubs tell each other.
//
// Two kinds of traffic differ in what they promise. A document's log is
// followed: every entry arrives, in order, because the reader holds a position
// in the store and reads on from it. Notices are published: they may be lost,
// so whoever sends them repeats them or the receiver can read the truth
// elsewhere (awareness, "workshop changed", revocations).
package bus

import (
	"context"

	"github.com/pathboard/pathboard/hub/store"
)

// Follower receives a followed document's entries. Calls for one document
// never overlap and must not block for long.
type Follower interface {
	// Entries delivers log entries in order, none missing, none twice. Entries
	// the hub itself appended arrive too.
	Entries(doc store.DocName, entries []store.Entry)
	// Lost says that the log cannot be read on (trimmed, epoch changed): load
	// the document again and follow it anew. The following has ended.
	Lost(doc store.DocName, err error)
}

// Bus joins the hubs that share a store. All methods may be called
// concurrently; nothing is delivered after Close returns.
type Bus interface {
	// Follow delivers the entries after the position until stop is called. A
	// delivery under way when stop is called may still end after it.
	Follow(doc store.DocName, after store.Position, f Follower) (stop func())
	// Publish sends a notice to every subscriber of the topic, the sender's
	// own hub included. It may be lost.
	Publish(ctx context.Context, topic string, payload []byte) error
	// Subscribe calls f for each notice on the topic until stop is called. A
	// gap in the connection is reported as a nil payload: assume that notices
	// were missed.
	Subscribe(topic string, f func(payload []byte)) (stop func())
	// Ready reports whether a notice published now would come back.
	Ready(ctx context.Context) error
	Close() error
}
