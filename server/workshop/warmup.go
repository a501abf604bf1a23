package workshop

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// Limits of the warm-up question.
const (
	MaxWarmupQuestion = 200
	MaxWarmupAnswer   = 200
	// MaxWarmupAnswers is how many answers are shown, the newest.
	MaxWarmupAnswers = 300
)

// WarmupID names a warm-up question.
type WarmupID string

// Warmup is a question that everybody may answer while people come in. Answers
// are kept apart from the workshop: a thousand of them do not travel to a
// thousand screens. The JSON form is stored and sent.
type Warmup struct {
	ID       WarmupID  `json:"id"`
	Question string    `json:"question"`
	OpenedAt time.Time `json:"openedAt"`
	ClosedAt time.Time `json:"closedAt,omitzero"`
}

// WarmupAnswer is what one person answered, as everybody may see it: with the
// department, without the name.
type WarmupAnswer struct {
	// By lets the facilitator take an answer away.
	By         ParticipantID `json:"by"`
	Department string        `json:"department"`
	Text       string        `json:"text"`
}

// warmupPage is an answer as it is kept; an empty text is none.
type warmupPage struct {
	Text string    `json:"text"`
	At   time.Time `json:"at"`
}

func warmupSheet(id WarmupID) string { return "warmup/" + string(id) }

// AskWarmup asks everybody a question, in place of an earlier one.
func (w *Workshop) AskWarmup(id WarmupID, question string, at time.Time) error {
	if w.Status != Open {
		return Fail(CodeWorkshopClosed)
	}
	var p problems
	question = cleanText(&p, "question", unfold(question), MaxWarmupQuestion, false)
	if err := p.err(); err != nil {
		return err
	}
	w.Warmup = &Warmup{ID: id, Question: question, OpenedAt: at.UTC()}
	return nil
}

// CloseWarmup takes no more answers; closing twice changes nothing.
func (w *Workshop) CloseWarmup(at time.Time) error {
	if w.Warmup == nil {
		return Fail(CodeNotFound)
	}
	closed := *w.Warmup
	if closed.ClosedAt.IsZero() {
		closed.ClosedAt = at.UTC()
	}
	w.Warmup = &closed
	return nil
}

// CheckWarmup reports whether the answer may be given, cleaned. An empty one
// takes an earlier one back.
func (w *Workshop) CheckWarmup(text string) (string, error) {
	if w.Warmup == nil || !w.Warmup.ClosedAt.IsZero() || w.Status != Open {
		return "", Fail(CodeNotFound)
	}
	var p problems
	text = cleanText(&p, "text", unfold(text), MaxWarmupAnswer, true)
	return text, p.err()
}

// AskWarmup asks everybody a question.
func (s *Service) AskWarmup(ctx context.Context, id WorkshopID, expect uint64, question string) (*Workshop, error) {
	warmup, at := WarmupID(s.NewID()), s.Now()
	return s.change(ctx, id, expect, func(w *Workshop) error { return w.AskWarmup(warmup, question, at) })
}

// CloseWarmup takes no more answers.
func (s *Service) CloseWarmup(ctx context.Context, id WorkshopID, expect uint64) (*Workshop, error) {
	at := s.Now()
	return s.change(ctx, id, expect, func(w *Workshop) error { return w.CloseWarmup(at) })
}

// AnswerWarmup replaces the member's answer.
func (s *Service) AnswerWarmup(ctx context.Context, w *Workshop, by ParticipantID, text string) (string, error) {
	text, err := w.CheckWarmup(text)
	if err != nil {
		return "", err
	}
	return text, s.Private.Write(ctx, w.ID, warmupSheet(w.Warmup.ID), by, warmupPage{text, s.Now().UTC()})
}

// MyWarmup returns what the member answered, "" when nothing.
func (s *Service) MyWarmup(ctx context.Context, w *Workshop, by ParticipantID) (string, error) {
	if w.Warmup == nil {
		return "", nil
	}
	var page warmupPage
	_, err := s.Private.Read(ctx, w.ID, warmupSheet(w.Warmup.ID), by, &page)
	return page.Text, err
}

// HideWarmup takes somebody's answer off all screens.
func (s *Service) HideWarmup(ctx context.Context, w *Workshop, by ParticipantID) error {
	if w.Warmup == nil {
		return Fail(CodeNotFound)
	}
	return s.Private.Write(ctx, w.ID, warmupSheet(w.Warmup.ID), by, warmupPage{})
}

// WarmupAnswers returns what people answered, the newest first. Answers of
// people who were removed are not among them.
func (s *Service) WarmupAnswers(ctx context.Context, w *Workshop) ([]WarmupAnswer, error) {
	if w.Warmup == nil {
		return []WarmupAnswer{}, nil
	}
	departments := make(map[ParticipantID]string, len(w.Participants))
	for _, m := range w.Participants {
		departments[m.ID] = m.Department
	}
	type answered struct {
		WarmupAnswer
		at time.Time
	}
	var all []answered
	err := s.Private.Each(ctx, w.ID, warmupSheet(w.Warmup.ID), func(p ParticipantID, decode func(any) error) error {
		var page warmupPage
		if err := decode(&page); err != nil {
			return err
		}
		if department, here := departments[p]; here && page.Text != "" {
			all = append(all, answered{WarmupAnswer{p, department, page.Text}, page.At})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b answered) int { return cmp.Or(b.at.Compare(a.at), cmp.Compare(a.By, b.By)) })
	out := make([]WarmupAnswer, min(len(all), MaxWarmupAnswers))
	for i := range out {
		out[i] = all[i].WarmupAnswer
	}
	return out, nil
}
