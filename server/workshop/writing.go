package workshop

import (
	"slices"
	"time"
)

// Limits of private writing.
const (
	MaxNotes    = 30
	MaxNoteText = 1000
)

// WritingID names a round of private writing.
type WritingID string

// Writing is a round of brainwriting: everybody writes alone, then all notes
// come to the boards at once. The notes themselves are kept apart from the
// workshop, so no screen but their author's own receives them before. The JSON
// form is stored and sent.
type Writing struct {
	ID         WritingID `json:"id"`
	Stage      StageID   `json:"stageId"`
	Kind       string    `json:"kind"` // of the cards that notes become
	BegunAt    time.Time `json:"begunAt"`
	RevealedAt time.Time `json:"revealedAt,omitzero"`
	// Shown: all notes are cards now.
	Shown bool `json:"shown,omitempty"`
}

// Note is what one person wrote.
type Note struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// BeginWriting starts a round for a stage. One is on at a time.
func (w *Workshop) BeginWriting(r Writing, at time.Time) error {
	if w.Status != Open {
		return Fail(CodeWorkshopClosed)
	}
	if w.Writing != nil && w.Writing.RevealedAt.IsZero() {
		return Fail(CodeWritingOn)
	}
	i := w.stageIndex(r.Stage)
	if i < 0 {
		return &Error{Code: CodeInvalidInput, Fields: []FieldError{{Field: "stageId", Code: FieldChoice}}}
	}
	if r.Kind == "" && len(w.Stages[i].Kinds) > 0 {
		r.Kind = w.Stages[i].Kinds[0]
	}
	if !slices.Contains(w.Stages[i].Kinds, r.Kind) {
		return &Error{Code: CodeInvalidInput, Fields: []FieldError{{Field: "kind", Code: FieldChoice}}}
	}
	r.BegunAt, r.RevealedAt, r.Shown = at.UTC(), time.Time{}, false
	w.Writing = &r
	return nil
}

// CheckNotes reports whether the member may keep these notes, cleaned.
func (w *Workshop) CheckNotes(id WritingID, by ParticipantID, notes []Note) ([]Note, error) {
	if w.Writing == nil || w.Writing.ID != id || !w.Writing.RevealedAt.IsZero() || w.Status != Open {
		return nil, Fail(CodeWritingOver)
	}
	m, err := w.Participant(by)
	if err != nil {
		return nil, err
	}
	if m.Group == "" {
		return nil, Fail(CodeUnknownGroup)
	}
	var p problems
	if len(notes) > MaxNotes {
		p.add("notes", FieldTooMany, Params{"max": MaxNotes})
		return nil, p.err()
	}
	kept := make([]Note, 0, len(notes))
	seen := map[string]bool{}
	for _, n := range notes {
		n.Text = cleanText(&p, "notes", unfold(n.Text), MaxNoteText, true)
		if n.ID == "" || len(n.ID) > 64 || seen[n.ID] {
			p.add("notes", FieldDuplicate, nil)
		}
		seen[n.ID] = true
		if n.Text != "" {
			kept = append(kept, n)
		}
	}
	return kept, p.err()
}

// MergeNotes puts together what one person wrote on two devices since both knew
// the base, by the rules of the browser's mergeNotes: what was written on either
// stays; where both changed a note, mine stays; a note goes only when one of them
// took it away and the other left it as it was.
func MergeNotes(base, mine, theirs []Note) []Note {
	texts := func(notes []Note) map[string]string {
		m := make(map[string]string, len(notes))
		for _, n := range notes {
			m[n.ID] = n.Text
		}
		return m
	}
	before, here, there := texts(base), texts(mine), texts(theirs)
	// An empty text is no note, so that a note which is missing reads as "".
	kept := make([]Note, 0, len(mine))
	for _, n := range mine {
		if n.Text == before[n.ID] {
			n.Text = there[n.ID]
		}
		if n.Text != "" {
			kept = append(kept, n)
		}
	}
	for _, n := range theirs {
		if here[n.ID] == "" && before[n.ID] != n.Text {
			kept = append(kept, n)
		}
	}
	return kept
}

// RevealWriting ends the round: from then on no note is taken. Revealing again
// is no error as long as the notes are not shown.
func (w *Workshop) RevealWriting(id WritingID, at time.Time) error {
	if w.Writing == nil || w.Writing.ID != id {
		return Fail(CodeNotFound)
	}
	if w.Writing.Shown {
		return Fail(CodeWritingOver)
	}
	r := *w.Writing
	if r.RevealedAt.IsZero() {
		r.RevealedAt = at.UTC()
	}
	w.Writing = &r
	return nil
}

// ShownWriting notes that all notes are on the boards.
func (w *Workshop) ShownWriting(id WritingID) {
	if w.Writing != nil && w.Writing.ID == id {
		r := *w.Writing
		r.Shown = true
		w.Writing = &r
	}
}
