package template

import (
	"slices"
	"strings"
	"testing"

	"github.com/pathboard/pathboard/server/workshop"
)

// kinds are those of the board's schema.
var kinds = strings.Fields("problem question data method tool difficulty solution result recommendation action example note")

func TestShippedTemplates(t *testing.T) {
	all, err := All()
	if err != nil {
		t.Fatal(err)
	}
	if all[0].ID != workshop.DefaultTemplate {
		t.Errorf("first is %q", all[0].ID)
	}
	if n := len(all[0].Stages); n != 8 {
		t.Errorf("%d stages", n)
	}
	if n := len(all[0].Areas); n != 4 {
		t.Errorf("%d areas", n)
	}
	for _, tpl := range all {
		for _, s := range tpl.Stages {
			for _, k := range s.Kinds {
				if !slices.Contains(kinds, k) {
					t.Errorf("%s: kind %q", s.ID, k)
				}
			}
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"an unknown field":   `{"id":"x","colour":"red"}`,
		"nothing":            `{}`,
		"a missing language": `{"id":"x","name":{"pl":"x","en":""},"stages":[],"areas":[]}`,
	} {
		if _, err := Parse([]byte(text)); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}
