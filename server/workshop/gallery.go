package workshop

// Gallery is a walk on a rota: in round r each group visits the board of the
// group r places further, so nobody visits twice and no board has two visitors
// in one round. Visitors read; their rights follow from the rota alone.
type Gallery struct {
	// Round counts from 1; 0: no walk.
	Round int `json:"round"`
}

// MoveGallery starts the walk, goes on to the next round, or ends it. After the
// last round, when every board was seen, next ends it too.
func (w *Workshop) MoveGallery(action string) error {
	if w.Status != Open {
		return Fail(CodeWorkshopClosed)
	}
	if len(w.Groups) < 2 {
		return Fail(CodeUnknownGroup)
	}
	switch action {
	case "start":
		w.Gallery = Gallery{Round: 1}
	case "next":
		if w.Gallery.Round++; w.Gallery.Round >= len(w.Groups) {
			w.Gallery = Gallery{}
		}
	case "stop":
		w.Gallery = Gallery{}
	default:
		return &Error{Code: CodeInvalidInput, Fields: []FieldError{{Field: "action", Code: FieldChoice}}}
	}
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
