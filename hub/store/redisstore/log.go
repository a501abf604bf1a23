package redisstore

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/pathboard/pathboard/hub/store"
)

// appendGroup is the entries of one document in a batch: one script call writes
// them all or none.
type appendGroup struct {
	doc   store.DocName
	epoch uint64
	index []int // in the batch
	cmd   *redis.Cmd
}

// Append implements store.Log: one round trip, one script call a document.
func (s *Store) Append(ctx context.Context, batch []store.AppendRequest) []store.AppendResult {
	groups := groupByDocument(batch)
	s.appendGroups(ctx, batch, groups, s.append.EvalSha)
	var again []*appendGroup
	for _, g := range groups {
		if redis.HasErrorPrefix(g.cmd.Err(), "NOSCRIPT") {
			again = append(again, g) // this server has not seen it yet: nothing of it was done
		}
	}
	if len(again) > 0 {
		s.appendGroups(ctx, batch, again, s.append.Eval)
	}
	results := make([]store.AppendResult, len(batch))
	for _, g := range groups {
		g.answer(results)
	}
	return results
}

func groupByDocument(batch []store.AppendRequest) []*appendGroup {
	type key struct {
		doc   store.DocName
		epoch uint64
	}
	var groups []*appendGroup
	known := map[key]*appendGroup{}
	for i, req := range batch {
		k := key{req.Doc, req.Epoch}
		g := known[k]
		if g == nil {
			g = &appendGroup{doc: req.Doc, epoch: req.Epoch}
			known[k] = g
			groups = append(groups, g)
		}
		g.index = append(g.index, i)
	}
	return groups
}

// evaluate runs a script by its hash, or by its text.
type evaluate func(ctx context.Context, c redis.Scripter, keys []string, args ...any) *redis.Cmd

func (s *Store) appendGroups(ctx context.Context, batch []store.AppendRequest, groups []*appendGroup, run evaluate) {
	pipe := s.client.Pipeline()
	for _, g := range groups {
		args := make([]any, 0, 1+len(g.index))
		args = append(args, strconv.FormatUint(g.epoch, 10))
		for _, i := range g.index {
			args = append(args, batch[i].Data)
		}
		g.cmd = run(ctx, pipe, []string{MetaKey(g.doc), LogKey(g.doc)}, args...)
	}
	if _, err := pipe.Exec(ctx); err != nil && ctx.Err() != nil {
		for _, g := range groups {
			if g.cmd.Err() == nil && g.cmd.Val() == nil {
				g.cmd.SetErr(err)
			}
		}
	}
}

// answer writes the group's results into those of its batch.
func (g *appendGroup) answer(results []store.AppendResult) {
	ids, err := g.cmd.StringSlice()
	status, _ := g.cmd.Val().(string)
	for n, i := range g.index {
		switch {
		case status == "EPOCH":
			results[i].Err = store.ErrEpoch
		case err != nil:
			// Whatever went wrong, nothing says that the entry is durable.
			results[i].Err = fmt.Errorf("%w: %w", store.ErrUnavailable, err)
		case n >= len(ids):
			results[i].Err = fmt.Errorf("%w: Redis answered %d of %d", store.ErrUnavailable, len(ids), len(g.index))
		default:
			results[i].Position = ParsePosition(ids[n])
		}
	}
}

// Load implements store.Log.
func (s *Store) Load(ctx context.Context, doc store.DocName) (store.Loaded, error) {
	var out store.Loaded
	pipe := s.client.TxPipeline()
	epoch := pipe.HGet(ctx, MetaKey(doc), "epoch")
	version := pipe.HGet(ctx, MetaKey(doc), "version")
	snap := pipe.LIndex(ctx, snapsKey(doc), 0)
	tail := pipe.XRange(ctx, LogKey(doc), "-", "+")
	if _, err := pipe.Exec(ctx); unavailable(err) != nil {
		return out, fmt.Errorf("load document: %w", unavailable(err))
	}
	for _, err := range []error{epoch.Err(), version.Err(), snap.Err(), tail.Err()} {
		if unavailable(err) != nil {
			return out, fmt.Errorf("load document: %w", unavailable(err))
		}
	}
	out.Epoch, _ = strconv.ParseUint(epoch.Val(), 10, 64)
	if v := version.Val(); v != "" && v != "0" {
		var err error
		if out.Snapshot, err = decodeSnapshot(snap.Val()); err != nil {
			return store.Loaded{}, fmt.Errorf("load document: %w: %w", store.ErrUnavailable, err)
		}
	}
	for _, e := range Entries(tail.Val()) {
		if e.Position.Compare(out.Snapshot.Upto) > 0 {
			out.Tail = append(out.Tail, e)
		}
	}
	return out, nil
}

// Read implements store.Log.
func (s *Store) Read(ctx context.Context, doc store.DocName, after store.Position, limit int) ([]store.Entry, error) {
	pipe := s.client.TxPipeline()
	entries := pipe.XRangeN(ctx, LogKey(doc), "("+StreamID(after), "+", int64(limit))
	trimmed := pipe.HGet(ctx, MetaKey(doc), "trimmed")
	if _, err := pipe.Exec(ctx); unavailable(err) != nil {
		return nil, fmt.Errorf("read log: %w", unavailable(err))
	}
	if err := errors.Join(unavailable(entries.Err()), unavailable(trimmed.Err())); err != nil {
		return nil, fmt.Errorf("read log: %w", err)
	}
	if after.Compare(ParsePosition(trimmed.Val())) < 0 {
		return nil, fmt.Errorf("read log: %w", store.ErrTrimmed)
	}
	return Entries(entries.Val()), nil
}

// PutSnapshot implements store.Log.
func (s *Store) PutSnapshot(ctx context.Context, doc store.DocName, epoch, expect uint64, snap store.Snapshot) error {
	var past, pastData []byte
	var forget uint64
	if p := snap.Past; p != nil {
		of := *p
		of.Snapshot = expect + 1
		past, pastData, forget = encodePast(of), p.Data, p.Forget
	}
	replaces := ""
	if snap.Replaces != (store.Position{}) {
		replaces = StreamID(snap.Replaces)
	}
	answer, err := snapshotScript.Run(ctx, s.client, []string{MetaKey(doc), LogKey(doc), snapsKey(doc), pastKey(doc), pastDataKey(doc)},
		strconv.FormatUint(epoch, 10), strconv.FormatUint(expect, 10), encodeSnapshot(expect+1, snap, time.Now()),
		strconv.FormatUint(snap.Upto.Hi, 10), strconv.FormatUint(snap.Upto.Lo, 10),
		s.opts.KeepSnapshots, s.opts.TrimGrace.Milliseconds(), past, pastData, strconv.FormatUint(forget, 10), replaces).Text()
	switch {
	case err != nil:
		return fmt.Errorf("put snapshot: %w", unavailable(err))
	case answer == "EPOCH":
		return store.ErrEpoch
	case answer == "FENCED":
		return store.ErrFenced
	}
	return nil
}

// Snapshots implements store.Log.
func (s *Store) Snapshots(ctx context.Context, doc store.DocName) ([]store.Snapshot, error) {
	found, err := s.client.LRange(ctx, snapsKey(doc), 0, -1).Result()
	if err != nil {
		return nil, fmt.Errorf("list snapshots: %w", unavailable(err))
	}
	out := make([]store.Snapshot, len(found))
	for i, b := range found {
		if out[i], err = decodeSnapshot(b); err != nil {
			return nil, fmt.Errorf("list snapshots: %w", err)
		}
	}
	return out, nil
}

// Drop implements store.Log.
func (s *Store) Drop(ctx context.Context, doc store.DocName) error {
	err := dropScript.Run(ctx, s.client, []string{MetaKey(doc), LogKey(doc), snapsKey(doc), pastKey(doc), pastDataKey(doc)}).Err()
	if err := unavailable(err); err != nil {
		return fmt.Errorf("drop document: %w", err)
	}
	return nil
}
