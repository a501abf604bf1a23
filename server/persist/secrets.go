package persist

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/server/workshop"
)

// Hash is the SHA-256 of a secret: all that is stored of it.
type Hash [32]byte

func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// Secrets keeps what tokens and join codes lead to. It is safe for concurrent
// use.
type Secrets struct{ records store.Records }

// NewSecrets returns the secrets kept in the records.
func NewSecrets(records store.Records) *Secrets { return &Secrets{records: records} }

type tokenRecord struct {
	Schema      int                    `json:"schema"`
	Workshop    workshop.WorkshopID    `json:"workshop"`
	Role        workshop.Role          `json:"role"`
	Participant workshop.ParticipantID `json:"participant,omitempty"`
	IssuedAt    time.Time              `json:"issuedAt"`
}

type codeRecord struct {
	Schema   int                 `json:"schema"`
	Workshop workshop.WorkshopID `json:"workshop"`
	IssuedAt time.Time           `json:"issuedAt"`
}

func sessionsPrefix(id workshop.WorkshopID, p workshop.ParticipantID) string {
	return "sessions/" + string(id) + "/" + string(p) + "/"
}

// PutToken stores what a token stands for.
func (s *Secrets) PutToken(ctx context.Context, h Hash, session workshop.Session, at time.Time) error {
	if session.Participant != "" {
		if err := s.put(ctx, sessionsPrefix(session.Workshop, session.Participant)+h.String(), struct{}{}); err != nil {
			return err
		}
	}
	return s.put(ctx, "token/"+h.String(), tokenRecord{secretSchema, session.Workshop, session.Role, session.Participant, at.UTC()})
}

// Token returns the session a token stands for, or CodeUnauthenticated.
func (s *Secrets) Token(ctx context.Context, h Hash) (workshop.Session, error) {
	var rec tokenRecord
	if err := s.get(ctx, "token/"+h.String(), &rec); err != nil {
		if workshop.CodeOf(err) == workshop.CodeNotFound {
			return workshop.Session{}, workshop.Fail(workshop.CodeUnauthenticated)
		}
		return workshop.Session{}, err
	}
	return workshop.Session{Workshop: rec.Workshop, Role: rec.Role, Participant: rec.Participant}, nil
}

// DeleteParticipant removes every token of a participant.
func (s *Secrets) DeleteParticipant(ctx context.Context, id workshop.WorkshopID, p workshop.ParticipantID) error {
	prefix := sessionsPrefix(id, p)
	var keys []string
	err := s.records.List(ctx, prefix, func(rec store.Record) error {
		keys = append(keys, rec.Key)
		return nil
	})
	if err != nil {
		return storeError("list tokens", err)
	}
	for _, key := range keys {
		for _, k := range []string{"token/" + key[len(prefix):], key} {
			if err := s.records.Delete(ctx, k); err != nil {
				return storeError("delete token", err)
			}
		}
	}
	return nil
}

// PutCode stores the workshop a code leads to; false says that the code is
// taken.
func (s *Secrets) PutCode(ctx context.Context, h Hash, id workshop.WorkshopID, at time.Time) (bool, error) {
	err := s.put(ctx, "code/"+h.String(), codeRecord{secretSchema, id, at.UTC()})
	if errors.Is(err, store.ErrConflict) {
		return false, nil
	}
	return err == nil, err
}

// Code returns the workshop a code leads to, or CodeUnknownCode.
func (s *Secrets) Code(ctx context.Context, h Hash) (workshop.WorkshopID, error) {
	var rec codeRecord
	err := s.get(ctx, "code/"+h.String(), &rec)
	if workshop.CodeOf(err) == workshop.CodeNotFound {
		return "", workshop.Fail(workshop.CodeUnknownCode)
	}
	return rec.Workshop, err
}

func (s *Secrets) put(ctx context.Context, key string, value any) error {
	raw, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("encode secret: %w", err)
	}
	if _, err := s.records.Put(ctx, key, 0, raw); err != nil {
		return storeError("store secret", err)
	}
	return nil
}

func (s *Secrets) get(ctx context.Context, key string, into any) error {
	rec, err := s.records.Get(ctx, key)
	if err != nil {
		return storeError("look up secret", err)
	}
	value, err := migrateTo(rec.Value, secretSchema, nil)
	if err != nil {
		return fmt.Errorf("look up secret: %w", err)
	}
	if err := json.Unmarshal(value, into); err != nil {
		return fmt.Errorf("decode secret: %w", err)
	}
	return nil
}
