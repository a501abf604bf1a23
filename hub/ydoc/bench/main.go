package main

import (
	"bytes"
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"text/tabwriter"
	"time"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	rounds := flags.Int("rounds", 7, "how often each piece of work is done on either side at least; the best time counts")
	only := flags.String("only", "", "do only work whose name contains this")
	root := flags.String("oracle", "hub/ydoc/oracle", "the directory with bench.mjs")
	if err := flags.Parse(args); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "ydoc-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	node, err := startPeer(*root)
	if err != nil {
		return err
	}
	b := bench{dir: dir, root: *root, rounds: *rounds, only: *only, out: stdout}
	return errors.Join(b.all(node), node.close())
}

type bench struct {
	dir, root string
	rounds    int
	only      string
	out       io.Writer
	in        map[string][][]byte
}

func (b *bench) all(node *peer) (err error) {
	if _, err := node.ask(question{Make: b.dir}); err != nil {
		return err
	}
	if _, err := node.ask(question{Read: b.dir}); err != nil {
		return err
	}
	if b.in, err = readInputs(b.dir); err != nil {
		return err
	}
	w := tabwriter.NewWriter(b.out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "work\tyjs ms\tGo ms\tGo/yjs\ttarget\t\n")
	for _, work := range works {
		if strings.Contains(work.name, b.only) {
			if err := b.time(w, node, work); err != nil {
				return fmt.Errorf("%s: %w", work.name, err)
			}
		}
	}
	fmt.Fprintf(w, "\t\t\t\t\t\nmemory kept\tyjs MB\tGo MB\tGo/yjs\ttarget\t\n")
	for _, work := range works {
		if work.heap && strings.Contains(work.name, b.only) {
			if err := b.memory(w, work); err != nil {
				return fmt.Errorf("%s: %w", work.name, err)
			}
		}
	}
	return w.Flush()
}

// warm is how long yjs works at least on each piece: short ones are repeated
// until its compiler has done what it can.
const warm = time.Second

// time does one piece of work in turns and prints the best times.
func (b *bench) time(w io.Writer, node *peer, work work) error {
	var yjs, own, spent time.Duration
	for round := 0; round < b.rounds || spent < warm && round < 50*b.rounds; round++ {
		theirs, err := node.ask(question{Run: work.name})
		if err != nil {
			return err
		}
		out, ours, err := b.once(work)
		if err != nil {
			return err
		}
		if theirs.Out != nil && !bytes.Equal(theirs.Out, out) {
			return fmt.Errorf("yjs and Go give different bytes: %d and %d", len(theirs.Out), len(out))
		}
		yjs, own = best(yjs, time.Duration(theirs.NS)), best(own, ours)
		spent += time.Duration(theirs.NS)
	}
	print(w, work.name, yjs.Seconds()*1e3, own.Seconds()*1e3, work.target)
	return nil
}

// once does the work once on this side.
func (b *bench) once(work work) (out []byte, took time.Duration, err error) {
	subject, err := work.before(b.in)
	if err != nil {
		return nil, 0, err
	}
	runtime.GC()
	start := time.Now()
	out, err = work.run(b.in, subject)
	return out, time.Since(start), err
}

// memory compares what a loaded document keeps, yjs in a process of its own.
func (b *bench) memory(w io.Writer, work work) error {
	node, err := startPeer(b.root)
	if err != nil {
		return err
	}
	defer node.close()
	if _, err := node.ask(question{Read: b.dir}); err != nil {
		return err
	}
	theirs, err := node.ask(question{Heap: work.name})
	if err != nil {
		return err
	}
	before := heapInUse()
	subject, err := work.before(b.in)
	if err != nil {
		return err
	}
	if _, err := work.run(b.in, subject); err != nil {
		return err
	}
	ours := heapInUse() - before
	runtime.KeepAlive(subject)
	print(w, work.name, float64(theirs.Heap)/1e6, float64(ours)/1e6, cmp.Or(work.heapTarget, 0.5))
	return nil
}

func heapInUse() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func best(a, b time.Duration) time.Duration {
	if a == 0 {
		return b
	}
	return min(a, b)
}

func print(w io.Writer, name string, yjs, own, target float64) {
	goal := ""
	if target > 0 {
		goal = fmt.Sprintf("%.2f", target)
	}
	fmt.Fprintf(w, "%s\t%.2f\t%.2f\t%.2f\t%s\t\n", name, yjs, own, own/yjs, goal)
}
