// Package trial runs what the commands that measure the product need: the
// program itself as a process, a Redis of its own, requests to it, and
// quantiles of what was seen. It serves commands; tests have hub/store/redistest.
package trial
