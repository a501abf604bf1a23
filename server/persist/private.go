package persist

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/server/workshop"
)

// Private keeps pages that belong to one person each. It is safe for
// concurrent use, by several instances too.
type Private struct{ records store.Records }

var _ workshop.Private = (*Private)(nil)

// NewPrivate returns the private pages kept in the records.
func NewPrivate(records store.Records) *Private { return &Private{records: records} }

type pageRecord struct {
	Schema int             `json:"schema"`
	Page   json.RawMessage `json:"page"`
}

func sheetPrefix(id workshop.WorkshopID, sheet string) string {
	return privatePrefix(id) + sheet + "/"
}

func privatePrefix(id workshop.WorkshopID) string { return "private/" + string(id) + "/" }

// Write replaces the participant's page; of two at once the later one stays.
func (s *Private) Write(ctx context.Context, id workshop.WorkshopID, sheet string, p workshop.ParticipantID, page any) error {
	return s.Change(ctx, id, sheet, p, func(func(any) error) (any, error) { return page, nil })
}

// Change replaces the participant's page by what f makes of it. f is called
// again where another write came between; its error is returned as it is.
func (s *Private) Change(ctx context.Context, id workshop.WorkshopID, sheet string, p workshop.ParticipantID, f func(decode func(into any) error) (any, error)) error {
	key := sheetPrefix(id, sheet) + string(p)
	for try := range maxTries {
		rec, err := s.records.Get(ctx, key)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return storeError("look up page", err)
		}
		known := err == nil
		page, err := f(func(into any) error {
			if !known {
				return nil
			}
			return decodePage(rec.Value, into)
		})
		if err != nil {
			return err
		}
		value, err := encodePage(page)
		if err != nil {
			return err
		}
		_, err = s.records.Put(ctx, key, rec.Version, value)
		if err == nil {
			return nil
		}
		if !errors.Is(err, store.ErrConflict) {
			return storeError("store page", err)
		}
		if err := pause(ctx, try); err != nil {
			return err
		}
	}
	return fmt.Errorf("store page: %d others came between", maxTries)
}

func encodePage(page any) ([]byte, error) {
	raw, err := json.Marshal(page)
	if err != nil {
		return nil, fmt.Errorf("encode page: %w", err)
	}
	value, err := json.Marshal(pageRecord{secretSchema, raw})
	if err != nil {
		return nil, fmt.Errorf("encode page: %w", err)
	}
	return value, nil
}

// Read fills into with the participant's page.
func (s *Private) Read(ctx context.Context, id workshop.WorkshopID, sheet string, p workshop.ParticipantID, into any) (bool, error) {
	rec, err := s.records.Get(ctx, sheetPrefix(id, sheet)+string(p))
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, storeError("read page", err)
	}
	return true, decodePage(rec.Value, into)
}

func decodePage(value []byte, into any) error {
	value, err := migrateTo(value, secretSchema, nil)
	if err != nil {
		return fmt.Errorf("read page: %w", err)
	}
	var rec pageRecord
	if err := json.Unmarshal(value, &rec); err != nil {
		return fmt.Errorf("decode page: %w", err)
	}
	if err := json.Unmarshal(rec.Page, into); err != nil {
		return fmt.Errorf("decode page: %w", err)
	}
	return nil
}

// Each calls f with each page of the sheet.
func (s *Private) Each(ctx context.Context, id workshop.WorkshopID, sheet string, f func(workshop.ParticipantID, func(any) error) error) error {
	prefix := sheetPrefix(id, sheet)
	err := s.records.List(ctx, prefix, func(rec store.Record) error {
		return f(workshop.ParticipantID(rec.Key[len(prefix):]), func(into any) error { return decodePage(rec.Value, into) })
	})
	if err != nil {
		return storeError("list pages", err)
	}
	return nil
}

// Erase removes all pages of the participant, or of everybody.
func (s *Private) Erase(ctx context.Context, id workshop.WorkshopID, p workshop.ParticipantID) error {
	return deleteUnder(ctx, s.records, privatePrefix(id), func(key string) bool {
		return p == "" || strings.HasSuffix(key, "/"+string(p))
	})
}

// deleteUnder removes the records under the prefix that match.
func deleteUnder(ctx context.Context, records store.Records, prefix string, match func(key string) bool) error {
	var keys []string
	err := records.List(ctx, prefix, func(rec store.Record) error {
		if match(rec.Key) {
			keys = append(keys, rec.Key)
		}
		return nil
	})
	if err != nil {
		return storeError("list records", err)
	}
	for _, key := range keys {
		if err := records.Delete(ctx, key); err != nil {
			return storeError("delete record", err)
		}
	}
	return nil
}
