package persist

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/server/workshop"
)

// Owner returns the workshop a record belongs to, "" when to none: the one its
// key or its content names.
func Owner(rec store.Record) workshop.WorkshopID {
	kind, rest, _ := strings.Cut(rec.Key, "/")
	var body struct {
		Workshop workshop.WorkshopID `json:"workshop"`
	}
	if json.Unmarshal(rec.Value, &body) == nil && body.Workshop != "" {
		return body.Workshop
	}
	switch kind {
	case "token", "code", "recovery", "signin", "signin-attempt", "created", "lease":
		return "" // what follows is a hash, or a name
	}
	id, _, _ := strings.Cut(rest, "/")
	return workshop.WorkshopID(id)
}

// Verify reports whether this program understands a record.
func Verify(rec store.Record) error {
	if strings.HasPrefix(rec.Key, workshopKey("")) {
		_, err := decodeWorkshop(rec.Value)
		return err
	}
	if !json.Valid(rec.Value) {
		return fmt.Errorf("record %s is not JSON", kindOf(rec.Key))
	}
	if kind := kindOf(rec.Key); slices.Contains([]string{"token", "code", "recovery", "sessions", "secrets", "private", "audit", "image", "images"}, kind) {
		_, err := migrateTo(rec.Value, secretSchema, nil)
		return err
	}
	return nil
}

func kindOf(key string) string {
	kind, _, _ := strings.Cut(key, "/")
	return kind
}

// Holds reports whether a document belongs to the workshop in a record: whether
// a part of its name is the workshop's id or that of one of its groups.
func Holds(rec store.Record) func(store.DocName) bool {
	ids := map[string]bool{}
	if w, err := decodeWorkshop(rec.Value); err == nil {
		ids[string(w.ID)] = true
		for _, g := range w.Groups {
			ids[string(g.ID)] = true
		}
	}
	return func(doc store.DocName) bool {
		return slices.ContainsFunc(strings.FieldsFunc(string(doc), func(r rune) bool { return r == '.' || r == '/' }), func(part string) bool { return ids[part] })
	}
}

// WorkshopKey is the key of a workshop's own record.
func WorkshopKey(id workshop.WorkshopID) string { return workshopKey(id) }
