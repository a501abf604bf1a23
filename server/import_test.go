package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// TestHostileAndLargeBoardsComeIn: what nests without end is refused as no board,
// and a full board of long cards goes out and in again.
func TestHostileAndLargeBoardsComeIn(t *testing.T) {
	p := startProgram(t, nil)
	c := p.create()
	path := "/api/workshops/" + c.Workshop.ID + "/groups/"
	first, second := path+c.Workshop.Groups[0].ID+"/board", path+c.Workshop.Groups[1].ID+"/board"
	deep := json.RawMessage(`{"cards":[{"id":"a","kind":"note","x":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `}]}`)
	for _, bad := range []json.RawMessage{deep, json.RawMessage("null"), json.RawMessage(`{"cards":{}}`)} {
		p.must(422, "PUT", first, c.Tokens.Facilitator, "", bad, nil)
	}
	cards := make([]map[string]string, 2100)
	for i := range cards {
		cards[i] = map[string]string{"id": fmt.Sprint("c", i), "kind": "note", "stage": "problem", "order": fmt.Sprintf("a%04dV", i), "text": strings.Repeat("Zażółć gęślą jaźń. ", 40)}
	}
	// What people make of one card who fill it apart from each other.
	cards[0]["text"] = strings.Repeat("Zażółć gęślą jaźń. ", 1300)
	var once, twice map[string]any
	p.must(204, "PUT", first, c.Tokens.Facilitator, "", map[string]any{"cards": cards}, nil)
	p.must(200, "GET", first, c.Tokens.Facilitator, "", nil, &once)
	p.must(204, "PUT", second, c.Tokens.Facilitator, "", once, nil)
	p.must(200, "GET", second, c.Tokens.Facilitator, "", nil, &twice)
	if !reflect.DeepEqual(once["cards"], twice["cards"]) || len(twice["cards"].([]any)) != len(cards) {
		t.Error("a large board does not come back as it went")
	}
}
