// Package ydoc is Yjs in Go: it reads, checks, merges and writes the updates
// that Yjs clients exchange, and keeps a document they agree with to the byte.
//
// # What it offers
//
// Doc is a document. Apply takes an update from anybody and returns the
// canonical update: exactly what changed, encoded anew from the document's own
// structs, so nothing a stranger wrote reaches others unread:
//
//	doc := ydoc.New(ydoc.Options{Limits: ydoc.DefaultLimits()})
//	canonical, err := doc.Apply(update)
//
// Servers that must authorise do it in steps. Decode needs no document; Plan
// relates the update to the document and changes nothing; Commit changes it:
//
//	u, err := ydoc.Decode(update, limits)   // ErrMalformed, ErrLimit
//	p, err := doc.Plan(u)                   // + ErrMissing: ask the peer to resync
//	for s := range p.Structs() { … }        // who writes what: {Client, Clock, Len}
//	for r := range p.Deletes() { … }        // what is deleted
//	canonical, err := doc.Commit(p)         // ErrLimit: document untouched
//
// A document keeps no pending updates. One that builds on structs the document
// lacks is refused with ErrMissing; answer it with EncodeStateVector and the
// peer sends what is missing.
//
// Root, Get, Values, Text, Delta and JSON read the document as plain Go
// values. Transact changes it on the server's own behalf:
//
//	update, err := doc.Transact(clientID, func(x *ydoc.Txn) error {
//		cards := x.Root("cards", ydoc.KindMap)
//		card, err := x.SetType(cards, id, ydoc.KindMap)
//		if err != nil {
//			return err
//		}
//		return x.Set(card, "stage", "data")
//	})
//
// Besides values and nested types a transaction changes formatted text
// (InsertFormatted, InsertEmbed, Format, ApplyDelta) and XML (InsertElement).
// The same edit of the same document gives the same bytes as in yjs.
//
// Observe subscribes to what transactions change: events with paths, keys with
// their old values, deltas. RelativePosition ties a cursor to a unit instead of
// an index and Resolve finds it again. Snapshot names a state and Restore makes
// it again, given a document with KeepDeleted; Revert writes an older content
// back as new edits, where it differs. An Inbox takes updates in any
// order and bounds what has to wait, for programs that have nobody to ask.
//
// MergeUpdates, DiffUpdate, IntersectUpdates and StateVectorFromUpdate work on
// bytes alone. ConvertUpdateV2 makes format V1 of what a V2 client exported.
//
// # What it promises
//
// No input makes it panic, recurse without bound or take memory out of
// proportion to the input. An update that is refused leaves the document as it
// was. Documents that saw the same updates in any order are equal to each other
// and to yjs: in content, state vector and delete set always, in encoded bytes
// wherever yjs itself is deterministic. The differential test in this package
// holds it to that against yjs in Node.
//
// What was accepted once loads again: a document's encoded state, applied to a
// new document under Limits{SplitSurrogates: true}, is never refused and gives
// the same structs and the same deletes, and yjs takes it as it is. One thing
// may differ, in yjs as here: the order of neighbours that contradict each
// other (a struct whose right neighbour stands left of its left one), which
// depends on the order of their arrival. Only undo and forgery make such.
//
// # What it is not
//
// It knows nothing of networks, storage or what documents mean, and it is not
// safe for concurrent use: one goroutine owns a document.
//
// # Words
//
// A client is one writer, known by a random id; its inserts are numbered by a
// clock. A struct is a run of consecutive inserts of one client; an item is a
// struct inside a document. Deleted items remain as tombstones without content;
// inside deleted parents they shrink to GC structs, which keep only their
// length. A state vector says how much of each client one has. An update is a
// set of structs and a delete set.
package ydoc
