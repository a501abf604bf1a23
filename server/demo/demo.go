package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// Links lead into the filled-in workshop. Facilitator and Projector carry
// secrets in their fragments.
type Links struct {
	Workshop    string `json:"workshop"` // its id
	Facilitator string `json:"facilitator"`
	Projector   string `json:"projector"`
	Join        string `json:"join"`
	// Token is the facilitator's, to see whether the workshop still exists.
	Token string `json:"token"`
	// Recovery is exchanged for a new facilitator link; known when it was made.
	Recovery string `json:"recovery,omitempty"`
}

// Options of a demonstration.
type Options struct {
	// URL of the running server.
	URL string
	// AdminToken where the server asks for one.
	AdminToken string
	// Language of the content, "pl" or "en".
	Language string
	// Memory is a file that remembers the links, so that filling in again finds
	// the same workshop; empty means a new workshop each time.
	Memory string
	// Client speaks to the server; nil: one of its own.
	Client *http.Client
}

// ErrLanguage says that there is no content in the language asked for.
var ErrLanguage = errors.New("the demonstration speaks pl and en")

// Fill creates the workshop on a running server, or finds it by its memory. An
// error leaves what was done so far.
func Fill(ctx context.Context, o Options) (Links, error) {
	if o.Language != "pl" && o.Language != "en" {
		return Links{}, ErrLanguage
	}
	c := client{base: o.URL, http: o.Client}
	if c.http == nil {
		c.http = &http.Client{Timeout: 30 * time.Second}
		defer c.http.CloseIdleConnections()
	}
	if l, err := recall(o.Memory); err == nil && c.do(ctx, http.MethodGet, "/api/workshops/"+l.Workshop, l.Token, nil, nil) == nil {
		return l, nil
	}
	l, err := c.fill(ctx, o)
	if err != nil {
		return Links{}, fmt.Errorf("fill in the demonstration: %w", err)
	}
	return l, remember(o.Memory, l)
}

func (c client) fill(ctx context.Context, o Options) (Links, error) {
	all, err := read()
	if err != nil {
		return Links{}, err
	}
	groups := make([]object, len(all.Groups))
	for i, g := range all.Groups {
		groups[i] = object{"name": g.Group[o.Language], "area": g.Area}
	}
	var made struct {
		Workshop struct {
			ID     string `json:"id"`
			Groups []struct {
				ID string `json:"id"`
			} `json:"groups"`
		} `json:"workshop"`
		JoinCode string `json:"joinCode"`
		Recovery string `json:"recoveryCode"`
		Tokens   struct {
			Facilitator string `json:"facilitator"`
		} `json:"tokens"`
		Links struct{ Join, Facilitator, Projector string } `json:"links"`
	}
	err = c.do(ctx, http.MethodPost, "/api/workshops", o.AdminToken, object{
		"title": all.Title[o.Language], "city": all.City, "language": o.Language, "groups": groups,
	}, &made)
	if err != nil {
		return Links{}, err
	}
	if len(made.Workshop.Groups) != len(all.Groups) {
		return Links{}, fmt.Errorf("the server made %d groups of %d", len(made.Workshop.Groups), len(all.Groups))
	}
	for i, g := range all.Groups {
		group := made.Workshop.Groups[i].ID
		authors, err := c.joinAll(ctx, g, made.JoinCode, group, o.Language)
		if err != nil {
			return Links{}, err
		}
		path := "/api/workshops/" + made.Workshop.ID + "/groups/" + group + "/board"
		if err := c.do(ctx, http.MethodPut, path, made.Tokens.Facilitator, g.board(o.Language, authors, time.Now()), nil); err != nil {
			return Links{}, err
		}
	}
	return Links{
		Workshop: made.Workshop.ID, Token: made.Tokens.Facilitator, Recovery: made.Recovery,
		Facilitator: made.Links.Facilitator, Projector: made.Links.Projector, Join: made.Links.Join,
	}, nil
}

// joinAll brings the group's members in and returns their ids.
func (c client) joinAll(ctx context.Context, g groupEntry, code, group, language string) ([]string, error) {
	ids := make([]string, len(g.Members))
	for i, m := range g.Members {
		var joined struct {
			Participant struct {
				ID string `json:"id"`
			} `json:"participant"`
		}
		body := object{"code": code, "name": m.Name, "department": m.Department[language], "groupId": group}
		if err := c.do(ctx, http.MethodPost, "/api/join", "", body, &joined); err != nil {
			return nil, err
		}
		ids[i] = joined.Participant.ID
	}
	return ids, nil
}

// client speaks the HTTP contract.
type client struct {
	base string
	http *http.Client
}

// answerLimit bounds what is read of an answer.
const answerLimit = 4 << 20

func (c client) do(ctx context.Context, method, path, token string, body, into any) error {
	var send io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return fmt.Errorf("%s %s: %w", method, path, err)
		}
		send = bytes.NewReader(b)
	}
	r, err := http.NewRequestWithContext(ctx, method, c.base+path, send)
	if err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := c.http.Do(r)
	if err != nil {
		return err // names method and address already
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, answerLimit))
	if err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	if res.StatusCode >= 300 {
		var problem struct{ Detail, Code string }
		_ = json.Unmarshal(answer, &problem)
		return fmt.Errorf("%s %s: %s: %s %s", method, path, res.Status, problem.Code, problem.Detail)
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(answer, into); err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	return nil
}

func recall(file string) (Links, error) {
	var l Links
	if file == "" {
		return l, os.ErrNotExist
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return l, err
	}
	return l, json.Unmarshal(b, &l)
}

func remember(file string, l Links) error {
	if file == "" {
		return nil
	}
	b, err := json.Marshal(l)
	if err != nil {
		return fmt.Errorf("remember the demonstration: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return fmt.Errorf("remember the demonstration: %w", err)
	}
	if err := os.WriteFile(file, b, 0o600); err != nil {
		return fmt.Errorf("remember the demonstration: %w", err)
	}
	return nil
}
