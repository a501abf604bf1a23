package pdf

import (
	"fmt"
	"strings"
)

// Picture is a JPEG with what it shows in words, which must not be empty.
type Picture struct {
	JPEG          []byte
	Width, Height int // pixels
	// Gray: it has one colour; else three.
	Gray bool
	Alt  string
}

// The room for a picture in the flow of text, in points.
const (
	flowPictureWidth  = 250
	flowPictureHeight = 180
	// pixelSize keeps small pictures from being blown up: 110 pixels an inch.
	pixelSize = 0.65
)

// inFlow puts a picture under the text before it, below an element.
func (d *Doc) inFlow(parent *tag, p *Picture, left float64) {
	w, h := float64(p.Width), float64(p.Height)
	scale := min(flowPictureWidth/w, flowPictureHeight/h, pixelSize)
	w, h = w*scale, h*scale
	d.room(h + 8)
	d.figure(parent, p, left, d.page.y+2, w, h)
	d.page.y += h + 8
}

// Figure draws a picture on a page begun by Page; x and y are its upper left
// corner.
func (d *Doc) Figure(p *Picture, x, y, width, height float64) {
	d.figure(d.root, p, x, y, width, height)
}

// figure writes the picture's data at once, so that none is held.
func (d *Doc) figure(parent *tag, p *Picture, x, y, width, height float64) {
	object := d.alloc()
	space := "DeviceRGB"
	if p.Gray {
		space = "DeviceGray"
	}
	d.object(object, fmt.Sprintf("<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/%s/BitsPerComponent 8/Filter/DCTDecode/Length %d>>\nstream\n%s\nendstream",
		p.Width, p.Height, space, len(p.JPEG), p.JPEG))
	page := d.page
	page.images = append(page.images, object)
	low := page.height - y - height
	t := d.tag(parent, "Figure")
	t.attrs = fmt.Sprintf("/Alt%s/A<</O/Layout/Placement/Block/BBox[%s %s %s %s]>>", text(clean(p.Alt)), num(x), num(low), num(x+width), num(low+height))
	d.mark(t)
	fmt.Fprintf(&page.content, "q %s 0 0 %s %s %s cm /Im%d Do Q ", num(width), num(height), num(x), num(low), object)
	d.unmark()
}

// pictures are the page's pictures as an entry of its resources.
func (p *page) pictures() string {
	if len(p.images) == 0 {
		return ""
	}
	var b strings.Builder
	for _, n := range p.images {
		fmt.Fprintf(&b, "/Im%d %d 0 R", n, n)
	}
	return "/XObject<<" + b.String() + ">>"
}
