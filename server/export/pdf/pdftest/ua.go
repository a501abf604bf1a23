package pdftest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// parents are the elements in which an element of PDF/UA may stand; an element
// that is not listed is none that package pdf writes.
var parents = map[string][]string{
	"Document": {""}, "H1": {"Document"}, "H2": {"Document"}, "H3": {"Document"}, "H4": {"Document"},
	"P": {"Document"}, "L": {"Document"}, "LI": {"L"}, "Lbl": {"LI"}, "LBody": {"LI"},
	"Table": {"Document"}, "TR": {"Table"}, "TH": {"TR"}, "TD": {"TR"},
	"Figure": {"Document", "LBody"}, "Link": {"P", "LBody", "TD"},
}

var (
	typePattern   = regexp.MustCompile(`/Type/(\w+)`)
	artifactMarks = regexp.MustCompile(`(?s)/Artifact( BMC|<<[^>]*>>BDC) .*?EMC\n`)
	// dropped are features that PDF/UA forbids or that package pdf never uses, by
	// their checkpoint.
	dropped = map[string]string{
		"/RoleMap": "02", "/OCProperties": "20", "/EmbeddedFiles": "21", "/Threads": "22", "/XFA": "25", "/Encrypt": "26", "/Ref<<": "30", "/AcroForm": "24", "/Suspects true": "01",
	}
	languageTag = regexp.MustCompile(`/Lang<FEFF((?:[0-9A-F]{4})+)>`)
	tagPattern  = regexp.MustCompile(`^[a-z]{2}(-[A-Z]{2})?$`)
	titlePart   = regexp.MustCompile(`/Title <FEFF([0-9A-F]*)>`)
	structKey   = regexp.MustCompile(`/StructParent (\d+)`)
)

// Violations are the conditions of PDF/UA-1 that a machine can check (those of
// the Matterhorn Protocol that apply to what package pdf writes) and that the
// file does not keep; each begins with the number of its checkpoint.
func (f *File) Violations() []string {
	var found []string
	say := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }
	f.checkCatalog(say)
	for _, body := range f.objects {
		switch kind := typePattern.FindStringSubmatch(body); {
		case kind == nil:
		case kind[1] == "Page":
			f.checkPage(body, say)
		case kind[1] == "Annot":
			f.checkLink(body, say)
		case kind[1] == "Font" || kind[1] == "FontDescriptor":
			checkFont(kind[1], body, say)
		}
	}
	level := 0
	f.checkNode(f.Root, "", &level, say)
	f.checkBookmarks(say)
	slices.Sort(found)
	return found
}

// checkCatalog looks at what the document says of itself as a whole.
func (f *File) checkCatalog(say func(string, ...any)) {
	meta := string(f.streams[number(f.Catalog, "/Metadata ")])
	for _, want := range []string{"<pdfuaid:part>1<", "<dc:title>", "<dc:language>"} {
		if !strings.Contains(meta, want) {
			say("06: the metadata lack %s", want)
		}
	}
	for at, want := range map[string]string{"07": "/DisplayDocTitle true", "11": "/Lang<", "01": "/Marked true"} {
		if !strings.Contains(f.Catalog, want) {
			say("%s: the catalog lacks %s", at, want)
		}
	}
	if tag := languageTag.FindStringSubmatch(f.Catalog); tag == nil || !tagPattern.MatchString(unicode(tag[1])) {
		say("11: the language is no tag of one")
	}
	for feature, at := range dropped {
		if strings.Contains(f.Catalog+f.objects[3]+f.trailer, feature) {
			say("%s: the document has %s", at, feature)
		}
	}
}

func checkFont(kind, body string, say func(string, ...any)) {
	switch {
	case strings.Contains(body, "/Type0") && (!strings.Contains(body, "/ToUnicode") || !strings.Contains(body, "/Identity-H")):
		say("31: a font without a table of characters")
	case strings.Contains(body, "/CIDFontType2") && (!strings.Contains(body, "/CIDToGIDMap/Identity") || !strings.Contains(body, "/CIDSystemInfo")):
		say("31: a font whose glyphs are not told by their codes")
	case kind == "FontDescriptor" && !strings.Contains(body, "/FontFile2"):
		say("31: a font that is not in the file")
	}
}

// checkLink looks whether an area that is clicked is described and belongs to an
// element for links.
func (f *File) checkLink(body string, say func(string, ...any)) {
	key := structKey.FindStringSubmatch(body)
	if !strings.Contains(body, "/Contents") || key == nil {
		say("28: a link without a description or outside the structure")
		return
	}
	_, nums, _ := strings.Cut(f.objects[3], "/Nums[")
	owner := number(nums, "]"+key[1]+" ")
	if owner == 0 {
		owner = number(nums, " R "+key[1]+" ")
	}
	if !strings.Contains(f.objects[owner], "/S/Link/") {
		say("28: a link that is no element for links")
	}
}

// checkPage looks for what is drawn and neither in the structure nor decoration.
func (f *File) checkPage(body string, say func(string, ...any)) {
	content := string(f.streams[number(body, "/Contents ")])
	rest := artifactMarks.ReplaceAllString(content, "")
	for _, mark := range markPattern.FindAllStringSubmatch(rest, -1) {
		f.checkShown(mark[4], say)
	}
	rest = markPattern.ReplaceAllString(rest, "")
	if strings.TrimSpace(rest) != "" {
		say("01: drawn outside the structure: %.60q", rest)
	}
	if strings.Contains(body, "/Annots") && !strings.Contains(body, "/Tabs/S") {
		say("28: the order of tabs is not that of the structure")
	}
	if !strings.Contains(body, "/StructParents ") {
		say("01: a page that leads to no structure")
	}
}

// checkShown looks whether each glyph has a character, and is one.
func (f *File) checkShown(content string, say func(string, ...any)) {
	if strings.Contains(content, "/Artifact") || strings.Contains(content, "/MCID") {
		say("01: marks within marks")
	}
	font := ""
	for _, m := range showPattern.FindAllStringSubmatch(content, -1) {
		if m[1] != "" {
			font = m[1]
		}
		for i := 0; i+4 <= len(m[3]); i += 4 {
			switch code := m[3][i : i+4]; {
			case code == "0000":
				say("31: the glyph that stands for none is shown")
			case f.fonts[font][code] == "" || f.fonts[font][code] == "\x00" || f.fonts[font][code] == "\ufeff":
				say("10: glyph %s of %s says no character", code, font)
			}
		}
	}
}

func (f *File) checkNode(n *Node, parent string, level *int, say func(string, ...any)) {
	in, known := parents[n.Kind]
	if !known || !slices.Contains(in, parent) {
		say("09: %s stands in %q", n.Kind, parent)
	}
	switch {
	case n.Kind == "Figure" && strings.TrimSpace(n.Text) == "":
		say("13: a figure that says nothing")
	case n.Kind == "Figure" && !strings.Contains(n.attrs, "/BBox["):
		say("13: a figure without its place")
	case n.Kind == "TH" && !strings.Contains(n.attrs, "/Scope/"):
		say("15: a heading of a table without its scope")
	case n.Kind == "TR" && len(n.Kids) == 0:
		say("15: a row without cells")
	case n.Kind == "Table":
		checkTable(n, say)
	case n.Kind == "L" && !strings.Contains(n.attrs, "/ListNumbering/"):
		say("16: a list that does not say how it is numbered")
	case n.Kind == "LI" && (len(n.Kids) != 2 || n.Kids[0].Kind != "Lbl" || n.Kids[1].Kind != "LBody"):
		say("09: an item of a list that is not its label and body")
	case len(n.Kind) == 2 && n.Kind[0] == 'H':
		if now := int(n.Kind[1] - '0'); now > *level+1 {
			say("14: heading %q skips a level", n.Text)
		} else {
			*level = now
		}
	}
	for _, k := range n.Kids {
		f.checkNode(k, n.Kind, level, say)
	}
}

// checkTable looks whether a table begins with its headings and has as many
// cells in each row.
func checkTable(n *Node, say func(string, ...any)) {
	for i, row := range n.Kids {
		if len(row.Kids) != len(n.Kids[0].Kids) {
			say("15: row %d of a table has %d cells", i+1, len(row.Kids))
		}
		for _, cell := range row.Kids {
			if (cell.Kind == "TH") != (i == 0) {
				say("15: row %d of a table has %s", i+1, cell.Kind)
			}
		}
	}
}

// checkBookmarks looks whether the bookmarks are the headings, in their order.
func (f *File) checkBookmarks(say func(string, ...any)) {
	var headings, marks []string
	for _, n := range f.Root.Kids {
		if len(n.Kind) == 2 && n.Kind[0] == 'H' {
			headings = append(headings, strings.Join(strings.Fields(n.Text), " "))
		}
	}
	var walk func(int)
	walk = func(object int) {
		for ; object != 0; object = number(f.objects[object], "/Next ") {
			if title := titlePart.FindStringSubmatch(f.objects[object]); title != nil {
				marks = append(marks, unicode(title[1]))
			}
			walk(number(f.objects[object], "/First "))
		}
	}
	walk(number(f.objects[number(f.Catalog, "/Outlines ")], "/First "))
	if !slices.Equal(headings, marks) {
		say("27: the bookmarks are %q, the headings %q", marks, headings)
	}
}
