package export

import (
	"bufio"
	"crypto/sha256"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"
)

// writeICS writes the actions that have a date as whole days of a calendar. They
// are events, since the calendars of offices do not show tasks from files.
func writeICS(out io.Writer, r *Report) error {
	w := &calendar{bufio.NewWriter(out)}
	stamp := r.At.UTC().Format("20060102T150405Z")
	w.line("BEGIN", "VCALENDAR")
	w.line("VERSION", "2.0")
	w.line("PRODID", "-//Pathboard//Action plan//"+strings.ToUpper(string(r.Language)))
	w.line("X-WR-CALNAME", icsText(r.Workshop.Title))
	for _, a := range r.Actions {
		due, err := time.Parse(time.DateOnly, a.Due)
		if err != nil {
			continue
		}
		w.line("BEGIN", "VEVENT")
		// The same in every export, so that a calendar knows what it has already.
		uid := sha256.Sum256([]byte(string(a.GroupID) + "\x00" + a.ID))
		w.line("UID", fmt.Sprintf("%x@%s.pathboard", uid[:16], icsID(r.Workshop.ID)))
		w.line("DTSTAMP", stamp)
		w.line("DTSTART;VALUE=DATE", due.Format("20060102"))
		w.line("DTEND;VALUE=DATE", due.AddDate(0, 0, 1).Format("20060102"))
		w.line("TRANSP", "TRANSPARENT")
		w.line("SUMMARY", icsText(strings.Join(strings.Fields(a.Text), " ")))
		about := []string{say(r.Language, "col.group") + ": " + a.Group}
		if a.Owner != "" {
			about = append(about, say(r.Language, "col.owner")+": "+a.Owner)
		}
		if a.State != "" {
			about = append(about, say(r.Language, "col.state")+": "+a.State)
		}
		w.line("DESCRIPTION", icsText(strings.Join(about, "\n")))
		w.line("END", "VEVENT")
	}
	w.line("END", "VCALENDAR")
	if err := w.Flush(); err != nil {
		return fmt.Errorf("write calendar: %w", err)
	}
	return nil
}

type calendar struct{ *bufio.Writer }

// foldAt is the longest line of a calendar in bytes (RFC 5545, 3.1).
const foldAt = 73

func (w *calendar) line(name, value string) {
	s := name + ":" + value
	for len(s) > foldAt {
		n := foldAt
		for !utf8.RuneStart(s[n]) {
			n--
		}
		w.WriteString(s[:n] + "\r\n ")
		s = s[n:]
	}
	w.WriteString(s + "\r\n")
}

// icsText escapes text of a property.
func icsText(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' || r == 0x7f || r == utf8.RuneError {
			return -1
		}
		return r
	}, strings.ReplaceAll(s, "\r\n", "\n"))
	return strings.NewReplacer("\\", "\\\\", ";", "\\;", ",", "\\,", "\n", "\\n").Replace(s)
}

// icsID keeps of an id what a UID may hold.
func icsID(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, s)
}
