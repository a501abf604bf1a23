package workshop

import "slices"

// Limits of feedback.
const (
	MaxFeedbackText = 1000
	MaxScale        = 5
)

// FeedbackQuestions are answered on a scale from 1 to MaxScale.
var FeedbackQuestions = []string{"useful", "clear", "together", "apply"}

// Feedback is what one person says at the end. It is kept apart from the
// workshop and shown without a name.
type Feedback struct {
	Scale map[string]int `json:"scale"`
	Text  string         `json:"text"`
}

// FeedbackResult is what all said.
type FeedbackResult struct {
	Answers int `json:"answers"`
	// Counts holds for each question how many chose 1, 2, … MaxScale.
	Counts map[string][]int `json:"counts"`
	Texts  []string         `json:"texts"`
}

// CheckFeedback reports what is wrong with an answer, or returns it cleaned.
// It may be given as long as the workshop is open.
func (w *Workshop) CheckFeedback(f Feedback) (Feedback, error) {
	if w.Status != Open {
		return f, Fail(CodeWorkshopClosed)
	}
	var p problems
	f.Text = cleanText(&p, "text", unfold(f.Text), MaxFeedbackText, true)
	for question, n := range f.Scale {
		if !slices.Contains(FeedbackQuestions, question) {
			p.add("scale", FieldChoice, nil)
		}
		if n < 1 || n > MaxScale {
			p.add("scale", FieldRange, Params{"min": 1, "max": MaxScale})
		}
	}
	if len(f.Scale) == 0 && f.Text == "" {
		p.add("scale", FieldRequired, nil)
	}
	return f, p.err()
}

// SumUp counts the answers. Texts come in the order of their letters, so that
// their order says nothing about people.
func SumUp(all []Feedback) FeedbackResult {
	r := FeedbackResult{Answers: len(all), Counts: map[string][]int{}, Texts: []string{}}
	for _, q := range FeedbackQuestions {
		r.Counts[q] = make([]int, MaxScale)
	}
	for _, f := range all {
		for q, n := range f.Scale {
			if counts, ok := r.Counts[q]; ok && n >= 1 && n <= MaxScale {
				counts[n-1]++
			}
		}
		if f.Text != "" {
			r.Texts = append(r.Texts, f.Text)
		}
	}
	slices.Sort(r.Texts)
	return r
}
