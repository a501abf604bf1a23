package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// indexed is one vulnerability in the index of a module.
type indexed struct {
	ID       string `json:"id"`
	Modified string `json:"modified"`
}

type indexedModule struct {
	Path  string    `json:"path"`
	Vulns []indexed `json:"vulns"`
}

// indexGo arranges a checkout of the Go vulnerability database in the form that
// govulncheck reads from a folder (https://go.dev/doc/security/vuln/database).
func indexGo(w io.Writer, from, to string) error {
	names, err := filepath.Glob(filepath.Join(from, "data", "osv", "GO-*.json"))
	if err == nil && len(names) == 0 {
		names, err = filepath.Glob(filepath.Join(from, "GO-*.json"))
	}
	if err == nil && len(names) == 0 {
		err = fmt.Errorf("no GO-….json in %s", from)
	}
	if err != nil {
		return err
	}
	for _, folder := range []string{"ID", "index"} {
		if err := os.MkdirAll(filepath.Join(to, folder), 0o755); err != nil {
			return err
		}
	}
	modules := map[string][]indexed{}
	newest := ""
	for _, name := range names {
		o, err := copyOSV(name, filepath.Join(to, "ID"))
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		newest = max(newest, o.Modified)
		for _, a := range o.Affected {
			one := indexed{o.ID, o.Modified}
			if in := modules[a.Package.Name]; !slices.Contains(in, one) {
				modules[a.Package.Name] = append(in, one)
			}
		}
	}
	list := make([]indexedModule, 0, len(modules))
	for path, vulns := range modules {
		list = append(list, indexedModule{path, vulns})
	}
	slices.SortFunc(list, func(a, b indexedModule) int { return strings.Compare(a.Path, b.Path) })
	fmt.Fprintf(w, "%d vulnerabilities, the newest %s\n", len(names), filepath.Base(names[len(names)-1]))
	if err := writeJSON(filepath.Join(to, "index", "modules.json"), list); err != nil {
		return err
	}
	return writeJSON(filepath.Join(to, "index", "db.json"), map[string]string{"modified": newest})
}

func copyOSV(name, to string) (o osv, err error) {
	raw, err := os.ReadFile(name)
	if err != nil {
		return o, err
	}
	if err := json.Unmarshal(raw, &o); err != nil {
		return o, err
	}
	return o, os.WriteFile(filepath.Join(to, o.ID+".json"), raw, 0o644)
}

func writeJSON(name string, v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return os.WriteFile(name, raw, 0o644)
}
