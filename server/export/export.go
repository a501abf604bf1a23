package export

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/pathboard/pathboard/server/board"
	"github.com/pathboard/pathboard/server/export/pdf"
	"github.com/pathboard/pathboard/server/workshop"
)

// ErrFormat says that there is no such format.
var ErrFormat = errors.New("unsupported format")

// Formats of one group's board and of a whole workshop.
var (
	GroupFormats    = []string{"md", "csv", "json", "xlsx", "docx", "pdf", "a3", "svg", "png", "ics", "zip"}
	WorkshopFormats = []string{"md", "csv", "json", "xlsx", "docx", "pdf", "ics", "zip"}
)

// contentTypes by the ending of the file.
var contentTypes = map[string]string{
	"md": "text/markdown; charset=utf-8", "csv": "text/csv; charset=utf-8", "json": "application/json",
	"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	"pdf":  "application/pdf", "svg": "image/svg+xml", "png": "image/png", "ics": "text/calendar; charset=utf-8", "zip": "application/zip",
}

// File is an export about to be written. Write may be called once; it writes as
// it goes and holds no copy of the file.
type File struct {
	Name, ContentType string
	Write             func(io.Writer) error
}

// Whole exports the workshop, or fails with ErrFormat.
func (r *Report) Whole(format string) (File, error) {
	if !slices.Contains(WorkshopFormats, format) {
		return File{}, fmt.Errorf("%w: %q", ErrFormat, format)
	}
	return file("pathboard-"+slug(r.Workshop.Title, r.Workshop.ID), format, func(w io.Writer) error {
		switch format {
		case "zip":
			return writeZIP(w, r)
		case "json":
			return writeJSON(w, r)
		}
		return r.write(w, format, r.Workshop.Title, r.Blocks())
	}), nil
}

// Group exports the report's group of that index, or fails with ErrFormat.
func (r *Report) Group(i int, format string) (File, error) {
	if !slices.Contains(GroupFormats, format) {
		return File{}, fmt.Errorf("%w: %q", ErrFormat, format)
	}
	g := &r.Groups[i]
	name, ending := "pathboard-"+slug(g.Name, string(g.ID)), format
	if format == "a3" {
		name, ending = name+"-a3", "pdf"
	}
	return file(name, ending, func(w io.Writer) error {
		switch format {
		case "json":
			return writeBoard(w, r, g)
		case "zip":
			return writeBoardZIP(w, r, g)
		case "a3":
			return writeA3(w, r, g)
		case "svg":
			return writeSVG(w, r, g)
		case "png":
			return writePNG(w, r, g)
		}
		one := r.only(i)
		return one.write(w, format, g.Name, one.GroupBlocks())
	}), nil
}

func file(name, ending string, write func(io.Writer) error) File {
	return File{Name: name + "." + ending, ContentType: contentTypes[ending], Write: write}
}

// only is the report with one of its groups.
func (r *Report) only(i int) *Report {
	one := &Report{Language: r.Language, Workshop: r.Workshop, At: r.At, image: r.image, Groups: r.Groups[i : i+1]}
	area := r.Groups[i].Area
	one.finish([]workshop.Area{{Name: workshop.Text{PL: area, EN: area}}})
	return one
}

// write writes the formats that workshops and groups have in common.
func (r *Report) write(w io.Writer, format, title string, blocks iter.Seq[Block]) error {
	switch format {
	case "md":
		return writeMarkdown(w, r, blocks)
	case "csv":
		return writeCSV(w, r.cardsTable())
	case "xlsx":
		return writeXLSX(w, r)
	case "docx":
		return writeDOCX(w, r, title, blocks)
	case "ics":
		return writeICS(w, r)
	default:
		return writePDF(w, r, title, blocks)
	}
}

// writePDF lays blocks out on pages.
func writePDF(w io.Writer, r *Report, title string, blocks iter.Seq[Block]) error {
	d, err := pdf.New(w, r.pdfMeta(title))
	if err != nil {
		return fmt.Errorf("begin pdf: %w", err)
	}
	for b := range blocks {
		switch b := b.(type) {
		case Cover:
			d.Cover(b.Title, b.Line)
		case Break:
			d.PageBreak()
		case Heading:
			d.Heading(b.Level, b.Text)
		case Para:
			d.Paragraph(spans(b))
		case List:
			d.List(func(yield func(pdf.Item) bool) {
				for _, item := range b {
					var one pdf.Item
					if one, err = r.pdfItem(item); err != nil || !yield(one) {
						return
					}
				}
			})
			if err != nil {
				return err
			}
		case Table:
			d.Table(pdfTable(b))
		}
	}
	return d.Close()
}

func (r *Report) pdfMeta(title string) pdf.Meta {
	return pdf.Meta{
		Title: title, Language: locale(r.Language), Created: r.At,
		Footer: func(n int) string { return fmt.Sprintf("%s · %s %d", title, say(r.Language, "page"), n) },
	}
}

func spans(runs []Run) []pdf.Span {
	out := make([]pdf.Span, len(runs))
	for i, r := range runs {
		out[i] = pdf.Span(r)
	}
	return out
}

func pdfTable(t Table) pdf.Table {
	out := pdf.Table{Caption: t.Caption, Rows: make([][]pdf.Span, len(t.Rows))}
	for _, c := range t.Columns {
		out.Weights = append(out.Weights, c.Weight)
		out.Head = append(out.Head, c.Title)
	}
	for i, row := range t.Rows {
		for j, cell := range row {
			span := pdf.Span{Text: cell}
			if t.Columns[j].Type == LinkColumn {
				span.Text, span.Link = shortAddress(cell), cell
			}
			out.Rows[i] = append(out.Rows[i], span)
		}
	}
	return out
}

// writeBoard writes the contract's JSON of a board, which can be imported.
func writeBoard(w io.Writer, r *Report, g *GroupPart) error {
	body, err := board.Encode(board.Header{ExportedAt: r.At, Workshop: r.Workshop, Group: g.Header}, g.Board)
	if err != nil {
		return err
	}
	if _, err := w.Write(body); err != nil {
		return fmt.Errorf("write json: %w", err)
	}
	return nil
}

// slugLength is the most a title adds to the name of a file, in letters.
const slugLength = 60

// FileName makes of a title a name that every file system takes; id where
// nothing of the title is left.
func FileName(title, id string) string { return slug(title, id) }

// slug makes a name that every file system takes.
func slug(title, id string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(strings.NewReplacer("ł", "l", "Ł", "l").Replace(title))) {
		switch {
		case r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r):
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() >= slugLength {
			break
		}
	}
	if s := strings.Trim(b.String(), "-"); s != "" {
		return s
	}
	return id
}
