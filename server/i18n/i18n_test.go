package i18n

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pathboard/pathboard/server/workshop"
)

var placeholder = regexp.MustCompile(`\{[a-z]+\}`)

func TestCataloguesAreEqualKeyForKey(t *testing.T) {
	for key, pl := range polish {
		en, ok := english[key]
		if !ok {
			t.Errorf("%s: no English", key)
			continue
		}
		if strings.TrimSpace(pl) == "" || strings.TrimSpace(en) == "" {
			t.Errorf("%s: empty message", key)
		}
		a, b := placeholder.FindAllString(pl, -1), placeholder.FindAllString(en, -1)
		slices.Sort(a)
		slices.Sort(b)
		if !slices.Equal(a, b) {
			t.Errorf("%s: parameters differ: pl %v, en %v", key, a, b)
		}
	}
	for key := range english {
		if _, ok := polish[key]; !ok {
			t.Errorf("%s: no Polish", key)
		}
	}
}

func TestNegotiate(t *testing.T) {
	for header, want := range map[string]workshop.Language{
		"":                          workshop.Polish,
		"pl":                        workshop.Polish,
		"en":                        workshop.English,
		"en-GB,en;q=0.9,pl;q=0.8":   workshop.English,
		"de-DE,de;q=0.9,en;q=0.5":   workshop.English,
		"fr, pl;q=0.2, en;q=0.1":    workshop.Polish,
		"en;q=0":                    workshop.Polish,
		"en;q=abc, pl;q=0.1":        workshop.Polish,
		"PL-pl;q=0.5 , EN-us;q=0.6": workshop.English,
		"*":                         workshop.Polish,
		strings.Repeat("x,", 5000):  workshop.Polish,
	} {
		if got := Negotiate(header); got != want {
			t.Errorf("Negotiate(%.40q) = %s, want %s", header, got, want)
		}
	}
}

func TestTextFillsParameters(t *testing.T) {
	if got := Field(workshop.English, workshop.FieldTooLong, workshop.Params{"max": 80}); got != "At most 80 characters." {
		t.Errorf("got %q", got)
	}
	if got := Field(workshop.Polish, workshop.FieldRange, workshop.Params{"min": 1, "max": 60}); got != "Dozwolone wartości: od 1 do 60." {
		t.Errorf("got %q", got)
	}
	if got := Text(workshop.Polish, "no.such.key", nil); got != "no.such.key" {
		t.Errorf("got %q", got)
	}
}
