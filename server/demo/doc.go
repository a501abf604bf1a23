// Package demo fills in the reference workshop of Łódź: 23 fictional
// participants, four groups, a worked pathway each. It is a client like any
// other: it knows the server by its HTTP contract alone.
//
// What this package is not: a template for real workshops (package template).
package demo
