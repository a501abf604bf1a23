package export

import (
	"bufio"
	"fmt"
	"io"
	"iter"
	"regexp"
	"strings"
)

// writeMarkdown writes blocks as CommonMark with pipe tables; pictures in words.
func writeMarkdown(w io.Writer, r *Report, blocks iter.Seq[Block]) error {
	b := bufio.NewWriter(w)
	first := true
	for block := range blocks {
		if _, ok := block.(Break); ok {
			continue
		}
		if !first {
			b.WriteByte('\n')
		}
		first = false
		switch block := block.(type) {
		case Cover:
			fmt.Fprintf(b, "# %s\n\n%s\n", oneLine(block.Title), markdownRuns(plain(block.Line)))
		case Heading:
			fmt.Fprintf(b, "%s %s\n", strings.Repeat("#", block.Level), oneLine(block.Text))
		case Para:
			fmt.Fprintf(b, "%s\n", markdownRuns(block))
		case List:
			for _, item := range block {
				if item.Picture != nil {
					item.Runs = append(item.Runs, r.inWords(item.Picture))
				}
				fmt.Fprintf(b, "- %s\n", markdownRuns(item.Runs))
			}
		case Table:
			markdownTable(b, block)
		}
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write markdown: %w", err)
	}
	return nil
}

func markdownRuns(runs []Run) string {
	var b strings.Builder
	for i, r := range runs {
		// A space may not stand inside the marks of bold text.
		text := strings.TrimSpace(r.Text)
		before, after, _ := strings.Cut(r.Text, text)
		text = escape(text, i == 0)
		switch {
		case text == "":
			before, after = r.Text, ""
		case r.Link != "":
			text = "[" + text + "](<" + r.Link + ">)"
		case r.Bold:
			text = "**" + text + "**"
		}
		b.WriteString(strings.ReplaceAll(before, "\n", " ") + text + strings.ReplaceAll(after, "\n", " "))
	}
	return b.String()
}

func markdownTable(b *bufio.Writer, t Table) {
	b.WriteByte('|')
	for _, c := range t.Columns {
		fmt.Fprintf(b, " %s |", escape(c.Title, true))
	}
	b.WriteString("\n|" + strings.Repeat("---|", len(t.Columns)) + "\n")
	for _, row := range t.Rows {
		b.WriteByte('|')
		for i, cell := range row {
			if t.Columns[i].Type == LinkColumn && cell != "" {
				fmt.Fprintf(b, " <%s> |", cell)
				continue
			}
			fmt.Fprintf(b, " %s |", strings.ReplaceAll(escape(cell, true), "  \n  ", "<br>"))
		}
		b.WriteByte('\n')
	}
}

// leadingNumber is one that escape keeps from being a list; a heading is none.
var leadingNumber = regexp.MustCompile(`^(\d+)\\([.)])`)

func oneLine(s string) string {
	return leadingNumber.ReplaceAllString(escape(strings.Join(strings.Fields(s), " "), true), "$1$2")
}

// escape makes text that Markdown shows as it was written: no markup, no HTML,
// line breaks kept inside the item. start says that it begins a line.
func escape(s string, start bool) string {
	var b strings.Builder
	s = strings.ReplaceAll(strings.TrimSpace(s), "\r\n", "\n")
	s = strings.NewReplacer("\r", "\n", "\u2028", "\n", "\u2029", "\n", "\u0085", "\n").Replace(s)
	address := strings.NewReplacer("://", "&#58;//", "www.", "www&#46;") // they do not become links by themselves
	number := false                                                      // so far the line is one
	for _, r := range s {
		if start && (r == ' ' || r == '\t') {
			continue // four of them would be code
		}
		digit := r >= '0' && r <= '9'
		number = digit && (start || number) || number && strings.ContainsRune(".)", r)
		switch {
		case number && !digit: // 1. would be a list
			b.WriteByte('\\')
			b.WriteRune(r)
			number = false
		case strings.ContainsRune("\\`*_{}[]<>|~", r), start && strings.ContainsRune("#+-=", r):
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '&':
			b.WriteString("&amp;")
		case r == '\n':
			b.WriteString("  \n  ")
		case r < ' ' && r != '\t' || r == 0x7f:
			continue
		default:
			b.WriteRune(r)
		}
		start = r == '\n'
	}
	return address.Replace(b.String())
}
