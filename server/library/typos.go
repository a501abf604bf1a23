package library

import "slices"

// minTypo is the shortest form in letters that is searched for with a letter
// wrong: shorter ones are too near to strangers.
const minTypo = 4

// mostTypos is how many words of a query are looked at, for its time is bounded.
const mostTypos = 8

// corrected gives each word that no entry has the stems of those in the library
// that differ from it by one letter; others stay as they are.
func (l *Library) corrected(query []word) []word {
	out := slices.Clone(query)
	for i, w := range out[:min(len(out), mostTypos)] {
		if !l.knows(w) {
			out[i].stems = append(slices.Clip(w.stems), l.near(w)...)
		}
	}
	return out
}

func (l *Library) knows(w word) bool {
	return slices.ContainsFunc(l.words, func(e words) bool { return found(e.all, []word{w}, matches) > 0 })
}

// near are the stems of the library's words that are one letter away from a stem
// of the word.
func (l *Library) near(w word) []string {
	var out []string
	for _, e := range l.words {
		for _, h := range e.all {
			for _, have := range h.stems {
				if len(have) >= minTypo && !slices.Contains(out, have) && slices.ContainsFunc(w.stems, func(s string) bool { return oneApart(s, have) }) {
					out = append(out, have)
				}
			}
		}
	}
	return out
}

// oneApart reports whether two folded words differ by one letter that is wrong,
// missing or too many, or by two neighbours that changed places.
func oneApart(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) < minTypo || len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	return i < len(a) && (a[i+1:] == b[i+1:] ||
		i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:])
}
