// Package doctor examines an installation as people's browsers meet it, and says
// how to mend what it finds.
//
// It changes nothing: it asks for pages, opens sockets without a token, and
// writes into the data folder a file that it removes.
package doctor

import (
	"context"
	"fmt"
	"io"
)

// Finding is what one check found. Wrong is empty when all is well; Mend then
// says nothing either.
type Finding struct {
	Check, Detail string
	Wrong, Mend   string
}

// Check examines one thing.
type Check struct {
	Name string
	Run  func(context.Context) Finding
}

func fine(format string, args ...any) Finding { return Finding{Detail: fmt.Sprintf(format, args...)} }

// Wrong is a finding that names its remedy.
func Wrong(mend, format string, args ...any) Finding {
	return Finding{Wrong: fmt.Sprintf(format, args...), Mend: mend}
}

// Fine is a finding of a check that has nothing against it.
func Fine(format string, args ...any) Finding { return fine(format, args...) }

// Run makes the checks, some of which wait for long, at the same time, reports
// them in order and returns how many found something wrong.
func Run(ctx context.Context, out io.Writer, checks []Check) int {
	findings := make([]chan Finding, len(checks))
	for i, c := range checks {
		findings[i] = make(chan Finding, 1)
		go func() { findings[i] <- c.Run(ctx) }()
	}
	wrong := 0
	for i, c := range checks {
		f := <-findings[i]
		if f.Wrong == "" {
			fmt.Fprintf(out, "ok     %s: %s\n", c.Name, f.Detail)
			continue
		}
		wrong++
		fmt.Fprintf(out, "WRONG  %s: %s\n       mend: %s\n", c.Name, f.Wrong, f.Mend)
	}
	return wrong
}
