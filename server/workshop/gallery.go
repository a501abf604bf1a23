package workshop

import "time"

// MaxRoundMinutes bounds one round of a gallery walk.
const MaxRoundMinutes = 60

// Gallery is a walk on a rota: in round r each group visits the board of the
// group r places further, so nobody visits twice and no board has two visitors
// in one round. Visitors read; their rights follow from the rota alone.
type Gallery struct {
	// Round counts from 1; 0: no walk.
	Round int `json:"round"`
	// Minutes are what a round is meant to take, 0: not said.
	Minutes int `json:"minutes,omitempty"`
	// EndsAt is when this round is meant to end; nothing happens by itself.
	EndsAt time.Time `json:"endsAt,omitzero"`
}

// GalleryCommand leads the walk: start (Minutes a round, 0: as long as it
// takes), next or stop.
type GalleryCommand struct {
	Action  string
	Minutes int
}

// MoveGallery starts the walk, goes on to the next round, or ends it. After the
// last round, when every board was seen, next ends it too.
func (w *Workshop) MoveGallery(c GalleryCommand, at time.Time) error {
	if w.Status != Open {
		return Fail(CodeWorkshopClosed)
	}
	if len(w.Groups) < 2 {
		return Fail(CodeUnknownGroup)
	}
	var p problems
	if c.Minutes < 0 || c.Minutes > MaxRoundMinutes {
		p.add("minutes", FieldRange, Params{"min": 0, "max": MaxRoundMinutes})
		return p.err()
	}
	g := w.Gallery
	switch c.Action {
	case "start":
		g = Gallery{Round: 1, Minutes: c.Minutes}
	case "next":
		if g.Round++; g.Round >= len(w.Groups) {
			g = Gallery{}
		}
	case "stop":
		g = Gallery{}
	default:
		return &Error{Code: CodeInvalidInput, Fields: []FieldError{{Field: "action", Code: FieldChoice}}}
	}
	g.EndsAt = time.Time{}
	if g.Round > 0 && g.Minutes > 0 {
		g.EndsAt = at.UTC().Add(time.Duration(g.Minutes) * time.Minute)
	}
	w.Gallery = g
	return nil
}

// visited is the group that the other visits now, "" for none.
func (w *Workshop) visited(own GroupID) GroupID {
	i := w.groupIndex(own)
	if w.Gallery.Round == 0 || i < 0 || w.Status != Open {
		return ""
	}
	at := (i + w.Gallery.Round) % len(w.Groups)
	if at == i {
		return ""
	}
	return w.Groups[at].ID
}
