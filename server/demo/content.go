package demo

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"time"
)

//go:embed content/lodz.json
var lodz []byte

// text is a text in both languages.
type text map[string]string

// content is the workshop as the data file has it.
type content struct {
	Title  text         `json:"title"`
	City   string       `json:"city"`
	Groups []groupEntry `json:"groups"`
}

type groupEntry struct {
	Group    text           `json:"group"`
	Area     string         `json:"area"`
	Problem  text           `json:"problem"`
	Members  []member       `json:"members"`
	Cards    []cardEntry    `json:"cards"`
	Links    []linkEntry    `json:"links"`
	Stages   []stageEntry   `json:"stages"`
	Comments []commentEntry `json:"comments"`
}

type member struct {
	Name       string `json:"name"`
	Department text   `json:"department"`
}

type cardEntry struct {
	ID    string `json:"id"`
	Stage string `json:"stage"`
	Kind  string `json:"kind"`
	Text  text   `json:"text"`
	Tags  []text `json:"tags"`
	Ref   string `json:"ref"`
	Owner text   `json:"owner"`
	Due   string `json:"due"`
	State string `json:"state"`
}

type linkEntry struct {
	From  string `json:"from"`
	To    string `json:"to"`
	Kind  string `json:"kind"`
	Label text   `json:"label"`
}

type stageEntry struct {
	ID      string `json:"id"`
	Done    bool   `json:"done"`
	Summary text   `json:"summary"`
}

type commentEntry struct {
	Card   string `json:"card"`
	Author int    `json:"author"` // index into Members
	Text   text   `json:"text"`
}

func read() (content, error) {
	var c content
	if err := json.Unmarshal(lodz, &c); err != nil {
		return c, fmt.Errorf("read the demonstration workshop: %w", err)
	}
	return c, nil
}

// object is a JSON object without its empty members.
type object map[string]any

func (o object) set(key string, v any) object {
	switch v {
	case "", nil, int64(0):
	default:
		o[key] = v
	}
	return o
}

// board returns the group's board as the import route takes it. authors are the
// participants' ids in the order of Members, who take turns; now is when the
// last card was written.
func (g groupEntry) board(language string, authors []string, now time.Time) object {
	begin := now.Add(-time.Duration(len(g.Cards)) * 3 * time.Minute)
	author := func(i int) string { return authors[i%len(authors)] }
	cards := make([]object, len(g.Cards))
	for i, c := range g.Cards {
		cards[i] = object{
			"id": c.ID, "kind": c.Kind, "stage": c.Stage, "text": c.Text[language], "author": author(i),
			"createdAt": begin.Add(time.Duration(i) * 3 * time.Minute).UnixMilli(),
		}.set("ref", c.Ref).set("owner", c.Owner[language]).set("due", c.Due).set("state", c.State)
		if len(c.Tags) > 0 {
			tags := make([]string, len(c.Tags))
			for n, tag := range c.Tags {
				tags[n] = tag[language]
			}
			cards[i]["tags"] = tags
		}
	}
	links := make([]object, len(g.Links))
	for i, l := range g.Links {
		links[i] = object{"id": fmt.Sprintf("l%02d", i+1), "from": l.From, "to": l.To, "kind": l.Kind}.set("label", l.Label[language])
	}
	stages := make([]object, len(g.Stages))
	for i, s := range g.Stages {
		stages[i] = object{"id": s.ID, "done": s.Done}.set("summary", s.Summary[language])
	}
	comments := make([]object, len(g.Comments))
	for i, c := range g.Comments {
		comments[i] = object{
			"id": fmt.Sprintf("c%02d", i+1), "card": c.Card, "author": author(c.Author),
			"text": c.Text[language], "createdAt": now.UnixMilli(),
		}
	}
	return object{
		"version": 1, "meta": object{"problem": g.Problem[language]},
		"cards": cards, "links": links, "stages": stages, "comments": comments,
	}
}
