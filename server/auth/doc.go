// Package auth knows who somebody is and asks the domain what they may do.
//
// Tokens are 256 random bits, handed out once and kept as SHA-256 only. Join
// codes are eight symbols that people can read aloud. Looking either up goes
// through its hash, so the time of an answer says nothing about how much of a
// guess was right. Authority is the one gate: HTTP, the socket, exports and
// imports all ask it, and it asks the permission table of server/workshop.
//
// It does not decide rules of its own and keeps no session in memory: every
// question is answered from the store, on whichever instance it is asked.
package auth
