package workshop

// Identifiers are UUIDs of version 7 in canonical text, except StageID and
// AreaID, which a template may choose ("problem", "economy"). They are
// different types so that one cannot be passed for another.
type (
	WorkshopID    string
	GroupID       string
	ParticipantID string
	FacilitatorID string
	StageID       string
	AreaID        string
)

// NewID returns a fresh identifier, never the same twice. It must be safe for
// concurrent use.
type NewID func() string
