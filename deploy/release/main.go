package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// platforms are those a facilitator's laptop or a server room has.
var platforms = []string{"linux/amd64", "linux/arm64", "windows/amd64", "windows/arm64", "darwin/amd64", "darwin/arm64"}

func main() {
	out := flag.String("out", "release", "`folder` to write to")
	only := flag.String("platforms", strings.Join(platforms, ","), "what to build for")
	verify := flag.Bool("verify", false, "build again elsewhere and compare")
	flag.Parse()
	if err := run(*out, strings.Split(*only, ","), *verify); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func run(out string, platforms []string, verify bool) error {
	out, err := filepath.Abs(out)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	tree, remove, err := checkout()
	if err != nil {
		return err
	}
	defer remove()
	var names []string
	for _, p := range platforms {
		name := binaryName(p)
		if err := build(tree, filepath.Join(out, name), p); err != nil {
			return err
		}
		names = append(names, name)
	}
	bom, err := billOfMaterials(filepath.Join(out, names[0]), filepath.Join("frontend", "package-lock.json"))
	if err != nil {
		return fmt.Errorf("bill of materials: %w", err)
	}
	const bomName = "pathboard.cdx.json"
	if err := os.WriteFile(filepath.Join(out, bomName), bom, 0o644); err != nil {
		return err
	}
	sums, err := checksums(out, append(names, bomName))
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(out, "SHA256SUMS"), sums, 0o644); err != nil {
		return err
	}
	os.Stdout.Write(sums)
	if verify {
		return again(out, platforms)
	}
	return nil
}

func binaryName(platform string) string {
	name := "pathboard-" + strings.ReplaceAll(platform, "/", "-")
	if strings.HasPrefix(platform, "windows/") {
		name += ".exe"
	}
	return name
}

// build makes one binary; extra are further settings of the environment.
func build(dir, out, platform string, extra ...string) error {
	goos, goarch, ok := strings.Cut(platform, "/")
	if !ok {
		return fmt.Errorf("%q is no platform like linux/amd64", platform)
	}
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w -buildid=", "-o", out, "./server")
	cmd.Dir = dir
	cmd.Env = append(append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-mod=readonly", "GOOS="+goos, "GOARCH="+goarch), extra...)
	if b, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build for %s: %w\n%s", platform, err, b)
	}
	return nil
}

// checksums is what sha256sum --check reads.
func checksums(dir string, names []string) ([]byte, error) {
	slices.Sort(names)
	var b bytes.Buffer
	for _, name := range names {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "%x  %s\n", sha256.Sum256(content), name)
	}
	return b.Bytes(), nil
}

// checkout is the commit in a folder of its own with the built web app: what lies
// about here and is in no commit does not get into a release. It is a clone,
// because the tool chain writes the commit into the program only where it finds a
// whole repository. remove deletes it.
func checkout() (tree string, remove func(), err error) {
	elsewhere, err := os.MkdirTemp("", "pathboard-release-*")
	if err != nil {
		return "", nil, err
	}
	remove = func() { os.RemoveAll(elsewhere) }
	tree = filepath.Join(elsewhere, "tree")
	if b, err := exec.Command("git", "clone", "--quiet", "--shared", ".", tree).CombinedOutput(); err != nil {
		remove()
		return "", nil, fmt.Errorf("check out: %w\n%s", err, b)
	}
	dist := filepath.Join("frontend", "dist")
	if err := errors.Join(os.RemoveAll(filepath.Join(tree, dist)), os.CopyFS(filepath.Join(tree, dist), os.DirFS(dist))); err != nil {
		remove()
		return "", nil, fmt.Errorf("web app: %w", err)
	}
	return tree, remove, nil
}

// again builds the same commit in another folder with an empty cache and
// compares with what is in out.
func again(out string, platforms []string) error {
	tree, remove, err := checkout()
	if err != nil {
		return err
	}
	defer remove()
	elsewhere := filepath.Dir(tree)
	for _, p := range platforms {
		copyOf := filepath.Join(elsewhere, binaryName(p))
		if err := build(tree, copyOf, p, "GOCACHE="+filepath.Join(elsewhere, "cache")); err != nil {
			return err
		}
		if err := same(filepath.Join(out, binaryName(p)), copyOf); err != nil {
			return err
		}
		fmt.Println("built twice, the same:", binaryName(p))
	}
	return nil
}

func same(a, b string) error {
	x, err := os.ReadFile(a)
	if err != nil {
		return err
	}
	y, err := os.ReadFile(b)
	if err != nil {
		return err
	}
	if !bytes.Equal(x, y) {
		return fmt.Errorf("%s comes out differently the second time", filepath.Base(a))
	}
	return nil
}
