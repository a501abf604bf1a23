package export

import (
	"strconv"

	"github.com/pathboard/pathboard/server/workshop"
)

// Vote is a counted vote.
type Vote struct {
	Title   string
	Voters  int
	Results []VoteResult
}

// VoteResult is what one card got, the most first.
type VoteResult struct {
	Text, Group string
	Dots        int
}

// votes are the workshop's counted votes. Who voted how is in none of them.
func votes(w *workshop.Workshop) []Vote {
	name := map[workshop.GroupID]string{}
	for _, g := range w.Groups {
		name[g.ID] = g.Name
	}
	var out []Vote
	for _, p := range w.Polls {
		if !p.Counted {
			continue
		}
		v := Vote{Title: p.Title, Voters: p.Voters}
		for _, r := range p.Results {
			v.Results = append(v.Results, VoteResult{Text: r.Text, Group: name[r.Group], Dots: r.Dots})
		}
		out = append(out, v)
	}
	return out
}

func (r *Report) votesTable() Table {
	t := r.table("votes", Column{"vote", 2, 0}, Column{"text", 5, 0}, Column{"group", 2, 0}, Column{"dots", 1.2, NumberColumn}, Column{"voters", 1.7, NumberColumn})
	for i, v := range r.Votes {
		title := v.Title
		if title == "" {
			title = say(r.Language, "vote.untitled") + " " + strconv.Itoa(i+1)
		}
		if len(v.Results) == 0 {
			t.row(title, say(r.Language, "vote.none"), "", "0", strconv.Itoa(v.Voters))
		}
		for _, got := range v.Results {
			t.row(title, got.Text, got.Group, strconv.Itoa(got.Dots), strconv.Itoa(v.Voters))
		}
	}
	return t
}

func (r *Report) feedbackTable() Table {
	t := r.table("feedback", Column{"question", 5, 0}, Column{"1", 1.2, NumberColumn}, Column{"2", 1, NumberColumn},
		Column{"3", 1, NumberColumn}, Column{"4", 1, NumberColumn}, Column{"5", 1.2, NumberColumn})
	for _, q := range workshop.FeedbackQuestions {
		row := []string{say(r.Language, "feedback."+q)}
		for i := range workshop.MaxScale {
			n := 0
			if counts := r.Feedback.Counts[q]; i < len(counts) {
				n = counts[i]
			}
			row = append(row, strconv.Itoa(n))
		}
		t.row(row...)
	}
	return t
}

func (r *Report) feedbackBlocks(out *emitter) {
	if r.Feedback == nil || r.Feedback.Answers == 0 {
		return
	}
	out.put(Heading{2, say(r.Language, "feedback")})
	out.put(Para(labelled(say(r.Language, "answers"), strconv.Itoa(r.Feedback.Answers))))
	out.put(r.feedbackTable())
	if len(r.Feedback.Texts) == 0 {
		return
	}
	items := make(List, len(r.Feedback.Texts))
	for i, text := range r.Feedback.Texts {
		items[i] = Item{Runs: plain(text)}
	}
	out.put(items)
}
