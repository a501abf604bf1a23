package library

import (
	"bytes"
	"cmp"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
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

var kinds = []string{Principle, Data, Tool, Example}

// Entry is one thing to lean on.
type Entry struct {
	ID   string        `json:"id"`
	Kind string        `json:"kind"`
	Name workshop.Text `json:"name"`
	Text workshop.Text `json:"text"`
	// Topics are words that people search for and the text does not say, such as
	// all that a bank of indicators counts; nil: none.
	Topics *workshop.Text `json:"topics,omitempty"`
	Stages []string       `json:"stages"`
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
	for _, name := range names {
		raw, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("read library: %w", err)
		}
		if err := l.add(name, raw, Entry.check); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// LoadWith reads the shipped content and a city's own entries from a file; an
// empty path means there are none. The file has the form of those in content;
// of its entries one language is enough, addresses of an intranet may be plain
// http, and dates, access and licences may be left out.
func LoadWith(path string) (*Library, error) {
	l, err := Load()
	if err != nil || path == "" {
		return l, err
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the city's library: %w", err)
	}
	return l, l.add(path, raw, Entry.checkOwn)
}

// With returns the library with entries besides, those first that are named
// alike; ids that are there already are left as they are.
func (l *Library) With(own []Entry) *Library {
	if len(own) == 0 {
		return l
	}
	out := &Library{entries: slices.Clip(l.entries), words: slices.Clip(l.words)}
	for _, e := range own {
		if _, there := out.Entry(e.ID); !there {
			e.speakBoth()
			out.entries, out.words = append(out.entries, e), append(out.words, wordsOf(e))
		}
	}
	return out
}

// FormError says that a file is not of the form of a library, and where.
type FormError struct {
	Line int
	Err  error
}

// Error tells the line and what is wrong in it.
func (e *FormError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

// Unwrap returns what is wrong.
func (e *FormError) Unwrap() error { return e.Err }

// ReadFile reads the form of a city's library file without judging what its
// entries say, or fails with a FormError.
func ReadFile(body []byte) ([]Entry, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	var entries []Entry
	if err := d.Decode(&entries); err != nil {
		read := min(int(d.InputOffset()), len(body))
		if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
			read = min(int(syntax.Offset), len(body))
		}
		return nil, &FormError{Line: 1 + bytes.Count(body[:read], []byte("\n")), Err: err}
	}
	return entries, nil
}

// add takes entries of a file, each as check finds it.
func (l *Library) add(name string, raw []byte, check func(Entry) error) error {
	entries, err := ReadFile(raw)
	if err != nil {
		return fmt.Errorf("library %s: %w", name, err)
	}
	for _, e := range entries {
		if _, there := l.Entry(e.ID); there {
			return fmt.Errorf("library %s: entry %q is there twice", name, e.ID)
		}
		if err := check(e); err != nil {
			return fmt.Errorf("library %s: entry %q: %w", name, e.ID, err)
		}
		e.speakBoth()
		l.entries = append(l.entries, e)
		l.words = append(l.words, wordsOf(e))
	}
	return nil
}

// speakBoth lets texts that are there in one language stand for the other.
func (e *Entry) speakBoth() {
	for _, t := range []*workshop.Text{&e.Name, &e.Text, e.Topics, e.Access, e.Licence} {
		if t != nil {
			t.PL, t.EN = cmp.Or(t.PL, t.EN), cmp.Or(t.EN, t.PL)
		}
	}
}

// checkOwn holds a city's own entry to what a group needs of it.
func (e Entry) checkOwn() error {
	switch {
	case e.ID == "" || e.Name.PL+e.Name.EN == "" || e.Text.PL+e.Text.EN == "" || len(e.Stages) == 0:
		return errors.New("id, name, text or stages are missing")
	case !slices.Contains(kinds, e.Kind):
		return fmt.Errorf("unknown kind %q", e.Kind)
	case e.Kind == Example && e.City == "":
		return errors.New("an example has no city")
	}
	if u, err := url.Parse(e.URL); e.URL != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
		return fmt.Errorf("%q is not a web address", e.URL)
	}
	if e.Checked != "" {
		if _, err := time.Parse(time.DateOnly, e.Checked); err != nil {
			return fmt.Errorf("date checked: %w", err)
		}
	}
	return nil
}

// check holds an entry to the schema of its kind.
func (e Entry) check() error {
	both := func(t *workshop.Text) bool { return t != nil && t.PL != "" && t.EN != "" }
	switch {
	case e.ID == "" || !both(&e.Name) || !both(&e.Text) || len(e.Stages) == 0:
		return errors.New("id, name, text or stages are missing")
	case e.Topics != nil && !both(e.Topics):
		return errors.New("topics are missing in one language")
	case !slices.Contains(kinds, e.Kind):
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
