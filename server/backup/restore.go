package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"

	"github.com/pathboard/pathboard/hub"
	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/server/persist"
	"github.com/pathboard/pathboard/server/workshop"
)

// ErrExists says that the store holds other content under the same names.
var ErrExists = errors.New("the store already holds something else under these names")

// Target is what a backup is restored into.
type Target interface {
	store.Store
	store.Restorer
}

// Restore writes what a backup holds into the store and reads it back. Nothing
// is written unless the whole file is sound. What the store already holds
// stays, except under the names in the backup: other content there is ErrExists,
// or gives way when replace is set. What a replaced workshop has gathered since
// and the backup does not know is removed, apart from receipts of
// deletion and the list of erasures, by which the server makes it forget again.
//
// The store may be in use: documents come before the records that lead to them.
// A restore that was interrupted can be repeated.
func Restore(ctx context.Context, to Target, in io.ReadSeeker, replace bool) (Summary, error) {
	r := restorer{ctx: ctx, to: to, seed: maphash.MakeSeed(), keys: map[uint64]struct{}{}, owners: map[workshop.WorkshopID]bool{}}
	total, err := r.pass(in, visitor{record: r.compareRecord, document: r.compareDocument})
	if err != nil {
		return Summary{}, err
	}
	if r.records+r.documents > 0 && !replace {
		return Summary{}, fmt.Errorf("%w: %d of %d records, %d of %d documents", ErrExists, r.records, total.Records, r.documents, total.Documents)
	}
	if _, err := r.pass(in, visitor{document: r.restoreDocument, pin: r.restorePin}); err != nil {
		return Summary{}, fmt.Errorf("restore documents: %w", err)
	}
	if _, err := r.pass(in, visitor{record: r.restoreRecord}); err != nil {
		return Summary{}, fmt.Errorf("restore records: %w", err)
	}
	return total, r.sweep()
}

type restorer struct {
	ctx  context.Context
	to   Target
	seed maphash.Seed
	// keys are hashes of the keys in the backup, owners its workshops.
	keys               map[uint64]struct{}
	owners             map[workshop.WorkshopID]bool
	records, documents int    // that exist and differ
	epoch              uint64 // of the document restored last
}

func (r *restorer) pass(in io.ReadSeeker, v visitor) (Summary, error) {
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		return Summary{}, fmt.Errorf("read backup: %w", err)
	}
	return read(in, v)
}

func (r *restorer) compareRecord(rec store.Record) error {
	if persist.Passing(rec.Key) {
		return nil
	}
	r.keys[maphash.String(r.seed, rec.Key)] = struct{}{}
	if id := persist.Owner(rec); rec.Key == persist.WorkshopKey(id) {
		r.owners[id] = true
	}
	old, err := r.to.Get(r.ctx, rec.Key)
	if err == nil && !bytes.Equal(old.Value, rec.Value) {
		r.records++
	}
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

func (r *restorer) compareDocument(d document) error {
	l, err := r.to.Load(r.ctx, d.name)
	if err != nil {
		return err
	}
	if l.Snapshot.Version == 0 && len(l.Tail) == 0 {
		return nil
	}
	if a, err := hub.NewArchive(l); err != nil || !bytes.Equal(a.Update, d.Update) {
		r.documents++
	}
	return nil
}

func (r *restorer) restoreDocument(d document) error {
	data, err := d.Snapshot()
	if err != nil {
		return err
	}
	if err := r.to.RestoreDoc(r.ctx, d.name, d.epoch, data); err != nil {
		return err
	}
	l, err := r.to.Load(r.ctx, d.name)
	if err != nil {
		return err
	}
	if !bytes.Equal(l.Snapshot.Data, data) {
		return fmt.Errorf("%s reads back differently", d.name)
	}
	r.epoch = l.Epoch
	return nil
}

// restorePin keeps a moment of the document that was restored just before.
func (r *restorer) restorePin(doc store.DocName, p pinFile) error {
	_, err := r.to.Pin(r.ctx, doc, r.epoch, store.Past{From: p.At, To: p.At, Base: true, Label: p.Label, Data: p.Data})
	return err
}

func (r *restorer) restoreRecord(rec store.Record) error {
	if persist.Passing(rec.Key) {
		return nil
	}
	if err := r.to.RestoreRecord(r.ctx, rec); err != nil {
		return err
	}
	back, err := r.to.Get(r.ctx, rec.Key)
	if err != nil {
		return err
	}
	if back.Version <= rec.Version {
		return fmt.Errorf("record %s reads back as version %d", rec.Key, back.Version)
	}
	return nil
}

// sweep removes what the restored workshops have gathered since the backup.
func (r *restorer) sweep() error {
	var stale []string
	err := r.to.List(r.ctx, "", func(rec store.Record) error {
		if _, kept := r.keys[maphash.String(r.seed, rec.Key)]; !kept && !persist.Outlasts(rec.Key) && r.owners[persist.Owner(rec)] {
			stale = append(stale, rec.Key)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("sweep: %w", err)
	}
	for _, key := range stale {
		if err := r.to.Delete(r.ctx, key); err != nil {
			return fmt.Errorf("sweep: %w", err)
		}
	}
	return nil
}
