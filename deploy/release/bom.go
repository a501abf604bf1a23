package main

import (
	"debug/buildinfo"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"runtime/debug"
	"slices"
	"strings"
)

// bom is as much of CycloneDX 1.5 as we have something to say to.
type bom struct {
	Format      string      `json:"bomFormat"`
	SpecVersion string      `json:"specVersion"`
	Version     int         `json:"version"`
	Metadata    metadata    `json:"metadata"`
	Components  []component `json:"components"`
}

type metadata struct {
	Timestamp string    `json:"timestamp,omitempty"`
	Component component `json:"component"`
}

type component struct {
	Type     string    `json:"type"`
	Ref      string    `json:"bom-ref"`
	Name     string    `json:"name"`
	Version  string    `json:"version"`
	PURL     string    `json:"purl"`
	Hashes   []hash    `json:"hashes,omitempty"`
	Licences []licence `json:"licenses,omitempty"`
}

type hash struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

type licence struct {
	Licence struct {
		ID string `json:"id"`
	} `json:"license"`
}

// lockFile is what we read of package-lock.json.
type lockFile struct {
	Packages map[string]struct {
		Version          string `json:"version"`
		Integrity        string `json:"integrity"`
		License          string `json:"license"`
		Dev              bool   `json:"dev"`
		HasInstallScript bool   `json:"hasInstallScript"`
	} `json:"packages"`
}

// billOfMaterials lists the modules that are in the binary and the packages
// that are in its web app.
func billOfMaterials(binary, lock string) ([]byte, error) {
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return nil, err
	}
	b := bom{Format: "CycloneDX", SpecVersion: "1.5", Version: 1}
	b.Metadata.Component = component{Type: "application", Name: "pathboard", Version: info.Main.Version, Ref: "pathboard", PURL: "pkg:golang/" + info.Main.Path}
	for _, s := range info.Settings {
		if s.Key == "vcs.time" {
			b.Metadata.Timestamp = s.Value
		}
	}
	b.Components = append(b.Components, component{Type: "library", Name: "std", Version: strings.TrimPrefix(info.GoVersion, "go"), Ref: "pkg:golang/std@" + strings.TrimPrefix(info.GoVersion, "go"), PURL: "pkg:golang/std@" + strings.TrimPrefix(info.GoVersion, "go")})
	for _, m := range info.Deps {
		b.Components = append(b.Components, module(m))
	}
	packages, err := webPackages(lock)
	if err != nil {
		return nil, err
	}
	b.Components = append(append(b.Components, emojiFont()), packages...)
	return json.MarshalIndent(b, "", "  ")
}

// emojiFont is the one part of the binary that comes by no lock file: it lies in
// server/export/pdf/fonts with its licence.
func emojiFont() component {
	const purl = "pkg:npm/%40expo-google-fonts/noto-emoji@0.4.7"
	var ofl licence
	ofl.Licence.ID = "OFL-1.1"
	return component{Type: "library", Name: "Noto Emoji", Version: "3.006", Ref: purl, PURL: purl, Licences: []licence{ofl}}
}

func module(m *debug.Module) component {
	if m.Replace != nil {
		m = m.Replace
	}
	purl := "pkg:golang/" + m.Path + "@" + m.Version
	c := component{Type: "library", Name: m.Path, Version: m.Version, Ref: purl, PURL: purl}
	if sum, ok := strings.CutPrefix(m.Sum, "h1:"); ok { // Go's own hash over the module's files
		if raw, err := base64.StdEncoding.DecodeString(sum); err == nil {
			c.Hashes = []hash{{"SHA-256", hex.EncodeToString(raw)}}
		}
	}
	return c
}

func readLock(name string) (lockFile, error) {
	var l lockFile
	raw, err := os.ReadFile(name)
	if err == nil {
		err = json.Unmarshal(raw, &l)
	}
	return l, err
}

// webPackages are those that come to the browser: development's do not.
func webPackages(lock string) ([]component, error) {
	l, err := readLock(lock)
	if err != nil {
		return nil, err
	}
	var out []component
	for path, p := range l.Packages {
		if path == "" || p.Dev {
			continue
		}
		name := path[strings.LastIndex(path, "node_modules/")+len("node_modules/"):]
		purl := fmt.Sprintf("pkg:npm/%s@%s", strings.Replace(url.PathEscape(name), "%2F", "/", 1), p.Version)
		c := component{Type: "library", Name: name, Version: p.Version, Ref: purl, PURL: strings.Replace(purl, "@", "%40", strings.Count(name, "@"))}
		var id licence
		id.Licence.ID = p.License
		c.Licences = []licence{id}
		if sum, ok := strings.CutPrefix(p.Integrity, "sha512-"); ok {
			if raw, err := base64.StdEncoding.DecodeString(sum); err == nil {
				c.Hashes = []hash{{"SHA-512", hex.EncodeToString(raw)}}
			}
		}
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b component) int { return strings.Compare(a.Ref, b.Ref) })
	return out, nil
}
