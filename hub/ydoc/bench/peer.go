package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// peer is a Node process that runs yjs; see oracle/bench.mjs.
type peer struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

type question struct {
	Make string `json:"make,omitempty"`
	Read string `json:"read,omitempty"`
	Run  string `json:"run,omitempty"`
	Heap string `json:"heap,omitempty"`
}

type answer struct {
	NS   int64  `json:"ns"`
	Heap int64  `json:"heap"`
	Out  []byte `json:"out"`
}

func startPeer(dir string) (*peer, error) {
	if _, err := os.Stat(filepath.Join(dir, "node_modules", "yjs")); err != nil {
		npm := exec.Command("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error")
		npm.Dir = dir
		if out, err := npm.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("npm ci in %s: %w\n%s", dir, err, out)
		}
	}
	p := &peer{cmd: exec.Command("node", "--expose-gc", "bench.mjs")}
	p.cmd.Dir, p.cmd.Stderr = dir, os.Stderr
	var err error
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.out = bufio.NewReader(out)
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start node: %w", err)
	}
	return p, nil
}

func (p *peer) ask(q question) (a answer, err error) {
	if err := json.NewEncoder(p.in).Encode(q); err != nil {
		return a, fmt.Errorf("write to node: %w", err)
	}
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		return a, fmt.Errorf("read from node: %w", err)
	}
	return a, json.Unmarshal(line, &a)
}

// close ends the process: it stops when its input does.
func (p *peer) close() error { return errors.Join(p.in.Close(), p.cmd.Wait()) }
