// Package workshop is the domain: a workshop with its stages, areas, groups
// and participants, the commands that change it, and who may do what.
//
// It is pure. It imports the standard library only, reads no clock, draws no
// random number and touches no network or disk: time and identifiers are given
// to it, storage is an interface it names (Repository, Secrets). What needs
// permission lives here and not in the shared documents, because a client of
// a shared document can change everything in it.
//
// It is not the board: cards and links belong to the document of each group.
//
// Glossary:
//
//	workshop     one event of one city, with its own code, links and groups
//	facilitator  who created it and leads it; holds the private link
//	member       a participant who joined with the code
//	projector    the screen everybody sees; reads all boards, writes nothing
//	group        members who work on one board, in one area
//	area         the field of city life a group works in
//	stage        one step of the analytic pathway, a column of the board
//	frozen       a group's board that members may read but not change
package workshop
