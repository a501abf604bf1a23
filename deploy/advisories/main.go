package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

func main() {
	npm := flag.String("npm", "", "`folder` with advisories for npm packages")
	lock := flag.String("lock", "frontend/package-lock.json", "lock `file` to judge")
	goDB := flag.String("go", "", "`folder` with the Go vulnerability database")
	index := flag.String("index", "", "`folder` to write it to in the form that govulncheck reads")
	flag.Parse()
	var err error
	switch {
	case *npm != "":
		err = judge(os.Stdout, *npm, *lock)
	case *goDB != "" && *index != "":
		err = indexGo(os.Stdout, *goDB, *index)
	default:
		err = errors.New("either -npm or -go and -index")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "advisories:", err)
		os.Exit(1)
	}
}

// advisory is what one says of one npm package.
type advisory struct {
	id, pkg, title string
	affects        func(version string) bool
}

// pack is one installed package.
type pack struct {
	name, version string
	tool          bool // does not come to the browser
}

func readPackages(lock string) ([]pack, error) {
	raw, err := os.ReadFile(lock)
	if err != nil {
		return nil, err
	}
	var l struct {
		Packages map[string]struct {
			Version string
			Dev     bool
		}
	}
	if err := json.Unmarshal(raw, &l); err != nil {
		return nil, fmt.Errorf("%s: %w", lock, err)
	}
	var out []pack
	for path, p := range l.Packages {
		if path != "" {
			out = append(out, pack{path[strings.LastIndex(path, "node_modules/")+len("node_modules/"):], p.Version, p.Dev})
		}
	}
	slices.SortFunc(out, func(a, b pack) int { return strings.Compare(a.name+" "+a.version, b.name+" "+b.version) })
	return out, nil
}

// judge compares a lock file with the advisories of a folder. It fails when one
// concerns a package that comes to the browser.
func judge(w io.Writer, folder, lock string) error {
	packages, err := readPackages(lock)
	if err != nil {
		return err
	}
	db, err := readNPM(folder)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%d advisories, the newest of %s; %d packages\n", db.read, db.newest, len(packages))
	shipped := 0
	for _, p := range packages {
		for _, a := range db.of[p.name] {
			if !a.affects(p.version) {
				continue
			}
			where := "in the browser"
			if p.tool {
				where = "builds and tests only"
			} else {
				shipped++
			}
			fmt.Fprintf(w, "%s@%s (%s): %s %s\n", p.name, p.version, where, a.id, a.title)
		}
	}
	if shipped > 0 {
		return fmt.Errorf("%d known vulnerabilities in what comes to the browser", shipped)
	}
	return nil
}
