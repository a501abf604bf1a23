package httpapi

import "time"

// The JSON of a board, for its description: package board writes and reads it.
// Objects may hold more than what is named here, which a newer program wrote; it
// is kept by an import.
type (
	boardFile struct {
		Version    int            `json:"version"`
		ExportedAt time.Time      `json:"exportedAt"`
		Workshop   boardWorkshop  `json:"workshop"`
		Group      boardGroup     `json:"group"`
		Meta       boardMeta      `json:"meta"`
		Cards      []boardCard    `json:"cards"`
		Links      []boardLink    `json:"links"`
		Stages     []boardStage   `json:"stages"`
		Comments   []boardComment `json:"comments"`
	}
	boardWorkshop struct {
		ID       string `json:"id"`
		Title    string `json:"title"`
		City     string `json:"city"`
		Language string `json:"language"`
	}
	boardGroup struct {
		ID     string `json:"id"`
		Name   string `json:"name"`
		AreaID string `json:"areaId"`
	}
	boardMeta struct {
		Schema  int    `json:"schema"`
		Title   string `json:"title,omitempty"`
		Problem string `json:"problem,omitempty"`
	}
	// boardCard stands in reading order. Times are in milliseconds since 1970.
	boardCard struct {
		ID         string     `json:"id"`
		Text       string     `json:"text"`
		Kind       string     `json:"kind,omitempty"`
		Stage      string     `json:"stage,omitempty"`
		Order      string     `json:"order,omitempty"`
		Author     string     `json:"author,omitempty"`
		CreatedAt  int64      `json:"createdAt,omitempty"`
		Color      string     `json:"color,omitempty"`
		Tags       boardTags  `json:"tags,omitempty"`
		Ref        string     `json:"ref,omitempty"`
		Owner      string     `json:"owner,omitempty"`
		Due        string     `json:"due,omitempty"`
		State      string     `json:"state,omitempty"`
		ArchivedAt int64      `json:"archivedAt,omitempty"`
		Image      boardImage `json:"image,omitzero"`
	}
	// boardTags is a list, or an object by tag where more than the names is known.
	boardTags  []string
	boardImage struct {
		ID     string `json:"id"`
		Width  int    `json:"width"`
		Height int    `json:"height"`
		Alt    string `json:"alt"`
	}
	boardLink struct {
		ID    string `json:"id"`
		From  string `json:"from"`
		To    string `json:"to"`
		Label string `json:"label,omitempty"`
		Kind  string `json:"kind,omitempty"`
	}
	boardStage struct {
		ID      string `json:"id"`
		Done    bool   `json:"done"`
		Summary string `json:"summary,omitempty"`
	}
	boardComment struct {
		ID         string `json:"id"`
		Card       string `json:"card,omitempty"`
		Author     string `json:"author,omitempty"`
		Text       string `json:"text,omitempty"`
		ReplyTo    string `json:"replyTo,omitempty"`
		CreatedAt  int64  `json:"createdAt,omitempty"`
		ResolvedAt int64  `json:"resolvedAt,omitempty"`
	}
)
