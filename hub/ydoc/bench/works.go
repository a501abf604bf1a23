package main

import (
	"encoding/binary"
	"os"
	"path/filepath"

	"github.com/pathboard/pathboard/hub/ydoc"
)

// work is something both sides do; bench.mjs has the same table. Target is the
// share of yjs's time aimed at, zero for none.
type work struct {
	name       string
	target     float64
	heap       bool // what it leaves in memory is measured too
	heapTarget float64
	before     func(inputs) (*ydoc.Doc, error)
	run        func(inputs, *ydoc.Doc) ([]byte, error)
}

type inputs = map[string][][]byte

var works = []work{
	{name: "trace", target: 0.35, heap: true, before: empty, run: apply("trace", 0)},
	{name: "moves", target: 0.4, heap: true, before: loaded("moves", 1), run: apply("moves", 1)},
	{name: "load 1 MB", target: 0.3, heap: true, before: empty, run: apply("large", 0)},
	{name: "load board", heap: true, before: empty, run: apply("board", 0)},
	{name: "load paper", before: empty, run: apply("paper", 0)},
	{name: "encode 1 MB", before: loaded("large", 0), run: encode},
	{name: "encode paper", before: loaded("paper", 0), run: encode},
	{name: "diff", before: loaded("moves", 0), run: diff},
	{name: "diff bytes", before: nothing, run: diffBytes},
	{name: "merge 500", before: nothing, run: merge},
	{name: "compact 500", before: nothing, run: compact},
	{name: "parse 1 MB", before: nothing, run: parse},
}

func nothing(inputs) (*ydoc.Doc, error) { return nil, nil }
func empty(inputs) (*ydoc.Doc, error)   { return ydoc.New(ydoc.Options{}), nil }

// loaded returns a document that has applied the first n updates of an input,
// all if n is 0.
func loaded(name string, n int) func(inputs) (*ydoc.Doc, error) {
	return func(in inputs) (*ydoc.Doc, error) {
		updates := in[name]
		if n > 0 {
			updates = updates[:n]
		}
		d := ydoc.New(ydoc.Options{})
		return d, applyAll(d, updates)
	}
}

// apply applies an input from its update number from on.
func apply(name string, from int) func(inputs, *ydoc.Doc) ([]byte, error) {
	return func(in inputs, d *ydoc.Doc) ([]byte, error) { return nil, applyAll(d, in[name][from:]) }
}

func applyAll(d *ydoc.Doc, updates [][]byte) error {
	for _, u := range updates {
		if _, err := d.Apply(u); err != nil {
			return err
		}
	}
	return nil
}

func encode(_ inputs, d *ydoc.Doc) ([]byte, error) { return d.EncodeStateAsUpdate(nil), nil }

func diff(in inputs, d *ydoc.Doc) ([]byte, error) {
	b, err := ydoc.StateVectorFromUpdate(in["board"][0])
	if err != nil {
		return nil, err
	}
	sv, err := ydoc.DecodeStateVector(b)
	return d.EncodeStateAsUpdate(sv), err
}

func diffBytes(in inputs, _ *ydoc.Doc) ([]byte, error) {
	sv, err := ydoc.StateVectorFromUpdate(in["board"][0])
	if err != nil {
		return nil, err
	}
	return ydoc.DiffUpdate(in["large"][0], sv)
}

func merge(in inputs, _ *ydoc.Doc) ([]byte, error) { return ydoc.MergeUpdates(in["day"]...) }

// compact is what a server does with a log that has grown.
func compact(in inputs, _ *ydoc.Doc) ([]byte, error) {
	d := ydoc.New(ydoc.Options{})
	if err := applyAll(d, in["day"]); err != nil {
		return nil, err
	}
	return d.EncodeStateAsUpdate(nil), nil
}

func parse(in inputs, _ *ydoc.Doc) ([]byte, error) {
	_, err := ydoc.Decode(in["large"][0], ydoc.Limits{})
	return nil, err
}

// readInputs reads what bench.mjs wrote.
func readInputs(dir string) (inputs, error) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	in := inputs{}
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			return nil, err
		}
		for len(b) > 0 {
			n := 4 + binary.BigEndian.Uint32(b)
			in[f.Name()] = append(in[f.Name()], b[4:n])
			b = b[n:]
		}
	}
	return in, nil
}
