package filestore

import (
	"bytes"
	"database/sql"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/pathboard/pathboard/hub/store"
)

// TestAChangedLetterIsFound in every table, though the pages of the database fit
// together; what an older layout wrote is passed over.
func TestAChangedLetterIsFound(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	if r := s.Append(t.Context(), []store.AppendRequest{{Doc: "board.a", Data: []byte("an entry of the log")}}); r[0].Err != nil {
		t.Fatal(r[0].Err)
	}
	if err := s.RestoreDoc(t.Context(), "board.b", 0, []byte("a snapshot of the board")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Pin(t.Context(), "board.b", 1, store.Past{Data: []byte("a moment of its past")}); err != nil {
		t.Fatal(err)
	}
	for version, value := range []string{"first", "the value of a record"} {
		if _, err := s.Put(t.Context(), "note/a", uint64(version), []byte(value)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.RestoreRecord(t.Context(), store.Record{Key: "note/b", Version: 3, Value: []byte("a restored record")}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if got := sums(t, dir); got != nil {
		t.Errorf("without damage: %q", got)
	}
	checkpoint(t, dir)
	for text, want := range map[string]string{
		"an entry of the log": "document board.a, entry 1", "a snapshot of the board": "document board.b, snapshot 1",
		"a moment of its past": "document board.b, history 1", "the value of a record": "record note/a", "a restored record": "record note/b",
	} {
		whole, err := os.ReadFile(Path(dir))
		if err != nil || bytes.Count(whole, []byte(text)) != 1 {
			t.Fatalf("%q stands %d times: %v", text, bytes.Count(whole, []byte(text)), err)
		}
		if err := os.WriteFile(Path(dir), bytes.Replace(whole, []byte(text), []byte(strings.ToUpper(text)), 1), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := sums(t, dir); !slices.Equal(got, []string{want}) {
			t.Errorf("%q: %q", text, got)
		}
		if err := os.WriteFile(Path(dir), whole, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func sums(t *testing.T, dir string) (damage []string) {
	t.Helper()
	s := open(t, dir)
	defer s.Close()
	if err := s.CheckSums(t.Context(), func(what string) { damage = append(damage, what) }); err != nil {
		t.Fatal(err)
	}
	return damage
}

// checkpoint brings all that is written from the write-ahead log into the file.
func checkpoint(t *testing.T, dir string) {
	t.Helper()
	db, err := sql.Open("sqlite", Path(dir))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), `PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
		t.Fatal(err)
	}
}
