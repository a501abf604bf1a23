// Package library holds what groups may lean on: for now the principles of
// collecting and processing data, as one checked file, in Polish and English.
// Search copes with missing diacritics and with inflected words by comparing
// the beginnings of words.
package library

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/pathboard/pathboard/server/workshop"
)

//go:embed content/*.json
var content embed.FS

// Entry is one thing to lean on.
type Entry struct {
	ID     string        `json:"id"`
	Kind   string        `json:"kind"`
	Name   workshop.Text `json:"name"`
	Text   workshop.Text `json:"text"`
	Stages []string      `json:"stages"`
	// Areas is empty where the entry serves all.
	Areas []string `json:"areas,omitempty"`
	URL   string   `json:"url,omitempty"`
}

// Query selects entries; empty fields select all.
type Query struct{ Area, Kind, Text string }

// Library is the loaded content.
type Library struct{ entries []Entry }

// Load reads the shipped content strictly.
func Load() (*Library, error) {
	files, err := content.ReadDir("content")
	if err != nil {
		return nil, fmt.Errorf("list library: %w", err)
	}
	l := &Library{}
	seen := map[string]bool{}
	for _, f := range files {
		b, err := content.ReadFile("content/" + f.Name())
		if err != nil {
			return nil, fmt.Errorf("read library: %w", err)
		}
		d := json.NewDecoder(bytes.NewReader(b))
		d.DisallowUnknownFields()
		var entries []Entry
		if err := d.Decode(&entries); err != nil {
			return nil, fmt.Errorf("library %s: %w", f.Name(), err)
		}
		for _, e := range entries {
			if e.ID == "" || seen[e.ID] || e.Name.PL == "" || e.Name.EN == "" || e.Text.PL == "" || e.Text.EN == "" {
				return nil, fmt.Errorf("library %s: entry %q is incomplete or there twice", f.Name(), e.ID)
			}
			seen[e.ID] = true
			l.entries = append(l.entries, e)
		}
	}
	return l, nil
}

// Search returns the entries that the query selects, in the library's order.
func (l *Library) Search(q Query) []Entry {
	words := strings.FieldsFunc(fold(q.Text), notWord)
	out := []Entry{}
	for _, e := range l.entries {
		if q.Kind != "" && e.Kind != q.Kind || q.Area != "" && len(e.Areas) > 0 && !slices.Contains(e.Areas, q.Area) {
			continue
		}
		have := strings.FieldsFunc(fold(strings.Join([]string{e.Name.PL, e.Name.EN, e.Text.PL, e.Text.EN}, " ")), notWord)
		if !slices.ContainsFunc(words, func(w string) bool { return !anyMatches(have, w) }) {
			out = append(out, e)
		}
	}
	return out
}

func notWord(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

func anyMatches(have []string, word string) bool {
	return slices.ContainsFunc(have, func(h string) bool { return matches(h, word) })
}

// matches compares the beginnings of words, leaving room for endings:
// "danymi" finds "danych", "licencji" finds "licencja".
func matches(have, word string) bool {
	if strings.HasPrefix(have, word) {
		return true
	}
	stem := len(word) - 3
	return stem >= 3 && strings.HasPrefix(have, word[:stem]) && len(have) <= len(word)+3
}

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
