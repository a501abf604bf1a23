package obs

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"time"
)

const (
	// spansMost wait for the collector; what is more is lost and counted.
	spansMost = 2048
	// sendEvery is how long a span waits at most, sendAtOnce how many go together.
	sendEvery  = 5 * time.Second
	sendAtOnce = 512
)

// Traces makes spans and sends them to a collector. It never holds up whoever
// is traced: what the collector does not take in time is lost.
type Traces struct {
	exporter *exporter
	ratio    float64
	log      *slog.Logger
	spans    chan span
	stop     func()
	sending  sync.WaitGroup

	mu   sync.Mutex // guards lost
	lost int
}

// TracesOptions: URL is that of a collector, which takes OTLP over HTTP; Ratio
// is the part of all traces that is kept.
type TracesOptions struct {
	URL               string
	Ratio             float64
	Instance, Version string
	Logger            *slog.Logger
}

// span is a piece of work within a trace. Zero ids: it is not kept.
type span struct {
	trace      [16]byte
	id, parent [8]byte
	name       string
	began      time.Time
	ended      time.Time
	facts      []any
	failed     bool
}

type spanKey struct{}

// NewTraces begins to trace, until Close.
func NewTraces(o TracesOptions) *Traces {
	ctx, cancel := context.WithCancel(context.Background())
	t := &Traces{
		exporter: newExporter(o), ratio: o.Ratio, log: o.Logger, spans: make(chan span, spansMost), stop: cancel,
	}
	t.sending.Go(func() { t.send(ctx) })
	return t
}

// Start begins a span below that of the context, or a new trace, of which so
// many are kept as Ratio says. What a client says of its own traces is not
// believed: it could have everything recorded. facts are names and values
// (string or int) in turn; end takes more of them, and whether it failed. Names
// and facts are patterns, codes and counts, nothing of people.
func (t *Traces) Start(ctx context.Context, name string, facts ...any) (context.Context, func(err error, facts ...any)) {
	parent, below := ctx.Value(spanKey{}).(*span)
	s := &span{name: name, began: time.Now(), facts: facts}
	switch {
	case below && parent == nil, !below && rand.Float64() >= t.ratio:
		// Not kept, and nothing below it.
		return context.WithValue(ctx, spanKey{}, (*span)(nil)), func(error, ...any) {}
	case below:
		s.trace, s.parent = parent.trace, parent.id
	default:
		s.trace = [16]byte(append(randomID(), randomID()...))
	}
	s.id = [8]byte(randomID())
	return context.WithValue(ctx, spanKey{}, s), func(err error, more ...any) {
		done := *s
		done.ended, done.failed = time.Now(), err != nil
		done.facts = append(append([]any{}, facts...), more...)
		select {
		case t.spans <- done:
		default:
			t.mu.Lock()
			t.lost++
			t.mu.Unlock()
		}
	}
}

// randomID is never zero, which would mean none.
func randomID() []byte {
	id := make([]byte, 8)
	for n, i := rand.Uint64()|1, 0; i < len(id); i++ {
		id[i] = byte(n >> (8 * i))
	}
	return id
}

// send hands spans to the collector until ctx ends, and then what is left.
func (t *Traces) send(ctx context.Context) {
	tick := time.NewTicker(sendEvery)
	defer tick.Stop()
	var batch []span
	flush := func() {
		if len(batch) > 0 {
			t.hand(batch)
			batch = nil
		}
	}
	for {
		select {
		case s := <-t.spans:
			if batch = append(batch, s); len(batch) >= sendAtOnce {
				flush()
			}
		case <-tick.C:
			flush()
		case <-ctx.Done():
			for len(t.spans) > 0 {
				batch = append(batch, <-t.spans)
			}
			flush()
			return
		}
	}
}

func (t *Traces) hand(batch []span) {
	t.mu.Lock()
	lost := t.lost
	t.lost = 0
	t.mu.Unlock()
	if err := t.exporter.send(batch); err != nil {
		lost += len(batch)
		t.log.Warn("traces not taken by the collector", "spans", lost, "error", err.Error())
	} else if lost > 0 {
		t.log.Warn("more spans than the collector takes", "spans", lost)
	}
}

// Close sends what is left, for two seconds at most.
func (t *Traces) Close() {
	t.stop()
	t.sending.Wait()
	t.exporter.client.CloseIdleConnections()
}

// kind is OTLP's: requests are those of a server, the rest is within it.
func (s span) kind() int {
	if strings.Contains(s.name, "/") {
		return 2
	}
	return 1
}
