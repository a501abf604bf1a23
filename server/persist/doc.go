// Package persist keeps workshops and the secrets that open them as records
// of a store: JSON under a schema number, changed by compare-and-set.
//
// It knows keys and formats and no rules: those are in server/workshop and
// server/auth. Secrets are stored as hashes only, apart from the join code,
// which the facilitator's screen must be able to show again.
//
// Keys:
//
//	workshop/{id}                        the aggregate
//	token/{sha256 hex}                   the session a token stands for
//	sessions/{workshop}/{participant}/{sha256 hex}   tokens of a participant
//	private/{workshop}/{sheet}/{participant}   one person's page: ballot, notes, feedback
//	code/{sha256 hex}                    the workshop a join code leads to
package persist
