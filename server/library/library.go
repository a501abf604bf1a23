package library

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"slices"
	"time"

	"github.com/pathboard/pathboard/server/workshop"
)

//go:embed content/*.json
var content embed.FS

// The kinds of entries. Those of data, tools and examples are also kinds of
// cards, so that a card can be made from an entry and refer to it.
const (
	Principle = "principle"
	Data      = "data"
	Tool      = "tool"
	Example   = "example"
)

// Entry is one thing to lean on.
type Entry struct {
	ID     string        `json:"id"`
	Kind   string        `json:"kind"`
	Name   workshop.Text `json:"name"`
	Text   workshop.Text `json:"text"`
	Stages []string      `json:"stages"`
	// Areas is empty where the entry serves all.
	Areas []string `json:"areas,omitempty"`
	// City is where an example comes from.
	City string `json:"city,omitempty"`
	URL  string `json:"url,omitempty"`
	// Access and Licence are said of data and tools.
	Access  *workshop.Text `json:"access,omitempty"`
	Licence *workshop.Text `json:"licence,omitempty"`
	// Checked is the day the entry was last looked up, YYYY-MM-DD.
	Checked string `json:"checked,omitempty"`
}

// Library is the loaded content. It does not change and may be read by many.
type Library struct {
	entries []Entry
	words   []words // of entries, by index
}

// Load reads the shipped content strictly.
func Load() (*Library, error) { return load(content) }

func load(files fs.FS) (*Library, error) {
	names, err := fs.Glob(files, "content/*.json")
	if err != nil {
		return nil, fmt.Errorf("list library: %w", err)
	}
	l := &Library{}
	seen := map[string]bool{}
	for _, name := range names {
		raw, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("read library: %w", err)
		}
		d := json.NewDecoder(bytes.NewReader(raw))
		d.DisallowUnknownFields()
		var entries []Entry
		if err := d.Decode(&entries); err != nil {
			return nil, fmt.Errorf("library %s: %w", name, err)
		}
		for _, e := range entries {
			if seen[e.ID] {
				return nil, fmt.Errorf("library %s: entry %q is there twice", name, e.ID)
			}
			if err := e.check(); err != nil {
				return nil, fmt.Errorf("library %s: entry %q: %w", name, e.ID, err)
			}
			seen[e.ID] = true
			l.entries = append(l.entries, e)
			l.words = append(l.words, wordsOf(e))
		}
	}
	return l, nil
}

// check holds an entry to the schema of its kind.
func (e Entry) check() error {
	both := func(t *workshop.Text) bool { return t != nil && t.PL != "" && t.EN != "" }
	switch {
	case e.ID == "" || !both(&e.Name) || !both(&e.Text) || len(e.Stages) == 0:
		return errors.New("id, name, text or stages are missing")
	case !slices.Contains([]string{Principle, Data, Tool, Example}, e.Kind):
		return fmt.Errorf("unknown kind %q", e.Kind)
	case e.Kind == Principle:
		return nil
	}
	if u, err := url.Parse(e.URL); err != nil || u.Scheme != "https" || u.Host == "" {
		return fmt.Errorf("%q is not an https address", e.URL)
	}
	if _, err := time.Parse(time.DateOnly, e.Checked); err != nil {
		return fmt.Errorf("date checked: %w", err)
	}
	if e.Kind == Example && e.City == "" {
		return errors.New("an example has no city")
	}
	if e.Kind != Example && !(both(e.Access) && both(e.Licence)) {
		return errors.New("access or licence is missing")
	}
	return nil
}

// Entry returns the entry of that id.
func (l *Library) Entry(id string) (Entry, bool) {
	i := slices.IndexFunc(l.entries, func(e Entry) bool { return e.ID == id })
	if i < 0 {
		return Entry{}, false
	}
	return l.entries[i], true
}
