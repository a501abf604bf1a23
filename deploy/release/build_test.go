//go:build deploycheck

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestReleaseIsReproducible builds one binary twice from different folders; make
// release does it for all, with an empty cache.
func TestReleaseIsReproducible(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "tree")
	if err := os.Symlink(root, link); err != nil {
		t.Fatal(err)
	}
	for out, from := range map[string]string{a: root, b: link} {
		if err := build(from, out, "linux/amd64"); err != nil {
			t.Fatal(err)
		}
	}
	if err := same(a, b); err != nil {
		t.Error(err)
	}
	raw, err := billOfMaterials(a, "../../frontend/package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	var bill bom
	if err := json.Unmarshal(raw, &bill); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range bill.Components {
		names = append(names, c.Name)
		if c.Version == "" || !strings.HasPrefix(c.PURL, "pkg:") || c.Name != "std" && len(c.Hashes) != 1 {
			t.Errorf("incomplete: %+v", c)
		}
	}
	for _, want := range []string{"std", "github.com/labstack/echo/v4", "modernc.org/sqlite", "yjs", "@hocuspocus/provider"} {
		if !slices.Contains(names, want) {
			t.Errorf("%s is in the product and not in the bill", want)
		}
	}
	for _, not := range []string{"vite", "playwright", "go.uber.org/goleak"} {
		if slices.Contains(names, not) {
			t.Errorf("%s is in the bill and not in the product", not)
		}
	}
}
