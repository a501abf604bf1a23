package httpapi

import (
	"compress/gzip"
	"encoding/json"
	"testing"
)

func TestHistoryScenarios(t *testing.T) {
	const at = "/api/workshops/{w}/groups/{A}/history"
	frozen := scenario{actor: "facilitator", method: "PATCH", path: "/api/workshops/{w}/day", ifMatch: "*", body: `{"frozen":true}`, status: 200}
	for name, tc := range map[string]struct {
		frozen bool
		scenario
	}{
		"Moments":          {scenario: scenario{actor: "anna", method: "GET", path: at, status: 200, contains: []string{`{"from":1000,"until":1000,"by":"{anna}","changes":1}`, `"by":"facilitator"`, `"by":""`}}},
		"MomentsOfOthers":  {scenario: scenario{actor: "bea", method: "GET", path: at, status: 403}},
		"FilmOwn":          {scenario: scenario{actor: "anna", method: "GET", path: at + "/film", status: 200, contains: []string{`"base":null`, `"update":"AAA="`, `"at":90000`}}},
		"FilmOfOthers":     {scenario: scenario{actor: "bea", method: "GET", path: at + "/film", status: 403}},
		"FilmOfScreen":     {scenario: scenario{actor: "projector", method: "GET", path: at + "/film", status: 403}},
		"FilmFacilitator":  {scenario: scenario{actor: "facilitator", method: "GET", path: at + "/film", status: 200}},
		"FilmFrozen":       {frozen: true, scenario: scenario{actor: "anna", method: "GET", path: at + "/film", status: 200}},
		"BoardThen":        {scenario: scenario{actor: "anna", method: "GET", path: at + "/board?at=20000", status: 200, contains: []string{"{A}"}}},
		"BoardTooOld":      {scenario: scenario{actor: "anna", method: "GET", path: at + "/board?at=9", status: 404, contains: []string{`"past-unknown"`, "nie sięga tak daleko"}}},
		"BoardNoMoment":    {scenario: scenario{actor: "anna", method: "GET", path: at + "/board", status: 422, contains: []string{`"field":"at"`}}},
		"BoardOddMoment":   {scenario: scenario{actor: "anna", method: "GET", path: at + "/board?at=yesterday", status: 422}},
		"BoardUnknown":     {scenario: scenario{actor: "facilitator", method: "GET", path: "/api/workshops/{w}/groups/{Z}/history/board?at=20000", status: 404, contains: []string{`"unknown-group"`}}},
		"RestoreOwn":       {scenario: scenario{actor: "anna", method: "POST", path: at + "/restore", body: `{"at":20000}`, status: 204}},
		"RestoreCard":      {scenario: scenario{actor: "anna", method: "POST", path: at + "/restore", body: `{"at":20000,"cardId":"k"}`, status: 204}},
		"RestoreLead":      {scenario: scenario{actor: "facilitator", method: "POST", path: at + "/restore", body: `{"at":20000}`, status: 204}},
		"RestoreTooOld":    {scenario: scenario{actor: "anna", method: "POST", path: at + "/restore", body: `{"at":9}`, lang: "en", status: 404, contains: []string{`"past-unknown"`, "does not reach back"}}},
		"RestoreNothing":   {scenario: scenario{actor: "anna", method: "POST", path: at + "/restore", body: `{}`, status: 422, contains: []string{`"field":"at"`}}},
		"RestoreBadJSON":   {scenario: scenario{actor: "anna", method: "POST", path: at + "/restore", body: `{`, status: 400}},
		"RestoreOfOthers":  {scenario: scenario{actor: "bea", method: "POST", path: at + "/restore", body: `{"at":20000}`, status: 403}},
		"RestoreFrozen":    {frozen: true, scenario: scenario{actor: "anna", method: "POST", path: at + "/restore", body: `{"at":20000}`, status: 403}},
		"RestoreOfScreen":  {scenario: scenario{actor: "projector", method: "POST", path: at + "/restore", body: `{"at":20000}`, status: 403}},
		"RestoreByNobody":  {scenario: scenario{method: "POST", path: at + "/restore", body: `{"at":20000}`, status: 401}},
		"RestoreStranger":  {scenario: scenario{actor: "stranger", method: "POST", path: at + "/restore", body: `{"at":20000}`, status: 403}},
		"RestoreFrozenFac": {frozen: true, scenario: scenario{actor: "facilitator", method: "POST", path: at + "/restore", body: `{"at":20000}`, status: 204}},
	} {
		t.Run(name, func(t *testing.T) {
			e := newEdge(t)
			if tc.frozen {
				e.play(t, frozen)
			}
			e.play(t, tc.scenario)
		})
	}
}

// TestFilmIsCompressed where the client understands it, and is the same film.
func TestFilmIsCompressed(t *testing.T) {
	e := newEdge(t)
	path := e.fill("/api/workshops/{w}/groups/{A}/history/film")
	header := map[string]string{"Authorization": "Bearer " + e.token("anna")}
	plain := e.do(t, "GET", path, "", header)
	header["Accept-Encoding"] = "gzip, deflate, br"
	packed := e.do(t, "GET", path, "", header)
	z, err := gzip.NewReader(packed.Body)
	if err != nil {
		t.Fatal(err)
	}
	var want, got Film
	if err := json.Unmarshal(plain.Body.Bytes(), &want); err != nil {
		t.Fatal(err)
	}
	if err := json.NewDecoder(z).Decode(&got); err != nil || len(got.Changes) != 3 || got.Changes[0].By != want.Changes[0].By {
		t.Errorf("%+v, plain it is %+v (%v)", got, want, err)
	}
	if packed.Header().Get("Content-Encoding") != "gzip" || packed.Header().Get("Vary") != "Accept-Encoding" {
		t.Errorf("header %v", packed.Header())
	}
}

func TestMomentsAreOnePersonsStretch(t *testing.T) {
	const minute = 60_000
	var changes []FilmChange
	for _, ch := range []FilmChange{
		{At: 0, By: "a"}, {At: 20_000, By: "a"}, {At: 45_000, By: "a"}, // one
		{At: 46_000, By: "b"},            // somebody else
		{At: 47_000, By: "a"},            // again
		{At: 47_000 + minute, By: "a"},   // after a pause
		{At: 47_000 + 2*minute, By: "a"}, // and after another
	} {
		changes = append(changes, ch)
	}
	// A person who never pauses is told of minute by minute.
	for i := range int64(10) {
		changes = append(changes, FilmChange{At: 10*minute + i*20_000, By: "c"})
	}
	var got []int
	for _, m := range moments(changes) {
		got = append(got, m.Changes)
	}
	if want := []int{3, 1, 1, 1, 1, 4, 4, 2}; len(got) != len(want) {
		t.Fatalf("%v, want %v", got, want)
	} else {
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("%v, want %v", got, want)
			}
		}
	}
}
