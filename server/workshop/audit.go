package workshop

import (
	"context"
	"strings"
	"time"
	"unicode"
)

// AuditKept is how long a line of the audit log is kept.
const AuditKept = 90 * 24 * time.Hour

// AuditAction names what was done.
type AuditAction string

// What the audit log tells of.
const (
	AuditCreate      AuditAction = "create"
	AuditJoin        AuditAction = "join"
	AuditRefused     AuditAction = "login-failed"
	AuditSettings    AuditAction = "settings"
	AuditVisibility  AuditAction = "visibility"
	AuditArchive     AuditAction = "archive"
	AuditReopen      AuditAction = "reopen"
	AuditCode        AuditAction = "join-code"
	AuditGroups      AuditAction = "groups"
	AuditLock        AuditAction = "lock"
	AuditUnlock      AuditAction = "unlock"
	AuditPeople      AuditAction = "people"
	AuditPerson      AuditAction = "person"
	AuditRemove      AuditAction = "remove-person"
	AuditFacilitator AuditAction = "facilitator-added"
	AuditDemote      AuditAction = "facilitator-removed"
	AuditLink        AuditAction = "link"
	AuditRecovery    AuditAction = "recovery-code"
	AuditRecover     AuditAction = "recover"
	AuditOpen        AuditAction = "session-opened"
	AuditConfirm     AuditAction = "confirmed"
	AuditEndSession  AuditAction = "session-ended"
	AuditShare       AuditAction = "share"
	AuditExport      AuditAction = "export"
	AuditImport      AuditAction = "import"
	AuditRestore     AuditAction = "restore"
	AuditDelete      AuditAction = "delete"
	AuditErase       AuditAction = "erase"
	AuditRedact      AuditAction = "redact"
	AuditDataExport  AuditAction = "data-export"
	AuditLibrary     AuditAction = "library"
)

// AuditEntry is one line of the audit log: who did what, when, as what. It
// holds ids and words of this program, no names, addresses or texts. The JSON
// form is stored and sent.
type AuditEntry struct {
	ID     string      `json:"id"`
	At     time.Time   `json:"at"`
	Action AuditAction `json:"action"`
	Role   Role        `json:"role,omitempty"`
	// Actor is who did it: a participant, or a facilitator.
	Actor string `json:"actor,omitempty"`
	// Target is what it was done to: a participant, a facilitator, a group.
	Target string `json:"target,omitempty"`
	// Detail is a word of the program, as the format of an export.
	Detail string `json:"detail,omitempty"`
}

// Audit keeps lines for each workshop; a line is never changed, apart from
// Forget.
type Audit interface {
	Append(ctx context.Context, id WorkshopID, e AuditEntry) error
	// Each calls f with each line of the workshop, oldest first.
	Each(ctx context.Context, id WorkshopID, f func(AuditEntry) error) error
	// Expire removes the lines from before a moment.
	Expire(ctx context.Context, id WorkshopID, before time.Time) error
	// Forget replaces a person's id in all lines by "erased".
	Forget(ctx context.Context, id WorkshopID, person string) error
}

// Erased stands in the audit log for a person who was erased.
const Erased = "erased"

// Note appends a line to the audit log under a new id.
func (s *Service) Note(ctx context.Context, id WorkshopID, e AuditEntry) error {
	e.ID, e.At = s.NewID(), s.Now().UTC()
	e.Actor, e.Target, e.Detail = auditWord(e.Actor), auditWord(e.Target), auditWord(e.Detail)
	return s.Audit.Append(ctx, id, e)
}

// auditWord keeps a line of the log one line: ids and words of ours need no
// more than visible characters, at most 80.
func auditWord(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.IsSpace(r) || r > unicode.MaxASCII {
			return -1
		}
		return r
	}, s)
	return s[:min(len(s), 80)]
}
