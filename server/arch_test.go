package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/pathboard/pathboard/"

// rule forbids imports: packages under from may not import what is under bad
// unless it is one of but. reason is for whoever breaks it.
type rule struct {
	from, bad string
	but       []string
	reason    string
}

var rules = []rule{
	{from: "hub", bad: module + "server", reason: "the engine knows documents and bytes, not workshops"},
	{from: "hub", bad: module + "frontend", reason: "the engine serves any client"},
	{from: "server/workshop", bad: module, reason: "the domain stands alone"},
	{from: "server/workshop", bad: "third-party", reason: "the domain imports the standard library only"},
	{from: "server/template", bad: "third-party", reason: "templates are data"},
	{from: "server", bad: "github.com/labstack/echo", but: []string{"server/httpapi"}, reason: "the web framework can be exchanged in one package"},
	{from: "server", bad: module + "hub/store/", but: []string{"server"}, reason: "only package main names implementations"},
	{from: "server", bad: module + "hub/bus/", but: []string{"server"}, reason: "only package main names implementations"},
	{from: "server", bad: module + "frontend", but: []string{"server"}, reason: "only package main names the web app"},
	{from: "server", bad: module + "server/httpapi", but: []string{"server"}, reason: "nothing stands on the edge"},
	{from: "hub/ydoc", bad: module + "hub/", but: []string{"hub/ydoc"}, reason: "the document engine is a library of its own"},
	{from: "hub/wire", bad: module + "hub/", but: []string{"hub/wire"}, reason: "frames know nothing of rooms"},
	{from: "hub/store", bad: module + "hub/", but: []string{"hub/store"}, reason: "stores keep bytes"},
}

// TestImportsPointOneWay reads every Go file that is not a test.
func TestImportsPointOneWay(t *testing.T) {
	files := 0
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git" || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		files++
		checkFile(t, path)
		return nil
	})
	if err != nil || files < 20 {
		t.Fatalf("read %d files: %v", files, err)
	}
}

func checkFile(t *testing.T, path string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	if err != nil {
		t.Error(err)
		return
	}
	dir := filepath.ToSlash(strings.TrimPrefix(filepath.Dir(path), ".."+string(filepath.Separator)))
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, r := range rules {
			if r.breaks(dir, imported) {
				t.Errorf("%s imports %s: %s", path, imported, r.reason)
			}
		}
	}
}

func (r rule) breaks(dir, imported string) bool {
	if dir != r.from && !strings.HasPrefix(dir, r.from+"/") {
		return false
	}
	for _, but := range r.but {
		if dir == but || but != "server" && strings.HasPrefix(dir, but+"/") {
			return false
		}
	}
	if r.bad == "third-party" {
		return strings.Contains(imported, ".") && !strings.HasPrefix(imported, module)
	}
	return strings.HasPrefix(imported, r.bad)
}

// TestRulesBite: a rule that nothing could break would prove nothing.
func TestRulesBite(t *testing.T) {
	for _, tc := range []struct {
		dir, imported string
		want          bool
	}{
		{"hub", module + "server/workshop", true},
		{"hub/bus/localbus", module + "server", true},
		{"server/workshop", "github.com/google/uuid", true},
		{"server/workshop", "encoding/json", false},
		{"server/live", module + "hub/store/filestore", true},
		{"server", module + "hub/store/filestore", false},
		{"server/live", module + "hub/store", false},
		{"server/auth", "github.com/labstack/echo/v4", true},
		{"server/httpapi", "github.com/labstack/echo/v4", false},
	} {
		got := false
		for _, r := range rules {
			got = got || r.breaks(tc.dir, tc.imported)
		}
		if got != tc.want {
			t.Errorf("%s importing %s: broken %v, want %v", tc.dir, tc.imported, got, tc.want)
		}
	}
}
