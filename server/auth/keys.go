package auth

import (
	"context"
	"errors"
	"time"

	"github.com/pathboard/pathboard/server/persist"
	"github.com/pathboard/pathboard/server/workshop"
)

// Keys issues and resolves tokens and join codes. It is safe for concurrent
// use.
type Keys struct {
	secrets *persist.Secrets
	now     func() time.Time
}

var _ workshop.Secrets = (*Keys)(nil)

// NewKeys returns keys kept in secrets.
func NewKeys(secrets *persist.Secrets, now func() time.Time) *Keys {
	return &Keys{secrets: secrets, now: now}
}

// IssueToken returns a new token for the session.
func (k *Keys) IssueToken(ctx context.Context, s workshop.Session) (string, error) {
	token, err := newToken()
	if err != nil {
		return "", err
	}
	return token, k.secrets.PutToken(ctx, hashSecret(token), s, k.now())
}

// RevokeParticipant makes the tokens of a participant worthless.
func (k *Keys) RevokeParticipant(ctx context.Context, id workshop.WorkshopID, p workshop.ParticipantID) error {
	return k.secrets.DeleteParticipant(ctx, id, p)
}

// IssueCode returns a join code that nobody else has.
func (k *Keys) IssueCode(ctx context.Context, id workshop.WorkshopID) (string, error) {
	for range 5 {
		code, err := newCode()
		if err != nil {
			return "", err
		}
		free, err := k.secrets.PutCode(ctx, hashSecret(code), id, k.now())
		if err != nil || free {
			return code, err
		}
	}
	return "", errors.New("draw join code: five codes in a row were taken")
}

// ResolveCode returns the written form of a typed code and the workshop it
// leads to, or CodeUnknownCode.
func (k *Keys) ResolveCode(ctx context.Context, typed string) (string, workshop.WorkshopID, error) {
	code, ok := ParseCode(typed)
	if !ok {
		return "", "", workshop.Fail(workshop.CodeUnknownCode)
	}
	id, err := k.secrets.Code(ctx, hashSecret(code))
	return code, id, err
}

// Session returns who a token stands for, or CodeUnauthenticated.
func (k *Keys) Session(ctx context.Context, token string) (workshop.Session, error) {
	if token == "" || len(token) > 256 {
		return workshop.Session{}, workshop.Fail(workshop.CodeUnauthenticated)
	}
	return k.secrets.Token(ctx, hashSecret(token))
}

// Fingerprint is a short name of a token that does not give it away.
func Fingerprint(token string) string { return hashSecret(token).String()[:16] }
