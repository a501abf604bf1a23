// Command rollout replaces the instances of a running site under load, adds
// some, takes some away, and says what people noticed.
//
//	go run ./server/rollout -binary bin/pathboard [-from OLDER] [-people 200]
//
// It starts a Redis, instances of the older program and a balancer before them,
// which knows nothing but /readyz. Everybody joins through the balancer and
// writes on the group's board with a client that behaves as the web app does:
// what is not acknowledged is sent again after a jittered pause. Then one
// instance is added, each of the older ones is replaced by one of the newer
// program (SIGTERM), and the site shrinks to one and grows again, while phases
// change and people go on joining.
//
// At the end every board is read from each instance, and after all were killed
// and started again. It fails when an edit is missing or doubled, whether it was
// acknowledged or not, when anybody waited longer than -limit for an edit to be
// saved, or when an instance took longer than ten seconds to end.
package main
