// Package poll carries websocket messages over plain HTTP requests, for clients
// behind a proxy that lets no websocket through.
//
// Each line is a websocket inside the process, to the very handler that serves
// websockets: the origin, the limits and everything said on it are judged as on
// any other. Only how the messages travel differs:
//
//	POST   without Line: opens a line; 201, its name in the header Line
//	POST   Line, Batch n: sends messages; batches count from 1, n again is
//	       answered and not sent again
//	GET    Line, Batch n: waits for messages after batch n, which thereby has
//	       arrived; 200 with batch n+1 in Batch, or 204 when none came
//	DELETE Line: closes the line
//
// Bodies hold messages, each behind its length in four bytes, big-endian. A line
// that is closed, or unknown, is 410 with the websocket's close code in Close.
// The name of a line is a secret of 128 bits and travels in headers only.
//
// A client sends one POST at a time and keeps one GET waiting. What it has not
// acknowledged by its next GET is sent again, so a response that is lost on the
// way loses nothing. A line nobody asks for is closed.
package poll
