package main

import (
	"strings"
	"testing"
)

// TestRehearse: whoever may create a workshop gets the filled-in one by one
// request, and nobody else does.
func TestRehearse(t *testing.T) {
	open := startProgram(t, nil)
	var made struct {
		Workshop     seenWorkshop
		RecoveryCode string
		Tokens       struct{ Facilitator, Projector string }
		Links        struct{ Join, Facilitator, Projector string }
	}
	open.must(201, "POST", "/api/demo", "", "", map[string]string{"language": "en"}, &made)
	if got := checkDemo(t, open.base, made.Links.Facilitator); got != made.Workshop.ID || made.Tokens.Facilitator != secret(made.Links.Facilitator) || made.Tokens.Projector == "" || made.RecoveryCode == "" {
		t.Errorf("workshop %s, %+v", got, made)
	}
	for _, link := range []string{made.Links.Join, made.Links.Facilitator, made.Links.Projector} {
		if !strings.HasPrefix(link, open.base+"/") {
			t.Errorf("a link that leads elsewhere than the request came to: %s", link)
		}
	}
	open.must(422, "POST", "/api/demo", "", "", map[string]string{"language": "de"}, nil)
	shut := startProgram(t, map[string]string{"PATHBOARD_ADMIN_TOKEN": "geheim"})
	shut.must(401, "POST", "/api/demo", "", "", map[string]string{}, nil)
	shut.must(201, "POST", "/api/demo", "geheim", "", map[string]string{}, &made)
}
