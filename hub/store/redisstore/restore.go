package redisstore

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/pathboard/pathboard/hub/store"
)

// RestoreDoc implements store.Restorer.
func (s *Store) RestoreDoc(ctx context.Context, doc store.DocName, epoch uint64, data []byte) error {
	err := s.restoreDoc.Run(ctx, s.client, []string{MetaKey(doc), LogKey(doc), snapsKey(doc), pastKey(doc), pastDataKey(doc)},
		strconv.FormatUint(epoch, 10), time.Now().UnixMilli(), data).Err()
	if err := unavailable(err); err != nil {
		return fmt.Errorf("restore document: %w", err)
	}
	return nil
}

// RestoreRecord implements store.Restorer.
func (s *Store) RestoreRecord(ctx context.Context, r store.Record) error {
	err := restoreRecordScript.Run(ctx, s.client, []string{recordPrefix + r.Key}, strconv.FormatUint(r.Version, 10), r.Value).Err()
	if err := unavailable(err); err != nil {
		return fmt.Errorf("restore record: %w", err)
	}
	return nil
}
