package httpapi

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"image/jpeg"
	"net/http"
	"strings"
	"testing"

	"github.com/pathboard/pathboard/server/workshop"
)

// shade is a small picture; different shades are different pictures.
func shade(t *testing.T, n byte) (id, data string) {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, 8, 8))
	for i := range m.Pix {
		m.Pix[i] = n + byte(i)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(b.Bytes())
	return hex.EncodeToString(sum[:]), b.String()
}

func TestImages(t *testing.T) {
	e := newEdge(t)
	id, data := shade(t, 1)
	path := e.fill("/api/workshops/{w}/groups/{A}/images/") + id
	anna := map[string]string{"Authorization": "Bearer " + e.anna.Token}
	bea := map[string]string{"Authorization": "Bearer " + e.bea.Token}
	say := func(name string, want int, method, path, body string, who map[string]string) *http.Response {
		t.Helper()
		res := e.do(t, method, path, body, who)
		if res.Code != want {
			t.Fatalf("%s: %d %s, want %d", name, res.Code, res.Body, want)
		}
		return res.Result()
	}
	say("not there yet", 404, http.MethodGet, path, "", anna)
	say("on another group's board", 403, http.MethodPut, path, data, bea)
	say("kept", 204, http.MethodPut, path, data, anna)
	say("sent again", 204, http.MethodPut, path, data, anna)
	say("of a board one may not see", 403, http.MethodGet, path, "", bea)
	res := say("read", 200, http.MethodGet, path, "", anna)
	for header, want := range map[string]string{
		"Content-Type": "image/jpeg", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
		"Content-Security-Policy": "default-src 'none'; sandbox", "Cross-Origin-Resource-Policy": "same-origin",
	} {
		if got := res.Header.Get(header); got != want {
			t.Errorf("%s: %q, want %q", header, got, want)
		}
	}
	say("not what the name says", 422, http.MethodPut, path, data+"x", anna)
	say("no picture", 422, http.MethodPut, path, "<svg onload=alert(1)>", anna)
	say("too large", 413, http.MethodPut, path, strings.Repeat("x", workshop.ImageMaxBytes+1), anna)
	if strings.Contains(e.log.String(), id) {
		t.Error("the log names a picture")
	}
}

func TestABoardHoldsSoManyImagesAndNoMore(t *testing.T) {
	e := newEdge(t)
	anna := map[string]string{"Authorization": "Bearer " + e.anna.Token, "Accept-Language": "en"}
	for n := range workshop.DefaultLimits().BoardImages + 1 {
		id, data := shade(t, byte(n))
		res := e.do(t, http.MethodPut, e.fill("/api/workshops/{w}/groups/{A}/images/")+id, data, anna)
		full := n == workshop.DefaultLimits().BoardImages
		if want := map[bool]int{false: 204, true: 409}[full]; res.Code != want {
			t.Fatalf("picture %d: %d %s", n, res.Code, res.Body)
		}
		if full && !strings.Contains(res.Body.String(), fmt.Sprintf("%d pictures", workshop.DefaultLimits().BoardImages)) {
			t.Errorf("the limit is not named: %s", res.Body)
		}
	}
}
