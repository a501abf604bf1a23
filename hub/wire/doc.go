// Package wire is the Hocuspocus protocol, frame by frame, as
// @hocuspocus/provider 2.15, 3 and 4 speak it, and the y-protocols messages
// inside it. It knows bytes only: no documents, no sockets.
//
// # Frames
//
// A websocket message is one frame. All integers are lib0 varints (seven bits
// a byte, least significant first), all strings are UTF-8 behind their length
// in bytes.
//
//	frame   = key type body        (a frame of the single byte 9 or 10 is a
//	                                connection-level ping or pong, no key)
//	key     = string               document name, or name NUL session when the
//	                                client multiplexes sessions (provider 4)
//	type    = 0 sync | 1 awareness | 2 auth | 3 query awareness | 4 sync reply
//	        | 5 stateless | 6 broadcast stateless | 7 close | 8 sync status
//	        | 9 ping | 10 pong
//	sync    = 0 stateVector        step 1: what the sender has
//	        | 1 update             step 2: what the receiver lacks
//	        | 2 update             a change
//	auth    = 0 token [version]    client to server; a server that sends 0 asks
//	                                for the token again
//	        | 1 reason             permission denied
//	        | 2 scope              "read-write" or "readonly"
//	awareness = bytes of: count { clientID clock json }
//	status  = varint 1 saved, 0 refused
//
// "stateVector" and "update" are bytes behind their length; their content is
// the business of package ydoc. Type 6 asks a server to broadcast on a
// client's behalf; the hub treats it as an offence.
//
// # Awareness
//
// AwarenessTable is who is there as one participant sees it, for programs that
// take part: states, clocks and timeouts as in y-protocols, against which it is
// tested. The hub keeps its own account, since it answers for names.
//
// Parsing never panics, never allocates more than the input's size, and
// refuses trailing bytes where the format has none.
package wire
