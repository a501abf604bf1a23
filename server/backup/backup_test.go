package backup

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/pathboard/pathboard/hub"
	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/hub/store/filestore"
	"github.com/pathboard/pathboard/hub/ydoc"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func openStore(t *testing.T) *filestore.Store {
	t.Helper()
	s, err := filestore.Open(t.Context(), filestore.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func update(t *testing.T, text string) []byte {
	t.Helper()
	u, err := ydoc.New(ydoc.Options{Limits: ydoc.DefaultLimits()}).Transact(5, func(x *ydoc.Txn) error {
		return x.Set(x.Root("meta", ydoc.KindMap), "note", text)
	})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// filled is a store with many records, one of them no JSON, and a document.
func filled(t *testing.T) *filestore.Store {
	s := openStore(t)
	put := func(key, value string) {
		if _, err := s.Put(t.Context(), key, 0, []byte(value)); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 300 {
		put(fmt.Sprintf("note/%03d", i), fmt.Sprintf(`{"n":%d,"text":"<%s>"}`, i, strings.Repeat("ż", 2000)))
	}
	put("note/odd", `{"a": 1}`)
	data, err := hub.Archive{Update: update(t, "tablica"), Owners: map[uint64]string{5: "p1"}}.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.RestoreDoc(t.Context(), "board.a/b", 3, data); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Pin(t.Context(), "board.a/b", 4, store.Past{From: time.Unix(1e9, 0), To: time.Unix(1e9, 0), Base: true, Label: "po fazie", Data: []byte{1, 2}}); err != nil {
		t.Fatal(err)
	}
	return s
}

func write(t *testing.T, s Source) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := Write(t.Context(), s, &b, Options{Program: "test", Now: time.Unix(1e9, 0)}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestEverythingComesBackByteForByte(t *testing.T) {
	from, to := filled(t), openStore(t)
	file := write(t, from)
	total, err := Restore(t.Context(), to, bytes.NewReader(file), false)
	if err != nil || total != (Summary{Records: 301, Documents: 1}) {
		t.Fatalf("%+v %v", total, err)
	}
	contents := func(s *filestore.Store) (out []string) {
		if err := s.List(t.Context(), "", func(r store.Record) error { out = append(out, r.Key+string(r.Value)); return nil }); err != nil {
			t.Fatal(err)
		}
		l, err := s.Load(t.Context(), "board.a/b")
		if err != nil {
			t.Fatal(err)
		}
		past, err := s.History(t.Context(), "board.a/b")
		if err != nil || len(past) != 1 {
			t.Fatalf("pins: %v, %v", past, err)
		}
		pin, err := s.ReadPast(t.Context(), "board.a/b", past[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		return append(out, string(l.Snapshot.Data), pin.Label, string(pin.Data), pin.To.UTC().String())
	}
	if !slices.Equal(contents(from), contents(to)) {
		t.Error("the restored store differs")
	}
	if l, _ := to.Load(t.Context(), "board.a/b"); l.Epoch != 5 {
		t.Errorf("epoch %d is not beyond the backup's", l.Epoch)
	}
	if _, err := Restore(t.Context(), to, bytes.NewReader(file), false); err != nil {
		t.Errorf("the same again: %v", err)
	}
}

// TestDamageIsFound: a byte changed or a tail missing anywhere, and nothing is
// written.
func TestDamageIsFound(t *testing.T) {
	file := write(t, filled(t))
	to := openStore(t)
	try := func(what string, broken []byte) {
		if _, err := Restore(t.Context(), to, bytes.NewReader(broken), true); err == nil {
			t.Errorf("%s went unnoticed", what)
		}
	}
	for at := 10; at < len(file)-8; at += len(file)/16 + 1 {
		b := slices.Clone(file)
		b[at] ^= 0x20
		try(fmt.Sprintf("a changed byte at %d of %d", at, len(file)), b)
		try(fmt.Sprintf("an end at %d of %d", at, len(file)), file[:at])
	}
	for what, change := range map[string]func(name, content string) (string, bool){
		"a swapped value":     func(_, c string) (string, bool) { return strings.Replace(c, `"n":1,`, `"n":2,`, 1), true },
		"a missing document":  func(n, c string) (string, bool) { return c, !strings.HasPrefix(n, docsDir) },
		"an other document":   func(n, c string) (string, bool) { return strings.Replace(c, "tablica", "tablicA", 1), true },
		"a newer format":      func(_, c string) (string, bool) { return strings.Replace(c, `"format":1`, `"format":2`, 1), true },
		"a missing head":      func(n, c string) (string, bool) { return c, n != headName },
		"a missing record":    func(_, c string) (string, bool) { _, rest, _ := strings.Cut(c, "\n"); return rest, true },
		"an unreadable epoch": func(_, c string) (string, bool) { return strings.Replace(c, `"epoch":`, `"epoch":x`, 1), true },
	} {
		try(what, rewrite(t, file, change))
	}
	if _, err := Verify(bytes.NewReader(rewrite(t, file, func(_, c string) (string, bool) {
		return strings.Replace(c, `"format":1`, `"format":2`, 1), true
	}))); !errors.Is(err, ErrNewer) {
		t.Errorf("a newer format: %v", err)
	}
	n := 0
	if err := to.List(t.Context(), "", func(store.Record) error { n++; return nil }); err != nil || n != 0 {
		t.Errorf("%d records of damaged backups were written, %v", n, err)
	}
}

// rewrite packs the files of a backup again, changed, as somebody with good
// tools would.
func rewrite(t *testing.T, file []byte, change func(name, content string) (string, bool)) []byte {
	t.Helper()
	zip, err := gzip.NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	outZip := gzip.NewWriter(&out)
	from, to := tar.NewReader(zip), tar.NewWriter(outZip)
	for {
		h, err := from.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		b, _ := io.ReadAll(from)
		content, keep := change(h.Name, string(b))
		if !keep {
			continue
		}
		h.Size = int64(len(content))
		if err := to.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		io.WriteString(to, content)
	}
	if err := errors.Join(to.Close(), outZip.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestCheckNamesAllDamage, not only the first.
func TestCheckNamesAllDamage(t *testing.T) {
	s := filled(t)
	if total, err := Check(t.Context(), s); err != nil || total.Documents != 1 || total.Records != 301 {
		t.Fatalf("%+v %v", total, err)
	}
	for key, value := range map[string]string{"workshop/w9": "{", "token/x": `{"schema":9}`} {
		if _, err := s.Put(t.Context(), key, 0, []byte(value)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.RestoreDoc(t.Context(), "board.bad", 0, []byte{1, 2, 3}); err != nil {
		t.Fatal(err)
	}
	_, err := Check(t.Context(), s)
	for _, want := range []string{"workshop/w9", "token/x", "newer version", "board.bad"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %v", want, err)
		}
	}
}

// TestErasuresOutlastARestore: what a replaced workshop has gathered goes, the
// list of erasures and receipts stay.
func TestErasuresOutlastARestore(t *testing.T) {
	s := filled(t)
	if _, err := s.Put(t.Context(), "workshop/w1", 0, []byte(`{"schema":2,"id":"w1"}`)); err != nil {
		t.Fatal(err)
	}
	file := write(t, s)
	for key, value := range map[string]string{
		"erasure/w1/p1": `{"workshop":"w1","participant":"p1"}`, "receipt/w1": `{"id":"w1"}`, "private/w1/notes/p1": `{"schema":1,"page":[]}`,
	} {
		if _, err := s.Put(t.Context(), key, 0, []byte(value)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Restore(t.Context(), s, bytes.NewReader(file), true); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]bool{"erasure/w1/p1": true, "receipt/w1": true, "private/w1/notes/p1": false} {
		if _, err := s.Get(t.Context(), key); (err == nil) != want {
			t.Errorf("%s: %v, want it there: %v", key, err, want)
		}
	}
}
