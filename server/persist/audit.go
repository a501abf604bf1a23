package persist

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/server/workshop"
)

// Audit keeps the audit logs of workshops, a record for each line. Keys grow
// with time, as ids do. It is safe for concurrent use.
type Audit struct{ records store.Records }

var _ workshop.Audit = (*Audit)(nil)

// NewAudit returns the audit logs kept in the records.
func NewAudit(records store.Records) *Audit { return &Audit{records: records} }

type auditRecord struct {
	Schema int `json:"schema"`
	workshop.AuditEntry
}

func auditPrefix(id workshop.WorkshopID) string { return "audit/" + string(id) + "/" }

// Append adds a line; one that exists is never written over.
func (a *Audit) Append(ctx context.Context, id workshop.WorkshopID, e workshop.AuditEntry) error {
	value, err := json.Marshal(auditRecord{secretSchema, e})
	if err != nil {
		return fmt.Errorf("encode audit line: %w", err)
	}
	if _, err := a.records.Put(ctx, auditPrefix(id)+e.ID, 0, value); err != nil {
		return storeError("append audit line", err)
	}
	return nil
}

// Each calls f with each line, oldest first.
func (a *Audit) Each(ctx context.Context, id workshop.WorkshopID, f func(workshop.AuditEntry) error) error {
	return a.each(ctx, id, func(_ store.Record, e workshop.AuditEntry) error { return f(e) })
}

func (a *Audit) each(ctx context.Context, id workshop.WorkshopID, f func(store.Record, workshop.AuditEntry) error) error {
	err := a.records.List(ctx, auditPrefix(id), func(rec store.Record) error {
		var e auditRecord
		if err := json.Unmarshal(rec.Value, &e); err != nil {
			return fmt.Errorf("decode audit line: %w", err)
		}
		return f(rec, e.AuditEntry)
	})
	if err != nil {
		return storeError("read audit log", err)
	}
	return nil
}

// Expire removes the lines from before a moment.
func (a *Audit) Expire(ctx context.Context, id workshop.WorkshopID, before time.Time) error {
	var old []string
	err := a.each(ctx, id, func(rec store.Record, e workshop.AuditEntry) error {
		if e.At.Before(before) {
			old = append(old, rec.Key)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, key := range old {
		if err := a.records.Delete(ctx, key); err != nil {
			return storeError("expire audit line", err)
		}
	}
	return nil
}

// Forget replaces a person's id in all lines.
func (a *Audit) Forget(ctx context.Context, id workshop.WorkshopID, person string) error {
	var changed []store.Record
	err := a.each(ctx, id, func(rec store.Record, e workshop.AuditEntry) (err error) {
		if e.Actor != person && e.Target != person {
			return nil
		}
		if e.Actor == person {
			e.Actor = workshop.Erased
		}
		if e.Target == person {
			e.Target = workshop.Erased
		}
		rec.Value, err = json.Marshal(auditRecord{secretSchema, e})
		changed = append(changed, rec)
		return err
	})
	if err != nil {
		return err
	}
	for _, rec := range changed {
		if _, err := a.records.Put(ctx, rec.Key, rec.Version, rec.Value); err != nil {
			return storeError("forget in audit log", err)
		}
	}
	return nil
}
