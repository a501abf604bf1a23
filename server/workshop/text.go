package workshop

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Language is a language of the interface.
type Language string

// The languages Pathboard speaks.
const (
	Polish  Language = "pl"
	English Language = "en"
)

// Valid reports whether l is a language Pathboard speaks.
func (l Language) Valid() bool { return l == Polish || l == English }

// Text is the same short text in both languages.
type Text struct {
	PL string `json:"pl"`
	EN string `json:"en"`
}

// In returns the text in the language; English where it is not Polish.
func (t Text) In(l Language) string {
	if l == Polish {
		return t.PL
	}
	return t.EN
}

// is reports whether name is this text in either language, letter case and
// surrounding space aside.
func (t Text) is(name string) bool {
	name = strings.TrimSpace(name)
	return strings.EqualFold(t.PL, name) || strings.EqualFold(t.EN, name)
}

// Limits of texts, in runes after trimming. They keep names readable on a
// projector and records small.
const (
	MaxTitle      = 200
	MaxCity       = 120
	MaxName       = 80
	MaxDepartment = 120
	MaxGroupName  = 80
	MaxAreaName   = 120
)

// cleanText trims s and checks it: valid text on one line, no control or
// direction-changing characters, at most limit runes, and something to see
// unless it may be empty. It records what is wrong in p under field.
func cleanText(p *problems, field, s string, limit int, optional bool) string {
	s = strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || blank(r) && !joiner(r) })
	switch {
	case !utf8.ValidString(s) || strings.IndexFunc(s, forbidden) >= 0:
		p.add(field, FieldCharacters, nil)
	case utf8.RuneCountInString(s) > limit:
		p.add(field, FieldTooLong, Params{"max": limit})
	case !optional && !visible(s):
		p.add(field, FieldRequired, nil)
	}
	return s
}

// unfold makes one line of several, as people end lines where a field is small.
func unfold(s string) string {
	return strings.NewReplacer("\r\n", " ", "\n", " ", "\t", " ").Replace(s)
}

// forbidden characters change how the text around them is shown.
func forbidden(r rune) bool {
	switch {
	case unicode.IsControl(r), r == '\u2028', r == '\u2029':
		return true
	case r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069': // bidirectional overrides
		return true
	}
	return false
}

// blank characters take part in text but show nothing.
func blank(r rune) bool {
	switch r {
	case '\u00ad', '\u034f', '\u115f', '\u1160', '\u2800', '\u3164', '\uffa0', '\ufeff':
		return true
	}
	return r >= '\u200b' && r <= '\u200f' || r >= '\u2060' && r <= '\u2064'
}

// joiner characters are blank but meaningful inside words and emoji.
func joiner(r rune) bool { return r == '\u200c' || r == '\u200d' }

// visible reports whether a reader would see anything of s.
func visible(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool {
		return !unicode.IsSpace(r) && !blank(r) && unicode.IsGraphic(r)
	}) >= 0
}
