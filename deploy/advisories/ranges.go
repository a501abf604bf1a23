package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/mod/semver"
)

// event is a place in the row of versions at which a vulnerability begins or ends.
type event struct {
	Introduced   string `json:"introduced"`
	Fixed        string `json:"fixed"`
	LastAffected string `json:"last_affected"`
}

func (e event) version() string { return e.Introduced + e.Fixed + e.LastAffected }

// compare orders versions as npm does: semantic versions.
func compare(a, b string) int { return semver.Compare("v"+a, "v"+b) }

// between is affected where a row of events says so.
func between(events []event) func(string) bool {
	events = slices.Clone(events)
	slices.SortStableFunc(events, func(a, b event) int { return compare(a.version(), b.version()) })
	return func(version string) bool {
		affected := false
		for _, e := range events {
			switch at := compare(version, e.version()); {
			case e.Introduced != "" && at >= 0:
				affected = true
			case e.Fixed != "" && at >= 0, e.LastAffected != "" && at > 0:
				affected = false
			}
		}
		return affected
	}
}

func oneOf(versions []string) func(string) bool {
	return func(version string) bool { return slices.Contains(versions, version) }
}

func anyOf(tests []func(string) bool) func(string) bool {
	return func(version string) bool {
		return slices.ContainsFunc(tests, func(f func(string) bool) bool { return f(version) })
	}
}

var comparator = regexp.MustCompile(`^\s*(<=|>=|<|>|=|)\s*v?(\d[0-9A-Za-z.+-]*)`)

// parseRange reads npm's notation as advisories use it: alternatives by ||, and
// in each comparators that must all hold. Empty: every version.
func parseRange(text string) (func(string) bool, error) {
	var alternatives []func(string) bool
	for one := range strings.SplitSeq(text, "||") {
		var all []func(string) bool
		for rest := strings.TrimSpace(one); rest != ""; rest = strings.TrimSpace(rest) {
			m := comparator.FindStringSubmatch(rest)
			if m == nil || !semver.IsValid("v"+m[2]) {
				return nil, fmt.Errorf("range %q is not understood", text)
			}
			all = append(all, holds(m[1], m[2]))
			rest = rest[len(m[0]):]
		}
		alternatives = append(alternatives, func(version string) bool {
			return !slices.ContainsFunc(all, func(f func(string) bool) bool { return !f(version) })
		})
	}
	return anyOf(alternatives), nil
}

func holds(operator, than string) func(string) bool {
	return func(version string) bool {
		c := compare(version, than)
		switch operator {
		case "<":
			return c < 0
		case "<=":
			return c <= 0
		case ">":
			return c > 0
		case ">=":
			return c >= 0
		default:
			return c == 0
		}
	}
}
