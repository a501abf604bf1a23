package persist

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
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
	Facilitator workshop.FacilitatorID `json:"facilitator,omitempty"`
	IssuedAt    time.Time              `json:"issuedAt"`
	Device      string                 `json:"device,omitempty"`
	// Opened: it is one browser's session, opened by a link; else the token is
	// the secret itself that a link carries, or a member's.
	Opened bool `json:"opened,omitempty"`
	// UsedAt is when it was last used, to within UsedEvery; zero of links, and of
	// what an older release wrote.
	UsedAt time.Time `json:"usedAt,omitzero"`
	// ConfirmedAt is when the browser last showed the secret itself.
	ConfirmedAt time.Time `json:"confirmedAt,omitzero"`
}

type recoveryRecord struct {
	Schema      int                    `json:"schema"`
	Workshop    workshop.WorkshopID    `json:"workshop"`
	Facilitator workshop.FacilitatorID `json:"facilitator"`
	IssuedAt    time.Time              `json:"issuedAt"`
}

type codeRecord struct {
	Schema   int                 `json:"schema"`
	Workshop workshop.WorkshopID `json:"workshop"`
	IssuedAt time.Time           `json:"issuedAt"`
}

// tokenKey is where a token's session is found by its hash, sessionsPrefix
// under which all sessions of a workshop are listed and forgotten, and
// secretsPrefix the same for its codes.
func tokenKey(h string) string { return "token/" + h }

func sessionsPrefix(id workshop.WorkshopID) string { return "sessions/" + string(id) + "/" }

func secretsPrefix(id workshop.WorkshopID) string { return "secrets/" + string(id) + "/" }

// holder is the part of a session's key that says whose it is.
func holder(s workshop.Session) string {
	switch {
	case s.Participant != "":
		return string(s.Participant)
	case s.Facilitator != "":
		return "facilitator." + string(s.Facilitator)
	default:
		return "role." + string(s.Role)
	}
}

// PutToken stores what a token stands for.
func (s *Secrets) PutToken(ctx context.Context, h Hash, session workshop.Session, device string, at time.Time) error {
	rec := tokenRecord{
		Schema: secretSchema, Workshop: session.Workshop, Role: session.Role,
		Participant: session.Participant, Facilitator: session.Facilitator, IssuedAt: at.UTC(), Device: device,
	}
	if session.Role == workshop.Member { // a session from the start; the others are links
		rec.UsedAt = at.UTC()
	}
	return s.putToken(ctx, h, rec)
}

func (s *Secrets) putToken(ctx context.Context, h Hash, rec tokenRecord) error {
	session := rec.session()
	if err := s.put(ctx, sessionsPrefix(session.Workshop)+holder(session)+"/"+h.String(), rec); err != nil {
		return err
	}
	return s.put(ctx, tokenKey(h.String()), rec)
}

func (r tokenRecord) session() workshop.Session {
	return workshop.Session{Workshop: r.Workshop, Role: r.Role, Participant: r.Participant, Facilitator: r.Facilitator}
}

// Sessions returns all sessions of a workshop, oldest first.
func (s *Secrets) Sessions(ctx context.Context, id workshop.WorkshopID) ([]workshop.Device, error) {
	out := []workshop.Device{}
	err := s.records.List(ctx, sessionsPrefix(id), func(rec store.Record) error {
		var t tokenRecord
		if err := json.Unmarshal(rec.Value, &t); err != nil {
			return fmt.Errorf("decode session: %w", err)
		}
		out = append(out, workshop.Device{
			ID: SessionID(hashOf(rec.Key)), Role: t.Role, Participant: t.Participant, Facilitator: t.Facilitator,
			Name: t.Device, IssuedAt: t.IssuedAt, UsedAt: t.UsedAt,
		})
		return nil
	})
	if err != nil {
		return nil, storeError("list sessions", err)
	}
	slices.SortStableFunc(out, func(a, b workshop.Device) int { return a.IssuedAt.Compare(b.IssuedAt) })
	return out, nil
}

// hashOf is the hash at the end of a session's key.
func hashOf(key string) string { return key[strings.LastIndexByte(key, '/')+1:] }

// sessionIDLength keeps the hash itself, which opens nothing but need not
// travel, out of lists.
const sessionIDLength = 16

// SessionID names a session by the hash of its token.
func SessionID(hash string) workshop.SessionID {
	return workshop.SessionID(hash[:min(len(hash), sessionIDLength)])
}

// DeleteSessions removes the sessions of a workshop that match and returns
// which they were.
func (s *Secrets) DeleteSessions(ctx context.Context, id workshop.WorkshopID, match func(workshop.SessionID, workshop.Session) bool) ([]workshop.SessionID, error) {
	var keys []string
	err := s.records.List(ctx, sessionsPrefix(id), func(rec store.Record) error {
		var t tokenRecord
		if err := json.Unmarshal(rec.Value, &t); err != nil {
			return fmt.Errorf("decode session: %w", err)
		}
		if match(SessionID(hashOf(rec.Key)), t.session()) {
			keys = append(keys, rec.Key)
		}
		return nil
	})
	if err != nil {
		return nil, storeError("list sessions", err)
	}
	ended := make([]workshop.SessionID, 0, len(keys))
	for _, key := range keys {
		for _, k := range []string{tokenKey(hashOf(key)), key} { // the token first: it is what opens
			if err := s.records.Delete(ctx, k); err != nil {
				return nil, storeError("delete session", err)
			}
		}
		ended = append(ended, SessionID(hashOf(key)))
	}
	return ended, nil
}

// PutRecovery stores whose recovery code has the hash and forgets the one
// before.
func (s *Secrets) PutRecovery(ctx context.Context, h Hash, id workshop.WorkshopID, f workshop.FacilitatorID, at time.Time) error {
	rec := recoveryRecord{Schema: secretSchema, Workshop: id, Facilitator: f, IssuedAt: at.UTC()}
	if err := s.put(ctx, "recovery/"+h.String(), rec); err != nil {
		return err
	}
	prefix := secretsPrefix(id) + "recovery/"
	var old []string
	err := s.records.List(ctx, prefix, func(rec store.Record) error {
		old = append(old, hashOf(rec.Key))
		return nil
	})
	if err != nil {
		return storeError("list recovery codes", err)
	}
	if err := s.put(ctx, prefix+h.String(), rec); err != nil {
		return err
	}
	for _, hash := range old {
		for _, key := range []string{"recovery/" + hash, prefix + hash} {
			if err := s.records.Delete(ctx, key); err != nil {
				return storeError("delete recovery code", err)
			}
		}
	}
	return nil
}

// Recovery returns whose recovery code has the hash, or CodeUnknownCode.
func (s *Secrets) Recovery(ctx context.Context, h Hash) (workshop.WorkshopID, workshop.FacilitatorID, error) {
	var rec recoveryRecord
	err := s.get(ctx, "recovery/"+h.String(), &rec)
	if workshop.CodeOf(err) == workshop.CodeNotFound {
		return "", "", workshop.Fail(workshop.CodeUnknownCode)
	}
	return rec.Workshop, rec.Facilitator, err
}

// PutCode stores the workshop a code leads to; false says that the code is
// taken.
func (s *Secrets) PutCode(ctx context.Context, h Hash, id workshop.WorkshopID, at time.Time) (bool, error) {
	err := s.put(ctx, "code/"+h.String(), codeRecord{secretSchema, id, at.UTC()})
	if errors.Is(err, store.ErrConflict) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, s.put(ctx, secretsPrefix(id)+"code/"+h.String(), codeRecord{secretSchema, id, at.UTC()})
}

// DeleteCodes removes all join codes and recovery codes of a workshop.
func (s *Secrets) DeleteCodes(ctx context.Context, id workshop.WorkshopID) error {
	prefix := secretsPrefix(id)
	var keys []string
	err := s.records.List(ctx, prefix, func(rec store.Record) error {
		keys = append(keys, rec.Key[len(prefix):], rec.Key)
		return nil
	})
	if err != nil {
		return storeError("list codes", err)
	}
	for _, key := range keys {
		if err := s.records.Delete(ctx, key); err != nil {
			return storeError("delete code", err)
		}
	}
	return nil
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
