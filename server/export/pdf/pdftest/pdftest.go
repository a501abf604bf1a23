// Package pdftest reads back what package pdf writes, for tests: it follows the
// cross-reference table, walks the structure tree and decodes text through the
// fonts' Unicode tables, as a screen reader would. It knows only what package
// pdf uses of the format.
package pdftest

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"
)

// Node is an element of the structure with the text that belongs to it.
type Node struct {
	Kind, Text string
	Kids       []*Node
	attrs      string
}

// File is a document that was read.
type File struct {
	Root  *Node
	Pages int
	// Catalog is the text of the document's first object.
	Catalog string
	// Untagged is visible text that is neither in the tree nor an artifact.
	Untagged string
	// Actions are what the file would do besides following links: nothing.
	Actions []string
	// Links are the addresses that annotations lead to.
	Links []string

	trailer string
	objects map[int]string
	streams map[int][]byte
	fonts   map[string]map[string]string // by name in the resources
	text    map[[2]int]string            // by page object and marked content
}

var (
	startPattern  = regexp.MustCompile(`startxref\n(\d+)\n%%EOF\n$`)
	sizePattern   = regexp.MustCompile(`/Length (\d+)>>\nstream\n$`)
	refPattern    = regexp.MustCompile(`(\d+) 0 R`)
	kidPattern    = regexp.MustCompile(`<</Type/MCR/Pg (\d+) 0 R/MCID (\d+)>>|<</Type/OBJR/Pg \d+ 0 R/Obj \d+ 0 R>>|(\d+) 0 R`)
	markPattern   = regexp.MustCompile(`(?s)/(\w+)(<</MCID (\d+)>>BDC|<<[^>]*>>BDC| BMC) (.*?)EMC\n`)
	showPattern   = regexp.MustCompile(`/(F\d) \S+ Tf|/Span<</ActualText<FEFF([0-9A-F]*)>>>BDC <[0-9A-F]+>Tj EMC|<([0-9A-F]+)>Tj`)
	charPattern   = regexp.MustCompile(`<([0-9A-F]{4})><([0-9A-F]+)>`)
	uriPattern    = regexp.MustCompile(`/URI<([0-9A-F]*)>`)
	altPattern    = regexp.MustCompile(`/Alt<FEFF([0-9A-F]*)>`)
	kindPattern   = regexp.MustCompile(`/S/(\w+)/P`)
	fontPattern   = regexp.MustCompile(`/(F\d) (\d+) 0 R`)
	actionPattern = regexp.MustCompile(`/(JS|JavaScript|Launch|OpenAction|AA|SubmitForm|ImportData|EmbeddedFile|GoToR)\b`)
	unicodeObject = regexp.MustCompile(`/ToUnicode (\d+) 0 R`)
)

// Read reads a document, or says what is wrong with it.
func Read(raw []byte) (*File, error) {
	f := &File{objects: map[int]string{}, streams: map[int][]byte{}, fonts: map[string]map[string]string{}, text: map[[2]int]string{}}
	if err := f.load(raw); err != nil {
		return nil, err
	}
	f.Catalog = f.objects[1]
	if err := f.pages(); err != nil {
		return nil, err
	}
	tree := number(f.objects[3], "/K ")
	f.Root = f.node(tree)
	if f.Root == nil {
		return nil, errors.New("no structure")
	}
	for _, body := range f.objects {
		f.Actions = append(f.Actions, actionPattern.FindAllString(body, -1)...)
		for _, m := range uriPattern.FindAllStringSubmatch(body, -1) {
			f.Links = append(f.Links, bytesOf(m[1]))
		}
	}
	return f, nil
}

// load follows the cross-reference table.
func (f *File) load(raw []byte) error {
	m := startPattern.FindSubmatch(raw)
	if m == nil {
		return errors.New("no end")
	}
	start, _ := strconv.Atoi(string(m[1]))
	lines := bytes.Split(raw[start:], []byte("\n"))
	f.trailer = string(raw[start:])
	if string(lines[0]) != "xref" {
		return errors.New("no cross-reference where it should be")
	}
	var count int
	if _, err := fmt.Sscanf(string(lines[1]), "0 %d", &count); err != nil {
		return fmt.Errorf("cross-reference: %w", err)
	}
	for n := 1; n < count; n++ {
		at, err := strconv.Atoi(string(lines[2+n][:10]))
		if err != nil {
			return fmt.Errorf("object %d: %w", n, err)
		}
		head := fmt.Sprintf("%d 0 obj\n", n)
		if !bytes.HasPrefix(raw[at:], []byte(head)) {
			return fmt.Errorf("object %d is not at %d", n, at)
		}
		if err := f.object(n, raw[at+len(head):]); err != nil {
			return fmt.Errorf("object %d: %w", n, err)
		}
	}
	return nil
}

func (f *File) object(n int, raw []byte) error {
	end := bytes.Index(raw, []byte("\nendobj\n"))
	if at := bytes.Index(raw, []byte(">>\nstream\n")); at >= 0 && at < end {
		at += len(">>\nstream\n")
		size, err := strconv.Atoi(string(sizePattern.FindSubmatch(raw[:at])[1]))
		if err != nil || !bytes.HasPrefix(raw[at+size:], []byte("\nendstream\nendobj\n")) {
			return errors.New("a stream is not as long as it says")
		}
		body := raw[at : at+size]
		f.objects[n] = string(raw[:at])
		if !strings.Contains(f.objects[n], "FlateDecode") || strings.Contains(f.objects[n], "/Length1") {
			f.streams[n] = body
			return nil
		}
		z, err := zlib.NewReader(bytes.NewReader(body))
		if err != nil {
			return err
		}
		f.streams[n], err = io.ReadAll(z)
		return err
	}
	f.objects[n] = string(raw[:end])
	return nil
}

// pages decodes the content of each page.
func (f *File) pages() error {
	_, kids, _ := strings.Cut(f.objects[2], "/Kids[")
	for _, m := range refPattern.FindAllStringSubmatch(kids, -1) {
		page, _ := strconv.Atoi(m[1])
		f.Pages++
		for _, r := range fontPattern.FindAllStringSubmatch(f.objects[page], -1) {
			if f.fonts[r[1]] == nil {
				font, _ := strconv.Atoi(r[2])
				f.fonts[r[1]] = f.characters(font)
			}
		}
		content := string(f.streams[number(f.objects[page], "/Contents ")])
		for _, mark := range markPattern.FindAllStringSubmatch(content, -1) {
			if mark[3] != "" {
				id, _ := strconv.Atoi(mark[3])
				f.text[[2]int{page, id}] = f.shown(mark[4])
			} else if mark[1] != "Artifact" {
				return fmt.Errorf("content marked %q without an element", mark[1])
			}
		}
		f.Untagged += f.shown(markPattern.ReplaceAllString(content, ""))
	}
	return nil
}

// characters is a font's table from glyphs to text.
func (f *File) characters(font int) map[string]string {
	out := map[string]string{}
	m := unicodeObject.FindStringSubmatch(f.objects[font])
	table, _ := strconv.Atoi(m[1])
	for _, c := range charPattern.FindAllStringSubmatch(string(f.streams[table]), -1) {
		out[c[1]] = unicode(c[2])
	}
	return out
}

func (f *File) shown(content string) string {
	var b strings.Builder
	font := ""
	for _, m := range showPattern.FindAllStringSubmatch(content, -1) {
		switch {
		case m[1] != "":
			font = m[1]
		case m[2] != "":
			b.WriteString(unicode(m[2]))
		default:
			for i := 0; i+4 <= len(m[3]); i += 4 {
				b.WriteString(f.fonts[font][m[3][i:i+4]])
			}
		}
	}
	return b.String()
}

func (f *File) node(object int) *Node {
	body := f.objects[object]
	m := kindPattern.FindStringSubmatch(body)
	if m == nil {
		return nil
	}
	n := &Node{Kind: m[1], attrs: body}
	if alt := altPattern.FindStringSubmatch(body); alt != nil {
		n.Text = unicode(alt[1])
	}
	_, kids, _ := strings.Cut(body, "/K[")
	for _, k := range kidPattern.FindAllStringSubmatch(kids, -1) {
		switch {
		case k[1] != "":
			page, _ := strconv.Atoi(k[1])
			id, _ := strconv.Atoi(k[2])
			n.Text += f.text[[2]int{page, id}]
		case k[3] != "":
			kid, _ := strconv.Atoi(k[3])
			if child := f.node(kid); child != nil {
				n.Kids = append(n.Kids, child)
				if child.Kind == "Link" {
					n.Text += child.Text
				}
			}
		}
	}
	return n
}

// Outline is the tree as indented lines of kind and text.
func (f *File) Outline() string {
	var b strings.Builder
	var walk func(*Node, int)
	walk = func(n *Node, depth int) {
		fmt.Fprintf(&b, "%s%s %s\n", strings.Repeat("  ", depth), n.Kind, strings.TrimSpace(n.Text))
		for _, k := range n.Kids {
			walk(k, depth+1)
		}
	}
	walk(f.Root, 0)
	return strings.ReplaceAll(b.String(), " \n", "\n")
}

func number(body, after string) int {
	_, rest, _ := strings.Cut(body, after)
	n := 0
	for _, r := range rest {
		if r < '0' || r > '9' {
			break
		}
		n = n*10 + int(r-'0')
	}
	return n
}

func unicode(hex string) string {
	var units []uint16
	for i := 0; i+4 <= len(hex); i += 4 {
		u, _ := strconv.ParseUint(hex[i:i+4], 16, 16)
		units = append(units, uint16(u))
	}
	return string(utf16.Decode(units))
}

func bytesOf(hex string) string {
	var b []byte
	for i := 0; i+2 <= len(hex); i += 2 {
		u, _ := strconv.ParseUint(hex[i:i+2], 16, 8)
		b = append(b, byte(u))
	}
	return string(b)
}
