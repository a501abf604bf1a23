// Package library holds what groups may lean on: free data sources, free
// tools, examples of cities and the principles of collecting and processing
// data, in Polish and English. One checked file a kind stands in content; Load
// reads it strictly and a test holds docs/library-links.md equal to it.
//
// Search copes with missing diacritics and with inflected words: every word is
// folded to plain letters and reduced to its possible stems (search.go).
//
// What this package is not: a crawler. The date at an entry is the day somebody
// last looked; whoever uses an entry in earnest looks again.
package library
