// Command bench measures the document engine beside yjs: the same inputs, made
// anew by yjs each time, the same work, in turns, on one machine in one run.
//
//	go run ./hub/ydoc/bench            # from the root of the repository
//	go run ./hub/ydoc/bench -rounds 21 -only trace
//
// For each piece of work it prints the best time of either side and the ratio,
// Go's share of yjs's time; then the memory a loaded document keeps. Where both
// sides produce bytes, the bytes are compared first: a mismatch is an error.
// It needs Node.js 20 or newer; the packages of hub/ydoc/oracle are installed
// when they are missing.
package main
