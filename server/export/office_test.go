//go:build office

package export

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pathboard/pathboard/server/workshop"
)

// These tests open the files in other people's programs: `make export-check`
// installs LibreOffice, poppler and qpdf and runs them.

func run(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "HOME="+dir)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", name, args, err, out)
	}
	return string(out)
}

func save(t *testing.T, format string) (dir, path string) {
	t.Helper()
	dir = t.TempDir()
	path = filepath.Join(dir, "report."+format)
	if err := os.WriteFile(path, whole(t, built(t, sample(workshop.Polish)), format), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir, path
}

// TestLibreOfficeOpensWord: the text comes back, in order, from a conversion.
func TestLibreOfficeOpensWord(t *testing.T) {
	dir, path := save(t, "docx")
	run(t, dir, "soffice", "--headless", "--convert-to", "txt:Text (encoded):UTF8", path)
	text, err := os.ReadFile(filepath.Join(dir, "report.txt"))
	if err != nil {
		t.Fatal(err)
	}
	at := 0
	for _, want := range []string{"Zarządzanie miastem", "Uczestnicy", "Żelisław Źdźbło", "Grupa *Pustułki*", "1. Problem", "Lokale niszczeją", "=HYPERLINK", "Macierz", "Plan działań", "2027-04-01"} {
		if want == "Macierz" {
			want = "Metody, trudności"
		}
		i := bytes.Index(text[at:], []byte(want))
		if i < 0 {
			t.Fatalf("%q is not there after byte %d:\n%s", want, at, text)
		}
		at += i
	}
}

// TestLibreOfficeOpensSheets: cells come back as they were, none as a formula.
func TestLibreOfficeOpensSheets(t *testing.T) {
	dir, path := save(t, "xlsx")
	run(t, dir, "soffice", "--headless", "--convert-to", "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,true,false,false,false,-1", path)
	cards, err := os.ReadFile(filepath.Join(dir, "report-Kartki.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`=HYPERLINK(""x"")`, "2027-04-01", "2023-11-14 22:13", "Lokale niszczeją\nzimą"} {
		if !strings.Contains(string(cards), want) {
			t.Errorf("%q is not among the cards:\n%s", want, cards)
		}
	}
}

// TestOthersReadThePDF: the file is sound, its text is found and it is tagged.
func TestOthersReadThePDF(t *testing.T) {
	dir, path := save(t, "pdf")
	run(t, dir, "qpdf", "--check", path)
	// The strictest reading of the format that a free tool makes.
	check := exec.Command("go", "run", "github.com/pdfcpu/pdfcpu/cmd/pdfcpu@v0.15.0", "validate", "-m", "strict", path)
	if out, err := check.CombinedOutput(); err != nil {
		t.Errorf("pdfcpu: %v\n%s", err, out)
	}
	if info := run(t, dir, "pdfinfo", path); !strings.Contains(info, "Tagged:          yes") || !strings.Contains(info, "Title:           Zarządzanie miastem") {
		t.Errorf("pdfinfo says\n%s", info)
	}
	if text := run(t, dir, "pdftotext", "-layout", path, "-"); !strings.Contains(text, "Żelisław Źdźbło") {
		t.Errorf("pdftotext finds\n%s", text)
	}
	if tree := run(t, dir, "pdfinfo", "-struct-text", path); !strings.Contains(tree, "H1") || !strings.Contains(tree, "Uczestnicy") {
		t.Errorf("the structure is\n%s", tree)
	}
	if fonts := run(t, dir, "pdffonts", path); strings.Count(fonts, "yes yes yes") != 3 {
		t.Errorf("fonts are not embedded with Unicode:\n%s", fonts)
	}
}
