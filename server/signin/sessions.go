package signin

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/server/workshop"
)

const (
	// attemptLifetime is how long somebody may take at the provider.
	attemptLifetime = 10 * time.Minute
	// Lifetime is how long a sign-in holds.
	Lifetime = 12 * time.Hour
)

// Person is who is signed in here: a hash that names them, and a name to show.
type Person struct {
	Key  string `json:"key"`
	Name string `json:"name"`
	// At is when they signed in.
	At time.Time `json:"-"`
}

// Sessions keeps who is signed in, and who created which workshop. Secrets are
// kept as hashes. It is safe for concurrent use.
type Sessions struct {
	records store.Records
	now     func() time.Time
}

// NewSessions returns the sessions kept in the records.
func NewSessions(records store.Records, now func() time.Time) *Sessions {
	return &Sessions{records: records, now: now}
}

type sessionRecord struct {
	Person
	Until time.Time `json:"until"`
}

func hashed(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

func attemptKey(state string) string { return "signin-attempt/" + hashed(state) }
func sessionKey(token string) string { return "signin/" + hashed(token) }
func ownPrefix(person string) string { return "created/" + person + "/" }

// Remember keeps an attempt until its person comes back.
func (s *Sessions) Remember(ctx context.Context, a Attempt) error {
	return s.put(ctx, attemptKey(a.State), a)
}

// Recall returns the attempt of that state, once and in time, or
// CodeUnauthenticated.
func (s *Sessions) Recall(ctx context.Context, state string) (Attempt, error) {
	var a Attempt
	if err := s.get(ctx, attemptKey(state), &a); err != nil {
		return a, err
	}
	if err := s.records.Delete(ctx, attemptKey(state)); err != nil {
		return a, fmt.Errorf("forget sign-in attempt: %w", err)
	}
	if !s.now().Before(a.Until) {
		return a, workshop.Fail(workshop.CodeUnauthenticated)
	}
	return a, nil
}

// Start signs the person in and returns the secret for their browser.
func (s *Sessions) Start(ctx context.Context, id Identity) (string, error) {
	raw := make([]byte, 32)
	if _, err := rand.Read(raw); err != nil {
		return "", fmt.Errorf("draw sign-in secret: %w", err)
	}
	token := base64.RawURLEncoding.EncodeToString(raw)
	person := Person{Key: hashed(id.Issuer + "\n" + id.Subject)[:32], Name: id.Name}
	return token, s.put(ctx, sessionKey(token), sessionRecord{Person: person, Until: s.now().Add(Lifetime).UTC()})
}

// Person returns who the secret stands for, or CodeUnauthenticated.
func (s *Sessions) Person(ctx context.Context, token string) (Person, error) {
	var rec sessionRecord
	if token == "" {
		return rec.Person, workshop.Fail(workshop.CodeUnauthenticated)
	}
	if err := s.get(ctx, sessionKey(token), &rec); err != nil {
		return Person{}, err
	}
	if !s.now().Before(rec.Until) {
		return Person{}, errors.Join(workshop.Fail(workshop.CodeUnauthenticated), s.End(ctx, token))
	}
	rec.At = rec.Until.Add(-Lifetime)
	return rec.Person, nil
}

// End signs out.
func (s *Sessions) End(ctx context.Context, token string) error {
	if err := s.records.Delete(ctx, sessionKey(token)); err != nil {
		return fmt.Errorf("end sign-in: %w", err)
	}
	return nil
}

type createdRecord struct {
	Workshop workshop.WorkshopID `json:"workshop"`
}

// Created notes that the person created a workshop.
func (s *Sessions) Created(ctx context.Context, p Person, id workshop.WorkshopID) error {
	return s.put(ctx, ownPrefix(p.Key)+string(id), createdRecord{id})
}

// Workshops returns the ids of the workshops the person created, newest first.
func (s *Sessions) Workshops(ctx context.Context, p Person) ([]workshop.WorkshopID, error) {
	var ids []workshop.WorkshopID
	err := s.records.List(ctx, ownPrefix(p.Key), func(rec store.Record) error {
		ids = append([]workshop.WorkshopID{workshop.WorkshopID(rec.Key[len(ownPrefix(p.Key)):])}, ids...)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list created workshops: %w", err)
	}
	return ids, nil
}

// Forget takes a workshop that is gone off the person's list.
func (s *Sessions) Forget(ctx context.Context, p Person, id workshop.WorkshopID) error {
	if err := s.records.Delete(ctx, ownPrefix(p.Key)+string(id)); err != nil {
		return fmt.Errorf("forget created workshop: %w", err)
	}
	return nil
}

func (s *Sessions) put(ctx context.Context, key string, value any) error {
	raw, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("encode sign-in: %w", err)
	}
	if _, err := s.records.Put(ctx, key, 0, raw); err != nil {
		return fmt.Errorf("keep sign-in: %w", err)
	}
	return nil
}

func (s *Sessions) get(ctx context.Context, key string, into any) error {
	rec, err := s.records.Get(ctx, key)
	if errors.Is(err, store.ErrNotFound) {
		return workshop.Fail(workshop.CodeUnauthenticated)
	}
	if err != nil {
		return fmt.Errorf("look up sign-in: %w", err)
	}
	return json.Unmarshal(rec.Value, into)
}

// Expire removes attempts and sign-ins whose time is over.
func (s *Sessions) Expire(ctx context.Context) error {
	var old []string
	for _, prefix := range []string{"signin/", "signin-attempt/"} {
		err := s.records.List(ctx, prefix, func(rec store.Record) error {
			var head struct {
				Until time.Time `json:"until"`
			}
			if json.Unmarshal(rec.Value, &head) == nil && !s.now().Before(head.Until) {
				old = append(old, rec.Key)
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("list sign-ins: %w", err)
		}
	}
	for _, key := range old {
		if err := s.records.Delete(ctx, key); err != nil {
			return fmt.Errorf("expire sign-in: %w", err)
		}
	}
	return nil
}
