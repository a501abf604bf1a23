package auth

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/pathboard/pathboard/server/persist"
	"github.com/pathboard/pathboard/server/workshop"
)

// Keys issues and resolves tokens and join codes. It is safe for concurrent
// use.
type Keys struct {
	secrets *persist.Secrets
	now     func() time.Time
	limits  Limits
}

var _ workshop.Secrets = (*Keys)(nil)

// NewKeys returns keys kept in secrets; sessions end at the limits.
func NewKeys(secrets *persist.Secrets, now func() time.Time, limits Limits) *Keys {
	return &Keys{secrets: secrets, now: now, limits: limits.withDefaults()}
}

// IssueToken returns a new token for the session.
func (k *Keys) IssueToken(ctx context.Context, s workshop.Session, device string) (string, error) {
	token, err := newToken()
	if err != nil {
		return "", err
	}
	return token, k.secrets.PutToken(ctx, hashSecret(token), s, device, k.now())
}

// Revoke makes the tokens of a holder worthless, or everybody's.
func (k *Keys) Revoke(ctx context.Context, id workshop.WorkshopID, h workshop.Holder) ([]workshop.SessionID, error) {
	return k.secrets.DeleteSessions(ctx, id, func(_ workshop.SessionID, s workshop.Session) bool {
		return h == workshop.Holder{} || h == workshop.Holder{Participant: s.Participant, Facilitator: s.Facilitator}
	})
}

// Sessions returns all sessions of the workshop, oldest first.
func (k *Keys) Sessions(ctx context.Context, id workshop.WorkshopID) ([]workshop.Device, error) {
	return k.secrets.Sessions(ctx, id)
}

// EndSession makes one token worthless, or fails with CodeNotFound.
func (k *Keys) EndSession(ctx context.Context, id workshop.WorkshopID, session workshop.SessionID) error {
	ended, err := k.secrets.DeleteSessions(ctx, id, func(s workshop.SessionID, _ workshop.Session) bool { return s == session })
	if err == nil && len(ended) == 0 {
		return workshop.Fail(workshop.CodeNotFound)
	}
	return err
}

// ForgetCodes removes all join codes and recovery codes of the workshop.
func (k *Keys) ForgetCodes(ctx context.Context, id workshop.WorkshopID) error {
	return k.secrets.DeleteCodes(ctx, id)
}

// IssueRecovery returns a new recovery code of the facilitator.
func (k *Keys) IssueRecovery(ctx context.Context, id workshop.WorkshopID, f workshop.FacilitatorID) (string, error) {
	symbols, err := draw(recoveryLength)
	if err != nil {
		return "", fmt.Errorf("draw recovery code: %w", err)
	}
	code := inFours(symbols)
	return code, k.secrets.PutRecovery(ctx, hashSecret(code), id, f, k.now())
}

// ResolveRecovery returns whose recovery code somebody typed, or
// CodeUnknownCode.
func (k *Keys) ResolveRecovery(ctx context.Context, typed string) (workshop.WorkshopID, workshop.FacilitatorID, error) {
	code, ok := parseSymbols(typed, recoveryLength)
	if !ok {
		return "", "", workshop.Fail(workshop.CodeUnknownCode)
	}
	return k.secrets.Recovery(ctx, hashSecret(code))
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

// Fingerprint is a short name of a token that does not give it away.
func Fingerprint(token string) string { return string(persist.SessionID(hashSecret(token).String())) }
