package workshop

import (
	"fmt"
	"reflect"
)

// Limits of one workshop; a field that is zero takes its default. They keep its
// record, which travels to everybody on each change, within a few hundred
// kilobytes. One that is lowered below what a workshop has takes nothing away.
type Limits struct {
	// Participants bounds the people, those on the list included.
	Participants int
	// Groups bounds the groups, Facilitators who leads, Polls the votes taken.
	Groups, Facilitators, Polls int
	// LibraryEntries bounds the entries of the workshop's own library.
	LibraryEntries int
	// BoardImages bounds the pictures of one board, ImagesBytes the bytes of all
	// in the workshop.
	BoardImages, ImagesBytes int
}

// DefaultLimits fit a hall of a thousand twice.
func DefaultLimits() Limits {
	return Limits{
		Participants: 2_000, Groups: 200, Facilitators: 20, Polls: 30, LibraryEntries: 120,
		BoardImages: 80, ImagesBytes: 64 << 20,
	}
}

// mostLimits is how far each may be raised: groups are formed with costs that
// count up to so many people, and a board is exported with its pictures in a file
// that holds so many.
func mostLimits() Limits {
	return Limits{
		Participants: 4_000, Groups: 1_000, Facilitators: 200, Polls: 300, LibraryEntries: 1_000,
		BoardImages: 190, ImagesBytes: 4 << 30,
	}
}

// Check says which limit is set beyond what the program can do.
func (l Limits) Check() error {
	set, most := reflect.ValueOf(l), reflect.ValueOf(mostLimits())
	for i := range set.NumField() {
		if set.Field(i).Int() > most.Field(i).Int() {
			return fmt.Errorf("limit %s: %d is more than %d", set.Type().Field(i).Name, set.Field(i).Int(), most.Field(i).Int())
		}
	}
	return nil
}

// WithDefaults returns the limits with the default for each that is not set.
func (l Limits) WithDefaults() Limits {
	set, standard := reflect.ValueOf(&l).Elem(), reflect.ValueOf(DefaultLimits())
	for i := range set.NumField() {
		if set.Field(i).IsZero() {
			set.Field(i).Set(standard.Field(i))
		}
	}
	return l
}

// Names of limits, in errors and metrics.
const (
	limitParticipants   = "Participants"
	limitGroups         = "Groups"
	limitFacilitators   = "Facilitators"
	limitPolls          = "Polls"
	limitLibraryEntries = "LibraryEntries"
	limitBoardImages    = "BoardImages"
	limitImagesBytes    = "ImagesBytes"
)

// SetLimits makes limits hold for the workshop, which has the defaults before.
func (w *Workshop) SetLimits(l Limits) { w.limits = l }

// Limits returns those that hold for the workshop.
func (w *Workshop) Limits() Limits { return w.limits.WithDefaults() }

// tooMany says that a list has all that a limit of the workshop allows.
func (p *problems) tooMany(field, limit string, most int) {
	p.add(field, FieldTooMany, Params{"max": most})
	p.limit = limit
}

// RoomForImage fails with CodeImagesFull when a board that has so many pictures,
// in a workshop that would have so many bytes of them, takes no more.
func (w *Workshop) RoomForImage(onBoard, totalBytes int) error {
	l, full := w.Limits(), ""
	switch {
	case onBoard >= l.BoardImages:
		full = limitBoardImages
	case totalBytes > l.ImagesBytes:
		full = limitImagesBytes
	default:
		return nil
	}
	return &Error{Code: CodeImagesFull, Limit: full, Params: Params{"board": l.BoardImages, "workshop": (l.ImagesBytes + 1<<20 - 1) >> 20}}
}

// workshopFull says that the workshop takes no more people.
func workshopFull() error { return &Error{Code: CodeWorkshopFull, Limit: limitParticipants} }
