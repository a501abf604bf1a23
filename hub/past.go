package hub

import (
	"bytes"
	"compress/flate"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/pathboard/pathboard/hub/store"
)

// A piece of history is, behind a version byte, compressed:
//
//	piece = base(1) { snapshot } count { msSinceTheLast(signed) entry }
//
// A piece without a base goes on from where the one before it ends.

// compressors take half a megabyte each, more than most of what they compress.
var compressors = sync.Pool{New: func() any {
	w, _ := flate.NewWriter(nil, flate.BestSpeed) // the level is valid
	return w
}}

// encodePast packs what a snapshot takes the place of.
func encodePast(l store.Loaded, base bool) []byte {
	size := len(l.Snapshot.Data) + 64
	for _, e := range l.Tail {
		size += len(e.Data) + 2*binary.MaxVarintLen64
	}
	raw := make([]byte, 0, size)
	if base {
		raw = appendField(append(raw, 1), l.Snapshot.Data)
	} else {
		raw = append(raw, 0)
	}
	raw = binary.AppendUvarint(raw, uint64(len(l.Tail)))
	var last int64
	for _, e := range l.Tail {
		raw = binary.AppendVarint(raw, e.At.UnixMilli()-last)
		last = e.At.UnixMilli()
		raw = appendField(raw, e.Data)
	}
	out := bytes.NewBuffer([]byte{recordVersion})
	w := compressors.Get().(*flate.Writer)
	defer compressors.Put(w)
	w.Reset(out)
	_, _ = w.Write(raw) // memory does not fail
	_ = w.Close()
	return out.Bytes()
}

// decodePast unpacks one: a base becomes the snapshot, entries the tail, their
// positions counted from 1.
func decodePast(b []byte) (store.Loaded, error) {
	var l store.Loaded
	if len(b) == 0 || b[0] != recordVersion {
		return l, fmt.Errorf("%w: piece of history", errRecord)
	}
	raw, err := io.ReadAll(flate.NewReader(bytes.NewReader(b[1:])))
	if err != nil || len(raw) == 0 {
		return l, fmt.Errorf("%w: piece of history: %w", errRecord, err)
	}
	rest, ok := raw[1:], true
	if raw[0] == 1 {
		var data []byte
		if data, rest, ok = takeField(rest); ok && len(data) > 0 {
			l.Snapshot = store.Snapshot{Version: 1, Data: data}
		}
	}
	var n uint64
	if ok {
		n, rest, ok = takeUint(rest)
	}
	var ms int64
	for i := uint64(0); i < n && ok; i++ {
		since, width := binary.Varint(rest)
		if ok = width > 0; !ok {
			break
		}
		ms += since
		e := store.Entry{Position: store.Position{Hi: i + 1}, At: time.UnixMilli(ms).UTC()}
		if e.Data, rest, ok = takeField(rest[width:]); ok {
			l.Tail = append(l.Tail, e)
		}
	}
	if !ok || len(rest) > 0 {
		return l, fmt.Errorf("%w: piece of history", errRecord)
	}
	return l, nil
}

// forgetting is what goes from a history, and the limit that it passes.
type forgetting struct {
	before uint64 // segments of older snapshots than this version
	pieces int
	limit  string // empty: nothing goes
}

// Limits of the past, labels of the metric past_forgotten_total.
const (
	limitHistoryBytes = "HistoryBytes"
	limitHistoryAge   = "HistoryAge"
	limitPinBytes     = "PinBytes"
)

// because counts what goes from the history, for the limit.
func (f forgetting) because(limit string, history []store.Past) forgetting {
	f.limit = limit
	for _, p := range history {
		if !p.Pinned() && p.Snapshot < f.before {
			f.pieces++
		}
	}
	return f
}

// count notes what has gone.
func (m *metrics) count(f forgetting) {
	if f.pieces > 0 {
		m.forgotten.WithLabelValues(f.limit).Add(float64(f.pieces))
	}
}

// segment is the piece of history that a snapshot of l leaves behind, nil when
// there is room for none, and what goes for it. It begins with a base when
// nothing it could go on from is kept, or when what would have to be read before
// it has grown.
func (h *Hub) segment(ctx context.Context, doc store.DocName, l store.Loaded) (*store.Past, forgetting, error) {
	history, err := h.opts.Store.History(ctx, doc)
	if err != nil {
		return nil, forgetting{}, err
	}
	p := &store.Past{From: l.Tail[0].At, To: l.Tail[len(l.Tail)-1].At}
	chain, base := lastChain(history, l.Snapshot.Version)
	p.Base = base == 0 || chain > 2*base || chain > h.opts.Limits.HistoryBytes/2
	p.Data = encodePast(l, p.Base)
	if len(p.Data) > h.opts.Limits.HistoryBytes {
		return nil, forgetting{pieces: 1, limit: limitHistoryBytes}, nil
	}
	gone := forgetBefore(history, len(p.Data), p.Base, l.Snapshot.Version+1, h.opts.Limits, time.Now())
	p.Forget = gone.before
	return p, gone, nil
}

// lastChain is the size of the segments from the last base to the snapshot's,
// and of the base; both are 0 when the history has a gap before the snapshot.
func lastChain(history []store.Past, version uint64) (chain, base int) {
	for i := len(history) - 1; i >= 0; i-- {
		p := history[i]
		switch {
		case p.Pinned():
			continue
		case p.Snapshot != version:
			return 0, 0
		}
		chain += p.Size
		if p.Base {
			return chain, p.Size
		}
		version--
	}
	return 0, 0
}

// forgetBefore says which segments go, so that all that are kept fit the limits;
// the first of those is always one with a base. size and base
// describe the segment that is to become version next.
func forgetBefore(history []store.Past, size int, base bool, next uint64, lim Limits, now time.Time) (gone forgetting) {
	total := size
	if base {
		gone.before = next
	}
	for i := len(history) - 1; i >= 0; i-- {
		p := history[i]
		if p.Pinned() {
			continue
		}
		total += p.Size
		switch {
		case gone.before > 0 && total > lim.HistoryBytes:
			return gone.because(limitHistoryBytes, history)
		case gone.before > 0 && now.Sub(p.To) > lim.HistoryAge:
			return gone.because(limitHistoryAge, history)
		case p.Base:
			gone.before = p.Snapshot
		}
	}
	return gone
}

// foldUntilNow is a loaded document as one snapshot's data.
func foldUntilNow(lim Limits, l store.Loaded) ([]byte, error) {
	if len(l.Tail) == 0 {
		return l.Snapshot.Data, nil
	}
	snap, err := buildSnapshot(lim, l)
	return snap.Data, err
}
