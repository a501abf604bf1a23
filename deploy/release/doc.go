// Command release builds what is published: one static binary for each platform,
// SHA256SUMS over them, and a bill of materials (CycloneDX, JSON) of all that is
// in them.
//
//	go run ./deploy/release -out release            everything
//	go run ./deploy/release -out release -verify    and once more, elsewhere
//
// The same commit gives the same bytes, whoever builds it: -verify checks out the
// commit into another folder, builds with an empty cache and compares.
package main
