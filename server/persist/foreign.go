package persist

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// While instances of two releases serve the same workshops, an older one
// changes records in which a newer one keeps fields that the older does not
// know. What it does not know it leaves as it is.

// hasForeign reports whether a record has fields that this program would drop.
func hasForeign(value []byte) bool {
	d := json.NewDecoder(bytes.NewReader(value))
	d.DisallowUnknownFields()
	err := d.Decode(new(workshopRecord))
	return err != nil && strings.Contains(err.Error(), "unknown field")
}

// withForeign is keepForeign for a record as it is stored.
func withForeign(next, before []byte) ([]byte, error) {
	w, err := decodeWorkshop(before)
	if err != nil {
		return nil, err
	}
	known, err := encodeWorkshop(w)
	if err != nil {
		return nil, err
	}
	return keepForeign(next, before, known)
}

// keepForeign returns the record with the fields of the one before it that this
// program does not know: next replaces before, known is what is left of before
// when this program reads and writes it.
func keepForeign(next, before, known []byte) ([]byte, error) {
	var n, b, k any
	for _, part := range []struct {
		raw  []byte
		into *any
	}{{next, &n}, {before, &b}, {known, &k}} {
		d := json.NewDecoder(bytes.NewReader(part.raw))
		d.UseNumber() // versions are larger than a float holds
		if err := d.Decode(part.into); err != nil {
			return nil, fmt.Errorf("decode record: %w", err)
		}
	}
	graft(n, b, k)
	return json.Marshal(n)
}

// graft puts into next what before has and known has not. Members of lists are
// the same when their ids are.
func graft(next, before, known any) {
	switch next := next.(type) {
	case map[string]any:
		b, _ := before.(map[string]any)
		k, _ := known.(map[string]any)
		for name, was := range b {
			now, there := next[name]
			if kept, mine := k[name]; mine {
				graft(now, was, kept)
			} else if !there {
				next[name] = was
			}
		}
	case []any:
		b, k := byID(before), byID(known)
		for id, now := range byID(next) {
			if was := b[id]; was != nil && k[id] != nil {
				graft(now, was, k[id])
			}
		}
	}
}

// byID are the members of a list that have ids.
func byID(list any) map[string]any {
	members, _ := list.([]any)
	out := map[string]any{}
	for _, m := range members {
		if fields, ok := m.(map[string]any); ok {
			if id, ok := fields["id"].(string); ok {
				out[id] = m
			}
		}
	}
	return out
}
