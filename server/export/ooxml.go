package export

import (
	"archive/zip"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/pathboard/pathboard/server/workshop"
)

const (
	xmlHead   = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	nsPackage = "http://schemas.openxmlformats.org/package/2006/"
	nsOffice  = "http://schemas.openxmlformats.org/officeDocument/2006/"
)

// office writes the parts of an Office Open XML file one after the other; it
// remembers the first failure. Nothing is kept but the list of the parts.
type office struct {
	zip   *zip.Writer
	at    time.Time
	types []string // overrides for [Content_Types].xml
	part  io.Writer
	err   error
}

func newOffice(w io.Writer, at time.Time) *office {
	return &office{zip: zip.NewWriter(w), at: at.UTC()}
}

// begin starts a part of the content type.
func (o *office) begin(name, contentType string) {
	if o.err != nil {
		return
	}
	if contentType != "" {
		o.types = append(o.types, fmt.Sprintf(`<Override PartName="/%s" ContentType="%s"/>`, name, contentType))
	}
	o.part, o.err = o.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: o.at})
	o.write(xmlHead)
}

func (o *office) write(parts ...string) {
	for _, p := range parts {
		if o.err == nil {
			_, o.err = io.WriteString(o.part, p)
		}
	}
}

// raw writes a part that is no XML, as it is.
func (o *office) raw(name string, body []byte) {
	if o.err != nil {
		return
	}
	if o.part, o.err = o.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store, Modified: o.at}); o.err == nil {
		_, o.err = o.part.Write(body)
	}
}

// relation is an entry of a relationships part.
type relation struct {
	kind, target string
	external     bool
}

// relations writes a relationships part; ids are rId1 and on.
func (o *office) relations(name string, list []relation) {
	o.begin(name, "")
	o.write(`<Relationships xmlns="`, nsPackage, `relationships">`)
	for i, r := range list {
		mode := ""
		if r.external {
			mode = ` TargetMode="External"`
		}
		o.write(fmt.Sprintf(`<Relationship Id="rId%d" Type="%s" Target="%s"%s/>`, i+1, r.kind, xmlText(r.target), mode))
	}
	o.write(`</Relationships>`)
}

// finish writes what every such file has and closes it.
func (o *office) finish(main, title string, l workshop.Language) error {
	o.begin("docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml")
	at := o.at.Format(time.RFC3339)
	o.write(`<cp:coreProperties xmlns:cp="`, nsPackage, `metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" `,
		`xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>`, xmlText(title),
		`</dc:title><dc:creator>Pathboard</dc:creator><dc:language>`, locale(l), `</dc:language>`,
		`<dcterms:created xsi:type="dcterms:W3CDTF">`, at, `</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">`, at, `</dcterms:modified></cp:coreProperties>`)
	o.relations("_rels/.rels", []relation{
		{kind: nsOffice + "relationships/officeDocument", target: main},
		{kind: nsPackage + "relationships/metadata/core-properties", target: "docProps/core.xml"},
	})
	o.begin("[Content_Types].xml", "")
	o.write(`<Types xmlns="`, nsPackage, `content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>`,
		`<Default Extension="xml" ContentType="application/xml"/><Default Extension="jpg" ContentType="image/jpeg"/>`)
	o.write(o.types...)
	o.write(`</Types>`)
	if o.err != nil {
		return fmt.Errorf("write office file: %w", o.err)
	}
	if err := o.zip.Close(); err != nil {
		return fmt.Errorf("write office file: %w", err)
	}
	return nil
}

func locale(l workshop.Language) string {
	if l == workshop.English {
		return "en-GB"
	}
	return "pl-PL"
}

// xmlText is text for element content and quoted attributes: escaped, and
// without the characters that XML 1.0 cannot hold.
func xmlText(s string) string {
	var b strings.Builder
	for _, r := range strings.ReplaceAll(s, "\r\n", "\n") {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '"':
			b.WriteString("&quot;")
		case r == '\r':
			b.WriteByte('\n')
		case r == '\n', r == '\t', r >= ' ' && r <= 0xd7ff, r >= 0xe000 && r <= 0xfffd, r >= 0x10000:
			b.WriteRune(r)
		}
	}
	return b.String()
}
