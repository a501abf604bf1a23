package ydoc

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// What an ordinary test run can afford: half of the long histories and five
// times as many short ones.
const (
	defaultFrom  = 500
	defaultSeeds = 3000
)

// batch is how many histories go to and fro in one message.
const batch = 16

// TestDifferential compares the package with yjs on random concurrent
// histories, in both directions. PATHBOARD_FUZZ_SEEDS sets how many,
// PATHBOARD_FUZZ_FROM where to begin, so a failing seed can be run alone.
func TestDifferential(t *testing.T) {
	seeds, from := envInt(t, "PATHBOARD_FUZZ_SEEDS", defaultSeeds), envInt(t, "PATHBOARD_FUZZ_FROM", defaultFrom)
	if testing.Short() {
		seeds = min(seeds, 200)
	}
	run := differential{end: int64(from + seeds)}
	run.next.Store(int64(from))
	var wg sync.WaitGroup
	for range min(runtime.NumCPU(), 4, envInt(t, "PATHBOARD_FUZZ_NODES", 4)) {
		o := startOracle(t)
		for range 2 { // while yjs makes histories, Go compares others
			wg.Go(func() { run.worker(t, o) })
		}
	}
	wg.Wait()
	t.Logf("%d seeds from %d, %d updates, %d seeds failed", seeds, from, run.updates.Load(), len(run.failed))
	if len(run.failed) > 0 {
		t.Errorf("failing seeds: %s", strings.Join(run.failed, " "))
	}
}

func envInt(t *testing.T, name string, fallback int) int {
	s := os.Getenv(name)
	if s == "" {
		return fallback
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// differential is one run of TestDifferential.
type differential struct {
	next, updates atomic.Int64
	end           int64
	mu            sync.Mutex
	failed        []string
}

func (run *differential) worker(t *testing.T, o *oracle) {
	for {
		from := run.next.Add(batch) - batch
		if from >= run.end {
			return
		}
		n := min(batch, run.end-from)
		if err := run.compare(t, o, uint64(from), int(n)); err != nil {
			t.Errorf("seeds %d to %d: %v", from, from+n-1, err)
			return
		}
	}
}

// compare runs all checks on the histories of n seeds. Its error is not about
// them but about the oracle.
func (run *differential) compare(t *testing.T, o *oracle, from uint64, n int) error {
	histories, err := o.histories(from, n)
	if err != nil {
		return err
	}
	var all []results
	for _, h := range histories {
		run.updates.Add(int64(len(h.log)))
		res, err := compare(h)
		if err != nil {
			run.fail(t, h.seed, err)
			continue
		}
		all = append(all, res)
	}
	wrong, err := o.judge(from, n, all)
	for i := range wrong {
		if len(wrong[i]) > 0 {
			run.fail(t, all[i].seed, fmt.Errorf("yjs says: %s", strings.Join(wrong[i], "; ")))
		}
	}
	return err
}

func (run *differential) fail(t *testing.T, seed uint64, err error) {
	run.mu.Lock()
	defer run.mu.Unlock()
	run.failed = append(run.failed, strconv.FormatUint(seed, 10))
	if len(run.failed) <= 5 {
		t.Errorf("seed %d: %v", seed, err)
	}
}

// compare runs the checks on one history and returns what yjs shall judge.
func compare(h *history) (results, error) {
	if h.diverged && !h.cut && !h.inverted {
		return results{}, errors.New("yjs replicas disagree: the generator is at fault")
	}
	c := comparison{h: h, r: rand.New(rand.NewPCG(h.seed, 1))}
	res, err := c.causal()
	if err != nil {
		return results{}, err
	}
	if h.exact() {
		err = c.shuffled()
	}
	if h.bytes != nil && err == nil {
		err = c.algebra()
	}
	return res, err
}

type comparison struct {
	h *history
	r *rand.Rand
}

func (c *comparison) open() *Doc {
	lim := DefaultLimits()
	lim.SplitSurrogates = c.h.cut
	return New(Options{Limits: lim, KeepDeleted: !c.h.gc})
}

// causal applies the log as it was made and holds every step against yjs.
func (c *comparison) causal() (results, error) {
	d := c.open()
	res := results{seed: c.h.seed}
	for i, update := range c.h.log {
		if c.h.exact() && c.r.IntN(8) == 0 {
			if err := tryRollback(d, update); err != nil {
				return res, fmt.Errorf("update %d: %w", i, err)
			}
		}
		canonical, err := d.Apply(update)
		if err != nil {
			return res, fmt.Errorf("update %d of %d: %w", i, len(c.h.log), err)
		}
		if c.h.exact() && !bytes.Equal(canonical, c.h.events[i]) {
			return res, fmt.Errorf("update %d: canonical\n got %x\nwant %x", i, canonical, c.h.events[i])
		}
		if canonical != nil && c.h.read {
			res.canonical = append(res.canonical, canonical)
		}
	}
	res.state = d.EncodeStateAsUpdate(nil)
	half, err := StateVectorFromUpdate(c.h.half)
	if err != nil {
		return res, fmt.Errorf("state vector of half: %w", err)
	}
	sv, err := DecodeStateVector(half)
	if err != nil {
		return res, err
	}
	res.diff = d.EncodeStateAsUpdate(sv)
	if c.h.exact() && !bytes.Equal(res.diff, c.h.rest) {
		return res, fmt.Errorf("diff on half\n got %x\nwant %x", res.diff, c.h.rest)
	}
	if err := c.equal("causal", d, true); err != nil {
		return res, err
	}
	if err := c.reload(res.state); err != nil {
		return res, err
	}
	return res, c.edit(d, &res)
}

// equal compares a document with the yjs server of the history.
func (c *comparison) equal(what string, d *Doc, sameBytes bool) error {
	if !bytes.Equal(d.EncodeStateVector(), c.h.vector) {
		return fmt.Errorf("%s: state vector\n got %x\nwant %x", what, d.EncodeStateVector(), c.h.vector)
	}
	if err := checkIntegrity(d); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if !c.h.exact() {
		return nil
	}
	if same, err := equalJSON(c.h.view, d); err != nil {
		return err
	} else if !same {
		return fmt.Errorf("%s: view\n got %s\nwant %s", what, showView(d), c.h.view)
	}
	got := d.EncodeStateAsUpdate(nil)
	if sameBytes && !bytes.Equal(got, c.h.state) {
		return fmt.Errorf("%s: state\n got %x\nwant %x", what, got, c.h.state)
	}
	gotDeletes, err := deleteSet(got)
	if err != nil {
		return err
	}
	wantDeletes, err := deleteSet(c.h.state)
	if err != nil {
		return err
	}
	if !bytes.Equal(gotDeletes, wantDeletes) {
		return fmt.Errorf("%s: delete set\n got %x\nwant %x", what, gotDeletes, wantDeletes)
	}
	return nil
}

// deleteSet returns the delete set of an update in a normal form.
func deleteSet(update []byte) ([]byte, error) {
	u, err := Decode(update, Limits{})
	if err != nil {
		return nil, err
	}
	byClient := map[uint64][]deleteRange{}
	for _, r := range u.deletes {
		id := u.clients[r.client]
		byClient[id] = append(byClient[id], r)
	}
	for id := range byClient {
		byClient[id] = normalize(byClient[id])
	}
	return appendDeletes(nil, byClient), nil
}

// reload loads the state into a new document, which must equal the old one.
func (c *comparison) reload(state []byte) error {
	d := c.open()
	if _, err := d.Apply(state); err != nil {
		return fmt.Errorf("reload: %w", err)
	}
	if err := c.equal("reload", d, false); err != nil {
		return err
	}
	if got := d.EncodeStateAsUpdate(nil); c.h.exact() && !bytes.Equal(got, c.h.reloaded) {
		return fmt.Errorf("reload: state\n got %x\nwant %x", got, c.h.reloaded)
	}
	return nil
}

// shuffled delivers the log out of order, some of it merged, some of it twice.
// What builds on something missing is refused and comes again later, as a
// client resends after a resync.
func (c *comparison) shuffled() error {
	queue, err := c.delivery()
	if err != nil {
		return err
	}
	d := c.open()
	for len(queue) > 0 {
		var again [][]byte
		for _, update := range queue {
			version := d.Version()
			_, err := d.Apply(update)
			if errors.Is(err, ErrMissing) {
				if d.Version() != version {
					return errors.New("shuffled: refused update changed the document")
				}
				again = append(again, update)
			} else if err != nil {
				return fmt.Errorf("shuffled: %w", err)
			}
		}
		if len(again) == len(queue) { // the rest needs a resync
			diff, err := DiffUpdate(c.h.state, d.EncodeStateVector())
			if err != nil {
				return fmt.Errorf("shuffled: diff: %w", err)
			}
			if _, err := d.Apply(diff); err != nil {
				return fmt.Errorf("shuffled: resync: %w", err)
			}
		}
		queue = again
	}
	return c.equal("shuffled", d, false)
}

func (c *comparison) delivery() ([][]byte, error) {
	log := c.h.log
	queue := append([][]byte{}, log...)
	if n := len(log); n > 4 && c.r.IntN(3) == 0 {
		from := c.r.IntN(n / 2)
		to := from + 2 + c.r.IntN(n/2)
		merged, err := MergeUpdates(log[from:min(to, n)]...)
		if err != nil {
			return nil, fmt.Errorf("merge: %w", err)
		}
		queue = append(append([][]byte{}, log[:from]...), log[min(to, n):]...)
		queue = append(queue, merged)
	}
	for range len(log) / 10 {
		queue = append(queue, log[c.r.IntN(len(log))])
	}
	for i := range queue { // mostly near their place, some far off
		j := c.r.IntN(len(queue))
		if c.r.IntN(3) > 0 {
			j = min(i+c.r.IntN(6), len(queue)-1)
		}
		queue[i], queue[j] = queue[j], queue[i]
	}
	return queue, nil
}

// algebra compares the operations on bytes.
func (c *comparison) algebra() error {
	if err := c.columns(); err != nil || !c.h.exact() {
		return err
	}
	want := c.h.bytes
	merged, err := MergeUpdates(c.h.log[:min(60, len(c.h.log))]...)
	if err != nil {
		return fmt.Errorf("merge: %w", err)
	}
	if !bytes.Equal(merged, want.merged) {
		return fmt.Errorf("merge\n got %x\nwant %x", merged, want.merged)
	}
	diff, err := DiffUpdate(want.merged, want.mergedSV)
	if err != nil {
		return fmt.Errorf("diff: %w", err)
	}
	if !bytes.Equal(diff, want.diff) {
		return fmt.Errorf("diff\n got %x\nwant %x", diff, want.diff)
	}
	sv, err := StateVectorFromUpdate(want.merged)
	if err != nil {
		return fmt.Errorf("state vector: %w", err)
	}
	if !bytes.Equal(sv, want.mergedOwn) {
		return fmt.Errorf("state vector\n got %x\nwant %x", sv, want.mergedOwn)
	}
	return nil
}

// columns converts updates in format V2 and compares.
func (c *comparison) columns() error {
	for i, b := range c.h.bytes.columns {
		got, err := ConvertUpdateV2(b, DefaultLimits())
		if err != nil {
			return fmt.Errorf("V2 update %d: %w", i, err)
		}
		if !bytes.Equal(got, c.h.bytes.rows[i]) {
			return fmt.Errorf("V2 update %d\n got %x\nwant %x", i, got, c.h.bytes.rows[i])
		}
	}
	return nil
}

// tryRollback performs an update and takes it back: nothing may remain.
func tryRollback(d *Doc, update []byte) error {
	before, stats := d.EncodeStateAsUpdate(nil), d.Stats()
	u, err := Decode(update, Limits{})
	if err != nil {
		return err
	}
	p, err := d.Plan(u)
	if err != nil {
		return err
	}
	d.begin(1 << 30)
	if err := d.perform(p); err != nil {
		return err
	}
	d.rollback()
	if after := d.EncodeStateAsUpdate(nil); !bytes.Equal(before, after) {
		return fmt.Errorf("rollback\n got %x\nwant %x", after, before)
	}
	if d.Stats() != stats {
		return fmt.Errorf("rollback: stats got %v want %v", d.Stats(), stats)
	}
	return checkIntegrity(d)
}
