package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/pathboard/pathboard/server/persist"
)

// tokenBytes is the size of a token: 256 bits cannot be guessed.
const tokenBytes = 32

// newToken returns a fresh token in URL-safe letters.
func newToken() (string, error) {
	raw := make([]byte, tokenBytes)
	if _, err := rand.Read(raw); err != nil {
		return "", fmt.Errorf("draw token: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(raw), nil
}

func hashSecret(s string) persist.Hash { return sha256.Sum256([]byte(s)) }

// SameSecret compares two secrets in a time that depends on neither.
func SameSecret(a, b string) bool {
	x, y := hashSecret(a), hashSecret(b)
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// alphabet of join codes: no I, L, O, 0, 1 and no U, which is read as V.
// 30 symbols, eight places: 39 bits.
const (
	alphabet   = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
	codeLength = 8
)

// newCode returns a fresh join code in its written form, ABCD-EFGH.
func newCode() (string, error) {
	code := make([]byte, 0, codeLength)
	for raw := make([]byte, 32); len(code) < codeLength; {
		if _, err := rand.Read(raw); err != nil {
			return "", fmt.Errorf("draw join code: %w", err)
		}
		for _, b := range raw {
			// The largest multiple of 30 below 256 is 240: beyond it some
			// symbols would come up more often.
			if b < 240 && len(code) < codeLength {
				code = append(code, alphabet[int(b)%len(alphabet)])
			}
		}
	}
	return written(string(code)), nil
}

func written(code string) string { return code[:4] + "-" + code[4:] }

// ParseCode returns the written form of what somebody typed, whatever the
// letter case, dashes and spaces; false when it cannot be a code.
func ParseCode(typed string) (string, bool) {
	if len(typed) > 64 {
		return "", false
	}
	code := strings.Map(func(r rune) rune {
		switch r {
		case '-', ' ', '\t', '\u00a0', '\u2010', '\u2011', '\u2012', '\u2013', '\u2014':
			return -1
		}
		return r
	}, strings.ToUpper(typed))
	if len(code) != codeLength {
		return "", false
	}
	for i := range len(code) {
		if strings.IndexByte(alphabet, code[i]) < 0 {
			return "", false
		}
	}
	return written(code), true
}
