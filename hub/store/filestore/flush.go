package filestore

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"

	"modernc.org/sqlite"
)

// walBytes is how long the write-ahead log gets before it is written from its
// beginning again: SQLite's 1,000 pages, and the last transaction.
const walBytes = 4608 << 10

// flushDataAlone has commits flush what was written and not the file's times,
// which cost a second write on most systems. Where that is not to be had,
// commits flush both.
var flushDataAlone = sync.OnceFunc(func() { _, _ = sqlite.Fdatasync(true) })

// layOutLog makes the write-ahead log as long as it will get: a flush of bytes
// that lie inside a file has no new length to make durable. SQLite takes the
// zeros for the end of the log. What there is no room for stays as it is.
func (s *Store) layOutLog() error {
	f, err := os.OpenFile(Path(s.opts.Dir)+"-wal", os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("lay out the log: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("lay out the log: %w", err)
	}
	size := info.Size()
	zeros := make([]byte, 64<<10)
	for at := size; at < walBytes; at += int64(len(zeros)) {
		if _, err := f.WriteAt(zeros[:min(int64(len(zeros)), walBytes-at)], at); err != nil {
			return errors.Join(fmt.Errorf("lay out the log: %w", err), f.Truncate(size))
		}
	}
	return f.Sync()
}
