package persist

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/server/workshop"
)

// Keys under which receipts and erasures are kept. A backup that is restored
// leaves them alone where the store has them: they say what it must not bring
// back.
const (
	receiptPrefix = "receipt/"
	erasurePrefix = "erasure/"
	leasePrefix   = "lease/"
)

// Outlasts reports whether a record must survive the restoring of a backup:
// receipts of deletion and the list of erasures.
func Outlasts(key string) bool {
	kind := kindOf(key) + "/"
	return kind == receiptPrefix || kind == erasurePrefix
}

// Passing reports whether a record is of the moment only and no backup should
// bring it back: a lease would keep all instances from the work it is for.
func Passing(key string) bool { return kindOf(key)+"/" == leasePrefix }

// Ends keeps receipts of deletion and the list of erasures. It is safe for
// concurrent use.
type Ends struct{ records store.Records }

var _ workshop.Ends = (*Ends)(nil)

// NewEnds returns the ends kept in the records.
func NewEnds(records store.Records) *Ends { return &Ends{records: records} }

// KeepReceipt stores a receipt; the first one of a workshop stays.
func (e *Ends) KeepReceipt(ctx context.Context, r workshop.Receipt) error {
	return e.keep(ctx, receiptPrefix+string(r.ID), r)
}

// KeepErasure puts a person on the list of erasures, once.
func (e *Ends) KeepErasure(ctx context.Context, x workshop.Erasure) error {
	return e.keep(ctx, erasurePrefix+string(x.Workshop)+"/"+string(x.Participant), x)
}

func (e *Ends) keep(ctx context.Context, key string, value any) error {
	raw, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("encode %s: %w", kindOf(key), err)
	}
	if _, err := e.records.Put(ctx, key, 0, raw); err != nil && !errors.Is(err, store.ErrConflict) {
		return storeError("keep "+kindOf(key), err)
	}
	return nil
}

// Receipt returns a receipt, or CodeNotFound.
func (e *Ends) Receipt(ctx context.Context, id workshop.WorkshopID) (workshop.Receipt, error) {
	var r workshop.Receipt
	rec, err := e.records.Get(ctx, receiptPrefix+string(id))
	if err != nil {
		return r, storeError("read receipt", err)
	}
	return r, json.Unmarshal(rec.Value, &r)
}

// Receipts calls f with each receipt.
func (e *Ends) Receipts(ctx context.Context, f func(workshop.Receipt) error) error {
	return listAs(ctx, e.records, receiptPrefix, f)
}

// Erasures calls f with each person on the list.
func (e *Ends) Erasures(ctx context.Context, f func(workshop.Erasure) error) error {
	return listAs(ctx, e.records, erasurePrefix, f)
}

func listAs[T any](ctx context.Context, records store.Records, prefix string, f func(T) error) error {
	err := records.List(ctx, prefix, func(rec store.Record) error {
		var v T
		if err := json.Unmarshal(rec.Value, &v); err != nil {
			return fmt.Errorf("decode %s: %w", rec.Key, err)
		}
		return f(v)
	})
	if err != nil {
		return storeError("list "+prefix, err)
	}
	return nil
}

// Leases lets one of many instances do a piece of work for a time.
type Leases struct{ records store.Records }

// NewLeases returns leases kept in the records.
func NewLeases(records store.Records) *Leases { return &Leases{records: records} }

type leaseRecord struct {
	Holder string    `json:"holder"`
	Until  time.Time `json:"until"`
}

// Take reports whether the holder has the lease from now until then: nobody has
// it, its time is over, or the holder has it already.
func (l *Leases) Take(ctx context.Context, name, holder string, now, until time.Time) (bool, error) {
	rec, err := l.records.Get(ctx, leasePrefix+name)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return false, storeError("look up lease", err)
	}
	var held leaseRecord
	if rec.Version > 0 {
		if err := json.Unmarshal(rec.Value, &held); err != nil {
			return false, fmt.Errorf("decode lease: %w", err)
		}
		if held.Holder != holder && now.Before(held.Until) {
			return false, nil
		}
	}
	value, err := json.Marshal(leaseRecord{Holder: holder, Until: until.UTC()})
	if err != nil {
		return false, fmt.Errorf("encode lease: %w", err)
	}
	_, err = l.records.Put(ctx, leasePrefix+name, rec.Version, value)
	if errors.Is(err, store.ErrConflict) {
		return false, nil
	}
	if err != nil {
		return false, storeError("take lease", err)
	}
	return true, nil
}
