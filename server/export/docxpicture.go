package export

import (
	"fmt"
	"strconv"
)

// The most room for a picture in a document, in points, and how many of Word's
// units (EMU) a point is.
const (
	wordPictureWidth  = 280
	wordPictureHeight = 200
	emuPerPoint       = 12_700
	pointsPerPixel    = 0.65
)

// picture puts a picture behind the runs of a paragraph, on a line of its own;
// what cannot be shown is said.
func (d *wordDoc) picture(p *PicturePart) {
	photo, err := d.report.photo(p)
	if err != nil {
		d.err = err
		return
	}
	if photo == nil {
		d.run(d.report.inWords(p))
		return
	}
	d.pictures = append(d.pictures, p)
	number := len(d.pictures)
	d.links = append(d.links, relation{kind: nsRelations + "/image", target: mediaName(number)})
	scale := min(wordPictureWidth/float64(photo.width), wordPictureHeight/float64(photo.height), pointsPerPixel) * emuPerPoint
	wide, high := int(float64(photo.width)*scale), int(float64(photo.height)*scale)
	name := fmt.Sprintf(`id="%d" name="%s %d" descr="%s"`, number, xmlText(say(d.report.Language, "picture")), number, xmlText(photo.alt))
	extent := fmt.Sprintf(`cx="%d" cy="%d"`, wide, high)
	d.write(`<w:r><w:br/><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent `, extent, `/><wp:docPr `, name, `/>`,
		`<a:graphic><a:graphicData uri="`, nsDrawing, `picture"><pic:pic><pic:nvPicPr><pic:cNvPr `, name, `/><pic:cNvPicPr/></pic:nvPicPr>`,
		`<pic:blipFill><a:blip r:embed="rId`, strconv.Itoa(len(d.links)), `"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>`,
		`<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext `, extent, `/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>`,
		`</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>`)
}

func mediaName(number int) string { return fmt.Sprintf("media/image%d.jpg", number) }

// media writes the data of the pictures, one after the other.
func (d *wordDoc) media() {
	for i, p := range d.pictures {
		photo, err := d.report.photo(p)
		if err != nil && d.err == nil {
			d.err = err
		}
		if photo != nil {
			d.raw("word/"+mediaName(i+1), photo.jpeg)
		}
	}
}
