package persist

import (
	"bytes"
	"slices"
	"sync"

	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/server/workshop"
)

// cacheSize bounds the decoded workshops kept: more than one instance leads at
// a time.
const cacheSize = 128

// decodedCache remembers what records decode to. It never answers for the
// store: a record is read each time and only its decoding is spared, when its
// bytes are the same as before.
type decodedCache struct {
	mu    sync.Mutex
	byKey map[string]decodedWorkshop
}

type decodedWorkshop struct {
	value    []byte
	workshop *workshop.Workshop
	// foreign: the record has fields that this program does not know.
	foreign bool
}

// workshop returns what the record decodes to, for the caller to change, and
// whether it has fields that this program does not know.
func (c *decodedCache) workshop(rec store.Record) (_ *workshop.Workshop, foreign bool, _ error) {
	c.mu.Lock()
	known, ok := c.byKey[rec.Key]
	c.mu.Unlock()
	if !ok || !bytes.Equal(known.value, rec.Value) {
		w, err := decodeWorkshop(rec.Value)
		if err != nil {
			return nil, false, err
		}
		known = decodedWorkshop{value: rec.Value, workshop: w, foreign: hasForeign(rec.Value)}
		c.remember(rec.Key, known)
	}
	w := *known.workshop
	w.Version = rec.Version
	clip(&w)
	return &w, known.foreign, nil
}

// clip keeps a change from reaching what was read before it: commands replace
// lists or append to them; clipped, appending copies.
func clip(w *workshop.Workshop) {
	w.Groups, w.Participants = slices.Clip(w.Groups), slices.Clip(w.Participants)
	w.Stages, w.Areas = slices.Clip(w.Stages), slices.Clip(w.Areas)
}

func (c *decodedCache) remember(key string, d decodedWorkshop) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, known := c.byKey[key]; !known && len(c.byKey) >= cacheSize {
		for other := range c.byKey { // any: map order is random enough
			delete(c.byKey, other)
			break
		}
	}
	c.byKey[key] = d
}
