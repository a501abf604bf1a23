package board

import (
	"encoding/base64"
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os"
	"reflect"
	"testing"

	"github.com/pathboard/pathboard/hub/ydoc"
)

var updateRestores = flag.Bool("update", false, "rewrite testdata/restores.json")

// restored is a restore as both programs must make it: the browser's test of
// restoring reads the same file (frontend/src/core/board/restores.test.ts).
type restored struct {
	// Past and Now are updates of whole documents, in base64.
	Past, Now string
	// Card is the one card to be restored; "": the whole board.
	Card string
	// Roots is what stands on the board afterwards, as plain values.
	Roots map[string]any
}

const restoresFile = "testdata/restores.json"

func restoreCases(t *testing.T) []restored {
	t.Helper()
	var out []restored
	for seed := range uint64(24) {
		r := rand.New(rand.NewPCG(seed, 9))
		d := write(t, random(r))
		past := clone(t, d)
		rewrite(t, d, random(r))
		c := restored{Past: asBase64(past), Now: asBase64(d)}
		if seed%3 == 2 {
			c.Card = []string{"c0", "c1", "c5"}[r.IntN(3)]
		}
		out = append(out, c)
	}
	return out
}

func asBase64(d *ydoc.Doc) string {
	return base64.StdEncoding.EncodeToString(d.EncodeStateAsUpdate(nil))
}

func fromBase64(t *testing.T, s string) *ydoc.Doc {
	t.Helper()
	update, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	d := ydoc.New(ydoc.Options{})
	if _, err := d.Apply(update); err != nil {
		t.Fatal(err)
	}
	return d
}

// plainRoots are the roots of a board as JSON knows values.
func plainRoots(t *testing.T, d *ydoc.Doc) map[string]any {
	t.Helper()
	out := map[string]any{}
	for _, name := range []string{"meta", "stages", "cards", "links", "comments"} {
		out[name] = d.Root(name, ydoc.KindMap).JSON()
	}
	text, err := json.Marshal(out)
	if err != nil {
		t.Fatal(err)
	}
	plain := map[string]any{}
	if err := json.Unmarshal(text, &plain); err != nil {
		t.Fatal(err)
	}
	return plain
}

// TestRestoresAreTheSameInTheBrowser keeps what a restore makes of boards in a
// file that the browser's program is held to as well.
func TestRestoresAreTheSameInTheBrowser(t *testing.T) {
	if *updateRestores {
		cases := restoreCases(t)
		for i := range cases {
			cases[i].Roots = makeRestore(t, cases[i])
		}
		text, err := json.MarshalIndent(cases, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(restoresFile, append(text, '\n'), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(restoresFile)
	if err != nil {
		t.Fatal(err)
	}
	var cases []restored
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	for i, c := range cases {
		if got := makeRestore(t, c); !reflect.DeepEqual(got, c.Roots) {
			t.Errorf("case %d:\ngot  %v\nwant %v", i, got, c.Roots)
		}
	}
	if len(cases) < 24 {
		t.Errorf("%d cases", len(cases))
	}
}

func makeRestore(t *testing.T, c restored) map[string]any {
	t.Helper()
	past, now := fromBase64(t, c.Past), fromBase64(t, c.Now)
	transact(t, now, 11, func(x *ydoc.Txn) error {
		if c.Card != "" {
			return RestoreCard(x, past, c.Card, restoredAt)
		}
		return Restore(x, past, restoredAt)
	})
	return plainRoots(t, now)
}
