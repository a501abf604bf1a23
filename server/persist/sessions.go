package persist

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/server/workshop"
)

// UsedEvery is how exactly the last use of a token is known: each use would be
// a durable write.
const UsedEvery = 10 * time.Minute

// Token is what is kept of one token.
type Token struct {
	workshop.Session
	IssuedAt time.Time
	// UsedAt is the last use to within UsedEvery; zero: not known, an older release
	// kept none. ConfirmedAt is when the browser last showed the secret itself.
	UsedAt, ConfirmedAt time.Time
	// Opened: it is one browser's session, opened by a facilitator's link.
	Opened bool

	hash   Hash
	record store.Record
}

// Token returns what a token stands for, or CodeUnauthenticated. Whether it
// still holds is not asked here.
func (s *Secrets) Token(ctx context.Context, h Hash) (Token, error) {
	rec, err := s.records.Get(ctx, tokenKey(h.String()))
	if errors.Is(err, store.ErrNotFound) {
		return Token{}, workshop.Fail(workshop.CodeUnauthenticated)
	}
	if err != nil {
		return Token{}, storeError("look up token", err)
	}
	t, err := decodeToken(rec)
	t.hash = h
	return t, err
}

func decodeToken(rec store.Record) (Token, error) {
	value, err := migrateTo(rec.Value, secretSchema, nil)
	if err != nil {
		return Token{}, fmt.Errorf("look up token: %w", err)
	}
	var r tokenRecord
	if err := json.Unmarshal(value, &r); err != nil {
		return Token{}, fmt.Errorf("decode token: %w", err)
	}
	return Token{
		Session: r.session(), IssuedAt: r.IssuedAt, UsedAt: r.UsedAt, ConfirmedAt: r.ConfirmedAt, Opened: r.Opened, record: rec,
	}, nil
}

// Spread is a number of 0 to 255 that differs from token to token and stays the
// same for one.
func (t Token) Spread() byte { return t.hash[0] }

// PutOpened stores the session of one browser that a link opened.
func (s *Secrets) PutOpened(ctx context.Context, h Hash, session workshop.Session, device string, at, confirmed time.Time) error {
	return s.putToken(ctx, h, tokenRecord{
		Schema: secretSchema, Workshop: session.Workshop, Role: session.Role, Facilitator: session.Facilitator,
		IssuedAt: at.UTC(), UsedAt: at.UTC(), Device: device, Opened: true, ConfirmedAt: confirmed.UTC(),
	})
}

// Used notes that the token was used. Of two that note it at once one is enough.
func (s *Secrets) Used(ctx context.Context, t Token, at time.Time) error {
	return s.alter(ctx, t, func(fields map[string]any) { fields["usedAt"] = at.UTC() })
}

// Confirmed notes that the session's browser showed the secret itself.
func (s *Secrets) Confirmed(ctx context.Context, t Token, at time.Time) error {
	return s.alter(ctx, t, func(fields map[string]any) { fields["confirmedAt"], fields["usedAt"] = at.UTC(), at.UTC() })
}

// alter changes fields of a token, where it opens and where it is listed.
func (s *Secrets) alter(ctx context.Context, t Token, change func(map[string]any)) error {
	if err := s.alterRecord(ctx, t.record, change); err != nil {
		return err
	}
	listed, err := s.records.Get(ctx, sessionsPrefix(t.Workshop)+holder(t.Session)+"/"+t.hash.String())
	if err != nil {
		return storeError("look up session", err)
	}
	return s.alterRecord(ctx, listed, change)
}

// alterRecord changes fields of a record and leaves those alone that only
// another release knows. A token that ended meanwhile stays ended.
func (s *Secrets) alterRecord(ctx context.Context, rec store.Record, change func(map[string]any)) error {
	for {
		fields := map[string]any{}
		if err := json.Unmarshal(rec.Value, &fields); err != nil {
			return fmt.Errorf("decode token: %w", err)
		}
		change(fields)
		raw, err := json.Marshal(fields)
		if err != nil {
			return fmt.Errorf("encode token: %w", err)
		}
		_, err = s.records.Put(ctx, rec.Key, rec.Version, raw)
		if err == nil {
			return nil
		}
		if !errors.Is(err, store.ErrConflict) {
			return storeError("note the use of a token", err)
		}
		rec, err = s.records.Get(ctx, rec.Key)
		if errors.Is(err, store.ErrNotFound) {
			return workshop.Fail(workshop.CodeUnauthenticated)
		}
		if err != nil {
			return storeError("look up token", err)
		}
	}
}

// Expire removes the tokens that match and returns the ids of their sessions.
func (s *Secrets) Expire(ctx context.Context, match func(Token) bool) ([]workshop.SessionID, error) {
	var old []Token
	err := s.records.List(ctx, tokenKey(""), func(rec store.Record) error {
		t, err := decodeToken(rec)
		if errors.Is(err, ErrNewer) {
			return nil
		}
		if err == nil && match(t) {
			old = append(old, t)
		}
		return err
	})
	if err != nil {
		return nil, storeError("list tokens", err)
	}
	ended := make([]workshop.SessionID, 0, len(old))
	for _, t := range old {
		hash := strings.TrimPrefix(t.record.Key, tokenKey(""))
		for _, key := range []string{t.record.Key, sessionsPrefix(t.Workshop) + holder(t.Session) + "/" + hash} {
			if err := s.records.Delete(ctx, key); err != nil {
				return ended, storeError("delete token", err)
			}
		}
		ended = append(ended, SessionID(hash))
	}
	return ended, nil
}
