package library

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/pathboard/pathboard/server/workshop"
)

// Query selects entries; empty fields select all.
type Query struct{ Area, Stage, Kind, Text string }

// word is a word of an entry with its stems, which are computed once.
type word struct {
	text  string
	stems []string
}

// words are the words of an entry, those of its name apart.
type words struct{ name, all []word }

func wordsOf(e Entry) words {
	name := strings.Join([]string{e.Name.PL, e.Name.EN, e.City}, " ")
	more := []string{name, e.Text.PL, e.Text.EN}
	for _, t := range []*workshop.Text{e.Topics, e.Access, e.Licence} {
		if t != nil {
			more = append(more, t.PL, t.EN)
		}
	}
	return words{wordList(name), wordList(strings.Join(more, " "))}
}

func wordList(s string) []word {
	texts := split(s)
	slices.Sort(texts)
	texts = slices.Compact(texts)
	out := make([]word, len(texts))
	for i, t := range texts {
		out[i] = word{t, stems(t)}
	}
	return out
}

func split(s string) []string {
	return strings.FieldsFunc(fold(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// Search returns the entries in which every word of the query is found: those
// with all of them in the name first, then those with all of them as they were
// typed, and else in the library's order. Where no entry has them all it returns
// those with the most of them. A word that stands nowhere in the library is taken
// for one it differs from by a letter.
func (l *Library) Search(q Query) []Entry {
	want := l.corrected(telling(wordList(q.Text)))
	named, typed, other := []Entry{}, []Entry{}, []Entry{}
	some := make([][]Entry, len(want))
	for i, e := range l.entries {
		switch {
		case q.Kind != "" && e.Kind != q.Kind,
			q.Area != "" && len(e.Areas) > 0 && !slices.Contains(e.Areas, q.Area),
			q.Stage != "" && !slices.Contains(e.Stages, q.Stage):
		case found(l.words[i].name, want, matches) == len(want):
			named = append(named, e)
		case found(l.words[i].all, want, begins) == len(want):
			typed = append(typed, e)
		default:
			if n := found(l.words[i].all, want, matches); n == len(want) {
				other = append(other, e)
			} else {
				some[n] = append(some[n], e)
			}
		}
	}
	all := slices.Concat(named, typed, other)
	for n := len(want) - 1; n > 0 && len(all) == 0; n-- {
		all = some[n]
	}
	return all
}

// found is how many of the wanted words match one of an entry's.
func found(have, want []word, match func(have, typed word) bool) int {
	n := 0
	for _, w := range want {
		if slices.ContainsFunc(have, func(h word) bool { return match(h, w) }) {
			n++
		}
	}
	return n
}

// silent are the words of a query that tell nothing about what is sought, folded.
var silent = strings.Fields("a an and at by co czy dla do for i in jak je lub na nad o od of on oraz po pod przy sa sie the to u w we with z za ze")

// telling leaves out words that tell nothing, unless no other is there.
func telling(query []word) []word {
	out := slices.DeleteFunc(slices.Clone(query), func(w word) bool { return slices.Contains(silent, w.text) })
	if len(out) == 0 {
		return query
	}
	return out
}

// matches reports whether what was typed is the beginning of a word or another
// form of it.
func matches(have, typed word) bool {
	return begins(have, typed) ||
		slices.ContainsFunc(typed.stems, func(s string) bool { return slices.Contains(have.stems, s) })
}

func begins(have, typed word) bool { return strings.HasPrefix(have.text, typed.text) }

// endings of Polish nouns, adjectives and verbs and of English plurals, without
// diacritics, longest first.
var endings = []string{
	"osciami", "osciach", "oscia", "osci", "osc", "yka", "yki", "yce", "yke", "owaniami", "owaniach", "owania", "owaniu", "owanie", "owego", "owych", "owymi", "owym", "owej", "ami", "ach", "ego", "emu",
	"iej", "iego", "ych", "ich", "ymi", "imi", "ing", "owi", "owe", "owa", "owy", "ej", "om", "ow", "em", "ie", "ia", "iu", "ii", "io", "es", "ed",
	"ym", "im", "a", "e", "i", "o", "u", "y", "s",
}

// minStem is the shortest stem in letters: shorter ones would join strangers.
const minStem = 3

// stems returns the forms a folded word may have come from: itself and, for
// each ending it may carry, what is left with the consonant before the ending
// turned back (drodze, drog) and shifting vowels made one (miasto, miescie).
func stems(word string) []string {
	out := []string{level(word)}
	for _, fleeting := range []string{"ek", "ec"} { // zlobek, zlobki
		if s, ok := strings.CutSuffix(word, fleeting); ok && len(s) >= minStem {
			out = append(out, level(s+fleeting[1:]))
		}
	}
	for _, ending := range endings {
		if s, ok := strings.CutSuffix(word, ending); ok && len(s) >= minStem {
			out = append(out, level(s))
			for soft, hard := range softened {
				if t, ok := strings.CutSuffix(s, soft); ok && len(t)+len(hard) >= minStem {
					out = append(out, level(t+hard))
				}
			}
		}
	}
	return out
}

// softened consonants and what they were before the ending.
var softened = map[string]string{"sc": "st", "dz": "d", "odz": "og", "c": "k", "cz": "k", "rz": "r", "sz": "ch", "zdz": "zd"}

// level makes vowels that shift within one word the same.
func level(s string) string { return shifting.Replace(s) }

var shifting = strings.NewReplacer("ia", "ie", "io", "ie")

// fold brings text to lower case without diacritics.
func fold(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(s)) {
		switch {
		case r == 'ł':
			b.WriteByte('l')
		case !unicode.Is(unicode.Mn, r):
			b.WriteRune(r)
		}
	}
	return b.String()
}
