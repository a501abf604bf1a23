package filestore

import (
	"context"
	"database/sql"
	"fmt"
	"hash/crc32"
)

// castagnoli is the polynomial that processors have an instruction for.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// sumOf is what is kept beside a value: SQLite knows when its pages do not fit
// together, and not when a disk has changed a letter within one.
func sumOf(value []byte) int64 { return int64(crc32.Checksum(value, castagnoli)) }

// summed are all values with a sum, and what each is called.
var summed = []string{
	`SELECT 'document ' || docs.name || ', entry ' || log.seq, log.data, log.sum FROM log JOIN docs ON docs.id = log.doc WHERE log.sum IS NOT NULL`,
	`SELECT 'document ' || docs.name || ', snapshot ' || snapshots.version, snapshots.data, snapshots.sum
		FROM snapshots JOIN docs ON docs.id = snapshots.doc WHERE snapshots.sum IS NOT NULL`,
	`SELECT 'document ' || docs.name || ', history ' || past.id, past.data, past.sum FROM past JOIN docs ON docs.id = past.doc WHERE past.sum IS NOT NULL`,
	`SELECT 'record ' || key, value, sum FROM records WHERE sum IS NOT NULL`,
}

// CheckSums reads every value and tells damaged of each that is not what was
// written. What a program before layout 4 wrote has no sum until it is written
// again. The store may be in use.
func (s *Store) CheckSums(ctx context.Context, damaged func(what string)) error {
	for _, query := range summed {
		err := s.read(ctx, func(tx *sql.Tx) error {
			rows, err := tx.QueryContext(ctx, query)
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				var what string
				var value sql.RawBytes
				var sum int64
				if err := rows.Scan(&what, &value, &sum); err != nil {
					return err
				}
				if sumOf(value) != sum {
					damaged(what)
				}
			}
			return rows.Err()
		})
		if err != nil {
			return fmt.Errorf("read sums: %w", err)
		}
	}
	return nil
}
