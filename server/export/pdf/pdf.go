package pdf

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf16"

	"golang.org/x/image/font/sfnt"
)

// Meta is what a document says of itself.
type Meta struct {
	Title string
	// Language is a tag such as pl-PL.
	Language string
	Created  time.Time
	// Footer is what stands under page n; nil: nothing.
	Footer func(n int) string
}

// Doc is a document being written. It is used by one goroutine; the first
// failure is kept and returned by Close.
type Doc struct {
	out     io.Writer
	at      int64   // bytes written
	offsets []int64 // of objects, by number less one
	err     error

	meta  Meta
	faces [faceCount]*face
	used  [faceCount]map[sfnt.GlyphIndex]rune
	buf   sfnt.Buffer

	pages    []int    // object numbers
	parents  [][]*tag // by page: whose the marked content is
	annots   []*tag   // links, by their key in the parent tree less the pages
	root     *tag
	tags     []*tag
	headings []bookmark
	waiting  []waiting // headings not drawn yet

	page *page
}

// page is the one being filled.
type page struct {
	object        int
	width, height float64
	content       bytes.Buffer
	owners        []*tag // by marked content id
	links         []int  // annotation objects
	images        []int  // objects
	emoji         bool   // it shows one
	y             float64
}

type bookmark struct {
	level, page int
	title       string
	y           float64
}

// New begins a document.
func New(w io.Writer, m Meta) (*Doc, error) {
	faces, err := loadFaces()
	if err != nil {
		return nil, err
	}
	d := &Doc{out: w, meta: m, faces: faces, used: [faceCount]map[sfnt.GlyphIndex]rune{{}, {}, {}}}
	for range fontObject + len(faces) - 1 {
		d.alloc()
	}
	d.root = d.tag(nil, "Document")
	d.raw("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	return d, nil
}

// The objects whose numbers are known from the start; that of a face is
// fontObject and its index.
const (
	catalogObject = 1
	pagesObject   = 2
	treeObject    = 3
	fontObject    = 4
)

func (d *Doc) alloc() int {
	d.offsets = append(d.offsets, 0)
	return len(d.offsets)
}

func (d *Doc) raw(s string) {
	if d.err != nil {
		return
	}
	n, err := io.WriteString(d.out, s)
	d.at += int64(n)
	d.err = err
}

func (d *Doc) object(n int, body string) {
	d.offsets[n-1] = d.at
	d.raw(fmt.Sprintf("%d 0 obj\n%s\nendobj\n", n, body))
}

// stream writes an object with compressed content; extra stands in its
// dictionary.
func (d *Doc) stream(n int, extra string, compressed []byte) {
	d.object(n, fmt.Sprintf("<<%s/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream", extra, len(compressed), compressed))
}

// begin starts a page.
func (d *Doc) begin(width, height float64) {
	d.end()
	d.page = &page{object: d.alloc(), width: width, height: height}
	d.pages = append(d.pages, d.page.object)
}

// end writes the page being filled, if any.
func (d *Doc) end() {
	p := d.page
	if p == nil {
		return
	}
	if d.meta.Footer != nil {
		d.footer(d.meta.Footer(len(d.pages)))
	}
	content := d.alloc()
	d.stream(content, "", deflate(p.content.Bytes()))
	annots := ""
	if len(p.links) > 0 {
		annots = "/Tabs/S/Annots[" + refs(p.links) + "]"
	}
	faces := fmt.Sprintf("/F%d %d 0 R/F%d %d 0 R", RegularFace, fontObject+RegularFace, BoldFace, fontObject+BoldFace)
	if p.emoji {
		faces += fmt.Sprintf("/F%d %d 0 R", EmojiFace, fontObject+EmojiFace)
	}
	d.object(p.object, fmt.Sprintf("<</Type/Page/Parent %d 0 R/MediaBox[0 0 %s %s]/Contents %d 0 R/StructParents %d%s/Resources<</Font<<%s>>%s>>>>",
		pagesObject, num(p.width), num(p.height), content, len(d.pages)-1, annots, faces, p.pictures()))
	d.parents = append(d.parents, p.owners)
	d.page = nil
}

// Close writes what is left and returns the first failure.
func (d *Doc) Close() error {
	d.above(0)
	if len(d.pages) == 0 && d.page == nil {
		d.begin(a4Width, a4Height)
	}
	d.end()
	for i := range d.faces {
		d.font(i)
	}
	d.tree()
	outline := d.outline()
	d.object(pagesObject, fmt.Sprintf("<</Type/Pages/Count %d/Kids[%s]>>", len(d.pages), refs(d.pages)))
	info, xmp := d.alloc(), d.alloc()
	at := d.meta.Created.UTC()
	d.object(info, fmt.Sprintf("<</Title %s/Producer(Pathboard)/CreationDate(D:%s+00'00')>>", text(d.meta.Title), at.Format("20060102150405")))
	meta := d.xmp(at)
	d.object(xmp, fmt.Sprintf("<</Type/Metadata/Subtype/XML/Length %d>>\nstream\n%s\nendstream", len(meta), meta))
	d.object(catalogObject, fmt.Sprintf("<</Type/Catalog/Pages %d 0 R/StructTreeRoot %d 0 R/MarkInfo<</Marked true>>/Lang%s/ViewerPreferences<</DisplayDocTitle true>>/Metadata %d 0 R%s>>",
		pagesObject, treeObject, text(d.meta.Language), xmp, outline))
	d.trailer(info)
	if d.err != nil {
		return fmt.Errorf("write pdf: %w", d.err)
	}
	return nil
}

func (d *Doc) trailer(info int) {
	start := d.at
	d.raw(fmt.Sprintf("xref\n0 %d\n0000000000 65535 f \n", len(d.offsets)+1))
	for _, at := range d.offsets {
		d.raw(fmt.Sprintf("%010d 00000 n \n", at))
	}
	id := sha256.Sum256(fmt.Append(nil, d.meta.Title, d.meta.Created.UnixNano(), start))
	d.raw(fmt.Sprintf("trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[<%x><%x>]>>\nstartxref\n%d\n%%%%EOF\n",
		len(d.offsets)+1, catalogObject, info, id[:16], id[:16], start))
}

// num writes a number as short as a page needs it.
func num(f float64) string {
	s := fmt.Sprintf("%.2f", f)
	for s[len(s)-1] == '0' {
		s = s[:len(s)-1]
	}
	if s[len(s)-1] == '.' {
		s = s[:len(s)-1]
	}
	return s
}

func refs(objects []int) string {
	var b bytes.Buffer
	for i, n := range objects {
		if i > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "%d 0 R", n)
	}
	return b.String()
}

// text is a text string: UTF-16 in hexadecimal, so that nothing needs escaping.
func text(s string) string {
	var b bytes.Buffer
	b.WriteString("<FEFF")
	for _, u := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", u)
	}
	b.WriteByte('>')
	return b.String()
}

var xmlSpecial = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

func xmlEscape(s string) string { return xmlSpecial.Replace(clean(s)) }
