package obs

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// exporter sends spans as OTLP over HTTP in its JSON form, which every
// collector takes. See docs/adr on why no library does.
type exporter struct {
	url      string
	client   *http.Client
	resource otlpResource
}

func newExporter(o TracesOptions) *exporter {
	return &exporter{
		url: strings.TrimSuffix(o.URL, "/") + "/v1/traces", client: &http.Client{Timeout: 2 * time.Second},
		resource: otlpResource{otlpAttributes([]any{
			"service.name", "pathboard", "service.version", o.Version, "service.instance.id", o.Instance,
		})},
	}
}

// The parts of an ExportTraceServiceRequest that are used.
type (
	otlpRequest struct {
		ResourceSpans []otlpResourceSpans `json:"resourceSpans"`
	}
	otlpResourceSpans struct {
		Resource   otlpResource     `json:"resource"`
		ScopeSpans []otlpScopeSpans `json:"scopeSpans"`
	}
	otlpResource struct {
		Attributes []otlpAttribute `json:"attributes"`
	}
	otlpScopeSpans struct {
		Scope otlpScope  `json:"scope"`
		Spans []otlpSpan `json:"spans"`
	}
	otlpScope struct {
		Name string `json:"name"`
	}
	otlpSpan struct {
		TraceID      string          `json:"traceId"` // ids are hexadecimal here, not base64
		SpanID       string          `json:"spanId"`
		ParentSpanID string          `json:"parentSpanId,omitempty"`
		Name         string          `json:"name"`
		Kind         int             `json:"kind"`
		Start        string          `json:"startTimeUnixNano"` // 64-bit numbers are strings
		End          string          `json:"endTimeUnixNano"`
		Attributes   []otlpAttribute `json:"attributes,omitempty"`
		Status       otlpStatus      `json:"status"`
	}
	otlpStatus struct {
		Code int `json:"code,omitempty"`
	}
	otlpAttribute struct {
		Key   string    `json:"key"`
		Value otlpValue `json:"value"`
	}
	otlpValue struct {
		String string `json:"stringValue,omitempty"`
		Int    string `json:"intValue,omitempty"`
	}
)

// otlpError is STATUS_CODE_ERROR.
const otlpError = 2

func (e *exporter) send(batch []span) error {
	spans := make([]otlpSpan, len(batch))
	for i, s := range batch {
		spans[i] = otlpOf(s)
	}
	body, err := json.Marshal(otlpRequest{[]otlpResourceSpans{{
		Resource:   e.resource,
		ScopeSpans: []otlpScopeSpans{{Scope: otlpScope{"github.com/pathboard/pathboard"}, Spans: spans}},
	}}})
	if err != nil {
		return err
	}
	res, err := e.client.Post(e.url, "application/json", bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10))
	if res.StatusCode/100 != 2 {
		return fmt.Errorf("it answered %s", res.Status)
	}
	return nil
}

func otlpOf(s span) otlpSpan {
	out := otlpSpan{
		TraceID: hex.EncodeToString(s.trace[:]), SpanID: hex.EncodeToString(s.id[:]), Name: s.name, Kind: s.kind(),
		Start: strconv.FormatInt(s.began.UnixNano(), 10), End: strconv.FormatInt(s.ended.UnixNano(), 10),
		Attributes: otlpAttributes(s.facts),
	}
	if s.parent != [8]byte{} {
		out.ParentSpanID = hex.EncodeToString(s.parent[:])
	}
	if s.failed {
		out.Status.Code = otlpError // its text may name documents; the log has it
	}
	return out
}

func otlpAttributes(facts []any) []otlpAttribute {
	out := []otlpAttribute{}
	for i := 0; i+1 < len(facts); i += 2 {
		name, _ := facts[i].(string)
		switch v := facts[i+1].(type) {
		case int:
			out = append(out, otlpAttribute{name, otlpValue{Int: strconv.Itoa(v)}})
		case string:
			out = append(out, otlpAttribute{name, otlpValue{String: v}})
		}
	}
	return out
}
