package workshop

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Limits of a workshop's own library. The texts are those of the shipped
// entries; all of them together stay a small part of the workshop's record.
const (
	// MaxProposals is how many of one group wait to be decided on.
	MaxProposals   = 20
	MaxEntryName   = 120
	MaxEntryText   = 600
	MaxEntryNote   = 200 // access, licence, why not
	maxEntryURL    = 500
	maxEntryID     = 80
	ownEntryPrefix = "own."
)

// EntryID names an entry of a workshop's own library. It begins unlike those of
// the shipped entries, so that cards can refer to either.
type EntryID string

// EntryState says whether an entry is in the library.
type EntryState string

// A group proposes, who leads decides. What was refused stays for the group to
// read, until somebody removes it.
const (
	EntryProposed EntryState = "proposed"
	EntryAccepted EntryState = "accepted"
	EntryRefused  EntryState = "refused"
)

// EntryKinds are the kinds of entries, and EntryStages where each is offered
// when nobody says.
var (
	EntryKinds  = []string{"data", "tool", "example", "principle"}
	entryStages = map[string][]StageID{
		"data": {"data", "quality"}, "tool": {"analysis", "insight"}, "example": {"problem", "solution"}, "principle": {"data", "quality"},
	}
)

// OwnLibrary is what a workshop added to the library that is shipped.
type OwnLibrary struct {
	// Revision grows with each change, so that readers know when to look again.
	Revision int        `json:"revision,omitempty"`
	Entries  []OwnEntry `json:"entries,omitempty"`
}

// EntryInput is what people say of a data source, a tool, an example or a
// principle. One language is enough. The JSON form is stored and sent, and is
// that of an entry in a city's library file.
type EntryInput struct {
	Kind    string    `json:"kind"`
	Name    Text      `json:"name"`
	Text    Text      `json:"text"`
	Stages  []StageID `json:"stages,omitempty"`
	Areas   []AreaID  `json:"areas,omitempty"` // none: all
	City    string    `json:"city,omitempty"`  // of an example
	URL     string    `json:"url,omitempty"`
	Access  Text      `json:"access,omitzero"`
	Licence Text      `json:"licence,omitzero"`
	// Checked is the day somebody who leads last looked at it, YYYY-MM-DD.
	Checked string `json:"checked,omitempty"`
}

// OwnEntry is an entry of a workshop's own library, or one that was proposed.
type OwnEntry struct {
	ID EntryID `json:"id"`
	EntryInput
	State EntryState `json:"state"`
	// Group proposed it; "": whoever leads added it.
	Group GroupID `json:"groupId,omitempty"`
	// Answer is why it was refused, for the group.
	Answer string    `json:"answer,omitempty"`
	At     time.Time `json:"at"`
}

// EntryFromFile is an entry of a city's library file with its name there.
type EntryFromFile struct {
	ID string
	EntryInput
}

// Accepted are the entries that groups find in the library.
func (l OwnLibrary) Accepted() []OwnEntry { return l.in(EntryAccepted) }

// Waiting is how many entries are to be decided on.
func (l OwnLibrary) Waiting() int { return len(l.in(EntryProposed)) }

func (l OwnLibrary) in(s EntryState) []OwnEntry {
	var out []OwnEntry
	for _, e := range l.Entries {
		if e.State == s {
			out = append(out, e)
		}
	}
	return out
}

// Of are the entries that a group proposed, whatever became of them.
func (l OwnLibrary) Of(g GroupID) []OwnEntry {
	var out []OwnEntry
	for _, e := range l.Entries {
		if e.Group == g && g != "" {
			out = append(out, e)
		}
	}
	return out
}

// find returns where the entry is, or CodeNotFound.
func (l OwnLibrary) find(id EntryID) (int, error) {
	i := slices.IndexFunc(l.Entries, func(e OwnEntry) bool { return e.ID == id })
	if i < 0 {
		return 0, Fail(CodeNotFound)
	}
	return i, nil
}

// edit makes the list one that may be written to, and counts the change.
func (l *OwnLibrary) edit() {
	l.Entries = slices.Clone(l.Entries)
	l.Revision++
}

// ProposeEntry lets a group propose an entry.
func (w *Workshop) ProposeEntry(id EntryID, g GroupID, in EntryInput, at time.Time) error {
	if w.Status != Open {
		return Fail(CodeWorkshopClosed)
	}
	waiting := 0
	for _, e := range w.Library.Of(g) {
		if e.State == EntryProposed {
			waiting++
		}
	}
	if waiting >= MaxProposals {
		return libraryFull(MaxProposals)
	}
	return w.addEntry(OwnEntry{ID: id, EntryInput: in, State: EntryProposed, Group: g, At: at.UTC()})
}

// AddEntry puts an entry of the city's own into the library.
func (w *Workshop) AddEntry(id EntryID, in EntryInput, at time.Time) error {
	in.Checked = at.UTC().Format(time.DateOnly)
	return w.addEntry(OwnEntry{ID: id, EntryInput: in, State: EntryAccepted, At: at.UTC()})
}

func (w *Workshop) addEntry(e OwnEntry) error {
	if most := w.Limits().LibraryEntries; len(w.Library.Entries) >= most {
		return libraryFull(most)
	}
	var p problems
	e.EntryInput = w.cleanEntry(&p, "", e.EntryInput)
	if err := p.err(); err != nil {
		return err
	}
	w.Library.edit()
	w.Library.Entries = append(w.Library.Entries, e)
	return nil
}

func libraryFull(most int) error {
	return &Error{Code: CodeLibraryFull, Limit: limitLibraryEntries, Params: Params{"max": most}}
}

// ChangeEntry replaces what an entry says; whoever leads has looked at it.
func (w *Workshop) ChangeEntry(id EntryID, in EntryInput, at time.Time) error {
	i, err := w.Library.find(id)
	if err != nil {
		return err
	}
	var p problems
	in.Checked = at.UTC().Format(time.DateOnly)
	in = w.cleanEntry(&p, "", in)
	if err := p.err(); err != nil {
		return err
	}
	w.Library.edit()
	w.Library.Entries[i].EntryInput = in
	return nil
}

// DecideEntry takes a proposal into the library, or refuses it and says why.
func (w *Workshop) DecideEntry(id EntryID, accept bool, answer string, at time.Time) error {
	i, err := w.Library.find(id)
	if err != nil {
		return err
	}
	var p problems
	answer = cleanText(&p, "answer", unfold(answer), MaxEntryNote, true)
	if err := p.err(); err != nil {
		return err
	}
	w.Library.edit()
	e := &w.Library.Entries[i]
	e.State, e.Answer = EntryRefused, answer
	if accept {
		e.State, e.Answer, e.Checked = EntryAccepted, "", at.UTC().Format(time.DateOnly)
	}
	return nil
}

// RemoveEntry takes an entry off the list; cards made from it stay.
func (w *Workshop) RemoveEntry(id EntryID) error {
	i, err := w.Library.find(id)
	if err != nil {
		return err
	}
	w.Library.edit()
	w.Library.Entries = slices.Delete(w.Library.Entries, i, i+1)
	return nil
}

// ReadEntries puts all entries of a city's library file into the library, or
// none of them. One that is there under the same name is replaced.
func (w *Workshop) ReadEntries(file []EntryFromFile, at time.Time) error {
	var p problems
	next := w.Library
	next.edit()
	seen := map[EntryID]bool{}
	for n, in := range file {
		field := "entries[" + strconv.Itoa(n) + "]."
		id := ownID(&p, field+"id", in.ID)
		if seen[id] {
			p.add(field+"id", FieldDuplicate, nil)
		}
		seen[id] = true
		e := OwnEntry{ID: id, EntryInput: w.cleanEntry(&p, field, in.EntryInput), State: EntryAccepted, At: at.UTC()}
		if i, err := next.find(id); err == nil {
			e.Group = next.Entries[i].Group
			next.Entries[i] = e
		} else {
			next.Entries = append(next.Entries, e)
		}
	}
	if err := p.err(); err != nil {
		return err
	}
	if most := w.Limits().LibraryEntries; len(next.Entries) > most {
		return libraryFull(most)
	}
	w.Library = next
	return nil
}

// ownID is the id of an entry from a file among a workshop's own.
func ownID(p *problems, field, id string) EntryID {
	id = cleanText(p, field, id, maxEntryID, false)
	if strings.ContainsAny(id, "/ ") {
		p.add(field, FieldCharacters, nil)
	}
	return EntryID(ownEntryPrefix + strings.TrimPrefix(id, ownEntryPrefix))
}

// cleanEntry holds an entry to its limits; field goes before the names of its
// fields.
func (w *Workshop) cleanEntry(p *problems, field string, in EntryInput) EntryInput {
	out := EntryInput{
		Kind: in.Kind, Checked: in.Checked,
		Name: cleanEither(p, field+"name", in.Name, MaxEntryName, false), Text: cleanEither(p, field+"text", in.Text, MaxEntryText, false),
		City:   cleanText(p, field+"city", in.City, MaxCity, in.Kind != "example"),
		URL:    cleanAddress(p, field+"url", in.URL),
		Access: cleanEither(p, field+"access", in.Access, MaxEntryNote, true), Licence: cleanEither(p, field+"licence", in.Licence, MaxEntryNote, true),
	}
	if !slices.Contains(EntryKinds, in.Kind) {
		p.add(field+"kind", FieldChoice, nil)
	}
	if in.Checked != "" {
		if _, err := time.Parse(time.DateOnly, in.Checked); err != nil {
			p.add(field+"checked", FieldDate, nil)
		}
	}
	out.Stages, out.Areas = w.placesOf(in)
	return out
}

// placesOf are the stages and areas of the workshop that an entry serves. Those
// of a file that this workshop does not have are left out; an entry without a
// stage is offered where its kind is looked for, or else everywhere.
func (w *Workshop) placesOf(in EntryInput) ([]StageID, []AreaID) {
	among := func(want []StageID) (out []StageID) {
		for _, s := range w.Stages {
			if slices.Contains(want, s.ID) {
				out = append(out, s.ID)
			}
		}
		return out
	}
	stages := among(in.Stages)
	if len(stages) == 0 {
		stages = among(entryStages[in.Kind])
	}
	if len(stages) == 0 {
		for _, s := range w.Stages {
			stages = append(stages, s.ID)
		}
	}
	var areas []AreaID
	for _, a := range w.Areas {
		if slices.Contains(in.Areas, a.ID) {
			areas = append(areas, a.ID)
		}
	}
	return stages, areas
}

// cleanEither checks a text of which one language is enough, and lets it stand
// for the other.
func cleanEither(p *problems, field string, t Text, limit int, optional bool) Text {
	t.PL, t.EN = strings.TrimSpace(unfold(t.PL)), strings.TrimSpace(unfold(t.EN))
	t.PL, t.EN = cmp.Or(t.PL, t.EN), cmp.Or(t.EN, t.PL)
	if t.PL == t.EN {
		one := cleanText(p, field, t.PL, limit, optional)
		return Text{PL: one, EN: one}
	}
	return Text{PL: cleanText(p, field, t.PL, limit, optional), EN: cleanText(p, field, t.EN, limit, optional)}
}

// cleanAddress checks an address of the web, also of an intranet; "" is none.
// What people type without a scheme is taken for https.
func cleanAddress(p *problems, field, s string) string {
	s = cleanText(p, field, s, maxEntryURL, true)
	if s == "" {
		return s
	}
	if !strings.Contains(s, ":") {
		s = "https://" + s
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && u.Scheme != "http" {
		p.add(field, FieldAddress, nil)
	}
	return s
}

// ProposeEntry lets a group propose an entry.
func (s *Service) ProposeEntry(ctx context.Context, id WorkshopID, g GroupID, in EntryInput) (*Workshop, error) {
	entry, at := s.newEntryID(), s.Now()
	return s.change(ctx, id, 0, func(w *Workshop) error { return w.ProposeEntry(entry, g, in, at) })
}

// AddEntry puts an entry into the workshop's own library.
func (s *Service) AddEntry(ctx context.Context, id WorkshopID, expect uint64, in EntryInput) (*Workshop, error) {
	entry, at := s.newEntryID(), s.Now()
	return s.change(ctx, id, expect, func(w *Workshop) error { return w.AddEntry(entry, in, at) })
}

// ChangeEntry replaces what an entry says.
func (s *Service) ChangeEntry(ctx context.Context, id WorkshopID, expect uint64, entry EntryID, in EntryInput) (*Workshop, error) {
	at := s.Now()
	return s.change(ctx, id, expect, func(w *Workshop) error { return w.ChangeEntry(entry, in, at) })
}

// DecideEntry takes a proposal into the library, or refuses it.
func (s *Service) DecideEntry(ctx context.Context, id WorkshopID, entry EntryID, accept bool, answer string) (*Workshop, error) {
	at := s.Now()
	return s.change(ctx, id, 0, func(w *Workshop) error { return w.DecideEntry(entry, accept, answer, at) })
}

// RemoveEntry takes an entry off the list.
func (s *Service) RemoveEntry(ctx context.Context, id WorkshopID, expect uint64, entry EntryID) (*Workshop, error) {
	return s.change(ctx, id, expect, func(w *Workshop) error { return w.RemoveEntry(entry) })
}

// ReadEntries puts the entries of a file into the library, all or none.
func (s *Service) ReadEntries(ctx context.Context, id WorkshopID, file []EntryFromFile) (*Workshop, error) {
	at := s.Now()
	return s.change(ctx, id, 0, func(w *Workshop) error { return w.ReadEntries(file, at) })
}

func (s *Service) newEntryID() EntryID { return EntryID(ownEntryPrefix + s.NewID()) }
