// Command loadtest measures a server that speaks the Hocuspocus protocol: ours,
// which it starts by itself, the bare floor beside it, or any other by its
// address.
//
//	go run ./hub/loadtest                                  # every scenario, our hub
//	go run ./hub/loadtest -scenario s1,s4 -target floor-batch
//	go run ./hub/loadtest -scenario s7,s8x -redis redis://localhost:6379
//	go run ./hub/loadtest -url ws://host/ws -token T -pid N
//	go run ./hub/loadtest -scenario s4 -rate 50 -profile cpu.out
//	hub/loadtest/peers/run                                 # all beside floors and peers, as a table
//
// A delivery is one update seen by one other client. Each update carries the
// time it was sent, so that the clients, which share a process, measure how
// long it took; and it stays in the document, so that a fresh client can count
// at the end what the server has. The server runs in a process of its own, so
// that its processor time and memory are its own.
//
// What this package is not: a test. Nothing here fails because a machine is
// slow; a lost update alone is an error.
package main
