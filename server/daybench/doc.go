// Command daybench plays a large hall: one workshop whose participants join
// within seconds, by the public interface of two instances on one Redis, and
// then a row of changes of phase. It prints how long a joining took until both
// documents were there, how long a change needed to reach everybody, and what
// the servers sent and used.
//
//	go build -o bin/pathboard ./server
//	go run ./server/daybench -binary bin/pathboard
//
// The participants live in this process and share the machine with the servers.
package main
