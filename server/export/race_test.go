//go:build race

package export

// The race detector makes writing and reading files some fifteen times slower,
// and one text meets no other race than the next: it looks at every tenth. All of
// them are run without it.
const every = 10
