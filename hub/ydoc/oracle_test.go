package ydoc

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// oracle is a Node process that runs yjs; see oracle/oracle.mjs.
type oracle struct {
	mu  sync.Mutex // one question at a time
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

// installOracle makes sure Node and the oracle's packages are there. A missing
// Node fails the test: without its judge the package is untested.
var installOracle = sync.OnceValue(func() error {
	if _, err := exec.LookPath("node"); err != nil {
		return errors.New("node is not installed; the judge of this package is yjs in Node.js 20 or newer: https://nodejs.org")
	}
	if _, err := os.Stat(filepath.Join("oracle", "node_modules", "yjs", "package.json")); err == nil {
		return nil
	}
	npm := exec.Command("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error")
	npm.Dir = "oracle"
	if out, err := npm.CombinedOutput(); err != nil {
		return fmt.Errorf("npm ci in oracle: %w\n%s", err, out)
	}
	return nil
})

func startOracle(t testing.TB) *oracle {
	t.Helper()
	if err := installOracle(); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", "--max-semi-space-size=32", "oracle.mjs")
	cmd.Dir = "oracle"
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("start node: %v", err)
	}
	o := &oracle{cmd: cmd, in: in, out: bufio.NewReaderSize(out, 1<<20)}
	t.Cleanup(func() {
		in.Close() // node ends when its input does
		if err := cmd.Wait(); err != nil {
			t.Errorf("node: %v", err)
		}
	})
	return o
}

// call sends one frame and waits for its answer. It may be called concurrently.
func (o *oracle) call(request []byte) (*reader, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	frame := binary.BigEndian.AppendUint32(nil, uint32(len(request)))
	if _, err := o.in.Write(append(frame, request...)); err != nil {
		return nil, fmt.Errorf("write to node: %w", err)
	}
	var head [4]byte
	if _, err := io.ReadFull(o.out, head[:]); err != nil {
		return nil, fmt.Errorf("read from node: %w", err)
	}
	body := make([]byte, binary.BigEndian.Uint32(head[:]))
	if _, err := io.ReadFull(o.out, body); err != nil {
		return nil, fmt.Errorf("read from node: %w", err)
	}
	return &reader{b: body, depth: maxDepth}, nil
}

// history is a random concurrent history made by yjs, and what yjs makes of it.
type history struct {
	seed     uint64
	gc       bool
	cut      bool // surrogate pairs may be cut: yjs replicas may disagree
	inverted bool // an undo made neighbours in reverse: yjs replicas may disagree
	diverged bool // yjs replicas do disagree
	read     bool // yjs shall read what Go made, even where its bytes are those of yjs
	log      [][]byte
	events   [][]byte // what a yjs server emits for each update of the log
	half     []byte   // state after half of the log
	state    []byte
	reloaded []byte // state as yjs encodes it after loading it
	vector   []byte
	rest     []byte // what half lacks of state
	view     string
	bytes    *byteResults // nil when left out
}

// byteResults is what yjs makes of updates without a document.
type byteResults struct {
	merged    []byte   // of the first 60 updates
	mergedSV  []byte   // state vector of the first 30 updates merged
	diff      []byte   // of merged, for mergedSV
	mergedOwn []byte   // state vector of merged
	columns   [][]byte // updates in format V2
	rows      [][]byte // the same as yjs converts them to V1
}

// exact reports whether there is one result to compare with.
func (h *history) exact() bool { return !h.cut && !h.diverged }

// histories has yjs make the histories of n seeds.
func (o *oracle) histories(from uint64, n int) ([]*history, error) {
	r, err := o.call(appendUvarint(appendUvarint([]byte{1}, from), uint64(n)))
	if err != nil {
		return nil, err
	}
	all := make([]*history, n)
	for i := range all {
		all[i] = readHistory(r, from+uint64(i))
	}
	return all, r.err
}

func readHistory(r *reader, seed uint64) *history {
	flags := r.byte()
	h := &history{
		seed: seed, gc: flags&1 != 0, cut: flags&2 != 0, diverged: flags&4 != 0,
		inverted: flags&8 != 0, read: flags&16 != 0,
	}
	h.log, h.events = r.list(), r.list()
	h.half, h.state, h.reloaded, h.vector, h.rest = r.bytes(), r.bytes(), r.bytes(), r.bytes(), r.bytes()
	h.view = string(r.bytes())
	if flags&32 != 0 {
		h.bytes = &byteResults{}
		h.bytes.merged, h.bytes.mergedSV, h.bytes.diff, h.bytes.mergedOwn = r.bytes(), r.bytes(), r.bytes(), r.bytes()
		h.bytes.columns, h.bytes.rows = r.list(), r.list()
	}
	return h
}

func (r *reader) list() [][]byte {
	list := make([][]byte, r.uvarint())
	for i := range list {
		list[i] = r.bytes()
	}
	return list
}

// results is what yjs shall judge.
type results struct {
	seed        uint64
	state, diff []byte
	canonical   [][]byte // empty when their bytes are those of yjs and need no reading
	edits       [][]byte // server-side changes on top of state
	edited      []byte   // state after them
}

// judge returns what yjs disagrees with, a list for each result. The histories
// of n seeds are forgotten with it.
func (o *oracle) judge(from uint64, n int, all []results) ([][]string, error) {
	b := appendUvarint(appendUvarint([]byte{2}, from), uint64(n))
	for _, res := range all {
		b = appendBytes(appendBytes(appendUvarint(b, res.seed), res.state), res.diff)
		for _, list := range [][][]byte{res.canonical, res.edits} {
			b = appendUvarint(b, uint64(len(list)))
			for _, u := range list {
				b = appendBytes(b, u)
			}
		}
		b = appendBytes(b, res.edited)
	}
	r, err := o.call(b)
	if err != nil {
		return nil, err
	}
	var wrong [][]string
	err = json.Unmarshal(r.bytes(), &wrong)
	return wrong, err
}

// ask puts a question to features.mjs.
func (o *oracle) ask(question string, details map[string]any, answer any) error {
	details["question"] = question
	b, err := json.Marshal(details)
	if err != nil {
		return err
	}
	r, err := o.call(appendBytes([]byte{4}, b))
	if err != nil {
		return err
	}
	return json.Unmarshal(r.bytes(), answer)
}
