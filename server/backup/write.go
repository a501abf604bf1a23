package backup

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/url"
	"time"

	"github.com/pathboard/pathboard/hub"
	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/server/persist"
	"github.com/pathboard/pathboard/server/workshop"
)

const (
	format      = 1
	headName    = "pathboard-backup.json"
	endName     = "end.json"
	recordsDir  = "records/"
	docsDir     = "documents/"
	metaName    = "/document.json"
	updateName  = "/update.yjs"
	pinsDir     = "/pins/"
	chunkBytes  = 1 << 20 // of records in one file
	permissions = 0o600
)

// ErrNoWorkshop says that the store has no workshop of that id.
var ErrNoWorkshop = errors.New("there is no such workshop")

// Source is what a backup reads of a store.
type Source interface {
	Load(ctx context.Context, doc store.DocName) (store.Loaded, error)
	Docs(ctx context.Context, f func(store.DocName) error) error
	History(ctx context.Context, doc store.DocName) ([]store.Past, error)
	ReadPast(ctx context.Context, doc store.DocName, id uint64) (store.Past, error)
	Get(ctx context.Context, key string) (store.Record, error)
	List(ctx context.Context, prefix string, f func(store.Record) error) error
}

// Options of a backup. The zero value takes everything.
type Options struct {
	// Workshop narrows it to one.
	Workshop workshop.WorkshopID
	// Program and Now are written down in the file.
	Program string
	Now     time.Time
}

// Summary counts what went in or came out.
type Summary struct {
	Workshops, Records, Documents int
}

type head struct {
	Format    int                 `json:"format"`
	Program   string              `json:"program"`
	CreatedAt time.Time           `json:"createdAt"`
	Workshop  workshop.WorkshopID `json:"workshop"`
}

type recordLine struct {
	Key     string          `json:"key"`
	Version uint64          `json:"version"`
	Value   json.RawMessage `json:"value,omitempty"`
	Base64  []byte          `json:"base64,omitempty"`
}

type docMeta struct {
	Name   store.DocName     `json:"name"`
	Epoch  uint64            `json:"epoch"`
	Owners map[uint64]string `json:"owners"`
	SHA256 string            `json:"sha256"`
}

type pinFile struct {
	Label string    `json:"label"`
	At    time.Time `json:"at"`
	Data  []byte    `json:"data"`
}

type end struct {
	Records   int    `json:"records"`
	Documents int    `json:"documents"`
	SHA256    string `json:"sha256"`
}

// Write writes a backup of the source, which may be in use.
func Write(ctx context.Context, src Source, out io.Writer, o Options) (Summary, error) {
	zip := gzip.NewWriter(out)
	w := &writer{src: src, tar: tar.NewWriter(zip), sum: sha256.New(), now: o.Now}
	if err := w.addJSON(headName, head{format, o.Program, o.Now.UTC(), o.Workshop}); err != nil {
		return Summary{}, err
	}
	wanted, err := w.scope(ctx, o.Workshop)
	if err != nil {
		return Summary{}, err
	}
	if err := w.records(ctx, o.Workshop); err != nil {
		return Summary{}, fmt.Errorf("back up records: %w", err)
	}
	if err := src.Docs(ctx, func(doc store.DocName) error {
		if !wanted(doc) {
			return nil
		}
		return w.document(ctx, doc)
	}); err != nil {
		return Summary{}, fmt.Errorf("back up documents: %w", err)
	}
	last := end{w.total.Records, w.total.Documents, hex.EncodeToString(w.sum.Sum(nil))}
	if err := w.addJSON(endName, last); err != nil {
		return Summary{}, err
	}
	return w.total, errors.Join(w.tar.Close(), zip.Close())
}

type writer struct {
	src   Source
	tar   *tar.Writer
	sum   hash.Hash
	now   time.Time
	chunk bytes.Buffer
	files int
	total Summary
}

// scope tells which documents are wanted.
func (w *writer) scope(ctx context.Context, id workshop.WorkshopID) (func(store.DocName) bool, error) {
	if id == "" {
		return func(store.DocName) bool { return true }, nil
	}
	rec, err := w.src.Get(ctx, persist.WorkshopKey(id))
	if errors.Is(err, store.ErrNotFound) {
		return nil, fmt.Errorf("%w: %s", ErrNoWorkshop, id)
	}
	if err != nil {
		return nil, err
	}
	return persist.Holds(rec), nil
}

func (w *writer) records(ctx context.Context, id workshop.WorkshopID) error {
	err := w.src.List(ctx, "", func(rec store.Record) error {
		if id != "" && persist.Owner(rec) != id {
			return nil
		}
		if err := persist.Verify(rec); err != nil {
			return err
		}
		return w.record(rec)
	})
	if err != nil {
		return err
	}
	return w.flush()
}

func (w *writer) record(rec store.Record) error {
	line := recordLine{Key: rec.Key, Version: rec.Version, Value: rec.Value}
	var exact bytes.Buffer
	if json.Compact(&exact, rec.Value) != nil || !bytes.Equal(exact.Bytes(), rec.Value) {
		line.Value, line.Base64 = nil, rec.Value
	}
	e := json.NewEncoder(&w.chunk)
	e.SetEscapeHTML(false)
	if err := e.Encode(line); err != nil {
		return err
	}
	w.total.Records++
	if rec.Key == persist.WorkshopKey(persist.Owner(rec)) {
		w.total.Workshops++
	}
	if w.chunk.Len() < chunkBytes {
		return nil
	}
	return w.flush()
}

func (w *writer) flush() error {
	if w.chunk.Len() == 0 {
		return nil
	}
	w.files++
	defer w.chunk.Reset()
	return w.add(fmt.Sprintf("%s%06d.ndjson", recordsDir, w.files), w.chunk.Bytes())
}

func (w *writer) document(ctx context.Context, doc store.DocName) error {
	l, err := w.src.Load(ctx, doc)
	if err != nil {
		return err
	}
	a, err := hub.NewArchive(l)
	if err != nil {
		return fmt.Errorf("%s: %w", doc, err)
	}
	dir := docsDir + url.PathEscape(string(doc))
	sum := sha256.Sum256(a.Update)
	if err := w.addJSON(dir+metaName, docMeta{doc, l.Epoch, a.Owners, hex.EncodeToString(sum[:])}); err != nil {
		return err
	}
	w.total.Documents++
	if err := w.add(dir+updateName, a.Update); err != nil {
		return err
	}
	return w.pins(ctx, doc, dir)
}

// pins writes the moments that were kept on request.
func (w *writer) pins(ctx context.Context, doc store.DocName, dir string) error {
	past, err := w.src.History(ctx, doc)
	if err != nil {
		return err
	}
	for _, p := range past {
		if !p.Pinned() {
			continue
		}
		if p, err = w.src.ReadPast(ctx, doc, p.ID); errors.Is(err, store.ErrNotFound) {
			continue // given up meanwhile
		}
		if err != nil {
			return err
		}
		if err := w.addJSON(fmt.Sprintf("%s%s%d.json", dir, pinsDir, p.ID), pinFile{p.Label, p.To, p.Data}); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) addJSON(name string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return w.add(name, append(b, '\n'))
}

func (w *writer) add(name string, content []byte) error {
	addSum(w.sum, name, content)
	err := w.tar.WriteHeader(&tar.Header{Name: name, Mode: permissions, Size: int64(len(content)), ModTime: w.now, Format: tar.FormatPAX})
	if err == nil {
		_, err = w.tar.Write(content)
	}
	if err != nil {
		return fmt.Errorf("write backup: %w", err)
	}
	return nil
}

func addSum(sum hash.Hash, name string, content []byte) {
	fmt.Fprintf(sum, "%s\n%d\n", name, len(content))
	sum.Write(content)
}
