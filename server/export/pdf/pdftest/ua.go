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
)

// Violations are the conditions of PDF/UA-1 that a machine can check (those of
// the Matterhorn Protocol that apply to what package pdf writes) and that the
// file does not keep; each begins with the number of its checkpoint.
func (f *File) Violations() []string {
	var found []string
	say := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }
	meta := ""
	for n, body := range f.objects {
		switch kind := typePattern.FindStringSubmatch(body); {
		case kind == nil:
		case kind[1] == "Metadata":
			meta = string(f.streams[n])
		case kind[1] == "Page":
			f.checkPage(body, say)
		case kind[1] == "Annot" && (!strings.Contains(body, "/Contents") || !strings.Contains(body, "/StructParent ")):
			say("28: a link without a description or outside the structure")
		case kind[1] == "Font" && strings.Contains(body, "/Type0") && !strings.Contains(body, "/ToUnicode"):
			say("31: a font without a table of characters")
		case kind[1] == "FontDescriptor" && !strings.Contains(body, "/FontFile2"):
			say("31: a font that is not in the file")
		}
	}
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
	level := 0
	f.checkNode(f.Root, "", &level, say)
	slices.Sort(found)
	return found
}

// checkPage looks for what is drawn and neither in the structure nor decoration.
func (f *File) checkPage(body string, say func(string, ...any)) {
	content := string(f.streams[number(body, "/Contents ")])
	rest := artifactMarks.ReplaceAllString(content, "")
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

func (f *File) checkNode(n *Node, parent string, level *int, say func(string, ...any)) {
	in, known := parents[n.Kind]
	if !known || !slices.Contains(in, parent) {
		say("09: %s stands in %q", n.Kind, parent)
	}
	switch {
	case n.Kind == "Figure" && strings.TrimSpace(n.Text) == "":
		say("13: a figure that says nothing")
	case n.Kind == "TH" && !strings.Contains(n.attrs, "/Scope/"):
		say("15: a heading of a table without its scope")
	case n.Kind == "TR" && len(n.Kids) == 0:
		say("15: a row without cells")
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
