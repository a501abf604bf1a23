// Package hub is the realtime engine: documents and bytes, not workshops.
//
// A room owns one document. Its state machine (core) is pure: events go in,
// effects come out, no goroutine, clock or I/O inside. The room's goroutine
// feeds it and carries out the effects. A connection has a reader while there is
// something to read and a writer while there is something to write; many documents
// share it. The journal gathers the appends of all rooms into one durable write at
// a time; a store of several independent parts (store.Lanes) has a journal for each.
//
// Order of locks and waits, so that nothing can wait in a circle:
//
//	reader  → room inbox        (blocks while the room is busy: backpressure
//	                             on that connection alone)
//	room    → journal queue     (blocks; the journal never waits for a room)
//	journal → room mailbox      (never blocks: a room has at most maxInFlight
//	                             appends under way)
//	bus     → room mailbox      (never blocks: bounded, overflow means reload)
//	room    → outbox            (never blocks: bounded, overflow means a diff
//	                             later)
//	room    → socket            (never blocks: what it does not take is written
//	                             by a goroutine)
//
// Hub.mu guards the maps of rooms and connections; nothing is sent, called or
// written under it.
//
// What the hub promises is numbered in SPEC.md.
package hub
