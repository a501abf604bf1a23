package export

import (
	"bytes"
	"cmp"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"strings"

	"github.com/pathboard/pathboard/server/board"
	"github.com/pathboard/pathboard/server/export/pdf"
	"github.com/pathboard/pathboard/server/workshop"
)

// PicturePart is the picture on a card.
type PicturePart struct {
	board.Image
	Group workshop.GroupID
}

// photo is a picture's data, as a JPEG that every format can hold.
type photo struct {
	jpeg          []byte
	width, height int // pixels
	gray          bool
	alt           string
}

// photo fetches a picture; nil: it has not arrived at the server, or is none.
func (r *Report) photo(p *PicturePart) (*photo, error) {
	if p == nil || r.image == nil {
		return nil, nil
	}
	data, err := r.image(p.Group, p.ID)
	if err != nil {
		return nil, fmt.Errorf("fetch a picture: %w", err)
	}
	info, err := jpeg.DecodeConfig(bytes.NewReader(data))
	if err != nil || info.Width == 0 || info.Height == 0 {
		return nil, nil
	}
	out := &photo{jpeg: data, width: info.Width, height: info.Height, alt: r.altOf(p)}
	switch info.ColorModel {
	case color.GrayModel:
		out.gray = true
	case color.CMYKModel:
		if out.jpeg, err = plainColors(data); err != nil {
			return nil, nil
		}
	}
	return out, nil
}

// plainColors makes of a JPEG in printers' colours one in those of screens,
// which all programs show alike.
func plainColors(data []byte) ([]byte, error) {
	img, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("decode picture: %w", err)
	}
	plain := image.NewRGBA(img.Bounds())
	draw.Draw(plain, plain.Bounds(), img, img.Bounds().Min, draw.Src)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, plain, &jpeg.Options{Quality: 88}); err != nil {
		return nil, fmt.Errorf("encode picture: %w", err)
	}
	return b.Bytes(), nil
}

// altOf is what a picture shows, or that nobody said.
func (r *Report) altOf(p *PicturePart) string {
	return cmp.Or(strings.TrimSpace(p.Alt), say(r.Language, "picture.noalt"))
}

// inWords stands for a picture where none can be shown.
func (r *Report) inWords(p *PicturePart) Run {
	if strings.TrimSpace(p.Alt) == "" {
		return Run{Text: " [" + r.altOf(p) + "]"}
	}
	return Run{Text: " [" + say(r.Language, "picture") + ": " + r.altOf(p) + "]"}
}

// photos fetches all pictures of a group that are shown on its board.
func (r *Report) photos(g *GroupPart) (map[string]*photo, error) {
	out := map[string]*photo{}
	for _, s := range g.Stages {
		for _, c := range s.Cards {
			if c.Picture == nil || out[c.Picture.ID] != nil {
				continue
			}
			p, err := r.photo(c.Picture)
			if err != nil {
				return nil, err
			}
			if p != nil {
				out[c.Picture.ID] = p
			}
		}
	}
	return out, nil
}

// pdfItem is an item of a list with its picture, fetched now.
func (r *Report) pdfItem(item Item) (pdf.Item, error) {
	p, err := r.photo(item.Picture)
	if err != nil {
		return pdf.Item{}, err
	}
	if p == nil {
		if item.Picture != nil {
			item.Runs = append(item.Runs, r.inWords(item.Picture))
		}
		return pdf.Item{Spans: spans(item.Runs)}, nil
	}
	return pdf.Item{Spans: spans(item.Runs), Picture: p.pdf()}, nil
}

func (p *photo) pdf() *pdf.Picture {
	return &pdf.Picture{JPEG: p.jpeg, Width: p.width, Height: p.height, Gray: p.gray, Alt: p.alt}
}

// within scales the picture into a box and never up beyond one unit a pixel.
func (p *photo) within(width, height float64) (float64, float64) {
	w, h := float64(p.width), float64(p.height)
	scale := min(width/w, height/h, 1)
	return w * scale, h * scale
}
