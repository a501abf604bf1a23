package obs

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestSpansBelongTogether: what is begun below a span is of its trace; of a
// trace that is not kept nothing is.
func TestSpansBelongTogether(t *testing.T) {
	collector := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer collector.Close()
	for ratio, want := range map[float64]int{1: 2, 0: 0} {
		tr := NewTraces(TracesOptions{URL: collector.URL, Ratio: ratio, Logger: slog.New(slog.DiscardHandler)})
		tr.stop()
		tr.sending.Wait() // the spans stay where they are
		ctx, end := tr.Start(context.Background(), "GET /x", "a", 1)
		_, within := tr.Start(ctx, "append")
		within(errors.New("no"), "b", "c")
		end(nil)
		if len(tr.spans) != want {
			t.Fatalf("%d spans at %v", len(tr.spans), ratio)
		}
		if want == 0 {
			continue
		}
		inner, outer := <-tr.spans, <-tr.spans
		if inner.trace != outer.trace || inner.parent != outer.id || inner.id == outer.id || !inner.failed || outer.failed || outer.parent != [8]byte{} {
			t.Errorf("%+v below %+v", inner, outer)
		}
		if got := otlpOf(inner); got.Kind != 1 || got.Status.Code != otlpError || got.ParentSpanID == "" || got.Attributes[0].Value.String != "c" {
			t.Errorf("sent as %+v", got)
		}
		if got := otlpOf(outer); got.Kind != 2 || got.ParentSpanID != "" || got.Attributes[0].Value.Int != "1" {
			t.Errorf("sent as %+v", got)
		}
	}
}
