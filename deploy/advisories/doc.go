// Command advisories asks copies of vulnerability databases, for networks from
// which the services cannot be reached.
//
//	go run ./deploy/advisories -npm DIR -lock frontend/package-lock.json
//	go run ./deploy/advisories -go DIR -index OUT
//
// The first compares the packages of a lock file with the advisories in DIR, in
// either of two forms: OSV (one JSON file for each advisory: the unpacked all.zip
// that OSV publishes for npm, or a checkout of GitHub's advisory database), or that of
// the GitLab advisory database (npm/PACKAGE/ADVISORY.yml). It fails for a package that
// comes to the browser and names those that only build and test.
//
// The second writes the index with which govulncheck reads a checkout of the Go
// vulnerability database; the published vulndb.zip has one.
//
// A folder without advisories is an error, and the newest date in a copy is
// printed: no answer is no all-clear, and an old copy is no new one.
package main
