// Package board knows what a board document means: its roots, cards, links,
// stages and comments (schema version 1). It reads tolerantly, since foreign and
// newer clients write boards too, and keeps what it does not know; it writes
// only valid boards.
//
// A card's place is a fractional index: a string of base-62 digits in ASCII
// order ("0-9A-Za-z"), an integer part whose first letter tells its length,
// then a fraction. The web app makes them; see Order for the few made here.
//
// What this package is not: who may read or write a board is decided elsewhere.
package board
