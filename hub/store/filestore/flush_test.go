package filestore

import (
	"bytes"
	"os"
	"testing"

	"github.com/pathboard/pathboard/hub/store"
)

// TestALogThatIsLaidOutBeforehand: its zeros are the end of the log and nothing
// else. What a store that was never closed has written is there, however often
// it is opened, and the log grows no further.
func TestALogThatIsLaidOutBeforehand(t *testing.T) {
	from, log := t.TempDir(), []byte{}
	for n := range 3 {
		s, err := Open(t.Context(), Options{Dir: from})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range s.Append(t.Context(), []store.AppendRequest{{Doc: "board", Data: []byte{byte(n)}}}) {
			if r.Err != nil {
				t.Fatal(r.Err)
			}
		}
		if log, err = os.ReadFile(Path(from) + "-wal"); err != nil || len(log) != walBytes {
			t.Fatalf("a log of %d bytes, %v", len(log), err)
		}
		to := t.TempDir() // as a killed process leaves it
		for _, name := range []string{"", "-wal"} {
			b, err := os.ReadFile(Path(from) + name)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(Path(to)+name, b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		s.Close()
		from = to
	}
	s, err := Open(t.Context(), Options{Dir: from})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	entries, err := s.Read(t.Context(), "board", store.Position{}, 10)
	if err != nil || len(entries) != 3 {
		t.Fatalf("%d entries, %v", len(entries), err)
	}
	for n, e := range entries {
		if !bytes.Equal(e.Data, []byte{byte(n)}) {
			t.Errorf("entry %d is %v", n, e.Data)
		}
	}
}
