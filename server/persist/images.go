package persist

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/server/workshop"
)

// Images keeps the pictures of boards, each as a record of its own, with a
// record for each board that counts them. It is safe for concurrent use.
type Images struct{ records store.Records }

// NewImages returns the pictures kept in the records.
func NewImages(records store.Records) *Images { return &Images{records: records} }

// The workshop stands in both, so that a backup knows whose they are.
type (
	imageRecord struct {
		Schema   int                 `json:"schema"`
		Workshop workshop.WorkshopID `json:"workshop"`
		JPEG     []byte              `json:"jpeg"`
	}
	imagesRecord struct {
		Schema   int                      `json:"schema"`
		Workshop workshop.WorkshopID      `json:"workshop"`
		Bytes    map[workshop.ImageID]int `json:"bytes"`
	}
)

func imageKey(g workshop.GroupID, id workshop.ImageID) string {
	return "image/" + string(g) + "/" + string(id)
}

func imagesKey(g workshop.GroupID) string { return "images/" + string(g) }

// Put keeps a picture of a board, or fails with CodeImagesFull. A picture that
// is there already is not kept twice; fresh tells.
func (s *Images) Put(ctx context.Context, w *workshop.Workshop, g workshop.GroupID, id workshop.ImageID, jpeg []byte) (fresh bool, err error) {
	for try := range maxTries {
		list, version, err := s.list(ctx, g)
		if err != nil {
			return false, err
		}
		if _, known := list.Bytes[id]; known {
			return false, nil
		}
		if err := s.room(ctx, w, g, len(list.Bytes), len(jpeg)); err != nil {
			return false, err
		}
		if err := s.keep(ctx, imageKey(g, id), imageRecord{secretSchema, w.ID, jpeg}); err != nil {
			return false, err
		}
		list.Schema, list.Workshop = secretSchema, w.ID
		list.Bytes[id] = len(jpeg)
		value, err := json.Marshal(list)
		if err != nil {
			return false, fmt.Errorf("encode list of images: %w", err)
		}
		_, err = s.records.Put(ctx, imagesKey(g), version, value)
		if err == nil {
			return true, nil
		}
		if !errors.Is(err, store.ErrConflict) {
			return false, storeError("store list of images", err)
		}
		if err := pause(ctx, try); err != nil {
			return false, err
		}
	}
	return false, fmt.Errorf("store image of board %s: %d others came between", g, maxTries)
}

// room fails when the board or the workshop has all the pictures it may have.
// Boards that are filled at the same moment may pass the workshop's limit by
// one picture each.
func (s *Images) room(ctx context.Context, w *workshop.Workshop, g workshop.GroupID, here, size int) error {
	total := size
	for _, other := range w.Groups {
		list, _, err := s.list(ctx, other.ID)
		if err != nil {
			return err
		}
		for _, n := range list.Bytes {
			total += n
		}
	}
	return w.RoomForImage(here, total)
}

func (s *Images) keep(ctx context.Context, key string, rec imageRecord) error {
	value, err := json.Marshal(rec)
	if err != nil {
		return fmt.Errorf("encode image: %w", err)
	}
	// The key names the content: what is there is the same.
	if _, err := s.records.Put(ctx, key, 0, value); err != nil && !errors.Is(err, store.ErrConflict) {
		return storeError("store image", err)
	}
	return nil
}

func (s *Images) list(ctx context.Context, g workshop.GroupID) (imagesRecord, uint64, error) {
	list := imagesRecord{Bytes: map[workshop.ImageID]int{}}
	rec, err := s.records.Get(ctx, imagesKey(g))
	if errors.Is(err, store.ErrNotFound) {
		return list, 0, nil
	}
	if err != nil {
		return list, 0, storeError("look up images", err)
	}
	if err := json.Unmarshal(rec.Value, &list); err != nil {
		return list, 0, fmt.Errorf("decode list of images: %w", err)
	}
	return list, rec.Version, nil
}

// Get returns a picture of a board, or CodeNotFound.
func (s *Images) Get(ctx context.Context, g workshop.GroupID, id workshop.ImageID) ([]byte, error) {
	rec, err := s.records.Get(ctx, imageKey(g, id))
	if err != nil {
		return nil, storeError("look up image", err)
	}
	var image imageRecord
	if err := json.Unmarshal(rec.Value, &image); err != nil {
		return nil, fmt.Errorf("decode image: %w", err)
	}
	return image.JPEG, nil
}

// Drop removes all pictures of a board, the list of them last: what was
// interrupted can be done again.
func (s *Images) Drop(ctx context.Context, g workshop.GroupID) error {
	var keys []string
	err := s.records.List(ctx, imageKey(g, ""), func(rec store.Record) error {
		keys = append(keys, rec.Key)
		return nil
	})
	if err != nil {
		return storeError("list images", err)
	}
	for _, key := range slices.Concat(keys, []string{imagesKey(g)}) {
		if err := s.records.Delete(ctx, key); err != nil {
			return storeError("delete image", err)
		}
	}
	return nil
}
