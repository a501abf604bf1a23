package trial

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// StatusError is an answer that is not a success.
type StatusError struct {
	Status int
	What   string // the request and the answer, for people
}

func (e *StatusError) Error() string { return e.What }

// OfServer tells whether the server, not the request, was to blame: an answer
// of 500 and above, or none.
func OfServer(err error) bool {
	var status *StatusError
	return err != nil && (!errors.As(err, &status) || status.Status >= http.StatusInternalServerError)
}

var client = &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}

// Request sends body as JSON with the token, unless that is empty, and any
// version as the one it relies on. It reads the answer into into, and returns
// its size in bytes. A status other than 2xx is a *StatusError.
func Request(ctx context.Context, method, url, token string, body, into any) (int, error) {
	raw, err := json.Marshal(body)
	if err != nil {
		return 0, err
	}
	req, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(raw))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("If-Match", "*")
	req.Header.Set("Prefer", "return=minimal") // as browsers that join
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, err
	}
	if res.StatusCode/100 != 2 {
		return len(answer), &StatusError{res.StatusCode, fmt.Sprintf("%s %s: %d %s", method, req.URL.Path, res.StatusCode, strings.TrimSpace(string(answer)))}
	}
	return len(answer), json.Unmarshal(answer, into)
}
