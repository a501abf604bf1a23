package ydoc

import (
	"bytes"
	"testing"
)

// TestLargeDocuments compares documents of ten thousand clients, and of years
// of writing and deleting, update by update and at the end to the byte.
func TestLargeDocuments(t *testing.T) {
	t.Parallel()
	o := startOracle(t)
	for _, tc := range []struct {
		name, kind string
		size       int
	}{
		{"TenThousandClients", "clients", 10_000},
		{"YearsOfDeletes", "years", 500},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var want struct {
				Log, Events             [][]byte
				State, Reloaded, Vector []byte
				View                    string
			}
			if err := o.ask("large", map[string]any{"kind": tc.kind, "size": tc.size}, &want); err != nil {
				t.Fatal(err)
			}
			d := New(Options{})
			for i, update := range want.Log {
				canonical, err := d.Apply(update)
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(canonical, want.Events[i]) {
					t.Fatalf("update %d: canonical\n got %x\nwant %x", i, canonical, want.Events[i])
				}
			}
			h := &history{gc: true, state: want.State, reloaded: want.Reloaded, vector: want.Vector, view: want.View}
			c := comparison{h: h}
			if err := c.equal("followed", d, true); err != nil {
				t.Fatalf("%.2000s", err)
			}
			again, err := open(true, want.State)
			if err != nil {
				t.Fatal(err)
			}
			if err := c.equal("loaded", again, false); err != nil {
				t.Errorf("%.2000s", err)
			}
			if got := again.EncodeStateAsUpdate(nil); !bytes.Equal(got, want.Reloaded) {
				t.Error("loaded: other bytes than those of yjs")
			}
			t.Logf("%d updates, %d bytes, %+v", len(want.Log), len(want.State), d.Stats())
		})
	}
}
