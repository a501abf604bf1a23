package httpapi

import "github.com/pathboard/pathboard/server/workshop"

// The bodies of the routes by which a day is led: help, votes, private writing.

type textBody struct {
	Text string `json:"text"`
}

type galleryBody struct {
	Action  string `json:"action"`
	Minutes int    `json:"minutes,omitempty"`
}

type questionBody struct {
	Question string `json:"question"`
}

type warmupBody struct {
	Answers []workshop.WarmupAnswer `json:"answers"`
}

type myLinkBody struct {
	Token string `json:"token"`
	Link  string `json:"link"`
}

type answerBody struct {
	Answer string `json:"answer,omitempty"`
	Done   bool   `json:"done,omitempty"`
}

type announceBody struct {
	Text   string             `json:"text"`
	Groups []workshop.GroupID `json:"groups,omitempty"`
}

type concernBody struct {
	Concern workshop.Concern `json:"concern"`
	Version uint64           `json:"version"`
}

type cardBody struct {
	StageID workshop.StageID `json:"stageId"`
	Kind    string           `json:"kind"`
	Text    string           `json:"text"`
	Ref     string           `json:"ref,omitempty"`
}

type pollBody struct {
	Title   string           `json:"title,omitempty"`
	Across  bool             `json:"across,omitempty"`
	Dots    int              `json:"dots"`
	PerCard int              `json:"perCard"`
	StageID workshop.StageID `json:"stageId,omitempty"`
}

type ballotBody struct {
	Dots []workshop.Dots `json:"dots"`
}

type writingBody struct {
	StageID workshop.StageID `json:"stageId"`
	Kind    string           `json:"kind,omitempty"`
}

type notesBody struct {
	Notes []workshop.Note `json:"notes"`
}

type keepNotesBody struct {
	Notes []workshop.Note `json:"notes"`
	// Base is what the device last read; what another has written since then is
	// put together with Notes. Without it Notes replace all.
	Base *[]workshop.Note `json:"base,omitempty"`
}
