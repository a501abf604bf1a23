package export

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"io"

	xdraw "golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"github.com/pathboard/pathboard/server/export/pdf"
)

const (
	// pictureWidth is the width of pictures in pixels: a wide screen.
	pictureWidth = 2200
	pictureText  = 15
	// maxPixels bounds the memory of a PNG: 4 bytes each.
	maxPixels = 40_000_000
)

// onePicture draws a board on one sheet, as high as it needs.
func onePicture(r *Report, g *GroupPart) (sheet, error) {
	photos, err := r.photos(g)
	if err != nil {
		return sheet{}, err
	}
	l, err := drawBoard(r, g, photos, pictureWidth, 0, pictureText)
	if err != nil {
		return sheet{}, err
	}
	return l.sheets[0], nil
}

// writeSVG writes a picture whose text stays text.
func writeSVG(out io.Writer, r *Report, g *GroupPart) error {
	s, err := onePicture(r, g)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(out)
	fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="0 0 %.0f %.0f" role="img" xml:lang="%s" font-family="'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif"><title>%s</title>`+
		`<rect width="100%%" height="100%%" fill="#fff"/>`+"\n", s.width, s.height, s.width, s.height, r.Language, xmlText(g.Name))
	for _, p := range s.shapes {
		if p.kind == "" {
			fmt.Fprintf(w, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"/>`+"\n", p.x, p.y, p.width, p.height, hex(p.color))
			continue
		}
		if p.photo != nil {
			svgPhoto(w, p)
			continue
		}
		weight := ""
		if p.bold {
			weight = ` font-weight="700"`
		}
		fmt.Fprintf(w, `<text font-size="%.1f" fill="%s"%s xml:space="preserve">`, p.size, hex(p.color), weight)
		for i, line := range p.lines {
			fmt.Fprintf(w, `<tspan x="%.1f" y="%.1f">%s</tspan>`, p.x, p.y+p.size*(1+float64(i)*lineStep), xmlText(line))
		}
		w.WriteString("</text>\n")
	}
	w.WriteString("</svg>\n")
	if err := w.Flush(); err != nil {
		return fmt.Errorf("write svg: %w", err)
	}
	return nil
}

// svgPhoto writes a picture into the file itself: nothing is fetched to show it.
func svgPhoto(w *bufio.Writer, p shape) {
	fmt.Fprintf(w, `<image x="%.1f" y="%.1f" width="%.1f" height="%.1f" role="img" aria-label="%s" href="data:image/jpeg;base64,`, p.x, p.y, p.width, p.height, xmlText(p.photo.alt))
	encode := base64.NewEncoder(base64.StdEncoding, w)
	_, _ = encode.Write(p.photo.jpeg) // w keeps its first failure
	_ = encode.Close()
	w.WriteString("\"/>\n")
}

func hex(c pdf.Color) string { return fmt.Sprintf("#%02x%02x%02x", c[0], c[1], c[2]) }

// writePNG paints the same picture. A board too high for the limit of pixels is
// cut below; SVG and the A3 page hold all of it.
func writePNG(out io.Writer, r *Report, g *GroupPart) error {
	s, err := onePicture(r, g)
	if err != nil {
		return err
	}
	height := min(int(s.height), maxPixels/pictureWidth)
	img := image.NewRGBA(image.Rect(0, 0, pictureWidth, height))
	draw.Draw(img, img.Bounds(), image.White, image.Point{}, draw.Src)
	faces, err := newPaintFaces()
	if err != nil {
		return err
	}
	measure, err := pdf.New(io.Discard, pdf.Meta{})
	if err != nil {
		return fmt.Errorf("measure text: %w", err)
	}
	for _, p := range s.shapes {
		if p.photo != nil {
			paintPhoto(img, p)
			continue
		}
		fill := image.NewUniform(color.RGBA{p.color[0], p.color[1], p.color[2], 255})
		if p.kind == "" {
			draw.Draw(img, image.Rect(int(p.x), int(p.y), int(p.x+p.width), int(p.y+p.height)), fill, image.Point{}, draw.Src)
			continue
		}
		d := font.Drawer{Dst: img, Src: fill}
		for i, line := range p.lines {
			d.Dot = fixed.Point26_6{X: fixed.Int26_6(p.x * 64), Y: fixed.Int26_6((p.y + p.size*(1+float64(i)*lineStep)) * 64)}
			for _, part := range measure.Parts(line, p.bold) {
				if d.Face, err = faces.of(part.Face, p.size); err != nil {
					return err
				}
				d.DrawString(part.Text)
			}
		}
	}
	if err := png.Encode(out, img); err != nil {
		return fmt.Errorf("write png: %w", err)
	}
	return nil
}

// paintPhoto paints a picture; one that cannot be decoded is left out.
func paintPhoto(onto *image.RGBA, p shape) {
	img, err := jpeg.Decode(bytes.NewReader(p.photo.jpeg))
	if err != nil {
		return
	}
	to := image.Rect(int(p.x), int(p.y), int(p.x+p.width), int(p.y+p.height))
	xdraw.ApproxBiLinear.Scale(onto, to, img, img.Bounds(), xdraw.Src, nil)
}

// paintFaces are the fonts at the sizes a picture uses.
type paintFaces struct {
	fonts [len(pdf.FaceFiles)]*opentype.Font
	made  map[string]font.Face
}

func newPaintFaces() (*paintFaces, error) {
	f := &paintFaces{made: map[string]font.Face{}}
	for i, ttf := range pdf.FaceFiles {
		parsed, err := opentype.Parse(ttf)
		if err != nil {
			return nil, fmt.Errorf("parse font: %w", err)
		}
		f.fonts[i] = parsed
	}
	return f, nil
}

// of is a face at the size of the text around it.
func (f *paintFaces) of(i int, size float64) (font.Face, error) {
	if i == pdf.EmojiFace {
		size *= pdf.EmojiScale
	}
	key := fmt.Sprint(i, size)
	if face := f.made[key]; face != nil {
		return face, nil
	}
	face, err := opentype.NewFace(f.fonts[i], &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		return nil, fmt.Errorf("size font: %w", err)
	}
	f.made[key] = face
	return face, nil
}
