package backup

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/pathboard/pathboard/hub"
	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/server/persist"
)

// ErrDamaged says that a file is no whole backup.
var ErrDamaged = errors.New("the backup is damaged")

// ErrNewer says that a newer program made the file.
var ErrNewer = errors.New("the backup was made by a newer version of pathboard: restore it with that")

// maxFile bounds one file inside a backup: a document and a chunk of records
// are far smaller.
const maxFile = 256 << 20

// document is one of a backup, ready to be restored.
type document struct {
	name  store.DocName
	epoch uint64
	hub.Archive
}

// visitor is shown what is in a backup; nil functions are left out.
type visitor struct {
	record   func(store.Record) error
	document func(document) error
	pin      func(store.DocName, pinFile) error
}

// Verify reads a whole backup and reports what it holds, or why it cannot be
// restored from.
func Verify(in io.Reader) (Summary, error) { return read(in, visitor{}) }

// read shows v what is in the file. What it counts is right, and the file is
// whole, only when it returns no error.
func read(in io.Reader, v visitor) (Summary, error) {
	zip, err := gzip.NewReader(in)
	if err != nil {
		return Summary{}, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	r := &reader{tar: tar.NewReader(zip), visitor: v}
	sum := sha256.New()
	for first := true; ; first = false {
		name, content, err := r.next()
		if err != nil {
			return Summary{}, err
		}
		if name == endName {
			return r.total, r.finish(content, hex.EncodeToString(sum.Sum(nil)))
		}
		if first != (name == headName) {
			return Summary{}, fmt.Errorf("%w: it does not begin as a backup of pathboard does", ErrDamaged)
		}
		addSum(sum, name, content)
		if err := r.file(name, content); err != nil {
			return Summary{}, fmt.Errorf("%s: %w", name, err)
		}
	}
}

type reader struct {
	tar *tar.Reader
	visitor
	meta  docMeta // of the document whose update comes next
	total Summary
}

func (r *reader) next() (string, []byte, error) {
	h, err := r.tar.Next()
	if err != nil {
		if errors.Is(err, io.EOF) {
			err = errors.New("its end is missing")
		}
		return "", nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if h.Size > maxFile {
		return "", nil, fmt.Errorf("%w: %s is too large", ErrDamaged, h.Name)
	}
	content, err := io.ReadAll(r.tar)
	if err != nil {
		return "", nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return h.Name, content, nil
}

func (r *reader) finish(content []byte, sum string) error {
	var e end
	if err := json.Unmarshal(content, &e); err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if e.SHA256 != sum || e.Records != r.total.Records || e.Documents != r.total.Documents {
		return fmt.Errorf("%w: its sums differ", ErrDamaged)
	}
	return nil
}

func (r *reader) file(name string, content []byte) error {
	switch {
	case name == headName:
		var h head
		if err := json.Unmarshal(content, &h); err != nil {
			return fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		if h.Format > format {
			return ErrNewer
		}
		return nil
	case strings.HasPrefix(name, recordsDir):
		return r.chunk(content)
	case strings.HasPrefix(name, docsDir) && strings.HasSuffix(name, metaName):
		r.meta = docMeta{}
		if err := json.Unmarshal(content, &r.meta); err != nil {
			return fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		return nil
	case strings.HasPrefix(name, docsDir) && strings.HasSuffix(name, updateName):
		return r.update(content)
	case strings.HasPrefix(name, docsDir) && strings.Contains(name, pinsDir):
		return r.pinned(content)
	}
	return nil // of a later, compatible format
}

func (r *reader) pinned(content []byte) error {
	var p pinFile
	if err := json.Unmarshal(content, &p); err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if r.pin == nil {
		return nil
	}
	return r.pin(r.meta.Name, p)
}

func (r *reader) chunk(content []byte) error {
	for line := range bytes.Lines(content) {
		var l recordLine
		if err := json.Unmarshal(line, &l); err != nil {
			return fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		rec := store.Record{Key: l.Key, Version: l.Version, Value: l.Value}
		if l.Base64 != nil {
			rec.Value = l.Base64
		}
		if err := persist.Verify(rec); err != nil {
			return err
		}
		r.total.Records++
		if rec.Key == persist.WorkshopKey(persist.Owner(rec)) {
			r.total.Workshops++
		}
		if r.record != nil {
			if err := r.record(rec); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *reader) update(content []byte) error {
	sum := sha256.Sum256(content)
	if hex.EncodeToString(sum[:]) != r.meta.SHA256 {
		return fmt.Errorf("%w: its sum differs", ErrDamaged)
	}
	d := document{r.meta.Name, r.meta.Epoch, hub.Archive{Update: content, Owners: r.meta.Owners}}
	if _, err := d.Snapshot(); err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	r.total.Documents++
	if r.document == nil {
		return nil
	}
	return r.document(d)
}
