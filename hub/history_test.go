package hub

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/pathboard/pathboard/hub/bus/localbus"
	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/store/filestore"
	"github.com/pathboard/pathboard/hub/ydoc"
)

// dated is a store by whose clock an entry is taken every second.
type dated struct{ store.Store }

var datedStart = time.Unix(1_000_000_000, 0).UTC()

func datedAt(position uint64) time.Time {
	return datedStart.Add(time.Duration(position) * time.Second)
}

func (d dated) Load(ctx context.Context, doc store.DocName) (store.Loaded, error) {
	l, err := d.Store.Load(ctx, doc)
	for i, e := range l.Tail {
		l.Tail[i].At = datedAt(e.Position.Hi)
	}
	return l, err
}

type everybody struct{}

func (everybody) Authorize(context.Context, store.DocName, string) (Grant, error) {
	return Grant{Subject: "s"}, nil
}

func openDated(t *testing.T, lim Limits) *Hub {
	t.Helper()
	s, err := filestore.Open(t.Context(), filestore.Options{Dir: t.TempDir(), TrimGrace: -1})
	if err != nil {
		t.Fatal(err)
	}
	b := localbus.New(s)
	h, err := Open(t.Context(), Options{Store: dated{s}, Bus: b, Authorizer: everybody{}, Limits: lim})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(h.Close(context.Background()), b.Close(), s.Close()); err != nil {
			t.Error(err)
		}
	})
	return h
}

// edit makes a random change and returns the document behind it.
func editSomething(t *testing.T, h *Hub, r *rand.Rand) []byte {
	t.Helper()
	err := h.Edit(t.Context(), "d", "s", func(x *ydoc.Txn) error {
		text := x.Root("notes", ydoc.KindText)
		if text.Len() > 20 && r.IntN(3) == 0 {
			return x.DeleteRange(text, r.IntN(10), 1+r.IntN(10))
		}
		return x.InsertText(text, r.IntN(text.Len()+1), fmt.Sprintf("słowo%d ", r.IntN(1000)))
	})
	if err != nil {
		t.Fatal(err)
	}
	var state []byte
	if err := h.View(t.Context(), "d", func(d *ydoc.Doc) error { state = []byte(d.Root("notes", ydoc.KindText).Text()); return nil }); err != nil {
		t.Fatal(err)
	}
	return state
}

// TestThePastIsReadAgain asks for every moment of a document's life, across
// snapshots, gaps and limits: what is told is what was shown then (R12).
func TestThePastIsReadAgain(t *testing.T) {
	const edits = 240
	for seed := range uint64(3) {
		r := rand.New(rand.NewPCG(seed, 12))
		lim := Limits{HistoryAge: 200 * 365 * 24 * time.Hour}
		if seed%3 == 2 {
			lim.HistoryBytes = 5 << 10
		}
		h := openDated(t, lim)
		shown := make([][]byte, edits+1)
		for i := 1; i <= edits; i++ {
			shown[i] = editSomething(t, h, r)
			if r.IntN(9) == 0 {
				if err := h.compact(t.Context(), "d"); err != nil {
					t.Fatal(err)
				}
			}
		}
		known := 0
		for i := range shown {
			d, err := h.At(t.Context(), "d", datedAt(uint64(i)))
			if errors.Is(err, ErrPastUnknown) && known == 0 && lim.HistoryBytes > 0 {
				continue // forgotten, and so is all before it
			}
			if err != nil {
				t.Fatalf("seed %d, edit %d: %v", seed, i, err)
			}
			known++
			if got := d.Root("notes", ydoc.KindText).Text(); got != string(shown[i]) {
				t.Fatalf("seed %d, edit %d: %q, shown was %q", seed, i, got, shown[i])
			}
		}
		size := 0
		history, err := h.opts.Store.History(t.Context(), "d")
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range history {
			size += p.Size
		}
		if lim.HistoryBytes > 0 && (size > lim.HistoryBytes || known < 10 || known == edits+1) || lim.HistoryBytes == 0 && known != edits+1 {
			t.Errorf("seed %d: %d moments of %d known from %d bytes", seed, known, edits, size)
		}
	}
}

// TestOldPastIsForgotten: R12. With the next snapshot goes what is older than the
// limit.
func TestOldPastIsForgotten(t *testing.T) {
	h := openDated(t, Limits{HistoryAge: time.Hour})
	r := rand.New(rand.NewPCG(1, 1))
	for range 12 {
		editSomething(t, h, r)
		if err := h.compact(t.Context(), "d"); err != nil {
			t.Fatal(err)
		}
	}
	// The newest segment stays, and those it goes on from.
	if v, err := h.Versions(t.Context(), "d"); err != nil || len(v) == 0 || len(v) > 5 {
		t.Errorf("versions %v, %v", v, err)
	}
	if _, err := h.At(t.Context(), "d", datedAt(1)); !errors.Is(err, ErrPastUnknown) {
		t.Errorf("the first moment: %v", err)
	}
	if n := counted(t, h.metrics.forgotten); n < 7 {
		t.Errorf("%v pieces are counted as forgotten, of 12", n)
	}
}

// counted is the sum of a collector's counters.
func counted(t *testing.T, c prometheus.Collector) (sum float64) {
	t.Helper()
	reg := prometheus.NewRegistry()
	reg.MustRegister(c)
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			sum += m.GetCounter().GetValue()
		}
	}
	return sum
}

// TestPinsOutliveTheHistory: R12.
func TestPinsOutliveTheHistory(t *testing.T) {
	h := openDated(t, Limits{HistoryAge: time.Hour, PinBytes: 3 * pinBytesLeast})
	r := rand.New(rand.NewPCG(1, 1))
	var pins []Version
	var shown [][]byte
	for range 3 {
		shown = append(shown, editSomething(t, h, r))
		v, err := h.Pin(t.Context(), "d", "phase")
		if err != nil {
			t.Fatal(err)
		}
		pins = append(pins, v)
		if err := h.compact(t.Context(), "d"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.Pin(t.Context(), "d", "one too many"); !errors.Is(err, ErrPinsFull) {
		t.Errorf("a fourth pin: %v", err)
	}
	if n := counted(t, h.metrics.forgotten.WithLabelValues(limitPinBytes)); n != 1 {
		t.Errorf("%v refused pins are counted", n)
	}
	for i, v := range pins {
		d, err := h.Pinned(t.Context(), "d", v.Pin)
		if err != nil || d.Root("notes", ydoc.KindText).Text() != string(shown[i]) {
			t.Errorf("pin %d: %v", i, err)
		}
	}
	if err := h.Unpin(t.Context(), "d", pins[0].Pin); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Pinned(t.Context(), "d", pins[0].Pin); !errors.Is(err, ErrPastUnknown) {
		t.Errorf("a pin given up: %v", err)
	}
	if err := h.ForgetPast(t.Context(), "d"); err != nil {
		t.Fatal(err)
	}
	if v, err := h.Versions(t.Context(), "d"); err != nil || len(v) != 0 {
		t.Errorf("versions %v, %v", v, err)
	}
	if d, err := h.At(t.Context(), "d", time.Now().Add(time.Hour)); err != nil || d.Root("notes", ydoc.KindText).Text() != string(shown[2]) {
		t.Errorf("now: %v", err)
	}
}

func TestPiecesOfHistoryAreReadBack(t *testing.T) {
	l := store.Loaded{Snapshot: store.Snapshot{Version: 1, Data: []byte("snap")}, Tail: []store.Entry{
		{Position: store.Position{Hi: 1}, Data: []byte("a"), At: datedAt(5)},
		{Position: store.Position{Hi: 2}, Data: nil, At: datedAt(3)},
	}}
	for _, base := range []bool{true, false} {
		b := encodePast(l, base)
		got, err := decodePast(b)
		if err != nil || len(got.Tail) != 2 || !got.Tail[1].At.Equal(datedAt(3)) || bytes.Equal(got.Snapshot.Data, l.Snapshot.Data) != base {
			t.Errorf("base %v: %+v, %v", base, got, err)
		}
		for n := range b {
			if _, err := decodePast(b[:n]); err == nil {
				t.Errorf("%d of %d bytes are taken for a piece", n, len(b))
			}
		}
	}
}
