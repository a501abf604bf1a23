package workshop

import (
	"cmp"
	"slices"
	"time"
)

// Limits of votes.
const (
	MaxDots       = 20
	MaxPollTitle  = 120
	MaxPollResult = 200
	// MaxCardID is the longest name of a card: that of a revealed note is made of
	// three ids.
	MaxCardID = 160
)

// PollID names a vote.
type PollID string

// Poll is a vote by dots on cards. Ballots are kept apart from the workshop, so
// nobody who reads it learns who voted how; the count comes in when it closes.
// The JSON form is stored and sent.
type Poll struct {
	ID    PollID `json:"id"`
	Title string `json:"title"`
	// Across: dots go to cards of any group; else of one's own.
	Across bool `json:"across"`
	// Dots is the budget of one person, PerCard the most on one card.
	Dots     int       `json:"dots"`
	PerCard  int       `json:"perCard"`
	Stage    StageID   `json:"stageId,omitempty"` // cards of one stage only
	OpenedAt time.Time `json:"openedAt"`
	ClosedAt time.Time `json:"closedAt,omitzero"`
	// Voters and Results are there once Counted.
	Counted bool         `json:"counted,omitempty"`
	Voters  int          `json:"voters,omitempty"`
	Results []PollResult `json:"results,omitempty"`
}

// PollResult is what one card got.
type PollResult struct {
	Group GroupID `json:"groupId"`
	Card  string  `json:"card"`
	Text  string  `json:"text"`
	Dots  int     `json:"dots"`
}

// Dots are put on a card of a group.
type Dots struct {
	Group GroupID `json:"groupId"`
	Card  string  `json:"card"`
	Dots  int     `json:"dots"`
}

// OpenPoll begins a vote. One is open at a time.
func (w *Workshop) OpenPoll(p Poll, at time.Time) error {
	if w.Status != Open {
		return Fail(CodeWorkshopClosed)
	}
	if _, open := w.openPoll(); open {
		return Fail(CodePollOpen)
	}
	var problems problems
	p.Title = cleanText(&problems, "title", p.Title, MaxPollTitle, true)
	if p.Dots < 1 || p.Dots > MaxDots {
		problems.add("dots", FieldRange, Params{"min": 1, "max": MaxDots})
	}
	if p.PerCard < 1 || p.PerCard > p.Dots {
		problems.add("perCard", FieldRange, Params{"min": 1, "max": p.Dots})
	}
	if p.Stage != "" && w.stageIndex(p.Stage) < 0 {
		problems.add("stageId", FieldChoice, nil)
	}
	if most := w.Limits().Polls; len(w.Polls) >= most {
		problems.tooMany("polls", limitPolls, most)
	}
	if err := problems.err(); err != nil {
		return err
	}
	p.OpenedAt, p.ClosedAt, p.Counted, p.Voters, p.Results = at.UTC(), time.Time{}, false, 0, nil
	w.Polls = append(slices.Clone(w.Polls), p)
	return nil
}

func (w *Workshop) openPoll() (Poll, bool) {
	for _, p := range w.Polls {
		if p.ClosedAt.IsZero() {
			return p, true
		}
	}
	return Poll{}, false
}

// CheckBallot reports whether the member may put these dots in the vote.
func (w *Workshop) CheckBallot(id PollID, by ParticipantID, dots []Dots) error {
	p, open := w.openPoll()
	if !open || p.ID != id || w.Status != Open {
		return Fail(CodePollClosed)
	}
	m, err := w.Participant(by)
	if err != nil {
		return err
	}
	type card struct {
		group GroupID
		id    string
	}
	sum, on := 0, map[card]int{}
	for _, d := range dots {
		at := card{d.Group, d.Card}
		if d.Dots < 1 || d.Dots > p.PerCard || on[at] > 0 || d.Card == "" || len(d.Card) > MaxCardID {
			return &Error{Code: CodeInvalidInput, Fields: []FieldError{{Field: "dots", Code: FieldRange, Params: Params{"min": 1, "max": p.PerCard}}}}
		}
		if w.groupIndex(d.Group) < 0 || !p.Across && d.Group != m.Group {
			return Fail(CodeUnknownGroup)
		}
		on[at] = d.Dots
		sum += d.Dots
	}
	if sum > p.Dots {
		return &Error{Code: CodeOverBudget, Params: Params{"max": p.Dots}}
	}
	return nil
}

// ClosePoll ends the vote: from then on no ballot is taken. Closing again is no
// error as long as the ballots are not counted.
func (w *Workshop) ClosePoll(id PollID, at time.Time) error {
	p, err := w.editPoll(id)
	if err != nil {
		return err
	}
	if p.ClosedAt.IsZero() {
		p.ClosedAt = at.UTC()
	}
	return nil
}

// editPoll returns a poll that is not counted yet, for changing.
func (w *Workshop) editPoll(id PollID) (*Poll, error) {
	i := slices.IndexFunc(w.Polls, func(p Poll) bool { return p.ID == id })
	if i < 0 {
		return nil, Fail(CodeNotFound)
	}
	if w.Polls[i].Counted {
		return nil, Fail(CodePollClosed)
	}
	w.Polls = slices.Clone(w.Polls)
	return &w.Polls[i], nil
}

// CountPoll notes what the ballots of a closed vote sum up to. Ballots of
// people who were removed do not count; text says what stands on a card, false
// that it is gone.
func (w *Workshop) CountPoll(id PollID, ballots map[ParticipantID][]Dots, text func(GroupID, string) (string, bool)) error {
	p, err := w.editPoll(id)
	if err != nil {
		return err
	}
	p.Counted, p.Voters, p.Results = true, 0, nil
	found := map[[2]string]int{}
	for by, dots := range ballots {
		if w.participantIndex(by) < 0 || len(dots) == 0 {
			continue
		}
		p.Voters++
		for _, d := range dots {
			found[[2]string{string(d.Group), d.Card}] += d.Dots
		}
	}
	for key, n := range found {
		if words, ok := text(GroupID(key[0]), key[1]); ok {
			p.Results = append(p.Results, PollResult{Group: GroupID(key[0]), Card: key[1], Text: words, Dots: n})
		}
	}
	slices.SortFunc(p.Results, func(a, b PollResult) int {
		return cmp.Or(cmp.Compare(b.Dots, a.Dots), cmp.Compare(a.Group, b.Group), cmp.Compare(a.Card, b.Card))
	})
	p.Results = p.Results[:min(len(p.Results), MaxPollResult)]
	return nil
}
