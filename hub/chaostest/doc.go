// Package chaostest lets real processes fail: hubs, Redis and the lines between
// them. Scripted clients write tokens and remember which of them the hub has
// acknowledged; in the end a client that knows nothing, a hub that has just
// started and, once, Yjs itself read the documents, and nothing acknowledged may
// be missing or there twice.
//
// Each case has the number it has in docs/reliability.md. With the tests it
// runs small; `make chaos T=9` runs one in full, `make chaos` all of them.
package chaostest
