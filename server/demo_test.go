package main

import (
	"context"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// runDemo runs the demo command until it has printed the way for members, and
// returns where it serves and the facilitator's link.
func runDemo(t *testing.T, env map[string]string, args ...string) (base, facilitator string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	listening, links, ended := newLineWaiter("pathboard listening on "), newLineWaiter("facilitator: "), make(chan error, 1)
	members := newLineWaiter("members: ")
	go func() {
		ended <- run(ctx, append([]string{"demo"}, args...), func(k string) string { return env[k] },
			io.MultiWriter(listening, links, members), io.Discard)
	}()
	t.Cleanup(func() {
		cancel()
		if err, open := <-ended; open && err != nil {
			t.Errorf("demo ended with %v", err)
		}
	})
	select {
	case <-members.found:
	case err := <-ended:
		close(ended)
		if err != nil {
			t.Fatal(err)
		}
		<-members.found
	case <-time.After(patience):
		t.Fatal("the demonstration is not there")
	}
	select {
	case base = <-listening.found:
	default:
	}
	return base, <-links.found
}

// secret is the token in a link.
func secret(link string) string { _, t, _ := strings.Cut(link, "#"); return t }

// checkDemo looks at the workshop as its facilitator does.
func checkDemo(t *testing.T, base, facilitator string) (id string) {
	t.Helper()
	p := &program{t: t, base: base}
	var session struct {
		WorkshopID string `json:"workshopId"`
	}
	p.must(200, "GET", "/api/session", secret(facilitator), "", nil, &session)
	var got struct {
		Workshop seenWorkshop `json:"workshop"`
	}
	p.must(200, "GET", "/api/workshops/"+session.WorkshopID, secret(facilitator), "", nil, &got)
	if len(got.Workshop.Groups) != 4 || len(got.Workshop.Participants) != 23 {
		t.Errorf("%d groups, %d participants", len(got.Workshop.Groups), len(got.Workshop.Participants))
	}
	for _, g := range got.Workshop.Groups {
		var board struct {
			Cards []struct {
				Text string `json:"text"`
			} `json:"cards"`
		}
		p.must(200, "GET", "/api/workshops/"+session.WorkshopID+"/groups/"+g.ID+"/board", secret(facilitator), "", nil, &board)
		if len(board.Cards) < 15 {
			t.Errorf("a board of %d cards", len(board.Cards))
		}
	}
	return session.WorkshopID
}

func TestDemoOnAServerOfItsOwn(t *testing.T) {
	env := map[string]string{"PATHBOARD_ADDR": "127.0.0.1:0", "PATHBOARD_DATA": filepath.Join(t.TempDir(), "data")}
	var first string
	t.Run("first", func(t *testing.T) { base, link := runDemo(t, env); first = checkDemo(t, base, link) })
	t.Run("again", func(t *testing.T) {
		base, link := runDemo(t, env)
		if again := checkDemo(t, base, link); again != first {
			t.Errorf("a second start made another workshop: %s, then %s", first, again)
		}
	})
}

func TestDemoOnARunningServer(t *testing.T) {
	p := startProgram(t, map[string]string{"PATHBOARD_ADMIN_TOKEN": "long-enough-secret-of-the-office"})
	_, link := runDemo(t, map[string]string{"PATHBOARD_ADMIN_TOKEN": "long-enough-secret-of-the-office"}, "--url", p.base, "--language", "en")
	checkDemo(t, p.base, link)
}
