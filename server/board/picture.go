package board

import (
	"regexp"
	"slices"
)

// Image is a picture on a card; its bytes are kept beside the board under its
// id, the SHA-256 of them in hexadecimal.
type Image struct {
	ID            string
	Width, Height int    // pixels
	Alt           string // what it shows, in words
}

var imageID = regexp.MustCompile(`^[0-9a-f]{64}$`)

// Image returns the picture on the card, if there is one that can be shown.
func (c Card) Image() (Image, bool) {
	m, ok := c.Extra["image"].(map[string]any)
	if !ok {
		return Image{}, false
	}
	img := Image{Width: int(number(m["width"])), Height: int(number(m["height"]))}
	img.ID, _ = m["id"].(string)
	img.Alt, _ = m["alt"].(string)
	return img, imageID.MatchString(img.ID) && img.Width > 0 && img.Height > 0
}

// Aside reports whether the card was put aside: it is kept, and in no list.
func (c Card) Aside() bool { return number(c.Extra["archivedAt"]) != 0 }

// Images are the ids of all pictures on the board, each once, in reading order.
func (b Board) Images() []string {
	var ids []string
	for _, c := range b.Cards {
		if img, ok := c.Image(); ok && !slices.Contains(ids, img.ID) {
			ids = append(ids, img.ID)
		}
	}
	return ids
}

// RenameImages gives pictures other ids, those that have one in the list.
func (b Board) RenameImages(names map[string]string) {
	for _, c := range b.Cards {
		if img, ok := c.Image(); ok && names[img.ID] != "" {
			c.Extra["image"].(map[string]any)["id"] = names[img.ID]
		}
	}
}

func number(v any) float64 {
	switch n := v.(type) {
	case float64:
		return n
	case int64:
		return float64(n)
	case int:
		return float64(n)
	}
	return 0
}
