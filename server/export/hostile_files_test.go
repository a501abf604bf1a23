package export

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"image/png"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pathboard/pathboard/server/board"
)

var (
	// plainName is a name in an archive that leads nowhere but below it.
	plainName = regexp.MustCompile(`^([a-z0-9]+/)?[a-z0-9][a-z0-9-]*\.[a-z0-9]+$`)
	// boardFile is a name in the archive of one board.
	boardFile = regexp.MustCompile(`^(board\.json|images/[0-9a-f]{64}\.jpg)$`)
)

// seldom is how many texts go by between two that are painted and packed, which
// takes long; with EXPORT_HOSTILE=all each is.
func seldom() int {
	if os.Getenv("EXPORT_HOSTILE") == "all" {
		return 1
	}
	return 10
}

// TestHostileTextStaysDataInFilesForPrograms: JSON comes back as it was and holds
// no markup to run, pictures hold nothing but pixels, archives unpack to plain
// names.
func TestHostileTextStaysDataInFilesForPrograms(t *testing.T) {
	for i, s := range hostile() {
		if every > 1 && i%(every*seldom()) != 0 {
			continue
		}
		r := hostileReport(t, s)
		g := &r.Groups[0]
		one := group(t, r, 0, "json")
		back, err := board.Decode(one)
		if err != nil || !reflect.DeepEqual(back, g.Board) {
			t.Errorf("text %d %q: the JSON comes back as %+v (%v)", i, s, back, err)
		}
		all := whole(t, r, "json")
		if !json.Valid(all) || bytes.ContainsAny(all, "<>\u2028\u2029") || bytes.ContainsAny(one, "<>\u2028\u2029") {
			t.Errorf("text %d %q: the JSON is not valid, or ends a script that it stands in", i, s)
		}
		if i%seldom() != 0 {
			continue
		}
		onlyPixels(t, s, group(t, r, 0, "png"))
		for _, p := range unzip(t, group(t, r, 0, "zip")) {
			if !boardFile.MatchString(p.name) {
				t.Errorf("text %d %q: a board's archive has %q", i, s, p.name)
			}
		}
		var names []string
		for _, p := range unzip(t, whole(t, r, "zip")) {
			if !plainName.MatchString(p.name) || slices.Contains(names, p.name) {
				t.Errorf("text %d %q: the archive has %q", i, s, p.name)
			}
			names = append(names, p.name)
			if strings.HasSuffix(p.name, ".svg") {
				inert(t, p.name, p.body)
			}
		}
		for _, want := range []string{".pdf", ".docx", ".xlsx", ".md", ".ics", ".json", ".csv", ".svg"} {
			if !slices.ContainsFunc(names, func(n string) bool { return strings.HasSuffix(n, want) }) {
				t.Errorf("text %d %q: the archive lacks %s: %q", i, s, want, names)
			}
		}
	}
}

// onlyPixels fails for a picture with parts beside what is painted.
func onlyPixels(t *testing.T, s string, body []byte) {
	t.Helper()
	if _, err := png.Decode(bytes.NewReader(body)); err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	for at := 8; at+8 <= len(body); at += 12 + int(binary.BigEndian.Uint32(body[at:])) {
		if kind := string(body[at+4 : at+8]); kind != "IHDR" && kind != "IDAT" && kind != "IEND" {
			t.Errorf("%q: the picture has a part %q", s, kind)
		}
	}
}
