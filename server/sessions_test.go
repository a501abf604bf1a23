package main

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/pathboard/pathboard/hub/store/redistest"
	"github.com/pathboard/pathboard/server/auth"
	"github.com/pathboard/pathboard/server/persist"
)

// aged turns back the clock for every token: it was issued, and last used, so
// long ago.
func aged(t *testing.T, url string, issued, used time.Duration) {
	t.Helper()
	opts, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	c := redis.NewClient(opts)
	defer c.Close()
	ctx := context.Background()
	keys, err := c.Keys(ctx, "pb:rec:token/*").Result()
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range keys {
		raw, err := c.HGet(ctx, key, "d").Bytes()
		if err != nil {
			t.Fatal(err)
		}
		fields := map[string]any{}
		if err := json.Unmarshal(raw, &fields); err != nil {
			t.Fatal(err)
		}
		fields["issuedAt"], fields["usedAt"] = time.Now().Add(-issued).UTC(), time.Now().Add(-used).UTC()
		if raw, err = json.Marshal(fields); err != nil {
			t.Fatal(err)
		}
		if err := c.HSet(ctx, key, "d", raw).Err(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestASessionOverItsLimitLosesItsSockets: at the next look at rights, which
// comes within a minute, and here with a change of the group; what was written
// before is saved, and the way back is the join code.
func TestASessionOverItsLimitLosesItsSockets(t *testing.T) {
	url := redistest.Start(t, nil).URL()
	env := map[string]string{"PATHBOARD_REDIS_URL": url}
	p, other := startProgram(t, env), startProgram(t, env)
	c := p.create()
	anna := p.join(c, "Anna", 0)
	own := "board." + c.Workshop.Groups[0].ID
	a := dial(t, other.base)
	a.Open(own, anna.Token)
	if got := a.Scope(own, 0); got != "read-write" {
		t.Fatalf("Anna's board: %s", got)
	}
	path := "/api/workshops/" + c.Workshop.ID

	// Over its lifetime and in use: the day goes on.
	aged(t, url, auth.DefaultLifetime+time.Hour, persist.UsedEvery)
	mark := a.Count()
	p.must(200, "PATCH", path+"/groups/"+c.Workshop.Groups[0].ID, c.Tokens.Facilitator, "*", map[string]any{"frozen": true}, nil)
	if got := a.Scope(own, mark); got != "readonly" {
		t.Fatalf("frozen: %s", got)
	}

	mark = a.Count() // the look after the freezing may come as late as now
	aged(t, url, auth.DefaultIdle+2*time.Hour, auth.DefaultIdle+time.Hour)
	p.must(200, "PATCH", path+"/groups/"+c.Workshop.Groups[0].ID, c.Tokens.Facilitator, "*", map[string]any{"frozen": false}, nil)
	a.AwaitEnd(mark)
	p.must(401, "GET", path, anna.Token, "", nil, nil)

	var back struct {
		Token       string `json:"token"`
		Participant struct {
			ID string `json:"id"`
		} `json:"participant"`
	}
	p.must(201, "POST", "/api/join/return", anna.Token, "", map[string]string{"code": c.JoinCode}, &back)
	if back.Participant.ID != anna.Participant.ID {
		t.Errorf("came back as %s", back.Participant.ID)
	}
	again := dial(t, other.base)
	again.Open(own, back.Token)
	if got := again.Scope(own, 0); got != "read-write" {
		t.Errorf("the board after returning: %s", got)
	}
}
