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
	cmd := exec.Command("node", "oracle.mjs")
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

// call sends one frame and waits for its answer.
func (o *oracle) call(request []byte) (*reader, error) {
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
	seed      uint64
	gc        bool
	cut       bool // surrogate pairs may be cut: yjs replicas may disagree
	inverted  bool // an undo made neighbours in reverse: yjs replicas may disagree
	diverged  bool // yjs replicas do disagree
	log       [][]byte
	events    [][]byte // what a yjs server emits for each update of the log
	half      []byte   // state after half of the log
	state     []byte
	reloaded  []byte // state as yjs encodes it after loading it
	vector    []byte
	view      string   // of the server
	agreed    string   // of the clients
	merged    []byte   // of the first 60 updates
	mergedSV  []byte   // state vector of the first 30 updates merged
	diff      []byte   // of merged, for mergedSV
	mergedOwn []byte   // state vector of merged
	columns   [][]byte // updates in format V2
	rows      [][]byte // the same as yjs converts them to V1
}

// exact reports whether there is one result to compare with.
func (h *history) exact() bool { return !h.cut && !h.diverged }

func (o *oracle) history(seed uint64) (*history, error) {
	r, err := o.call(appendUvarint([]byte{1}, seed))
	if err != nil {
		return nil, err
	}
	flags := r.byte()
	h := &history{seed: seed, gc: flags&1 != 0, cut: flags&2 != 0, diverged: flags&4 != 0, inverted: flags&8 != 0}
	h.log, h.events = r.list(), r.list()
	h.half, h.state, h.reloaded, h.vector = r.bytes(), r.bytes(), r.bytes(), r.bytes()
	h.view, h.agreed = string(r.bytes()), string(r.bytes())
	h.merged, h.mergedSV, h.diff, h.mergedOwn = r.bytes(), r.bytes(), r.bytes(), r.bytes()
	h.columns, h.rows = r.list(), r.list()
	return h, r.err
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
	state, diff []byte
	canonical   [][]byte
	edits       [][]byte // server-side changes on top of state
	edited      []byte   // state after them
}

// judge returns what yjs disagrees with.
func (o *oracle) judge(seed uint64, res results) ([]string, error) {
	b := appendUvarint([]byte{2}, seed)
	b = appendBytes(appendBytes(b, res.state), res.diff)
	for _, list := range [][][]byte{res.canonical, res.edits} {
		b = appendUvarint(b, uint64(len(list)))
		for _, u := range list {
			b = appendBytes(b, u)
		}
	}
	r, err := o.call(appendBytes(b, res.edited))
	if err != nil {
		return nil, err
	}
	var wrong []string
	err = json.Unmarshal(r.bytes(), &wrong)
	return wrong, err
}
