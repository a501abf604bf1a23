package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"gopkg.in/yaml.v3"
)

// advisories are those of a folder by package.
type advisories struct {
	of     map[string][]advisory
	read   int
	newest string // date
}

func (a *advisories) add(date string, found ...advisory) {
	a.read++
	a.newest = max(a.newest, date[:min(len(date), len("2006-01-02"))])
	for _, f := range found {
		a.of[f.pkg] = append(a.of[f.pkg], f)
	}
}

// readNPM reads all advisories for npm packages below a folder, in both forms.
func readNPM(folder string) (*advisories, error) {
	db := &advisories{of: map[string][]advisory{}}
	folder, err := filepath.EvalSymlinks(folder)
	if err != nil {
		return nil, err
	}
	err = filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		switch filepath.Ext(path) {
		case ".json":
			err = db.addOSV(path)
		case ".yml":
			err = db.addGitLab(path)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		return nil
	})
	if err == nil && db.read == 0 {
		err = fmt.Errorf("no advisories for npm packages in %s", folder)
	}
	return db, err
}

// osv is what we read of https://ossf.github.io/osv-schema/.
type osv struct {
	ID        string   `json:"id"`
	Modified  string   `json:"modified"`
	Withdrawn string   `json:"withdrawn"`
	Aliases   []string `json:"aliases"`
	Summary   string   `json:"summary"`
	Affected  []struct {
		Package struct {
			Ecosystem string `json:"ecosystem"`
			Name      string `json:"name"`
		} `json:"package"`
		Versions []string `json:"versions"`
		Ranges   []struct {
			Type   string  `json:"type"`
			Events []event `json:"events"`
		} `json:"ranges"`
	} `json:"affected"`
}

func (a *advisories) addOSV(path string) error {
	raw, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var o osv
	if err := json.Unmarshal(raw, &o); err != nil {
		return err
	}
	var found []advisory
	for _, p := range o.Affected {
		if p.Package.Ecosystem != "npm" || o.Withdrawn != "" {
			continue
		}
		tests := []func(string) bool{oneOf(p.Versions)}
		for _, r := range p.Ranges {
			if r.Type == "SEMVER" || r.Type == "ECOSYSTEM" {
				tests = append(tests, between(r.Events))
			}
		}
		found = append(found, advisory{o.ID, p.Package.Name, o.Summary, anyOf(tests)})
	}
	if found != nil {
		a.add(o.Modified, found...)
	}
	return nil
}

func (a *advisories) addGitLab(path string) error {
	raw, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var g struct {
		Identifier string `yaml:"identifier"`
		Slug       string `yaml:"package_slug"`
		Title      string `yaml:"title"`
		Date       string `yaml:"date"`
		Affected   string `yaml:"affected_range"`
	}
	if !strings.Contains(string(raw), "npm/") {
		return nil // of another ecosystem
	}
	if err := yaml.Unmarshal(raw, &g); err != nil {
		return err
	}
	name, ok := strings.CutPrefix(g.Slug, "npm/")
	if !ok {
		return nil
	}
	affects, err := parseRange(g.Affected)
	if err != nil { // better named than passed over
		g.Title, affects = fmt.Sprintf("%s (%v)", g.Title, err), func(string) bool { return true }
	}
	a.add(g.Date, advisory{g.Identifier, name, g.Title, affects})
	return nil
}
